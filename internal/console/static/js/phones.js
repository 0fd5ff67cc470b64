// Phones: the people's side of KYC. Messages from 1414 as they arrive, and their
// answers to them.

import { arrows, fill, h, later, renew, say, trouble } from './dom.js';
import { t } from './lang.js';
import { device } from './phone.js';
import { requests } from './phonerequests.js';
import { messagesOn, next, phonesOf, spaced } from './phonestate.js';
import { here, titleOf, to } from './route.js';
import { short } from './time.js';

export function phones(root, context) {
  const list = arrows(h('ol', { class: 'things' }));
  const problem = h('div', {});
  const beside = h('section', { class: 'beside', 'aria-label': t('phones.one') });
  const split = h('div', { class: 'split narrow-side alone' },
    h('section', { class: 'side', 'aria-label': t('phones.all') },
      h('div', { class: 'bar' }, h('h2', { class: 'page-name' }, t('page.phones'))),
      problem, h('div', { class: 'scroll' }, list)),
    beside);
  fill(root, split);

  const narrow = matchMedia('(max-width: 47.99rem)');
  let open = '';
  let all = []; // [{phone, last}]
  let messages = []; // on the open phone
  let shown = null; // {phone, device, requests}

  async function load() {
    try {
      all = await phonesOf(context.sandbox);
      if (!open) openFirst();
      const wanted = open;
      const loaded = wanted ? await messagesOn(context.sandbox, wanted) : [];
      if (wanted !== open) return; // another one has been opened meanwhile
      messages = loaded;
      fill(problem);
      draw();
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  // Where there is room for a phone beside the list, one is always open, unless somebody has gone elsewhere.
  function openFirst() {
    const { sandbox, page } = here();
    if (sandbox !== context.sandbox || page !== 'phones' || all.length === 0 || narrow.matches) return;
    open = all[0].phone;
    history.replaceState(null, '', to(context.sandbox, 'phones', open));
    document.title = titleOf(here());
  }

  function draw() {
    renew(list, all.map((one) => ({ ...one, isOpen: one.phone === open })), (one) => item(one, context.sandbox));
    if (all.length === 0) fill(list, h('li', { class: 'empty' }, t('phones.none')));
    split.classList.toggle('alone', !open && narrow.matches);
    if (messages.length === 0) {
      shown = null;
      fill(beside, h('p', { class: 'empty' }, open ? t('phones.unknown', { phone: spaced(open) }) : t('phones.pick')));
      return;
    }
    if (shown?.phone !== open) openOne();
    shown.device.show(messages);
    shown.requests.show(messages);
  }

  function openOne() {
    shown = { phone: open, device: device(context, open, load), requests: requests(context) };
    fill(beside,
      h('div', { class: 'bar narrow-only' }, h('a', { class: 'btn quiet', href: to(context.sandbox, 'phones') }, `← ${t('page.phones')}`)),
      h('div', { class: 'scroll desk' }, shown.device.element, shown.requests.element));
  }

  const soon = later(load, 100);

  // What falls due by itself, a subject's answer or the end of the waiting, makes
  // no event: once the sandbox's clock has come to it, the page asks again.
  function tick() {
    const { clock } = context;
    shown?.device.tick();
    if (clock.known && messages.some((message) => next(message)?.at <= clock.now)) soon();
  }

  const onMessage = ({ detail }) => {
    if (detail?.text) say(t('phones.came', { phone: spaced(detail.phone), text: detail.text }));
    soon();
  };
  const events = [['request', soon], ['reset', soon], ['clock', tick], ['message', onMessage], ['answer', soon]];
  events.forEach(([name, fn]) => context.feed.addEventListener(name, fn));
  narrow.addEventListener('change', load);
  const timer = setInterval(tick, 500);
  let unload = null;

  return {
    show([phone = '']) {
      [open, messages] = [phone, []];
      if (unload) load();
      else unload = context.feed.keepLoaded(load);
    },
    leave() {
      events.forEach(([name, fn]) => context.feed.removeEventListener(name, fn));
      narrow.removeEventListener('change', load);
      unload?.();
      soon.cancel();
      clearInterval(timer);
    },
  };
}

function item({ phone, last, isOpen }, sandbox) {
  return h('li', {}, h('a', { href: to(sandbox, 'phones', phone), 'aria-current': isOpen ? 'true' : null },
    h('span', { class: 'phone-line' }, h('span', { class: 'mono' }, spaced(phone)), h('time', { class: 'dim small' }, short(last.at))),
    h('span', { class: 'sub clip', lang: 'ru' }, last.text)));
}
