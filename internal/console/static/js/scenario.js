// A sandbox's scenario: one of the library or a pasted one, checked as it is
// written, with what is wrong at its line.

import { get, of, path, send } from './api.js';
import { button, fill, h, inWords, later, note, say, trouble } from './dom.js';
import { sure } from './ask.js';
import { draftsOf, isStored, keep as keepDraft } from './drafts.js';
import { editor, sentence } from './editor.js';
import { inForce } from './inforce.js';
import { t } from './lang.js';
import { library } from './library.js';

const yaml = 'application/yaml';

export function scenario(root, context, reloadList) {
  const now = inForce(context);
  const result = h('div', { id: 'findings', class: 'found', 'aria-live': 'polite' });
  const keep = h('input', { type: 'checkbox', name: 'keep' });
  const entries = h('select', { name: 'entry', onchange: () => openEntry(entries.value) });
  const draft = h('div', { class: 'draft' });
  const oneCase = h('select', { name: 'case' });
  const ofCases = h('label', { class: 'field inline', hidden: true }, t('scenario.case'), oneCase);
  const check = later(checkNow, 350);
  const text = editor(t('scenario.text'), 'findings', written);
  const apply = button(t('scenario.apply'), putInForce, 'primary');
  let asked = 0;
  let entry = ''; // that is open: '' for the scenario in force, a name of the library, or a draft's
  let original = starter; // its text before it was edited; undefined where it is a draft alone

  // Shown once it is whole: what came later would move the editor, and be written over its text.
  const whole = h('div', { class: 'padded stack', hidden: true },
    now.element,
    library(openEntry).element,
    h('div', { class: 'editor-tools' }, h('label', { class: 'field inline' }, t('scenario.entry'), entries), ofCases),
    draft, text.element, result,
    h('div', { class: 'btns align' }, apply,
      h('label', { class: 'check small' }, keep, t('scenario.keep')),
      button(t('scenario.download'), download)));
  fill(root, whole);

  // A text is opened as it was left.
  async function openEntry(name) {
    const { texts } = draftsOf(context.sandbox);
    try {
      original = await originalOf(name, texts);
      entry = name;
      text.value = texts[name] ?? original;
      keepDraft(context.sandbox, name, texts[name]);
      drawDraft();
      await checkNow();
    } catch (error) {
      fill(result, trouble(error));
    }
  }

  async function originalOf(name, texts) {
    if (name === '') return (await now.load())?.source ?? starter;
    return get(path('scenarios', name)).catch((problem) => {
      if (texts[name] === undefined) throw problem;
      return undefined; // a draft that began with an exchange
    });
  }

  function written() {
    keepDraft(context.sandbox, entry, text.value === original ? undefined : text.value);
    drawDraft();
    check();
  }

  function drawDraft() {
    const { texts } = draftsOf(context.sandbox);
    const names = [...new Set(['', ...Object.keys(texts), entry])];
    fill(entries, names.map((name) => h('option', { value: name, selected: name === entry },
      `${name || t('scenario.own')}${texts[name] === undefined ? '' : ` · ${t('scenario.draft')}`}`)));
    fill(draft, texts[entry] !== undefined && h('p', { class: 'small draft-line' },
      isStored(context.sandbox) ? t('scenario.kept') : t('scenario.kept-shortly'), ' ',
      button(t('scenario.discard'), () => sure(t('scenario.discard-sure'), t('scenario.discard'), discard))));
  }

  async function discard() {
    keepDraft(context.sandbox, entry, undefined);
    await openEntry(original === undefined ? '' : entry);
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
      if (mine === asked) fill(result, trouble(error));
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
      h('span', {}, f.path && h('code', {}, f.path, ': '), inWords(sentence(f))));
  }

  async function putInForce() {
    const query = new URLSearchParams();
    if (keep.checked) query.set('keep', 'state');
    if (oneCase.value) query.set('case', oneCase.value);
    try {
      await send('PUT', `${of(context.sandbox, 'scenario')}?${query}`, text.value, yaml);
      fill(result, note('good', t('scenario.applied')));
      say(t('scenario.applied'));
      if (entry === '') original = text.value;
      written();
      await Promise.all([now.load(), reloadList()]);
    } catch (error) {
      if (error.body?.findings) show(error.body.findings);
      else fill(result, trouble(error));
    }
  }

  function download() {
    const url = URL.createObjectURL(new Blob([text.value], { type: yaml }));
    h('a', { href: url, download: `${nameIn(text.value)}.yaml` }).click();
    URL.revokeObjectURL(url);
  }

  // What is written in the editor stays: later on the scenario in force alone is loaded.
  async function load() {
    if (!whole.hidden) return now.load();
    const { open } = draftsOf(context.sandbox);
    await Promise.all([openEntry(open), open && now.load()]);
    whole.hidden = false;
  }

  const unload = context.feed.keepLoaded(load, ['request', 'reset', 'scenario']);
  return () => {
    check.cancel();
    unload();
  };
}

const nameIn = (text) => /^scenario:\s*([\w-]+)/m.exec(text)?.[1] ?? 'scenario';

const starter = `version: 1
scenario: mine
about: What goes otherwise than the services would by themselves.
rules:
  - {on: kyc.address.approve, do: [pending, pending, valid]}
`;
