// An editor for a scenario: a text area over a copy of its text, in which the
// lines that are wrong are marked and say what is wrong with them.

import { fill, h } from './dom.js';
import { told } from './lang.js';

/** editor is {element, value, mark(findings), to(line, column)}. */
export function editor(label, describedBy, onInput) {
  const lines = h('div', { class: 'lines', 'aria-hidden': 'true' });
  const area = h('textarea', {
    'aria-label': label, 'aria-describedby': describedBy, wrap: 'off', spellcheck: 'false',
    autocapitalize: 'off', autocomplete: 'off', oninput: () => { draw([]); onInput(); },
  });
  const element = h('div', { class: 'editor' }, h('div', { class: 'sheet' }, lines, area));

  function draw(findings) {
    fill(lines, area.value.split('\n').map((text, i) => line(text, findings.filter((f) => f.line === i + 1))));
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
      const texts = area.value.split('\n');
      const before = texts.slice(0, lineNumber - 1).reduce((n, text) => n + text.length + 1, 0);
      const at = before + [...(texts[lineNumber - 1] ?? '')].slice(0, column - 1).join('').length;
      area.focus();
      area.setSelectionRange(at, at);
      lines.children[lineNumber - 1]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
  };
}

function line(text, findings) {
  if (findings.length === 0) return h('div', { class: 'line' }, text || ' ');
  const kind = findings.some((f) => f.severity !== 'warning') ? 'wrong' : 'doubtful';
  // Columns count characters, as people do, not the units of the string.
  const characters = [...text];
  const at = Math.min(Math.max(0, findings[0].column - 1), characters.length);
  const [before, rest] = [characters.slice(0, at).join(''), characters.slice(at).join('')];
  const found = foundIn(rest, findings[0].found);
  return h('div', { class: `line ${kind}`, 'data-line': String(findings[0].line) },
    before, h('span', { class: 'from' }, found || ' '), rest.slice(found.length),
    h('span', { class: 'says wide-only' }, findings.map(brief).join(' · ')));
}

// What was found, as it stands in the line; all that is left of the line where the
// checker calls it by another name.
function foundIn(rest, found) {
  const word = found.replace(/^"(.*)"$/, '$1');
  return [found, word].find((one) => one !== '' && rest.startsWith(one)) ?? rest;
}

// Beside the line there is room for what helps most.
function brief(f) {
  return told(f.nearest ? `found ${f.found}; did you mean "${f.nearest}"?` : sentence(f)).text;
}

/** sentence is a finding in words, as the checker writes them. */
export function sentence(f) {
  return `found ${f.found}, expected ${f.expected}${f.nearest ? `; did you mean "${f.nearest}"?` : ''}`;
}
