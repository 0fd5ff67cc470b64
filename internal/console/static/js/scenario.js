// A sandbox's scenario: one of the library or a pasted one, checked as it is
// written, with what is wrong at its line.

import { get, of, path, send } from './api.js';
import { button, fill, h, later, note, say } from './dom.js';
import { take } from './draft.js';
import { editor, sentence } from './editor.js';
import { inForce } from './inforce.js';
import { t } from './lang.js';

const yaml = 'application/yaml';

export function scenario(root, context, reloadList) {
  const now = inForce(context);
  const result = h('div', { id: 'findings', class: 'found', 'aria-live': 'polite' });
  const keep = h('input', { type: 'checkbox', name: 'keep' });
  const library = h('select', { name: 'library', onchange: choose });
  const oneCase = h('select', { name: 'case' });
  const ofCases = h('label', { class: 'field inline', hidden: true }, t('scenario.case'), oneCase);
  const check = later(checkNow, 350);
  const text = editor(t('scenario.text'), 'findings', check);
  const apply = button(t('scenario.apply'), putInForce, 'primary');
  let asked = 0;

  fill(root, h('div', { class: 'padded stack' },
    now.element,
    h('div', { class: 'editor-tools' }, h('label', { class: 'field inline' }, t('scenario.library'), library), ofCases),
    text.element, result,
    h('div', { class: 'btns align' }, apply,
      h('label', { class: 'check small' }, keep, t('scenario.keep')),
      button(t('scenario.download'), download))));

  async function start() {
    const loaded = await now.load();
    text.value = take(context.sandbox) ?? loaded?.source ?? starter;
    checkNow();
    const shelf = await get(path('scenarios')).catch(() => []);
    fill(library, h('option', { value: '' }, t('scenario.choose')),
      shelf.map((one) => h('option', { value: one.name, title: one.about }, one.name)));
  }

  async function choose() {
    if (!library.value) return;
    text.value = await get(path('scenarios', library.value));
    await checkNow();
  }

  async function checkNow() {
    asked += 1;
    const mine = asked;
    try {
      const answer = await send('POST', path('scenarios', 'check'), text.value, yaml);
      if (mine !== asked) return;
      offerCases(answer.cases ?? []);
      show(answer.findings);
    } catch (error) {
      if (mine === asked) fill(result, note('bad', error.message));
    }
  }

  // A case's whole name is its file's and its own.
  function offerCases(names) {
    const chosen = oneCase.value;
    ofCases.hidden = names.length === 0;
    fill(oneCase, h('option', { value: '' }, t('scenario.whole')), names.map((whole) => {
      const name = whole.slice(whole.indexOf('/') + 1);
      return h('option', { value: name, selected: name === chosen }, name);
    }));
  }

  function show(findings) {
    text.mark(findings);
    const wrong = findings.filter((f) => f.severity !== 'warning').length;
    apply.disabled = wrong > 0;
    fill(result,
      wrong > 0 ? h('p', { class: 'bad-text small' }, h('strong', {}, t('scenario.wrong', { n: wrong }))) : h('p', { class: 'small dim' }, t('scenario.good')),
      h('ol', {}, findings.map((f) => h('li', {}, findingOf(f)))));
  }

  function findingOf(f) {
    return h('button', { type: 'button', class: `finding ${f.severity}`, onclick: () => text.to(f.line, f.column) },
      h('span', { class: 'mono at' }, `${f.line}:${f.column}`),
      h('span', {}, f.path && h('code', {}, f.path, ': '), sentence(f)));
  }

  async function putInForce() {
    const query = new URLSearchParams();
    if (keep.checked) query.set('keep', 'state');
    if (oneCase.value) query.set('case', oneCase.value);
    try {
      await send('PUT', `${of(context.sandbox, 'scenario')}?${query}`, text.value, yaml);
      fill(result, note('good', t('scenario.applied')));
      say(t('scenario.applied'));
      await Promise.all([now.load(), reloadList()]);
    } catch (error) {
      if (error.body?.findings) show(error.body.findings);
      else fill(result, note('bad', error.message));
    }
  }

  function download() {
    const url = URL.createObjectURL(new Blob([text.value], { type: yaml }));
    h('a', { href: url, download: `${nameIn(text.value)}.yaml` }).click();
    URL.revokeObjectURL(url);
  }

  start();
  return () => {
    check.cancel();
    now.leave();
  };
}

const nameIn = (text) => /^scenario:\s*([\w-]+)/m.exec(text)?.[1] ?? 'scenario';

const starter = `version: 1
scenario: mine
about: What goes otherwise than the services would by themselves.
rules:
  - {on: kyc.address.approve, do: [pending, pending, valid]}
`;
