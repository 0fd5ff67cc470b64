// A sandbox's scenario: one of the library or a pasted one, checked as it is
// written, with what is wrong at its line.

import { del, get, of, path, send } from './api.js';
import { sure } from './ask.js';
import { button, fill, h, later, note, say } from './dom.js';
import { take } from './draft.js';
import { editor, sentence } from './editor.js';
import { t } from './lang.js';

const yaml = 'application/yaml';

export function scenario(root, context, reloadList) {
  const inForce = h('div', {});
  const result = h('div', { id: 'findings', class: 'found', 'aria-live': 'polite' });
  const keep = h('input', { type: 'checkbox', name: 'keep' });
  const library = h('select', { 'aria-label': t('scenario.library'), onchange: choose });
  const check = later(checkNow, 350);
  const text = editor(t('scenario.text'), 'findings', check);
  const apply = button(t('scenario.apply'), putInForce, 'primary');
  let asked = 0;
  let shelf = [];

  fill(root, h('div', { class: 'padded stack' },
    inForce,
    h('div', { class: 'editor-tools' }, h('label', { class: 'field inline' }, t('scenario.library'), library)),
    text.element, result,
    h('div', { class: 'btns align' }, apply,
      h('label', { class: 'check small' }, keep, t('scenario.keep')),
      button(t('scenario.download'), download, 'quiet'))));

  async function load() {
    try {
      shelf = shelfOf(await get(path('scenarios')));
      fill(library, h('option', { value: '' }, t('scenario.choose')), shelf.map((one) => h('option', { value: one.name, title: one.about }, one.name)));
    } catch (error) {
      fill(result, note('bad', error.message));
    }
    await loadInForce();
  }

  async function loadInForce() {
    const now = await get(of(context.sandbox, 'scenario')).catch(() => null);
    const draft = take(context.sandbox);
    if (draft !== undefined) text.value = draft;
    else if (text.value === '') text.value = now?.source ?? starter;
    fill(inForce, now
      ? h('div', { class: 'in-force' }, h('p', {}, t('scenario.in-force'), ' ', h('strong', { class: 'mono' }, now.name ?? ''), now.about && ` — ${now.about}`),
        button(t('scenario.remove'), () => sure(t('scenario.remove-sure'), t('scenario.remove'), remove), 'quiet'))
      : h('p', { class: 'dim' }, t('scenario.none')));
    await checkNow();
  }

  async function choose() {
    const one = shelf.find((s) => s.name === library.value);
    if (!one) return;
    text.value = one.source ?? await get(path('scenarios', one.name));
    await checkNow();
  }

  async function checkNow() {
    asked += 1;
    const mine = asked;
    if (text.value.trim() === '') return show([]);
    try {
      const answer = await send('POST', path('scenarios', 'check'), text.value, yaml);
      if (mine === asked) show(answer.findings ?? []);
    } catch (error) {
      if (mine === asked) fill(result, note('bad', error.message));
    }
    return undefined;
  }

  function show(findings) {
    text.mark(findings);
    const wrong = findings.filter((f) => f.severity !== 'warning').length;
    apply.disabled = wrong > 0;
    fill(result,
      wrong > 0 ? h('p', { class: 'bad-text small' }, h('strong', {}, t('scenario.wrong', { n: wrong }))) : h('p', { class: 'small dim' }, t('scenario.good')),
      h('ol', {}, findings.map((f) => h('li', {},
        h('button', { type: 'button', class: `finding ${f.severity}`, onclick: () => text.to(f.line, f.column) },
          h('span', { class: 'mono at' }, `${f.line}:${f.column}`), h('span', {}, f.path && h('code', {}, f.path, ': '), sentence(f)))))));
  }

  async function putInForce() {
    try {
      await send('PUT', `${of(context.sandbox, 'scenario')}${keep.checked ? '?keep=state' : ''}`, text.value, yaml);
      fill(result, note('good', t('scenario.applied')));
      say(t('scenario.applied'));
      await Promise.all([loadInForce(), reloadList(), context.refreshClock()]);
      fill(result, note('good', t('scenario.applied')));
    } catch (error) {
      if (error.body?.findings) show(error.body.findings);
      else fill(result, note('bad', error.message));
    }
  }

  async function remove() {
    await del(of(context.sandbox, 'scenario'));
    await loadInForce();
  }

  function download() {
    const url = URL.createObjectURL(new Blob([text.value], { type: yaml }));
    h('a', { href: url, download: `${nameIn(text.value)}.yaml` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  load();
  return () => check.cancel();
}

const shelfOf = (answer) => (Array.isArray(answer) ? answer : answer.scenarios ?? []);

const nameIn = (text) => /^scenario:\s*([\w-]+)/m.exec(text)?.[1] ?? 'scenario';

const starter = `version: 1
scenario: mine
about: What goes otherwise than the services would by themselves.
rules:
  - {on: kyc.address.approve, do: [pending, pending, valid]}
`;
