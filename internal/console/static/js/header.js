// The header: pages, the sandbox, its clock, the language.

import { get, path } from './api.js';
import { clockPanel } from './clockpanel.js';
import { fill, h, keep } from './dom.js';
import { current, t } from './lang.js';
import { go, here, pages, to } from './route.js';
import { clock as hhmmss, day } from './time.js';

/** header draws into root; show(place) marks the place that is open, list() asks for the sandboxes and answers them. */
export function header(root, context, changeLanguage) {
  const parts = {};

  function draw() {
    parts.title = h('h1', { class: 'unseen' });
    parts.links = pages.map((name) => h('a', { href: '#' }, t(`page.${name}`)));
    parts.sandbox = h('select', { 'aria-label': t('sandbox'), onchange: () => leaveFor(parts.sandbox.value) });
    parts.lost = h('span', { class: 'lost small', role: 'status' });
    parts.time = h('time', {});
    parts.mode = h('span', { class: 'mode' });
    parts.pop = h('div', { class: 'clock-pop', id: 'clock-pop', popover: true });
    parts.pop.addEventListener('toggle', (event) => {
      fill(parts.pop, event.newState === 'open' ? clockPanel(context) : null);
    });
    fill(root,
      brand(), parts.title,
      h('nav', { class: 'pages', 'aria-label': t('pages') }, parts.links),
      h('div', { class: 'where' },
        parts.lost, parts.sandbox,
        h('button', { type: 'button', class: 'btn clock-button', popovertarget: 'clock-pop', title: t('clock.about') },
          h('span', { class: 'unseen' }, t('clock')), parts.time, parts.mode),
        parts.pop,
        languageButtons(changeLanguage)));
    tick();
    connection();
  }

  function tick() {
    const { clock } = context;
    keep(parts.time, clock.known ? hhmmss(clock.now) : '--:--:--');
    keep(parts.mode, clock.known ? t(`clock.${clock.mode}`, { speed: clock.speed }) : '');
    if (clock.known) parts.time.title = `${day(clock.now)} UTC+5`;
  }

  async function list() {
    const only = context.session.sandbox;
    const all = only ? [await get(path('sandboxes', only))] : await get(path('sandboxes'));
    offer(all.map((one) => one.id));
    return all;
  }

  function offer(ids) {
    const chosen = here().sandbox;
    if (!ids.includes(chosen)) ids.unshift(chosen);
    fill(parts.sandbox, ids.map((id) => h('option', { value: id, selected: id === chosen }, id)));
  }

  function leaveFor(sandbox) {
    const { page } = here();
    go(sandbox, page);
  }

  function show(place) {
    parts.title.textContent = t(`page.${place.page}`);
    pages.forEach((name, i) => {
      parts.links[i].href = to(place.sandbox, name);
      if (name === place.page) parts.links[i].setAttribute('aria-current', 'page');
      else parts.links[i].removeAttribute('aria-current');
    });
    parts.pop.hidePopover();
    if (parts.sandbox.value !== place.sandbox) offer([]);
  }

  function connection() {
    const { connected } = context.feed;
    if (connected === null) return; // not known yet
    root.dataset.connected = connected ? 'yes' : 'no';
    parts.lost.textContent = connected ? '' : t('not-connected');
  }

  draw();
  setInterval(tick, 250);
  context.feed.addEventListener('clock', tick);
  context.feed.addEventListener('state', connection);
  return { draw, show, list };
}

/** brand is the name of the whole, and the way to its beginning. */
export function brand() {
  return h('a', { class: 'brand', href: '/_sim/' }, h('img', { src: 'console/icon.svg', alt: '' }), 'kzsim');
}

function languageButtons(change) {
  const one = (code, name) => h('button', {
    type: 'button', lang: code, title: name,
    'aria-pressed': String(code === current()), onclick: () => change(code),
  }, code.toUpperCase());
  return h('div', { class: 'langs', role: 'group', 'aria-label': t('language') }, one('en', 'English'), one('ru', 'Русский'));
}
