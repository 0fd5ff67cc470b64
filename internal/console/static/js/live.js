// Live: the exchanges of a sandbox as they come, one of them open beside the list.

import { del, get, of } from './api.js';
import { sure } from './ask.js';
import { calm } from './calm.js';
import { arrows, button, fill, h, later, rove, say, trouble } from './dom.js';
import { exchange } from './exchange.js';
import { kindOf } from './kind.js';
import { t, told } from './lang.js';
import { go, to } from './route.js';
import { exact, took } from './time.js';

/** How many exchanges the list holds; the journal keeps more. */
const most = 1000;

export function live(root, context) {
  const list = new List(context);
  const beside = h('section', { class: 'beside', 'aria-label': t('live.one') });
  const split = h('div', { class: 'split alone' },
    h('section', { class: 'side', 'aria-label': t('live.all') }, list.bar, list.scroll),
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
  const inFront = document.querySelector('dialog[open], :popover-open'); // Escape closes that
  if (event.key === 'Escape' && !typing && !inFront) go(context.sandbox, 'live');
}

/** List holds the rows, the newest first. */
class List {
  rows = new Map(); // id -> {info, row, text}
  open = '';
  came = 0; // since the last time that the page said so
  kept = 0; // in the journal
  found = null; // ids that the journal was searched for; null where nothing is searched for
  #asked = 0;
  #searching = 0;
  #waiting = [];

  constructor(context) {
    this.context = context;
    this.filter = h('input', {
      type: 'search', name: 'filter', placeholder: t('live.filter-short'), 'aria-label': t('live.filter'),
      autocomplete: 'off', spellcheck: 'false', maxlength: 100, oninput: () => { this.found = null; this.sift(); this.search(); },
    });
    this.count = h('span', { class: 'dim small' });
    this.har = h('a', { class: 'btn quiet', download: `${context.sandbox}.har`, title: t('live.har') }, 'HAR');
    this.bar = h('div', { class: 'bar', role: 'search' }, this.filter, this.count, this.har,
      button(t('live.clear'), () => sure(t('live.clear-sure', { id: context.sandbox }), t('live.clear'), () => this.clear()), 'quiet'));
    this.unsearched = h('p', { class: 'dropped dim small' });
    this.rowsElement = arrows(h('ol', { class: 'rows', 'aria-label': t('live.newest-first') }));
    this.rowsElement.addEventListener('focusin', () => rove(this.rowsElement));
    this.empty = h('div', { class: 'empty' });
    this.dropped = h('p', { class: 'dropped dim small' });
    this.flying = h('ul', { class: 'rows', 'aria-label': t('live.in-flight') });
    this.scroll = h('div', { class: 'scroll' }, heads(), this.flying, this.rowsElement, this.unsearched, this.dropped, this.empty);
    this.tellCame = later(() => { say(t('live.came', { n: this.came })); this.came = 0; }, 1500);
    this.onExchange = ({ detail }) => this.come(detail);
    this.onReset = () => {
      [...this.rows.keys()].forEach((id) => this.remove(id));
      this.load();
    };
  }

  start() {
    const { feed } = this.context;
    feed.addEventListener('request', this.onExchange);
    feed.addEventListener('reset', this.onReset);
    this.timer = setInterval(() => document.hidden || this.look(), 2000);
    this.unload = feed.keepLoaded(() => this.load());
  }

  stop() {
    const { feed } = this.context;
    feed.removeEventListener('request', this.onExchange);
    feed.removeEventListener('reset', this.onReset);
    this.unload();
    this.tellCame.cancel();
    clearInterval(this.timer);
    clearTimeout(this.#searching);
  }

  // What is held makes no event before it ends.
  async look() {
    await calm();
    const { in_flight: inFlight } = await get(`${of(this.context.sandbox, 'requests')}?limit=1`).catch(() => ({ in_flight: [] }));
    this.fly(inFlight);
  }

  /** fly shows what isn't answered yet. */
  fly(all) {
    fill(this.flying, all.filter((info) => !this.rows.has(info.id)).map((info) => h('li', {}, h('div', { class: 'row flying' }, cellsOf(info)))));
  }

  // What comes while the list is asked for is newer than its answer, and stays.
  async load() {
    const before = [...this.rows.keys()];
    try {
      const { requests, in_flight: inFlight, dropped, kept } = await get(`${of(this.context.sandbox, 'requests')}?limit=${most}`);
      const known = new Set(requests.map((info) => info.id));
      for (const id of before) if (!known.has(id)) this.remove(id);
      requests.reverse().forEach((info) => this.add(info));
      this.kept = kept;
      this.search();
      this.trim();
      this.fly(inFlight);
      this.dropped.textContent = dropped > 0 ? t('live.dropped', { n: dropped }) : '';
      this.sift();
    } catch (problem) {
      fill(this.empty, trouble(problem));
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
      this.kept += all.length;
      this.trim();
      if (this.found) this.search();
      this.came += all.length;
      this.tellCame();
      this.sift();
      if (this.flying.childElementCount > 0) this.look();
    });
  }

  add(info) {
    const old = this.rows.get(info.id);
    if (old?.info.started === info.started) return; // an exchange that is over doesn't change
    if (old) this.remove(info.id); // of the sandbox's life before a reset
    const entry = { info, row: rowOf(info, this.context.sandbox), text: textOf(info) };
    this.rows.set(info.id, entry);
    this.place(entry);
    if (info.id === this.open) this.mark(info.id);
  }

  // The oldest go. What the search has found stays as long as it is searched for.
  trim() {
    let last = this.rowsElement.lastElementChild;
    while (last && this.rows.size > most) {
      const row = last;
      last = row.previousElementSibling;
      if (!this.found?.has(row.dataset.id)) this.remove(row.dataset.id);
    }
  }

  /** search the whole journal for the filter's words, a moment later. */
  search() {
    if (!this.#searching) this.#searching = setTimeout(() => { this.#searching = 0; this.searchNow(); }, 300);
  }

  async searchNow() {
    this.#asked += 1;
    const mine = this.#asked;
    const q = this.filter.value.trim();
    let answer = null;
    try {
      if (q) answer = await get(`${of(this.context.sandbox, 'requests')}?limit=${most}&q=${encodeURIComponent(q)}`);
    } catch (problem) {
      fill(this.unsearched, trouble(problem));
      return;
    }
    if (mine !== this.#asked) return;
    this.found = answer && new Set(answer.requests.map((info) => info.id));
    answer?.requests.toReversed().forEach((info) => this.add(info));
    this.kept = answer?.kept ?? this.kept;
    this.trim();
    const left = answer && answer.requests.length < most ? answer.kept - answer.looked_at : 0;
    fill(this.unsearched, left > 0 && t('live.unsearched', { n: left }));
    this.sift();
  }

  // Exchanges end in another order than they began; the list goes by the beginning.
  place({ info, row }) {
    let before = this.rowsElement.firstElementChild;
    while (before && isLater(this.rows.get(before.dataset.id).info, info)) before = before.nextElementSibling;
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
    for (const [id, { row, text }] of this.rows) {
      row.hidden = !this.found?.has(id) && !wanted.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    const all = Math.max(this.kept, this.rows.size);
    this.count.textContent = shown === all ? t('live.count', { n: shown }) : t('live.of', { n: shown, all });
    const q = this.filter.value.trim();
    this.har.href = `${of(this.context.sandbox, 'requests.har')}?limit=${most}${q && `&q=${encodeURIComponent(q)}`}`;
    this.empty.hidden = shown > 0;
    rove(this.rowsElement);
    if (shown === 0) fill(this.empty, this.rows.size > 0 ? t('live.none') : emptiness(this.context.sandbox));
  }

  async clear() {
    await del(of(this.context.sandbox, 'requests'));
    go(this.context.sandbox, 'live');
    await this.load();
  }
}

/** order of arrival, by an exchange's id: req-000012. */
const order = (id) => Number(id.slice('req-'.length));

/** isLater compares two exchanges by their beginnings. Calls of K2 have no number among the requests. */
function isLater(a, b) {
  if (!a.direction && !b.direction) return order(a.id) > order(b.id);
  return new Date(a.started) > new Date(b.started);
}

function emptiness(sandbox) {
  const base = location.origin + (sandbox === 'default' ? '' : `/s/${sandbox}`);
  return [h('p', {}, t('live.empty')), h('p', {}, h('code', {}, base))];
}

function rowOf(info, sandbox) {
  return h('li', { 'data-id': info.id }, h('a', { class: 'row', href: to(sandbox, 'live', info.id) }, cellsOf(info)));
}

// Over the columns of a wide list. A row is one link and no row of a table, so they are for the eye.
function heads() {
  return h('div', { class: 'row heads', 'aria-hidden': 'true' },
    ['at', 'status', 'op', 'outcome', 'who', 'by', 'marks', 'took'].map((name) => h('span', { class: name }, t(`live.column.${name}`))));
}

function cellsOf(info) {
  const marks = [info.direction && t('live.out'), info.fault, info.findings?.length && t('live.findings', { n: info.findings.length })].filter(Boolean);
  return [
    h('span', { class: 'op' }, info.operation || `${info.method} ${info.url}`),
    h('span', { class: `status ${kindOf(info)}` }, info.status || '—'),
    h('span', { class: 'outcome' }, info.outcome || '—'),
    h('time', { class: 'at', datetime: info.at }, exact(info.at)),
    h('span', { class: 'who' }, (info.subjects ?? []).join(' ')),
    h('span', { class: 'by' }, (info.rule && told(info.rule).text) || info.target || (info.decided_by === 'behaviour' ? '' : t(`live.by.${info.decided_by}`))),
    h('span', { class: 'marks' }, marks.join(' · ')),
    h('span', { class: 'took' }, took(info.took)),
  ];
}

function textOf(info) {
  return [info.id, info.direction, info.target, info.delivery, info.process, info.method, info.url, info.status, info.operation, info.outcome, info.decided_by, info.rule, info.rule && told(info.rule).text, info.fault,
    t(`live.by.${info.decided_by}`), info.direction && t('live.out'), info.findings?.length && t('live.findings', { n: info.findings.length }),
    ...(info.subjects ?? []), ...(info.findings ?? []).flatMap((f) => [f.text, told(f.text).text])].join(' ').toLowerCase();
}
