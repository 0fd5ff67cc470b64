// Deliveries: what K2 has sent to the client by itself, the newest first.

import { get, of } from './api.js';
import { copy } from './copy.js';
import { delivery } from './delivery.js';
import { button, fill, h, prose, say, trouble } from './dom.js';
import { t } from './lang.js';
import { to } from './route.js';

/** push is the operation of the client's that K2 calls. */
export const push = 'abs.post_all_loan_exclude_to_eko';

/** How many deliveries the page holds; the simulator keeps as many. */
const most = 1000;

export function deliveries(root, context) {
  const problem = h('div', {});
  const where = h('div', {});
  const list = h('ol', { class: 'deliveries', 'aria-label': t('deliveries.newest-first'), hidden: true }); // until what stands above it is known
  const empty = h('div', {});
  fill(root, h('div', { class: 'padded stack wide' }, problem, where, list, empty));
  const cards = new Map(); // by the deliveries' ids
  let asked = 0;

  // What has just begun to be sent is waited for: it makes an event only once it has
  // been tried. What comes while the list is asked for is newer, and stays.
  async function load() {
    asked += 1;
    const mine = asked;
    const before = [...cards.keys()];
    try {
      const { targets, deliveries: all } = await get(`${of(context.sandbox, 'deliveries')}?within=1s`);
      if (mine !== asked) return;
      const known = new Set(all.map((one) => one.id));
      for (const id of before) if (!known.has(id)) remove(id);
      all.forEach(take);
      fill(problem);
      draw(targets);
    } catch (error) {
      if (mine === asked) fill(problem, trouble(error));
    }
  }

  function draw(targets) {
    list.hidden = false;
    const named = Object.entries(targets);
    fill(where, named.length > 0 && h('section', { class: 'stack' }, h('h3', {}, t('deliveries.targets')), h('dl', { class: 'facts targets' }, named.map(target))));
    fill(empty, cards.size === 0 && (named.length > 0 ? h('p', { class: 'dim' }, t('deliveries.none')) : nowhere()));
  }

  function target([operation, url]) {
    const press = button(t('copy'), () => copy(url, press), 'quiet');
    return [
      h('dt', {}, h('a', { class: 'mono wrap', href: to(context.sandbox, 'contract', operation) }, operation)),
      h('dd', {}, h('span', { class: 'address' }, h('code', { class: 'wrap' }, url), press)),
    ];
  }

  function take(one) {
    const known = cards.get(one.id);
    if (known?.at === one.at) {
      known.show(one);
      return;
    }
    if (known) remove(one.id); // of the sandbox's life before a reset
    const card = delivery(one, context);
    cards.set(one.id, card);
    const newer = [...list.children].filter((other) => order(other.dataset.id) > order(one.id));
    if (newer.length > 0) newer.at(-1).after(card.element);
    else list.prepend(card.element);
    if (cards.size > most) remove(list.lastElementChild.dataset.id);
  }

  function remove(id) {
    cards.get(id).element.remove();
    cards.delete(id);
  }

  const onDelivery = ({ detail }) => {
    take(detail);
    fill(empty);
    say(`${detail.id}: ${t(`deliveries.is.${detail.state}`)}`);
  };
  const onReset = () => {
    [...cards.keys()].forEach(remove);
    load();
  };
  const events = [['delivery', onDelivery], ['reset', onReset]];
  events.forEach(([name, fn]) => context.feed.addEventListener(name, fn));
  const timer = setInterval(() => cards.forEach((card) => card.tick()), 500);
  const unload = context.feed.keepLoaded(load);
  return () => {
    unload();
    clearInterval(timer);
    events.forEach(([name, fn]) => context.feed.removeEventListener(name, fn));
  };
}

const order = (id) => Number(id.slice('del-'.length));

function nowhere() {
  return h('div', { class: 'stack measure' },
    h('p', {}, prose(t('deliveries.nowhere'))),
    h('p', {}, h('code', { class: 'wrap' }, `--deliver ${push}=http://localhost:9000/exclusions`)));
}
