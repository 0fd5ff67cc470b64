// Live: the exchanges of a sandbox as they come, one of them open beside the list.

import { del, get, of } from './api.js';
import { arrows, button, fill, h, later, note, say } from './dom.js';
import { exchange } from './exchange.js';
import { t } from './lang.js';
import { go, to } from './route.js';
import { exact, took } from './time.js';

/** How many exchanges the list holds; the journal keeps more. */
const most = 1000;

export function live(root, context) {
  const list = new List(context);
  const beside = h('section', { class: 'beside', 'aria-label': t('live.one') });
  const split = h('div', { class: 'split alone' },
    h('section', { class: 'side', 'aria-label': t('live.all') }, h('h1', { class: 'unseen' }, t('page.live')), list.bar, list.scroll),
    beside);
  fill(root, split);
  list.start();
  const keys = (event) => shortcuts(event, list, context);
  document.addEventListener('keydown', keys);

  return {
    async show([id]) {
      list.mark(id);
      split.classList.toggle('alone', !id);
      if (!id) return fill(beside);
      return exchange(beside, context, id);
    },
    leave() {
      list.stop();
      document.removeEventListener('keydown', keys);
    },
  };
}

function shortcuts(event, list, context) {
  const typing = event.target.closest?.('input, textarea, select');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    list.filter.focus();
  }
  if (event.key === 'Escape' && !typing) go(context.sandbox, 'live');
}

/** List holds the rows, the newest first. */
class List {
  rows = new Map(); // id -> {info, row, text}
  open = '';
  came = 0; // since the last time that the page said so
  #waiting = [];

  constructor(context) {
    this.context = context;
    this.filter = h('input', {
      type: 'search', name: 'filter', placeholder: t('live.filter'), 'aria-label': t('live.filter'),
      autocomplete: 'off', spellcheck: 'false', oninput: () => this.sift(),
    });
    this.count = h('span', { class: 'dim small' });
    this.bar = h('div', { class: 'bar', role: 'search' }, this.filter, this.count,
      button(t('live.clear'), () => this.clear(), 'quiet'));
    this.rowsElement = arrows(h('ol', { class: 'rows', 'aria-label': t('live.newest-first') }));
    this.empty = h('div', { class: 'empty' });
    this.scroll = h('div', { class: 'scroll' }, this.rowsElement, this.empty);
    this.tellCame = later(() => { say(t('live.came', { n: this.came })); this.came = 0; }, 1500);
    this.onExchange = ({ detail }) => this.come(detail);
    this.onReset = () => this.load();
    this.onState = ({ detail: connected }) => connected && this.load();
  }

  start() {
    const { feed } = this.context;
    feed.addEventListener('exchange', this.onExchange);
    feed.addEventListener('reset', this.onReset);
    feed.addEventListener('state', this.onState);
    this.load();
  }

  stop() {
    const { feed } = this.context;
    feed.removeEventListener('exchange', this.onExchange);
    feed.removeEventListener('reset', this.onReset);
    feed.removeEventListener('state', this.onState);
    this.tellCame.cancel();
  }

  async load() {
    try {
      const { requests } = await get(`${of(this.context.sandbox, 'requests')}?limit=${most}`);
      const known = new Set(requests.map((info) => info.id));
      for (const id of [...this.rows.keys()]) if (!known.has(id)) this.remove(id);
      requests.reverse().forEach((info) => this.add(info));
      this.sift();
    } catch (problem) {
      fill(this.empty, note('bad', problem.message));
      this.empty.hidden = false;
    }
  }

  // A burst is drawn once a frame, not once an exchange.
  come(info) {
    this.#waiting.push(info);
    if (this.#waiting.length > 1) return;
    requestAnimationFrame(() => {
      const all = this.#waiting.splice(0);
      all.slice(-most).forEach((one) => this.add(one));
      this.came += all.length;
      this.tellCame();
      this.sift();
    });
  }

  add(info) {
    const old = this.rows.get(info.id);
    const entry = { info, row: rowOf(info, this.context.sandbox), text: textOf(info) };
    this.rows.set(info.id, entry);
    if (old) old.row.replaceWith(entry.row);
    else this.place(entry);
    if (info.id === this.open) this.mark(info.id);
    while (this.rows.size > most) this.remove(this.rowsElement.lastElementChild.dataset.id);
  }

  // Exchanges end in another order than they began; the list goes by the beginning.
  place({ info, row }) {
    let before = this.rowsElement.firstElementChild;
    while (before && before.dataset.id > info.id) before = before.nextElementSibling;
    this.rowsElement.insertBefore(row, before);
  }

  remove(id) {
    this.rows.get(id)?.row.remove();
    this.rows.delete(id);
  }

  mark(id) {
    this.rows.get(this.open)?.row.firstElementChild.removeAttribute('aria-current');
    this.open = id;
    this.rows.get(id)?.row.firstElementChild.setAttribute('aria-current', 'true');
  }

  /** sift leaves what holds every word of the filter. */
  sift() {
    const wanted = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of this.rows.values()) {
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    this.count.textContent = shown === this.rows.size ? t('live.count', { n: shown }) : t('live.of', { n: shown, all: this.rows.size });
    this.empty.hidden = shown > 0;
    if (shown === 0) fill(this.empty, this.rows.size > 0 ? t('live.none') : emptiness(this.context.sandbox));
  }

  async clear() {
    await del(of(this.context.sandbox, 'requests'));
    go(this.context.sandbox, 'live');
    await this.load();
  }
}

function emptiness(sandbox) {
  const base = location.origin + (sandbox === 'default' ? '' : `/s/${sandbox}`);
  return [h('p', {}, t('live.empty')), h('p', {}, h('code', {}, base))];
}

/** kind of an answer, for its colour. */
export function kindOf(info) {
  if (info.status >= 500 || info.status === 0) return 'failed';
  return info.status >= 400 || info.error ? 'refused' : '';
}

function rowOf(info, sandbox) {
  const marks = [info.fault, info.findings?.length && t('live.findings', { n: info.findings.length })].filter(Boolean);
  return h('li', { 'data-id': info.id },
    h('a', { class: 'row', href: to(sandbox, 'live', info.id) },
      h('span', { class: 'op' }, info.operation || `${info.method} ${info.url}`),
      h('span', { class: `status ${kindOf(info)}` }, info.status || '—'),
      h('span', { class: 'outcome' }, info.outcome || '—'),
      h('time', { class: 'at', datetime: info.at }, exact(info.at)),
      h('span', { class: 'who' }, (info.subjects ?? []).join(' ')),
      h('span', { class: 'by' }, info.rule || (info.decided_by === 'behaviour' ? '' : info.decided_by)),
      h('span', { class: 'marks' }, marks.join(' · ')),
      h('span', { class: 'took' }, took(info.took))));
}

function textOf(info) {
  return [info.id, info.method, info.url, info.status, info.operation, info.outcome, info.decided_by, info.rule, info.fault,
    ...(info.subjects ?? []), ...(info.findings ?? []).map((f) => f.text)].join(' ').toLowerCase();
}
