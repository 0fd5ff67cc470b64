// The library of scenarios: what each is about, its tags, and a search.

import { get, path } from './api.js';
import { fill, h, said } from './dom.js';
import { t, translated } from './lang.js';

/** library is {element}; choose gets the name of the scenario that was picked. */
export function library(choose) {
  let all = [];
  const list = h('ul', { class: 'shelf' });
  const search = h('input', {
    type: 'search', name: 'library', placeholder: t('library.search'), 'aria-label': t('library.search'),
    autocomplete: 'off', spellcheck: 'false', oninput: draw,
  });
  const count = h('span', { class: 'dim small' }, '\u00a0'); // it has the height of a line
  const element = h('details', { class: 'library' }, h('summary', {}, t('library.title'), ' ', count),
    h('div', { class: 'stack' }, search, list));

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = all.filter((one) => words.every((word) => textOf(one).includes(word)));
    count.textContent = t('library.count', { n: shown.length });
    fill(list, shown.map((one) => h('li', {}, h('button', { type: 'button', class: 'pick', 'data-name': one.name, onclick: () => pick(one.name) },
      h('span', { class: 'mono' }, one.name),
      (one.tags ?? []).map((tag) => [' ', h('span', { class: 'cell' }, tag)]),
      said('span', translated(one.about ?? ''), { class: 'small' })))));
  }

  function pick(name) {
    element.open = false;
    choose(name);
  }

  get(path('scenarios')).then((answer) => { all = answer; draw(); }, () => {});
  return { element };
}

const textOf = (one) => [one.name, one.about, translated(one.about).text, ...(one.tags ?? []), ...(one.cases ?? [])].join(' ').toLowerCase();
