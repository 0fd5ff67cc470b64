// The reserved values: what a developer sends to have an outcome without set-up.

import { copy } from './copy.js';
import { button, fill, h, said } from './dom.js';
import { t, translated } from './lang.js';
import { to } from './route.js';

export function reserved(root, context, all) {
  const byField = Map.groupBy(all.reserved, (r) => r.field);
  fill(root, h('div', { class: 'padded stack wide' },
    h('header', { class: 'stack' }, h('h2', {}, t('contract.reserved')), h('p', { class: 'measure' }, t('reserved.about'))),
    [...byField].map(([field, values]) => h('section', {}, h('h3', { class: 'mono' }, field),
      h('table', { class: 'stacks' },
        h('thead', {}, h('tr', {}, ['value', 'outcome', 'on', 'about-column'].map((name) => h('th', { scope: 'col' }, t(`reserved.${name}`))))),
        h('tbody', {}, values.map((one) => row(one, context))))))));
}

function row(one, context) {
  const press = button(t('copy'), () => copy(one.value, press), 'quiet');
  return h('tr', {},
    h('td', { class: 'value' }, h('code', { class: 'wrap' }, one.value), ' ', press),
    h('td', { class: 'outcome' }, one.outcome),
    h('td', { class: 'small' }, one.on.map((id) => h('div', {}, h('a', { class: 'mono', href: to(context.sandbox, 'contract', id, one.outcome) }, id)))),
    said('td', translated(one.about), { class: 'small' }));
}
