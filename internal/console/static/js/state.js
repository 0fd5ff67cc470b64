// What a sandbox's state holds, a collection at a time.

import { get, of } from './api.js';
import { folded } from './delivery.js';
import { fill, h, renew, trouble } from './dom.js';
import { t } from './lang.js';
import { countsOf } from './overview.js';

/** How many rows are shown at once. */
const most = 200;

export function state(root, context, reloadList, collection) {
  const counts = h('div', {});
  const isNarrow = matchMedia('(max-width: 47.99rem)').matches; // the collections would fill the page
  const collections = h('details', { open: !(collection && isNarrow) }, h('summary', { class: 'small' }, t('state.collections')), counts);
  const problem = h('div', {});
  const rows = h('div', {});
  const list = h('ul', { class: 'state-rows' });
  const count = h('span', { class: 'dim small' });
  const filter = h('input', {
    type: 'search', name: 'state-filter', placeholder: t('state.filter'), 'aria-label': t('state.filter'),
    autocomplete: 'off', spellcheck: 'false', oninput: draw,
  });
  fill(root, h('div', { class: 'padded stack wide' }, problem, collections, rows));
  let all = []; // [key, text of the value]

  async function load() {
    try {
      const [held, found] = await Promise.all([
        get(of(context.sandbox, 'state')), collection ? get(of(context.sandbox, 'state', collection)) : {}]);
      all = Object.entries(found).map(([key, value]) => [key, JSON.stringify(value)]);
      fill(counts, countsOf(held, context.sandbox));
      if (collection && rows.childElementCount === 0) {
        fill(rows, h('section', { class: 'stack' }, h('h3', { class: 'mono' }, collection), h('div', { class: 'ledger-search' }, filter, count), list));
      }
      fill(problem);
      draw();
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter(([key, text]) => words.every((word) => `${key} ${text}`.toLowerCase().includes(word)));
    count.textContent = t('state.count', { n: Math.min(found.length, most), all: found.length });
    renew(list, found.slice(0, most), ([key, text]) => h('li', {}, folded(key || '·', text)));
  }

  return context.feed.keepLoaded(load, ['request', 'reset', 'scenario', 'answer', 'delivery', 'moved'], 400);
}
