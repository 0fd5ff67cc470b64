// The coverage matrix: what of the contract the client under test has met.

import { get, of } from './api.js';
import { fill, h, segments, trouble } from './dom.js';
import { t } from './lang.js';
import { to } from './route.js';

export function coverage(root, context) {
  const body = h('div', { class: 'padded stack wide' });
  fill(root, body);
  let report;
  let only = 'all';

  async function load() {
    try {
      report = await get(of(context.sandbox, 'coverage'));
      draw();
    } catch (error) {
      fill(body, trouble(error));
    }
  }

  function draw() {
    fill(body,
      h('div', { class: 'totals' }, total('outcomes'), total('operations'), total('transitions')),
      h('p', { class: 'dim small' }, t('coverage.since')),
      h('div', { class: 'matrix-tools' },
        segments('coverage-only', t('coverage.show'), [['all', t('coverage.all')], ['missing', t('coverage.missing')]], only, (value) => { only = value; draw(); }),
        h('p', { class: 'legend small' }, legend('met'), legend('not-met'), legend('out'))),
      services(report.by_operation),
      machines(report.by_machine));
  }

  function total(name) {
    const { met, in_scope: all, percent } = report[name];
    return h('div', { class: 'total' },
      h('div', { class: 'total-number' }, `${Math.floor(percent)}%`),
      h('p', { class: 'small' }, h('strong', {}, t(`coverage.${name}`)), ' ', t('coverage.of', { n: met, all })),
      h('progress', { max: String(all || 1), value: String(met), 'aria-label': t(`coverage.${name}`) }));
  }

  const wanted = (one) => only === 'all' || (one.count === 0 && !one.out_of_scope);

  function services(operations) {
    const groups = Map.groupBy(operations, (op) => op.service);
    return [...groups].map(([service, all]) => {
      const rows = all.map((op) => ({ op, outcomes: op.outcomes.filter(wanted) })).filter((r) => r.outcomes.length > 0);
      return rows.length > 0 && h('section', {}, h('h3', {}, service.toUpperCase()),
        h('table', { class: 'matrix' },
          h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, t('contract.operation')), h('th', { scope: 'col' }, t('contract.outcomes')))),
          h('tbody', {}, rows.map(({ op, outcomes }) => h('tr', {},
            h('th', { scope: 'row' }, h('a', { class: 'mono', href: to(context.sandbox, 'contract', op.id) }, op.id.slice(op.service.length + 1)),
              h('span', { class: 'dim' }, ` ${op.outcomes.filter((o) => o.count > 0).length}/${op.outcomes.length}`)),
            h('td', {}, h('ul', { class: 'cells' }, outcomes.map((o) => cell(o, to(context.sandbox, 'contract', op.id, o.name))))))))));
    });
  }

  function machines(all) {
    return all.map((machine) => {
      const moves = machine.transitions.filter(wanted);
      return moves.length > 0 && h('section', {}, h('h3', { class: 'mono' }, machine.name),
        h('ul', { class: 'cells' }, moves.map((m) => cell({ ...m, name: `${m.from} → ${m.to} (${m.event})` }))));
    });
  }

  return context.feed.keepLoaded(load, ['request', 'reset'], 400);
}

const kind = (one) => (one.out_of_scope ? 'out' : one.count > 0 ? 'met' : 'not-met');

const legend = (name) => h('span', { class: `cell ${name}` }, t(`coverage.${name}`));

function cell(one, href) {
  const text = [one.name, h('span', { class: 'times' }, one.count > 0 && ` ×${one.count}`)];
  const label = `${one.name}${one.count > 0 ? ` ×${one.count}` : ''}: ${t(`coverage.${kind(one)}`)}${one.out_of_scope ? `, ${one.out_of_scope}` : ''}`;
  return h('li', {}, href
    ? h('a', { class: `cell ${kind(one)}`, href, title: one.out_of_scope || null, 'aria-label': label }, text)
    : h('span', { class: `cell ${kind(one)}`, 'aria-label': label, role: 'img' }, text));
}
