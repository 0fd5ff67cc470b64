// The processes of K2: what each has asked the bank or sent it, on a time line, how it stands,
// and what comes next.

import { get, of, post, send } from './api.js';
import { dialog } from './ask.js';
import { attempt, folded } from './delivery.js';
import { button, fill, h, inWords, keep, note, prose, renew, say, trouble } from './dom.js';
import { has, t } from './lang.js';
import { to } from './route.js';
import { full } from './time.js';

/** How many processes are shown, the latest first. */
const most = 50;

// Where the state of a process is, by what it is about.
const collections = { 'k2.inquiry': 'k2.inquiries', 'k2.withdrawal': 'k2.withdrawals', 'k2.registration': 'k2.registrations' };

export function processes(root, context) {
  const problem = h('div', {});
  const list = h('ol', { class: 'deliveries' });
  const more = h('p', { class: 'dim small' });
  fill(root, h('div', { class: 'padded stack wide' },
    h('p', { class: 'measure' }, prose(t('processes.about'))),
    h('div', { class: 'btns' }, button(t('processes.arrive'), () => arrive(context, load), 'primary')),
    problem, list, more));
  const cards = new WeakMap(); // by their elements: {due, left}, what changes with time

  async function load() {
    try {
      const [{ deliveries }, ...states] = await Promise.all([
        get(of(context.sandbox, 'deliveries')),
        ...Object.values(collections).map((name) => get(of(context.sandbox, 'state', name)))]);
      draw(group(deliveries, states));
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  function draw(all) {
    const open = new Set([...list.querySelectorAll('details[open]')].map((one) => one.dataset.of));
    renew(list, all.length > 0 ? all.slice(0, most) : [null], drawn);
    for (const one of list.querySelectorAll('details[data-of]')) one.open = open.has(one.dataset.of);
    more.textContent = all.length > most ? t('live.of', { n: most, all: all.length }) : '';
    tick();
  }

  function drawn(one) {
    if (!one) return h('li', { class: 'dim' }, t('processes.none'));
    const { element, ...timed } = card(one, context, act);
    cards.set(element, timed);
    return element;
  }

  async function act(what, done) {
    fill(problem);
    try {
      await what();
      say(done);
      await load();
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  function tick() {
    for (const element of list.children) {
      const { due, left } = cards.get(element) ?? {};
      if (due) keep(left, t('processes.next', { at: full(due), left: context.clock.left(due) }));
    }
  }

  const timer = setInterval(tick, 500);
  const unload = context.feed.keepLoaded(load, ['delivery', 'request', 'reset', 'moved']);
  return () => {
    unload();
    clearInterval(timer);
  };
}

/** group the calls by the process and what it is about, with the state; the latest first. */
function group(deliveries, states) {
  const all = new Map();
  const of = (process, about) => {
    const id = `${process} ${about}`;
    if (!all.has(id)) all.set(id, { id, process, about, calls: [], state: null, last: '' });
    return all.get(id);
  };
  Object.keys(collections).forEach((process, i) => Object.entries(states[i]).forEach(([about, state]) => {
    const one = of(process, about);
    [one.state, one.last] = [state, state.since];
  }));
  for (const call of deliveries.filter((one) => one.process)) {
    const one = of(call.process, call.about ?? '');
    one.calls.push(call);
    if (new Date(call.at) > new Date(one.last || 0)) one.last = call.at;
  }
  return [...all.values()].sort((a, b) => new Date(b.last) - new Date(a.last));
}

function card(one, context, act) {
  const waiting = one.calls.find((call) => call.state === 'waiting');
  const due = waiting?.next ?? one.state?.due;
  const left = h('p', { class: 'small next' });
  const word = `process.${one.process}`;
  const element = h('li', { class: 'delivery', 'data-process': one.process, 'data-about': one.about },
    h('h3', { class: 'delivery-head' }, h('span', {}, has(word) ? t(word) : one.process), h('span', { class: 'mono wrap' }, one.about),
      one.state && h('span', { class: 'status over state-now' }, one.state.state),
      one.state && h('time', { class: 'dim', datetime: one.state.since }, t('processes.since', { at: full(one.state.since) }))),
    one.state?.failed && note('warn', inWords(one.state.failed)),
    h('ol', { class: 'line-of-time' }, one.calls.map((call) => step(call, one, context, act))),
    left,
    one.process === 'k2.registration' && h('div', { class: 'btns' },
      button(t('processes.withdraw'), () => end('withdraw', one.about, context, act)),
      button(t('processes.return'), () => end('return', one.about, context, act))));
  return { element, due, left };
}

function step(call, one, context, act) {
  const again = button(t('processes.repeat'), () => act(() => post(of(context.sandbox, 'deliveries', call.id, 'repeat')), t('processes.repeated')), 'quiet',
    { 'aria-label': `${t('processes.repeat')}: ${call.id}` });
  return h('li', { 'data-id': call.id, 'data-state': call.state },
    h('p', { class: 'delivery-head' },
      h('time', { class: 'mono', datetime: call.at }, full(call.at)),
      h('a', { class: 'mono wrap', href: to(context.sandbox, 'contract', call.operation) }, call.operation),
      h('span', { class: 'dim' }, t(`deliveries.is.${call.state}`)),
      h('span', { class: 'mono dim' }, call.id),
      call.repeats && h('span', { class: 'dim' }, t('processes.repeats', { id: call.repeats })),
      again),
    h('ol', { class: 'tries', 'aria-label': t('deliveries.tries') }, call.attempts.map((tried, i) => attempt(tried, `${call.id} ${i}`))),
    call.body !== undefined && folded(t('deliveries.body'), JSON.stringify(call.body), `${call.id} body`));
}

// The other bank withdraws its demand, or K2 returns it.
function end(how, reference, context, act) {
  const reason = h('input', { name: 'reason_code', required: true, value: how === 'withdraw' ? '06' : '99', size: 4, autocomplete: 'off' });
  dialog(`${t(`processes.${how}`)}: ${reference}`, [h('label', { class: 'field' }, t('processes.reason'), reason)], { text: t(`processes.${how}`) },
    (data) => act(() => post(of(context.sandbox, 'incoming-demands', reference, how), { reason_code: data.get('reason_code') }), t('processes.done')));
}

const demand = () => ({
  refer: `PTP${String(Date.now()).slice(-13)}`, accept_dt: '2024-03-01', doc_num: '16', doc_at: '2024-02-29', iinbin: '901123300258',
  acc_fullname: '', ben_iban: 'KZ71722R000000000001', amount: 2000000, cur: 'KZT', knp: '423',
});

function arrive(context, load) {
  const text = h('textarea', { name: 'document', class: 'mono', rows: 14, spellcheck: 'false', required: true });
  text.value = JSON.stringify(demand(), null, '  ');
  dialog(t('processes.arrive'), [h('p', { class: 'small' }, prose(t('processes.arrive-about'))), h('label', { class: 'field' }, t('processes.document'), text)],
    { text: t('processes.arrive-go') }, async () => {
      await send('POST', of(context.sandbox, 'incoming-demands'), text.value, 'application/json');
      await load();
    });
}
