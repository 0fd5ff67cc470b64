// Contract: the operations and every way in which each can answer, the reserved
// values, the ledger.

import { arrows, fill, h, trouble } from './dom.js';
import { t, translated } from './lang.js';
import { ledger } from './ledger.js';
import { operation } from './operation.js';
import { reserved } from './reserved.js';
import { to } from './route.js';
import { table } from './table.js';

export function contract(root, context) {
  const list = arrows(h('div', { class: 'things' }));
  const filter = h('input', {
    type: 'search', name: 'filter', placeholder: t('contract.filter'), 'aria-label': t('contract.filter'),
    autocomplete: 'off', spellcheck: 'false', oninput: () => sift(),
  });
  const beside = h('section', { class: 'beside', 'aria-label': t('contract.one') });
  const narrow = matchMedia('(max-width: 47.99rem)');
  const split = h('div', { class: 'split narrow-side' },
    h('section', { class: 'side', 'aria-label': t('page.contract') }, h('div', { class: 'bar', role: 'search' }, filter), h('div', { class: 'scroll' }, list)),
    beside);
  fill(root, split);
  let all = null;

  function drawList(open) {
    const groups = Map.groupBy(all.operations, (op) => op.service);
    const item = (place, text, sub, lang) => h('a', {
      href: to(context.sandbox, 'contract', place),
      'aria-current': place === open ? 'true' : null,
      'data-text': `${place} ${text} ${sub}`.toLowerCase(),
    },
      h('span', { class: sub ? 'mono wrap' : '' }, text), sub && h('span', { class: 'sub line', lang, title: sub }, sub));
    fill(list,
      h('div', { class: 'group' }, [['reserved', t('contract.reserved')], ['ledger', t('contract.ledger')]].map(([place, text]) => item(place, text, ''))),
      [...groups].map(([service, ops]) => h('div', { class: 'group' }, h('h2', { class: 'things-head' }, h('span', { class: 'small' }, service.toUpperCase())),
        ops.map((op) => [op, translated(op.summary)]).map(([op, { text, lang }]) => item(op.id, op.id.slice(service.length + 1), text, lang)))));
    sift();
  }

  function sift() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of list.children) {
      const links = [...group.querySelectorAll('a')];
      for (const link of links) link.hidden = !words.every((word) => link.dataset.text.includes(word));
      group.hidden = links.every((link) => link.hidden);
    }
  }

  async function show([place, detail]) {
    split.classList.toggle('alone', !place && narrow.matches);
    try {
      all ??= await table();
    } catch (error) {
      fill(beside, h('div', { class: 'padded' }, trouble(error)));
      return;
    }
    const wanted = place ?? all.operations[0].id;
    drawList(place || !narrow.matches ? wanted : '');
    const scroll = h('div', { class: 'scroll' });
    fill(beside, h('div', { class: 'bar narrow-only' }, h('a', { class: 'btn quiet', href: to(context.sandbox, 'contract') }, `← ${t('page.contract')}`)), scroll);
    if (wanted === 'ledger') return ledger(scroll, context, all, Number(detail));
    if (wanted === 'reserved') return reserved(scroll, context, all);
    return operation(scroll, context, all, wanted, detail);
  }

  return { show, leave() {} };
}
