// A phone as its owner sees it: the talk with 1414.

import { of, post } from './api.js';
import { copy } from './copy.js';
import { button, fill, h, keep, say, trouble } from './dom.js';
import { t } from './lang.js';
import { next, spaced } from './phonestate.js';
import { clock as hhmmss, day, short } from './time.js';

/** device is {element, show(messages), tick()}; answered is called after an answer. */
export function device(context, phone, answered) {
  const time = h('time', {});
  const said = h('ol', {});
  const talk = h('div', { class: 'talk', role: 'log', 'aria-label': t('phones.talk', { phone: spaced(phone) }), tabindex: '0' }, said);
  const problem = h('div', { class: 'phone-problem' });
  const text = h('input', { name: 'text', autocomplete: 'off', 'aria-label': t('phones.text'), placeholder: t('phones.text'), required: true });
  const element = h('section', { class: 'phone', 'aria-label': t('phones.phone', { phone: spaced(phone) }) },
    h('p', { class: 'phone-top' }, time, h('span', { class: 'mono' }, spaced(phone))),
    h('p', { class: 'phone-name' }, h('strong', {}, '1414'), h('span', { class: 'dim small' }, t('phones.1414'))),
    talk, problem,
    h('form', { class: 'phone-input', onsubmit: reply }, text, h('button', { type: 'submit', class: 'btn primary', 'aria-label': t('phones.send') }, '↑')));
  let live = []; // {message, foot, status}: what changes with time

  async function reply(event) {
    event.preventDefault();
    if (await act('phones', phone, 'reply', { text: text.value })) text.value = '';
  }

  async function act(...path) {
    const body = path.pop();
    fill(problem);
    try {
      await post(of(context.sandbox, ...path), body);
      await answered();
      talk.focus();
      return true;
    } catch (error) {
      fill(problem, trouble(error));
      return false;
    }
  }

  const answers = {
    approve: (message) => act('phones', phone, 'reply', { text: message.code }),
    reject: (message) => act('subjects', message.iin, 'answer', { with: 'reject' }),
  };

  // What is there stays: a finger may be on it.
  function show(messages) {
    if (!live.every((one, i) => same(one.message, messages[i]))) {
      live = [];
      fill(said);
    }
    const fresh = messages.slice(live.length);
    live.forEach((one, i) => { one.message = messages[i]; });
    fresh.forEach(append);
    live.forEach(follow);
    tick();
    if (fresh.length > 0) talk.scrollTop = talk.scrollHeight;
  }

  function append(message) {
    const date = day(message.at);
    const foot = h('div', { class: 'foot' });
    if (live.length === 0 || day(live.at(-1).message.at) !== date) said.append(h('li', { class: 'day' }, date));
    said.append(bubble(message), h('li', {}, foot));
    live.push({ message, foot, status: null, left: null });
  }

  function tick() {
    if (context.clock.known) {
      keep(time, short(context.clock.now));
      time.title = hhmmss(context.clock.now);
    }
    for (const { message, left } of live) {
      const due = next(message);
      keep(left, due ? t(`phones.next.${due.event}.${message.kind}`, { left: context.clock.left(due.at) }) : '');
    }
  }

  // A foot is drawn anew when the status changes.
  function follow(one) {
    const { status } = one.message;
    if (one.status === status) return;
    if (one.status) say(t(`phones.is.${status || 'gone'}`));
    one.status = status;
    one.left = h('span', { class: 'left' });
    fill(one.foot, footOf(one, answers), one.left);
  }

  return { element, show, tick };
}

const same = (a, b) => a.backend_session_id === b?.backend_session_id && a.at === b.at;

function bubble(message) {
  return h('li', { class: 'bubble in' },
    h('p', { lang: 'ru' }, withCode(message)),
    h('time', { class: 'at' }, short(message.at)));
}

/** The code is in the text already; it is only made easy to see and to take. */
function withCode({ text, code }) {
  const at = code ? text.indexOf(code) : -1;
  if (at < 0) return text;
  const chip = h('button', { type: 'button', class: 'code-chip', title: t('copy'), 'data-code': code, onclick: () => copy(code, chip) }, code);
  return [text.slice(0, at), chip, text.slice(at + code.length)];
}

const yes = ['VALID', 'FETCHED', 'EXPIRED'];

function footOf({ message }, answers) {
  const { status } = message;
  if (message.kind === 'otp') return h('p', { class: 'state' }, t(`phones.otp.${status || 'gone'}`));
  if (status === 'PENDING') {
    return h('div', { class: 'answers' },
      button(t('phones.approve'), () => answers.approve(message), 'primary', { 'data-answer': 'approve' }),
      button(t('phones.reject'), () => answers.reject(message), '', { 'data-answer': 'reject' }));
  }
  return [
    yes.includes(status) && h('p', { class: 'bubble out', lang: 'ru' }, message.code),
    status === 'INVALID' && h('p', { class: 'bubble out' }, t('phones.refused')),
    h('p', { class: 'state', 'data-status': status }, t(`phones.is.${status || 'gone'}`)),
  ];
}
