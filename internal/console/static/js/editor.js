// An editor for a scenario: a text area over a copy of its text, in which the
// lines that are wrong are marked and say what is wrong with them.

import { fill, h } from './dom.js';

/** editor is {element, value, mark(findings), to(line, column)}. */
export function editor(label, describedBy, onInput) {
  const marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
  const area = h('textarea', {
    'aria-label': label, 'aria-describedby': describedBy, wrap: 'off', spellcheck: 'false',
    autocapitalize: 'off', autocomplete: 'off', oninput: () => { draw([]); onInput(); },
  });
  const element = h('div', { class: 'editor' }, h('div', { class: 'sheet' }, marks, area));
  let findings = [];

  function draw(next) {
    findings = next;
    const lines = area.value.split('\n');
    fill(marks, lines.map((text, i) => line(text, findings.filter((f) => f.line === i + 1))));
    area.setAttribute('aria-invalid', String(findings.some((f) => f.severity !== 'warning')));
  }

  return {
    element,
    get value() { return area.value; },
    set value(text) {
      area.value = text;
      draw([]);
    },
    mark: draw,
    to(lineNumber, column) {
      const before = area.value.split('\n').slice(0, lineNumber - 1).reduce((n, text) => n + text.length + 1, 0);
      const at = before + Math.max(0, column - 1);
      area.focus();
      area.setSelectionRange(at, at);
      marks.children[lineNumber - 1]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
  };
}

function line(text, findings) {
  if (findings.length === 0) return h('div', { class: 'line' }, text || ' ');
  const kind = findings.some((f) => f.severity !== 'warning') ? 'wrong' : 'doubtful';
  // Columns count characters, as people do, not the units of the string.
  const characters = [...text];
  const at = Math.min(Math.max(0, findings[0].column - 1), characters.length);
  return h('div', { class: `line ${kind}`, 'data-line': String(findings[0].line) },
    characters.slice(0, at).join(''), h('span', { class: 'from' }, characters.slice(at).join('') || ' '),
    h('span', { class: 'says' }, findings.map(sentence).join(' · ')));
}

/** sentence is a finding in words, as the checker writes them. */
export function sentence(f) {
  return `found ${f.found}, expected ${f.expected}${f.nearest ? `; did you mean "${f.nearest}"?` : ''}`;
}
