// The form for a new sandbox.

import { get, path, post } from './api.js';
import { dialog } from './ask.js';
import { copy } from './copy.js';
import { push } from './deliveries.js';
import { button, facts, fill, h, said } from './dom.js';
import { t, translated } from './lang.js';
import { go } from './route.js';
import { table } from './table.js';
import { fullInput, withZone } from './time.js';

export async function makeSandbox(context) {
  const field = (name, ...inner) => h('label', { class: 'field' }, t(`make.${name}`), inner);
  const text = (name, props = {}) => field(name, h('input', { name, autocomplete: 'off', ...props }));
  const choice = (name, options) => field(name, h('select', { name }, options.map(([value, label]) => h('option', { value }, label))));
  const [library, contract] = await Promise.all([get(path('scenarios')).catch(() => []), table()]);
  const presets = Object.keys(contract.switches[0].presets);
  const starts = library.flatMap(startsOf);
  const about = h('span', { class: 'small', 'aria-live': 'polite' });
  const scenario = h('input', {
    name: 'scenario', list: 'library-names', autocomplete: 'off', spellcheck: 'false', placeholder: t('make.none'),
    oninput: () => fill(about, said('span', starts.find(([name]) => name === scenario.value)?.[1] ?? translated(''))),
  });
  dialog(t('make.title'), [
    h('datalist', { id: 'library-names' }, starts.map(([value, { text: label, lang }]) => h('option', { value, lang }, label))),
    text('id', { placeholder: t('make.id-hint'), pattern: '[a-z0-9][a-z0-9\\-]*', autofocus: true }),
    text('owner', { placeholder: t('make.owner-hint') }),
    field('scenario', scenario, about),
    h('div', { class: 'two' },
      choice('mode', [['', t('make.by-scenario')], ['real', t('clock.real')], ['frozen', t('clock.frozen')]]),
      text('start', fullInput)),
    h('div', { class: 'two' },
      choice('preset', [['', t('make.by-scenario')], ...presets.map((name) => [name, t(`preset.${name}`)])]),
      text('seed', { inputmode: 'numeric', pattern: '[0-9]*', placeholder: '1' })),
    text('expires', { placeholder: t('make.expires-hint') }),
    text('abs', { placeholder: 'sandbox:self', spellcheck: 'false' }),
    field('deliver', h('span', { class: 'mono wrap' }, push), h('input', { name: 'deliver', type: 'url', autocomplete: 'off', placeholder: 'http://localhost:9000/exclusions' })),
  ], { text: t('make.go') }, async (data, box) => {
    const made = await post(path('sandboxes'), specOf(data));
    if (!context.session.token_needed) {
      go(made.id, 'sandboxes', 'overview');
      return false;
    }
    fill(box, tokenOnce(made, box));
    return true;
  });
}

// What a sandbox can start from: a scenario of the library, or one of its cases.
function startsOf(one) {
  return [one.name, ...(one.cases ?? []).map((name) => `${one.name}/${name}`)].map((name) => [name, translated(one.about ?? '')]);
}

function specOf(data) {
  const spec = {};
  for (const name of ['id', 'owner', 'expires', 'scenario']) if (data.get(name)) spec[name] = data.get(name);
  if (data.get('seed')) spec.seed = Number(data.get('seed'));
  if (data.get('preset')) spec.profile = { preset: data.get('preset') };
  if (data.get('mode') || data.get('start')) spec.clock = { mode: data.get('mode') || 'frozen' };
  if (data.get('deliver')) spec.deliver = { [push]: data.get('deliver') };
  if (data.get('abs')) spec.targets = { abs: data.get('abs') };
  if (data.get('start')) spec.clock.start = withZone(data.get('start'));
  return spec;
}

/** The token of a sandbox is shown once, when it is made. */
function tokenOnce(made, box) {
  const copied = (name, value) => {
    const press = button(t('copy'), () => copy(value, press), 'quiet', { 'aria-label': `${t('copy')}: ${name}` });
    return [name, h('span', { class: 'address' }, h('code', { class: 'wrap' }, value), press)];
  };
  return h('div', { class: 'stack' },
    h('h2', {}, t('make.made', { id: made.id })),
    facts(copied('base_url', made.base_url), copied('token', made.token)),
    h('p', { class: 'small' }, t('make.token-once')),
    h('div', { class: 'btns' }, button(t('make.open'), () => { box.close(); go(made.id, 'sandboxes', 'overview'); }, 'primary')));
}
