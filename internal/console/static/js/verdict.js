// Whether the client has done what the scenario says that it must, and what was remarked.

import { get, of } from './api.js';
import { fill, h, inWords, note, trouble } from './dom.js';
import { t } from './lang.js';
import { to } from './route.js';

export function verdict(root, context) {
  const body = h('div', { class: 'padded stack wide' });
  fill(root, body);

  async function load() {
    try {
      draw(await get(of(context.sandbox, 'verdict')));
    } catch (error) {
      fill(body, trouble(error));
    }
  }

  function draw(v) {
    const must = v.must ?? [];
    fill(body,
      must.length > 0 ? note(v.passed ? 'good' : 'bad', h('strong', {}, v.passed ? t('verdict.passed') : t('verdict.failed'))) : h('p', { class: 'dim' }, t('verdict.none')),
      must.length > 0 && h('ol', { class: 'deliveries' }, must.map(line)),
      h('section', { class: 'stack' }, h('h3', {}, t('live.findings-title')),
        v.findings.length > 0 ? h('ul', { class: 'findings' }, v.findings.map(finding)) : h('p', { class: 'dim small' }, t('verdict.no-findings'))),
      v.unmatched.length > 0 && h('section', { class: 'stack' }, h('h3', {}, t('verdict.unmatched')), h('p', { class: 'small' }, requests(v.unmatched.slice(0, 50)))),
      v.dropped > 0 && h('p', { class: 'dim small' }, t('live.dropped', { n: v.dropped })));
  }

  const requests = (ids) => ids.map((id) => [h('a', { class: 'mono id', href: to(context.sandbox, 'live', id) }, id), ' ']);

  function line(one) {
    return h('li', { class: 'delivery', 'data-passed': String(one.passed) },
      h('p', { class: 'delivery-head' }, h('span', { class: `status ${one.passed ? '' : 'failed'}` }, one.passed ? t('verdict.met') : t('verdict.not-met')),
        inWords(one.expected), h('span', { class: 'mono dim' }, t('verdict.line', { n: one.line })),
        h('span', { class: 'dim' }, t('verdict.count', { n: one.count }))),
      one.requests?.length > 0 && h('p', { class: 'small' }, requests(one.requests.slice(0, 20).map((r) => r.request))),
      one.nearest?.length > 0 && h('details', {}, h('summary', { class: 'small' }, t('verdict.nearest')), h('ul', { class: 'stack' }, one.nearest.map(near))));
  }

  function near(one) {
    return h('li', { class: 'small' }, requests([one.request]), h('ul', {}, (one.criteria ?? []).filter((c) => !c.met).map((c) =>
      h('li', { class: 'wrap' }, h('code', {}, c.name), ': ', inWords(`found ${c.found}, expected ${c.expected}`)))));
  }

  function finding(f) {
    return h('li', { class: 'note warn' }, f.path && h('code', {}, f.path, ' '), inWords(f.text), ' ',
      f.ledger && [h('a', { href: to(context.sandbox, 'contract', 'ledger', String(f.ledger)) }, t('ledger.n', { n: String(f.ledger) })), ' '],
      f.count > 1 && h('span', { class: 'dim' }, `×${f.count} `), requests(f.requests ?? []));
  }

  return context.feed.keepLoaded(load, ['request', 'reset', 'scenario', 'delivery'], 400);
}
