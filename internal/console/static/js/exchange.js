// One exchange, whole: what was asked, what was answered, why, and what changed.

import { get, of } from './api.js';
import { changes, transitions } from './changes.js';
import { copy } from './copy.js';
import { curl } from './curl.js';
import { button, facts, fill, h, inWords, note, trouble } from './dom.js';
import { draftOf } from './draft.js';
import { keep } from './drafts.js';
import { body, pretty } from './json.js';
import { kindOf } from './kind.js';
import { has, t, told } from './lang.js';
import { go, to } from './route.js';
import { exact, day, took } from './time.js';

/** exchange shows the one with an id. */
export async function exchange(root, context, id) {
  root.dataset.id = id;
  let info;
  try {
    info = await get(of(context.sandbox, 'requests', id));
  } catch (problem) {
    fill(root, closing(context, []), h('div', { class: 'padded' }, trouble(problem)));
    return;
  }
  if (root.dataset.id !== id) return; // another one has been opened meanwhile
  const told = h('div', {});
  fill(root, closing(context, actions(context, info, told)), h('div', { class: 'scroll' }, told, whole(context, info)));
  // On a narrow page the list is gone, and the focus with it.
  if (document.activeElement === document.body) root.querySelector('h2').focus({ preventScroll: true });
}

function closing(context, more) {
  return h('div', { class: 'bar' },
    h('a', { class: 'btn quiet back', href: to(context.sandbox, 'live') }, `← ${t('back')}`),
    more,
    h('span', { class: 'grow' }),
    h('a', { class: 'btn quiet wide-only', href: to(context.sandbox, 'live') }, t('close')));
}

// What is shown masked is not what was sent: sent again it would be another request.
function actions(context, info, told) {
  const refuse = () => {
    fill(told, note('bad', t('live.masked')));
    told.scrollIntoView();
  };
  const curlButton = button(t('live.curl'), () => {
    if (info.masked) return refuse();
    fill(told, JSON.stringify(info.request ?? '').includes('***') && note('warn', t('live.withheld')));
    return copy(curl(info), curlButton);
  });
  const save = button(t('live.save'), () => {
    if (info.masked) return refuse();
    const text = draftOf(info);
    keep(context.sandbox, `from-${info.id}`, text);
    return go(context.sandbox, 'sandboxes', 'scenario');
  }, '', { disabled: !info.operation || !info.outcome || info.direction === 'out' });
  return [curlButton, save];
}

function whole(context, info) {
  return h('article', { class: 'exchange padded', 'aria-labelledby': 'exchange-name' },
    head(context, info),
    h('div', { class: 'messages' },
      message(t('live.request'), info.request, `${info.method} ${info.url}`),
      message(t('live.answer'), info.response, answerLine(info))),
    h('div', { class: 'reasons' }, why(info), findings(context, info)),
    changed(info));
}

function head(context, info) {
  const name = info.operation ? h('a', { href: to(context.sandbox, 'contract', info.operation) }, info.operation) : t('live.no-operation');
  return h('header', { class: 'exchange-head' },
    h('h2', { id: 'exchange-name', class: 'mono', tabindex: '-1' }, name),
    h('p', { class: 'exchange-line' },
      h('span', { class: `status ${kindOf(info)}` }, info.status || t('live.no-answer')),
      h('span', { class: 'outcome' }, info.outcome),
      h('span', {}, decided(info)),
      info.fault && h('span', { class: 'bad-text' }, t('live.fault', { fault: info.fault }))),
    h('p', { class: 'exchange-line dim small' },
      h('span', { class: 'mono' }, info.id),
      info.direction && h('span', { class: 'wrap' }, t('live.called', { target: info.target, delivery: info.delivery })),
      info.process && h('span', { class: 'mono' }, info.process),
      h('span', {}, `${day(info.at)} ${exact(info.at)}`),
      h('span', {}, t('live.took', { time: took(info.took) })),
      info.held && info.held !== '0s' && h('span', {}, t('live.held', { time: info.held })),
      info.subjects && h('span', { class: 'wrap' }, info.subjects.join(', '))));
}

function decided(info) {
  const rule = info.rule && told(info.rule).text;
  if (rule) return /^rule \d+$/.test(info.rule) ? t('live.by-nth', { rule }) : t('live.by-rule', { rule });
  const word = `live.by.${info.decided_by}`;
  return has(word) ? t(word) : info.decided_by;
}

function because(info) {
  const word = `live.because.${info.decided_by}`;
  return has(word) && !info.rule ? t(word) : decided(info);
}

const answerLine = (info) => (info.status ? `HTTP ${info.status}` : t('live.no-answer'));

function message(title, side, firstLine) {
  const headers = Object.entries(side?.header ?? {}).flatMap(([name, values]) => values.map((value) => [name, value]));
  return h('section', { class: 'message' },
    h('h3', {}, title),
    h('p', { class: 'mono wrap first-line' }, firstLine),
    headers.length > 0 && h('details', {},
      h('summary', { class: 'small' }, t('live.headers', { n: headers.length })),
      h('div', { class: 'headers mono' }, facts(...headers))),
    bodyOf(side, title));
}

function bodyOf(side, title) {
  if (!side || side.size === 0) return h('p', { class: 'dim small' }, t('live.no-body'));
  if (!side.text) return h('p', { class: 'dim small' }, t('live.binary', { size: side.size, type: side.header?.['Content-Type']?.[0] ?? '?' }));
  const copyButton = button(t('copy'), () => copy(pretty(side.text), copyButton), 'quiet');
  return [
    body(side.text, title),
    h('p', { class: 'below-body dim small' },
      side.sha256 ? t('live.cut', { size: side.size, digest: side.sha256.slice(0, 12) }) : t('live.size', { n: side.size }), copyButton),
  ];
}

function why(info) {
  return h('section', {}, h('h3', {}, t('live.why')),
    h('ol', { class: 'why' },
      (info.why ?? []).map((line) => h('li', { class: 'wrap' }, inWords(line))),
      h('li', {}, because(info))));
}

function findings(context, info) {
  if (!info.findings?.length) return null;
  return h('section', {}, h('h3', {}, t('live.findings-title')),
    h('ul', { class: 'findings' }, info.findings.map((f) => h('li', { class: 'note warn' },
      f.path && h('code', {}, f.path, ' '), inWords(f.text), ' ',
      f.ledger && h('a', { href: to(context.sandbox, 'contract', 'ledger', String(f.ledger)) }, t('ledger.n', { n: String(f.ledger) }))))));
}

function changed(info) {
  return h('section', {}, h('h3', {}, t('live.changed')),
    transitions(info.transitions),
    info.changes?.length ? changes(info.changes) : h('p', { class: 'dim small' }, t('live.nothing-changed')));
}
