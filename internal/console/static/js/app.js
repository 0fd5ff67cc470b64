// The console: who may, which page, and what all pages share.

import { get, whenLocked, of, Problem } from './api.js';
import { fill, h, trouble } from './dom.js';
import { Feed } from './feed.js';
import { gone } from './gone.js';
import { header } from './header.js';
import { remembered, t, use } from './lang.js';
import { here, titleOf } from './route.js';
import { signIn } from './signin.js';
import { Ticker } from './time.js';

import { contract } from './contract.js';
import { live } from './live.js';
import { phones } from './phones.js';
import { sandboxes } from './sandboxes.js';

const makers = { live, phones, sandboxes, contract };
const main = document.getElementById('main');

/** What the pages get: the sandbox, its feed and clock, and who is signed in. */
const context = { sandbox: '', feed: new Feed(), clock: new Ticker(), session: null, refreshClock, listSandboxes: () => top.list() };

let top;
let page = null; // {name, sandbox, show(rest), leave()}
let missing = ''; // the sandbox that was asked for and isn't there

/** A page is made by maker(main, context) and answers {show(rest), leave()}. */
function visit() {
  const place = here();
  if (place.sandbox !== missing) missing = '';
  if (!page || page.name !== place.page || page.sandbox !== place.sandbox) open(place);
  top.show(place);
  if (missing || place.page !== 'sandboxes') top.list().catch(() => {}); // that page asks for them itself
  page.show(place.rest);
  document.title = titleOf(place);
}

// A sandbox that isn't there has no page; the contract is shown without one.
function makerOf(place) {
  return missing && place.page !== 'contract' ? gone : makers[place.page];
}

function open(place) {
  page?.leave();
  context.sandbox = place.sandbox;
  if (context.feed.sandbox !== place.sandbox) {
    context.feed.follow(place.sandbox);
    context.clock.forget(); // it is asked for once the stream is there, or is refused
  }
  fill(main);
  main.className = `page-${place.page}`;
  page = { name: place.page, sandbox: place.sandbox, ...makerOf(place)(main, context) };
}

/** found says whether the sandbox is there; the page is made anew if that has changed. */
function found(is) {
  const now = is ? '' : context.sandbox;
  if (now === missing) return;
  missing = now;
  page?.leave();
  page = null;
  visit();
}

async function refreshClock() {
  const asked = context.sandbox;
  try {
    const clock = await get(of(asked, 'clock'));
    if (asked !== context.sandbox) return;
    context.clock.set(clock);
    context.feed.tell('clock');
    found(true);
  } catch (problem) {
    if (!(problem instanceof Problem)) return; // no answer; the header says so
    if (asked === context.sandbox && problem.status === 404) found(false);
  }
}

function start(session) {
  context.session = session;
  top = header(document.querySelector('.top'), context, changeLanguage);
  addEventListener('hashchange', visit);
  for (const name of ['moved', 'reset', 'scenario', 'state']) context.feed.addEventListener(name, refreshClock);
  visit();
}

/** Everything is drawn anew: a page keeps nothing that isn't in its address. */
async function changeLanguage(language) {
  await use(language);
  translateShell();
  page?.leave();
  page = null;
  top.draw();
  visit();
  document.querySelector('.langs [aria-pressed="true"]').focus({ preventScroll: true });
}

function translateShell() {
  const skip = document.querySelector('.skip');
  skip.textContent = t('skip');
  skip.onclick = (event) => {
    event.preventDefault();
    main.focus();
  };
}

async function begin() {
  await use(remembered());
  translateShell();
  const session = await get('/_sim/console/session');
  if (!session.open) return signIn(main);
  whenLocked(async () => {
    const now = await get('/_sim/console/session');
    if (!now.open) location.reload(); // else the token opens less than what was asked for
  });
  return start(session);
}

begin().catch((problem) => fill(main, h('div', { class: 'padded' }, trouble(problem))));
