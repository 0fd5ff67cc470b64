// One operation: what it is asked, every way in which it can answer, and a form
// that asks it.

import { fill, h, note, said } from './dom.js';
import { body } from './json.js';
import { t, translated } from './lang.js';
import { to } from './route.js';
import { openapi } from './table.js';
import { tryIt } from './tryit.js';

export async function operation(root, context, all, id, outcome) {
  const op = all.operations.find((one) => one.id === id);
  if (!op) {
    fill(root, h('div', { class: 'padded' }, note('bad', t('contract.unknown', { id }))));
    return;
  }
  fill(root, h('p', { class: 'padded dim' }, t('contract.loading')));
  let described = null;
  try {
    described = find(await openapi(), id);
  } catch {
    // Without the document there are no samples and bodies; the table still says the rest.
  }
  const trial = tryIt(context, op, described);
  const rows = op.outcomes.map((one) => outcomeOf(one, op, described, trial, context));
  fill(root, h('article', { class: 'padded stack wide operation', 'aria-labelledby': 'operation-name' },
    head(op, context),
    h('section', { class: 'ways' }, h('h3', {}, t('contract.outcomes')), h('ul', { class: 'outcomes' }, rows)),
    trial.element));
  const wanted = rows[op.outcomes.findIndex((one) => one.name === outcome)];
  if (!wanted) return;
  wanted.classList.add('wanted');
  wanted.querySelector('details')?.setAttribute('open', '');
  wanted.scrollIntoView({ block: 'start' });
  wanted.querySelector('.outcome').focus({ preventScroll: true });
}

function find(document, id) {
  for (const methods of Object.values(document.paths)) {
    const found = Object.values(methods).find((one) => one.operationId === id);
    if (found) return found;
  }
  return null;
}

function head(op, context) {
  return h('header', { class: 'stack' },
    h('h2', { id: 'operation-name', class: 'mono wrap', tabindex: '-1' }, op.id),
    said('p', translated(op.summary)),
    h('p', { class: 'mono wrap path' }, h('strong', {}, op.method), ' ', op.path),
    h('p', { class: 'small entry-foot' },
      h('span', {}, op.source.document, ', ', h('span', { lang: 'ru' }, `«${op.source.section}»`)),
      h('span', {}, t(`effect.${op.effect}`)),
      ledgerLinks(op.ledger, context)));
}

function ledgerLinks(numbers, context) {
  return (numbers ?? []).map((n) => h('a', { href: to(context.sandbox, 'contract', 'ledger', String(n)) }, t('ledger.n', { n: String(n) })));
}

function outcomeOf(one, op, described, trial, context) {
  const example = exampleOf(described, one);
  const text = example === undefined ? null : JSON.stringify(example);
  return h('li', { class: 'one-outcome' },
    h('div', { class: 'outcome-line' },
      h('span', { class: `status ${one.status >= 500 ? 'failed' : one.status >= 400 || one.error_code ? 'refused' : ''}` }, String(one.status)),
      h('span', { class: 'outcome', tabindex: '-1' }, one.name),
      h('span', { class: `confidence ${one.confidence}` }, t(`confidence.${one.confidence}`)),
      h('button', { type: 'button', class: 'btn', 'data-try': one.name, onclick: () => trial.ask(one.name) }, t('contract.try'))),
    h('p', { class: 'small' }, said('span', translated(one.when)), ledgerLinks(one.ledger, context).map((link) => [' ', link])),
    text !== null && h('details', {}, h('summary', { class: 'small' }, t('contract.body')), body(text, `${one.name}, ${t('contract.body')}`)),
    text === null && h('p', { class: 'small dim' }, t('contract.no-body')));
}

/** exampleOf an outcome in the OpenAPI document; undefined where it has no JSON. */
function exampleOf(described, one) {
  const content = described?.responses?.[String(one.status)]?.content?.['application/json'];
  return content?.examples?.[one.name]?.value;
}
