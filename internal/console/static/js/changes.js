// What an exchange has changed in the state: field by field, before and after.

import { h } from './dom.js';
import { t } from './lang.js';

/** changes of a list from the journal. */
export function changes(all) {
  return h('div', { class: 'changes' }, all.map(one));
}

function one(change) {
  const rows = fields(change.before, change.after);
  return h('section', { class: 'change' },
    h('h4', { class: 'mono wrap' }, h('span', {}, change.collection), ' ', h('span', { class: 'dim' }, change.key), ' ',
      h('span', { class: `what ${kind(change)}` }, t(`change.${kind(change)}`))),
    h('table', { class: `diff ${kind(change)}` },
      h('thead', { class: 'unseen' }, h('tr', {}, ['field', 'before', 'after'].map((w) => h('th', { scope: 'col' }, t(`change.${w}`))))),
      h('tbody', {}, rows.map(([name, before, after]) => h('tr', {},
        h('th', { scope: 'row', class: 'mono' }, name),
        h('td', { class: 'mono before' }, before !== undefined && h('del', {}, before)),
        h('td', { class: 'mono after' }, after !== undefined && h('ins', {}, after)))))));
}

function kind(change) {
  if (change.before === null || change.before === undefined) return 'made';
  return change.after === null || change.after === undefined ? 'removed' : 'altered';
}

/** fields that differ, by their paths: [path, before, after]. */
export function fields(before, after) {
  const [old, now] = [flatten(before), flatten(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => [name || '·', old.get(name), now.get(name)]);
}

function flatten(value, prefix = '', into = new Map()) {
  if (value === null || value === undefined) return into;
  if (typeof value !== 'object') return into.set(prefix, String(value));
  const entries = Object.entries(value);
  if (entries.length === 0) into.set(prefix, Array.isArray(value) ? '[]' : '{}');
  for (const [name, inner] of entries) {
    if (inner === null) into.set(join(prefix, name), 'null');
    else flatten(inner, join(prefix, name), into);
  }
  return into;
}

const join = (prefix, name) => (prefix ? `${prefix}.${name}` : name);

/** transitions of state machines that the exchange has caused. */
export function transitions(all) {
  if (!all?.length) return null;
  return h('ul', { class: 'transitions' }, all.map((one) => h('li', { class: 'mono wrap' },
    one.machine, ': ', one.from, ' → ', h('strong', {}, one.to), h('span', { class: 'dim' }, ` (${one.event})`))));
}
