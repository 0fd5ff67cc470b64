// JSON as text: laid out and coloured without parsing its values, so that 1000.50
// stays 1000.50 and a broken body is shown as it came.

import { h } from './dom.js';

const token = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:]))/y;

/** tokens of a JSON text, or null if it is none. */
function tokens(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const all = [];
  token.lastIndex = 0;
  for (let m = token.exec(text); m; m = token.exec(text)) {
    const [, str, num, lit, mark] = m;
    all.push({ text: str ?? num ?? lit ?? mark, kind: str ? 'str' : num ? 'num' : lit ? 'lit' : 'mark' });
  }
  return all;
}

/** pieces of a laid out JSON text: [text, kind] each; null if it is no JSON. */
function pieces(text) {
  const all = tokens(text);
  if (!all) return null;
  const out = [];
  let depth = 0;
  const line = () => out.push([`\n${'  '.repeat(depth)}`, '']);
  all.forEach(({ text: piece, kind }, i) => {
    const empty = (piece === '{' || piece === '[') && all[i + 1]?.text === (piece === '{' ? '}' : ']') && all[i + 1].kind === 'mark';
    const closes = kind === 'mark' && (piece === '}' || piece === ']');
    if (closes) {
      depth -= 1;
      const before = all[i - 1];
      if (!(before.kind === 'mark' && '{['.includes(before.text))) line();
    }
    const isKey = kind === 'str' && all[i + 1]?.kind === 'mark' && all[i + 1].text === ':';
    out.push([piece === ':' && kind === 'mark' ? ': ' : piece, isKey ? 'key' : kind === 'mark' ? '' : kind]);
    if (kind !== 'mark') return;
    if (piece === '{' || piece === '[') {
      depth += 1;
      if (!empty) line();
    } else if (piece === ',') {
      line();
    }
  });
  return out;
}

/** pretty is the text laid out; as it is if it is no JSON. */
export function pretty(text) {
  const all = pieces(text);
  return all ? all.map(([piece]) => piece).join('') : text;
}

/** body shows a text of a machine; label names it for who doesn't see it. */
export function body(text, label) {
  const all = pieces(text);
  const pre = h('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': label });
  if (!all) {
    pre.textContent = text;
    return pre;
  }
  for (const [piece, kind] of all) pre.append(kind ? h('span', { class: kind }, piece) : piece);
  return pre;
}

/**
 * parseExact parses JSON and keeps the spelling of numbers where the browser can,
 * so that what is shown of them is what is sent.
 */
export function parseExact(text) {
  return JSON.parse(text, (key, value, context) => {
    const source = context?.source;
    if (typeof value !== 'number' || !source || String(value) === source || !JSON.rawJSON) return value;
    return JSON.rawJSON(source);
  });
}
