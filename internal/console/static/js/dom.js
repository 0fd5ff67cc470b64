// Elements. All that is shown goes in as a text node: there is no way from a
// string to markup here, and the page's policy allows none.

import { told } from './lang.js';

/**
 * h makes an element. Props that begin with "on" listen; a boolean sets or leaves
 * out the attribute; null and undefined leave it out. Children are nodes, texts,
 * lists of them, or nothing (null, undefined, false).
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...flat(children));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) {
    element.addEventListener(name.slice(2), value);
  } else if (name === 'value') {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? '' : value);
  }
}

function flat(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
}

/** fill replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

const items = new WeakMap(); // what an element of a list shows, as JSON

/** renew makes a list hold an element for each item. An item's that is as it was stays, with the focus if it has that. */
export function renew(list, all, make) {
  const known = new Map([...list.children].map((one) => [items.get(one), one]));
  const wanted = all.map((item) => {
    const text = JSON.stringify(item);
    const one = known.get(text) ?? make(item);
    items.set(one, text);
    return one;
  });
  const stay = new Set(wanted);
  for (const one of [...list.children]) if (!stay.has(one)) one.remove();
  wanted.forEach((one, i) => one !== list.children[i] && list.insertBefore(one, list.children[i] ?? null));
}

/** prose is a text in which `words` of programs stand between backticks. */
export function prose(text) {
  return text.split('`').map((piece, i) => (i % 2 === 1 ? h('code', {}, piece) : piece));
}

/** said is an element with a text that has a language of its own: {text, lang}. */
export function said(tag, { text, lang }, props = {}) {
  return h(tag, { lang, ...props }, prose(text));
}

/** facts is a list of names and values; pairs without a value are left out. */
export function facts(...pairs) {
  const shown = pairs.filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return h('dl', { class: 'facts' }, shown.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** button with a text. */
export function button(text, onclick, kind = '', props = {}) {
  return h('button', { type: 'button', class: `btn ${kind}`, onclick, ...props }, text);
}

/** note says what went wrong, or well, where it did. */
export function note(kind, ...children) {
  return h('div', { class: `note ${kind}`, role: kind === 'bad' ? 'alert' : null }, children);
}

/** trouble says in which way something failed. */
export function trouble(error) {
  return note('bad', inWords(error.message));
}

/** inWords is a message of the simulator, in the page's language where it has one. */
export function inWords(text) {
  const { text: words, lang } = told(text);
  return h('span', { lang }, words);
}

/** segments let choose one of a few: [value, text] each. */
export function segments(name, legend, options, chosen, onchange) {
  return h('fieldset', { class: 'seg' },
    h('legend', { class: 'unseen' }, legend),
    options.map(([value, text]) => h('label', {},
      h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onchange(value) }), text)));
}

/** keep a text in an element. What has it already is not laid out and drawn again. */
export function keep(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** say announces a text to screen readers. */
export function say(text) {
  document.getElementById('say').textContent = text;
}

/** rove leaves one link of a long list to the Tab key; the arrow keys do the rest. */
export function rove(list) {
  const links = [...list.querySelectorAll('a[href]')].filter((a) => a.offsetParent !== null);
  const one = links.find((a) => a === document.activeElement) ?? links.find((a) => a.hasAttribute('aria-current')) ?? links[0];
  for (const link of links) link.tabIndex = link === one ? 0 : -1;
}

/** arrows lets the arrow keys go through the links of a list. */
export function arrows(list) {
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...list.querySelectorAll('a[href]')].filter((a) => a.offsetParent !== null);
    const next = links[links.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  return list;
}

/** later calls fn once, when it was not called again for a while; at the latest after four times as long. */
export function later(fn, ms) {
  let timer = 0;
  let [at, latest] = [0, 0]; // the instant at which it is called, and the last one at which it may be; 0 for none
  const ask = () => {
    const now = performance.now();
    latest ||= now + 4 * ms;
    if (at === latest) return;
    clearTimeout(timer);
    at = Math.min(now + ms, latest);
    timer = setTimeout(() => { at = latest = 0; fn(); }, at - now);
  };
  ask.cancel = () => { clearTimeout(timer); at = latest = 0; };
  return ask;
}
