// A sandbox's addresses, clock and state.

import { del, get, of, post, put } from './api.js';
import { sure } from './ask.js';
import { clockPanel } from './clockpanel.js';
import { copy } from './copy.js';
import { button, facts, fill, h, note, say } from './dom.js';
import { t } from './lang.js';
import { go } from './route.js';
import { full } from './time.js';

export function overview(root, context, reloadList) {
  const about = h('div', {});
  const state = h('div', {});
  const problem = h('div', {});
  fill(root, h('div', { class: 'padded columns' },
    h('section', { class: 'stack', 'aria-label': t('clock') }, h('h3', {}, t('clock')), clockPanel(context)),
    h('section', { class: 'stack' }, h('h3', {}, t('overview.about')), about),
    h('section', { class: 'stack' }, h('h3', {}, t('overview.state')), state, problem, actions())));

  function actions() {
    const file = h('input', { type: 'file', accept: 'application/json,.json,.yaml', class: 'unseen', id: 'snapshot', tabindex: '-1', onchange: restore });
    return h('div', { class: 'btns' },
      h('a', { class: 'btn', href: of(context.sandbox, 'snapshot'), download: `${context.sandbox}.snapshot.yaml` }, t('overview.snapshot')),
      button(t('overview.restore'), () => file.click()), file,
      button(t('overview.reset'), () => sure(t('overview.reset-sure', { id: context.sandbox }), t('overview.reset'), reset), 'danger'),
      context.sandbox !== 'default' && button(t('overview.delete'), () => sure(t('overview.delete-sure', { id: context.sandbox }), t('overview.delete'), remove), 'danger'));
  }

  async function load() {
    try {
      const [info, counts] = await Promise.all([get(of(context.sandbox)), get(of(context.sandbox, 'state'))]);
      fill(about, factsOf(info));
      fill(state, countsOf(counts));
    } catch (error) {
      fill(about, note('bad', error.message));
    }
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
      await put(of(context.sandbox, 'snapshot'), JSON.parse(await file.text()));
      say(t('overview.was-restored'));
      await Promise.all([load(), context.refreshClock()]);
    } catch (error) {
      fill(problem, note('bad', error.message));
    }
  }

  load();
  context.feed.addEventListener('reset', load);
  return () => context.feed.removeEventListener('reset', load);
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
    [t('overview.requests'), info.requests.toLocaleString()],
    [t('overview.held'), String(info.held)]);
}

function countsOf(counts) {
  const held = Object.entries(counts).filter(([, n]) => n > 0);
  if (held.length === 0) return h('p', { class: 'dim small' }, t('overview.empty'));
  return h('div', { class: 'counts mono' }, facts(...held.map(([name, n]) => [name, String(n)])));
}
