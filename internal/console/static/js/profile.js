// A sandbox's profile: the preset, and the switches over it, each with the points
// of the ledger that it stands for.

import { get, of, put } from './api.js';
import { fill, h, prose, said, say, segments, trouble } from './dom.js';
import { t, translated } from './lang.js';
import { to } from './route.js';
import { table } from './table.js';

export function profile(root, context) {
  const problem = h('div', {});
  const head = h('div', { class: 'stack' });
  const list = h('div', { class: 'switches' });
  fill(root, h('div', { class: 'padded stack wide' }, head, problem, list));
  let contract;
  let words = {};

  // What is as it was drawn stays: it may have the focus.
  async function load() {
    try {
      const [read, now] = await Promise.all([table(), get(of(context.sandbox, 'profile'))]);
      if (contract && JSON.stringify(now) === JSON.stringify(words)) return;
      [contract, words] = [read, now];
      draw();
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  async function change(next) {
    fill(problem);
    try {
      words = await put(of(context.sandbox, 'profile'), next);
      say(t('profile.saved'));
    } catch (error) {
      fill(problem, trouble(error));
    }
    const focused = document.activeElement?.name;
    draw();
    if (focused) list.querySelector(`[name="${CSS.escape(focused)}"]:checked, input[type="text"][name="${CSS.escape(focused)}"]`)?.focus();
  }

  function draw() {
    const presets = Object.keys(contract.switches[0].presets);
    fill(head,
      h('p', {}, t('profile.about')),
      segments('preset', t('profile.preset'), presets.map((name) => [name, t(`preset.${name}`)]), words.preset, (preset) => change({ ...words, preset })),
      h('p', { class: 'small dim' }, t(`preset.${words.preset}.about`)));
    const byService = Map.groupBy(contract.switches, (s) => (s.key.includes('.') ? s.key.split('.')[0] : ''));
    fill(list, [...byService].map(([service, all]) => h('section', {},
      h('h3', {}, service ? service.toUpperCase() : t('profile.all')),
      all.map((one) => row(one)))));
  }

  function row(one) {
    const under = one.presets[words.preset];
    const set = words[one.key];
    const choose = (value) => {
      const next = { ...words, [one.key]: value };
      if (value === under) delete next[one.key];
      return change(next);
    };
    const control = one.values?.length
      ? segments(one.key, translated(one.about).text, one.values.map((v) => [v, v]), set ?? under, choose)
      : h('input', { type: 'text', name: one.key, 'aria-label': translated(one.about).text, value: set ?? under, size: 8, onchange: (event) => choose(event.target.value) });
    return h('div', { class: 'switch' },
      h('div', { class: 'switch-head' },
        h('p', { class: 'mono' }, one.key, set !== undefined && h('span', { class: 'set' }, ` ${t('profile.set', { value: under })}`)),
        said('p', translated(one.about), { class: 'small' })),
      h('div', { class: 'switch-control' }, control),
      ledgerOf(one));
  }

  function ledgerOf(one) {
    const entries = (one.ledger ?? []).map((n) => contract.ledger[n - 1]).filter(Boolean);
    return h('div', { class: 'switch-ledger' }, entries.map((entry) => h('details', {},
      h('summary', { class: 'small' }, t('ledger.n', { n: String(entry.number) })),
      h('div', { class: 'ledger-text small' },
        said('p', translated(entry.finding)), h('p', {}, h('strong', {}, t('ledger.decision')), ' ', said('span', translated(entry.decision))),
        h('p', {}, h('a', { href: to(context.sandbox, 'contract', 'ledger', String(entry.number)) }, t('ledger.open')))))));
  }

  return context.feed.keepLoaded(load, ['reset', 'scenario', 'profile'], 0);
}
