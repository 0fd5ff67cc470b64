// Phones: the people's side of KYC. Messages from 1414 as they arrive, and their
// answers to them.

import { arrows, fill, h, later, note, say } from './dom.js';
import { t } from './lang.js';
import { device } from './phone.js';
import { requests } from './phonerequests.js';
import { phonesOf, spaced } from './phonestate.js';
import { to } from './route.js';
import { short } from './time.js';

export function phones(root, context) {
  const list = arrows(h('ol', { class: 'things' }));
  const problem = h('div', {});
  const beside = h('section', { class: 'beside', 'aria-label': t('phones.one') });
  const split = h('div', { class: 'split narrow-side alone' },
    h('section', { class: 'side', 'aria-label': t('phones.all') },
      h('div', { class: 'bar' }, h('h1', {}, t('page.phones'))),
      problem, h('div', { class: 'scroll' }, list)),
    beside);
  fill(root, split);

  const narrow = matchMedia('(max-width: 47.99rem)');
  let open = '';
  let all = null; // [{phone, messages}]
  let shown = null; // {phone, device, requests}

  async function load() {
    try {
      all = await phonesOf(context.sandbox);
      fill(problem);
      draw();
    } catch (error) {
      fill(problem, note('bad', error.message));
    }
  }

  // Where there is room for a phone beside the list, one is always open.
  function draw() {
    if (!open && all.length > 0 && !narrow.matches) location.replace(to(context.sandbox, 'phones', all[0].phone));
    fill(list, all.map((one) => item(one, one.phone === open, context.sandbox)));
    if (all.length === 0) fill(list, h('li', { class: 'empty' }, t('phones.none')));
    split.classList.toggle('alone', !open && narrow.matches);
    const one = all.find((p) => p.phone === open);
    if (!one) {
      shown = null;
      fill(beside, h('p', { class: 'empty' }, open ? t('phones.unknown', { phone: spaced(open) }) : t('phones.pick')));
      return;
    }
    if (shown?.phone !== open) openOne(one);
    shown.device.show(one.messages);
    shown.requests.show(one.messages);
  }

  function openOne({ phone }) {
    shown = { phone, device: device(context, phone, load), requests: requests(context) };
    fill(beside,
      h('div', { class: 'bar narrow-only' }, h('a', { class: 'btn quiet', href: to(context.sandbox, 'phones') }, `← ${t('page.phones')}`)),
      h('div', { class: 'scroll desk' }, shown.device.element, shown.requests.element));
  }

  // What falls due by itself, a subject's answer or the end of the waiting, makes
  // no event: the page reckons it from the sandbox's clock.
  function tick() {
    shown?.device.tick();
    shown?.requests.tick();
  }

  const soon = later(load, 100);
  const onMessage = ({ detail }) => {
    if (detail?.text) say(t('phones.came', { phone: spaced(detail.phone), text: detail.text }));
    soon();
  };
  const events = [['request', soon], ['reset', soon], ['state', soon], ['clock', tick], ['message', onMessage], ['answer', soon]];
  events.forEach(([name, fn]) => context.feed.addEventListener(name, fn));
  narrow.addEventListener('change', draw);
  const timer = setInterval(tick, 500);

  return {
    show([phone = '']) {
      open = phone;
      load();
    },
    leave() {
      events.forEach(([name, fn]) => context.feed.removeEventListener(name, fn));
      narrow.removeEventListener('change', draw);
      soon.cancel();
      clearInterval(timer);
    },
  };
}

function item({ phone, messages }, isOpen, sandbox) {
  const last = messages.at(-1);
  return h('li', {}, h('a', { href: to(sandbox, 'phones', phone), 'aria-current': isOpen ? 'true' : null },
    h('span', { class: 'phone-line' }, h('span', { class: 'mono' }, spaced(phone)), h('time', { class: 'dim small' }, short(last.at))),
    h('span', { class: 'sub clip', lang: 'ru' }, last.text)));
}
