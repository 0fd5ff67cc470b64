// The fidelity ledger: every point in which the documents are silent or contradict
// themselves, and what the simulator does about it.

import { fill, h, said } from './dom.js';
import { t, translated } from './lang.js';
import { to } from './route.js';

export function ledger(root, context, all, number) {
  const rows = all.ledger.map((entry) => article(entry, context));
  const count = h('span', { class: 'dim small' });
  const filter = h('input', {
    type: 'search', name: 'ledger-filter', placeholder: t('ledger.filter'), 'aria-label': t('ledger.filter'),
    autocomplete: 'off', oninput: sift,
  });
  function sift() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row) => { row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word)); });
    count.textContent = t('ledger.count', { n: rows.filter((row) => !row.hidden).length });
  }
  fill(root, h('div', { class: 'padded stack wide' },
    h('header', { class: 'stack' }, h('h2', {}, t('contract.ledger')), h('p', { class: 'measure' }, t('ledger.about')),
      h('div', { class: 'ledger-search' }, filter, count)),
    h('div', { class: 'entries' }, rows)));
  sift();
  const wanted = rows[number - 1];
  if (!wanted) return;
  wanted.classList.add('wanted');
  wanted.scrollIntoView({ block: 'start' });
  wanted.querySelector('h3').focus({ preventScroll: true });
}

function article(entry, context) {
  const quote = (text) => text && h('blockquote', { lang: 'ru', class: 'quote' }, text);
  return h('article', { class: 'entry' },
    h('h3', { tabindex: '-1' }, h('span', { class: 'mono number' }, String(entry.number)), ` ${entry.document}. `, h('span', { lang: 'ru' }, entry.section)),
    quote(entry.quote), quote(entry.beside),
    entry.silence && said('p', translated(entry.silence)),
    said('p', translated(entry.finding)),
    h('p', { class: 'decision' }, h('strong', {}, t('ledger.decision')), ' ', said('span', translated(entry.decision))),
    h('p', { class: 'small entry-foot' },
      h('span', { class: `confidence ${entry.confidence}` }, t(`confidence.${entry.confidence}`)),
      (entry.switch ?? []).map((key) => h('a', { class: 'mono', href: to(context.sandbox, 'sandboxes', 'profile') }, key)),
      entry.operations.map((id) => (id.includes('*') ? h('span', { class: 'mono' }, id) : h('a', { class: 'mono', href: to(context.sandbox, 'contract', id) }, id)))));
}
