// English and Russian. What the services say stays in the language in which they say it. The
// texts of the contract and of the library are found in Russian by their English; what has no
// Russian stays English.

import { get } from './api.js';

const languages = ['en', 'ru'];
const key = 'sim-language';

let language = 'en';
let words = {};
let translations = {}; // Russian texts by their English
let reasons = []; // forms of the journal's reasons, each with its Russian
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
  const [own, ofContract, ofLibrary, ofReasons] = await Promise.all([next, ...(next === 'ru' ? ['contract.ru', 'library.ru', 'reasons.ru'] : [])]
    .map((name) => get(`/_sim/console/words/${name}.json`)));
  words = own;
  translations = { ...ofContract, ...ofLibrary };
  reasons = Object.entries(ofReasons ?? {}).map(([english, russian]) => [form(english), russian]);
  language = next;
  plural = new Intl.PluralRules(next);
  document.documentElement.lang = next;
  write(next);
}

const value = /\{(\w+)\}/g; // in a text, by its name

/**
 * t is a text of the page. {name} stands for a value; a text with forms goes by
 * the number n.
 */
export function t(name, values = {}) {
  let text = words[name] ?? name;
  if (typeof text === 'object') text = text[plural.select(values.n)] ?? text.other;
  return text.replace(value, (whole, v) => (v in values ? number(values[v]) : whole));
}

/** translated is a text of the contract or of the library with its language: {text, lang}. */
export const translated = (text) => (text in translations ? { text: translations[text], lang: language } : { text, lang: 'en' });

/** reason is why a request was answered as it was, with its language: {text, lang}. */
export function reason(line) {
  for (const [english, russian] of reasons) {
    const found = english.exec(line);
    if (found) return { text: russian.replace(value, (whole, name) => found.groups[name]), lang: language };
  }
  return { text: line, lang: 'en' };
}

// form of a text whose values may be anything.
function form(text) {
  const escaped = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.split(value).map((part, i) => (i % 2 ? `(?<${part}>.*?)` : escaped(part))).join('')}$`, 's');
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
