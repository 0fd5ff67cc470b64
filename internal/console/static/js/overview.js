// A sandbox's addresses, clock and state.

import { del, get, of, post, send } from './api.js';
import { sure } from './ask.js';
import { clockPanel } from './clockpanel.js';
import { copy } from './copy.js';
import { button, facts, fill, h, say, trouble } from './dom.js';
import { t } from './lang.js';
import { go, to } from './route.js';
import { full } from './time.js';

export function overview(root, context, reloadList) {
  const about = h('div', {});
  const state = h('div', {});
  const problem = h('div', {});
  const held = h('section', { class: 'stack', hidden: true }, h('h3', {}, t('overview.state')), actions(), problem, state); // until what stands above it is known
  fill(root, h('div', { class: 'padded columns' },
    h('section', { class: 'stack', 'aria-label': t('clock') }, h('h3', {}, t('clock')), clockPanel(context)),
    h('section', { class: 'stack' }, h('h3', {}, t('overview.about')), about), held));

  function actions() {
    const file = h('input', { type: 'file', accept: 'application/json,.json', hidden: true, onchange: restore });
    return h('div', { class: 'btns' },
      h('a', { class: 'btn', href: of(context.sandbox, 'snapshot'), download: `${context.sandbox}.snapshot.json` }, t('overview.snapshot')),
      button(t('overview.restore'), () => file.click()), file,
      asking('reset', reset),
      context.sandbox !== 'default' && asking('delete', remove));
  }

  function asking(what, done) {
    const text = t(`overview.${what}`);
    return button(text, () => sure(t(`overview.${what}-sure`, { id: context.sandbox }), text, done), 'danger');
  }

  async function load() {
    try {
      const [info, counts] = await Promise.all([get(of(context.sandbox)), get(of(context.sandbox, 'state'))]);
      fill(about, factsOf(info));
      fill(state, countsOf(counts, context.sandbox));
    } catch (error) {
      fill(about, trouble(error));
    }
    held.hidden = false;
  }

  async function reset() {
    await post(of(context.sandbox, 'reset'));
    say(t('overview.was-reset'));
    await Promise.all([load(), reloadList(), context.refreshClock()]);
  }

  async function remove() {
    await del(of(context.sandbox));
    go('default', 'sandboxes', 'overview');
  }

  async function restore(event) {
    const [file] = event.target.files;
    event.target.value = '';
    fill(problem);
    try {
      await send('PUT', of(context.sandbox, 'snapshot'), await file.text(), 'application/json');
      say(t('overview.was-restored'));
      await Promise.all([load(), context.refreshClock()]);
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  return context.feed.keepLoaded(load, ['request', 'reset', 'scenario', 'answer']);
}

function factsOf(info) {
  const address = (url) => {
    const press = button(t('copy'), () => copy(url, press), 'quiet');
    return h('span', { class: 'address' }, h('code', { class: 'wrap' }, url), press);
  };
  return facts(
    [t('overview.base'), address(info.base_url)],
    [t('overview.abs'), address(info.abs_url)],
    [t('make.owner'), info.owner],
    [t('make.seed'), String(info.seed)],
    [t('overview.made'), full(info.created)],
    [t('make.expires'), info.expires === 'never' ? t('overview.never') : info.expires],
    [t('scenario.text'), info.scenario || '—'],
    [t('overview.faults'), String(info.faults ?? 0)],
    [t('overview.chaos'), `${(info.chaos ?? 0) * 100} %`],
    [t('overview.requests'), t('overview.requests.of', { run: info.requests_in_run.toLocaleString(), all: info.requests.toLocaleString() })],
    [t('overview.held'), String(info.held)]);
}

/** countsOf the collections, each a link to what it holds. All are shown: one that has its first item moves no other. */
export function countsOf(counts, sandbox) {
  return [
    h('p', { class: 'dim small' }, t('overview.counted')),
    h('ul', { class: 'counts mono' }, Object.entries(counts).map(([name, n]) => h('li', { class: n === 0 && 'dim' },
      h('a', { href: to(sandbox, 'sandboxes', 'state', name) }, name), h('span', {}, String(n))))),
  ];
}
