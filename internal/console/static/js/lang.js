// English and Russian. What the services say stays in the language in which they say it. The
// texts of the contract, of the library and of the simulator's messages are found in Russian by
// their English; what has no Russian stays English.

import { get } from './api.js';

const languages = ['en', 'ru'];
const key = 'sim-language';

let language = 'en';
let words = {};
let translations = {}; // Russian texts by their English
let forms = new Map(); // of messages with values, by the words that they begin with
let known = new Map(); // what messages are in the language
let plural = new Intl.PluralRules('en');

/** current language. */
export const current = () => language;

/** remembered is the language that was chosen, else the browser's. */
export function remembered() {
  const chosen = read();
  if (languages.includes(chosen)) return chosen;
  const known = navigator.languages.map((l) => l.slice(0, 2)).find((l) => languages.includes(l));
  return known ?? 'en';
}

/** use a language from now on. */
export async function use(next) {
  const [own, ofContract, ofLibrary, ...ofMessages] = await Promise.all([next, ...(next === 'ru' ? ['contract.ru', 'library.ru', 'reasons.ru', 'messages.ru'] : [])]
    .map((name) => get(`/_sim/console/words/${name}.json`)));
  words = own;
  const messages = Object.assign({}, ...ofMessages);
  translations = { ...ofContract, ...ofLibrary, ...messages };
  forms = Map.groupBy(Object.entries(messages).filter(([english]) => english.includes('{')).map(form), (one) => one.start);
  language = next;
  known = new Map();
  plural = new Intl.PluralRules(next);
  document.documentElement.lang = next;
  write(next);
}

const value = /\{(\w+)\}/g; // in a text, by its name

/**
 * t is a text of the page. {name} stands for a value; a text with forms goes by
 * the number n.
 */
export const t = (name, values = {}) => filled(words[name] ?? name, values);

function filled(text, values) {
  const chosen = typeof text === 'object' ? text[plural.select(values.n)] ?? text.other : text;
  return chosen.replace(value, (whole, v) => (v in values ? number(values[v]) : whole));
}

/** translated is a text of the contract or of the library with its language: {text, lang}. */
export const translated = (text) => (Object.hasOwn(translations, text) ? { text: translations[text], lang: language } : { text, lang: 'en' });

/**
 * told is a message of the simulator with its language: {text, lang}. Values stay as they are.
 * {Name} is translated if it has a form itself; with {NAME} a form holds only if it has.
 */
export function told(message) {
  if (!known.has(message)) {
    const result = tell(message);
    if (known.size >= mostKnown) known.clear();
    known.set(message, result);
  }
  return known.get(message);
}

const mostKnown = 5000;

function tell(message) {
  if (Object.hasOwn(translations, message)) return translated(message);
  const [first, second] = message.split(' ', 2);
  for (const { pattern, part, russian } of formsOf(`${first} ${second}`, first)) {
    const found = message.includes(part) ? pattern.exec(message)?.groups : null;
    if (!found) continue;
    const values = Object.entries(found).map(([name, text]) => [name, isMessage(name) ? told(text) : { text, lang: language }]);
    if (values.some(([name, { lang }]) => lang !== language && mustBeMessage(name))) continue;
    return { text: filled(russian, Object.fromEntries(values.map(([name, { text }]) => [name, text]))), lang: language };
  }
  return { text: message, lang: 'en' };
}

const isMessage = (name) => /^[A-Z]/.test(name);
const mustBeMessage = (name) => /^[A-Z]+$/.test(name);

// What a value may be.
const patterns = { n: '\\d[\\d.]*', within: '\\d[\\w.µ]*', word: '[\\w.$-]+', names: '[^ ]+(?:, [^ ]+)*', path: '(?:\\w+[.[(][^ ]*|hour|minute|weekday|now)', quoted: '".*?"', this: '[^ ]+(?: [^ ]+)?', that: '[^ ]+(?: [^ ]+)?', operation: '[\\w-]+\\.[\\w.*-]+' };
const patternOf = (name) => (patterns[name] ?? (mustBeMessage(name) ? '.{1,300}' : '.*?'));

// form of a message: the words that it begins with, its longest part, and a pattern.
function form([english, russian]) {
  const parts = english.split(value);
  const escaped = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${parts.map((part, i) => (i % 2 ? `(?<${part}>${patternOf(part)})` : escaped(part))).join('')}$`, 's');
  const holds = parts.some((part, i) => i % 2 && isMessage(part));
  return {
    start: parts[0].split(' ').slice(0, -1).slice(0, 2).join(' ') || (mustBeMessage(parts[1]) ? strict : holds ? loose : ''),
    part: parts.filter((_, i) => i % 2 === 0).reduce((a, b) => (b.length > a.length ? b : a)),
    holds,
    pattern,
    russian,
  };
}

// What stands for the start of forms that begin with a value and hold messages: in the strict
// ones the first value has to be one.
const loose = '{';
const strict = '{}';

// formsOf a message that begins with these words. What may hold other messages goes first, as a whole.
function formsOf(...starts) {
  const holds = (start) => forms.get(start)?.some((one) => one.holds);
  return [...starts.filter(holds), loose, strict, ...starts.filter((start) => !holds(start)), ''].flatMap((start) => forms.get(start) ?? []);
}

/** has says whether there is such a text. */
export const has = (name) => name in words;

const number = (value) => (typeof value === 'number' ? value.toLocaleString(language) : String(value));

function read() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is off
  }
}

function write(value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off: the choice holds until the page is left.
  }
}
