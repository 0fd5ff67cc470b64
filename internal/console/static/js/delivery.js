// One delivery: how it stands, what is sent, and every try.

import { of, post } from './api.js';
import { copy } from './copy.js';
import { button, fill, h, inWords, keep, trouble } from './dom.js';
import { body, pretty } from './json.js';
import { kindOf } from './kind.js';
import { t } from './lang.js';
import { exact, full, took } from './time.js';

// Each state by the colour that answers have.
const kinds = { waiting: 'refused', 'given-up': 'failed', overtaken: 'over' };

/** delivery is {element, at, show(delivery), tick()}: what has been shown once stays. */
export function delivery(first, context) {
  const state = h('span', {});
  const next = h('p', { class: 'small next' });
  const problem = h('div', {});
  const tries = h('ol', { class: 'tries', 'aria-label': t('deliveries.tries') });
  const element = h('li', { class: 'delivery', 'data-id': first.id },
    h('h3', { class: 'delivery-head' }, state,
      h('span', { class: 'mono' }, first.id), h('time', { class: 'dim', datetime: first.at }, full(first.at)),
      first.repeats && h('span', { class: 'dim' }, t('processes.repeats', { id: first.repeats })),
      button(t('processes.repeat'), repeat, 'quiet', { 'aria-label': `${t('processes.repeat')}: ${first.id}` })),
    problem,
    first.process && h('p', { class: 'mono wrap' }, [first.operation, first.query].filter(Boolean).join('?')),
    first.body !== undefined && folded(t('deliveries.body'), JSON.stringify(first.body)),
    next, tries); // the last, so that another try pushes nothing down
  let now = null;

  async function repeat() {
    try {
      await post(of(context.sandbox, 'deliveries', first.id, 'repeat'));
      fill(problem);
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  // Of two tellings the one with more tries is the later; the last ends the waiting.
  function isOld(one) {
    const more = one.attempts.length - (now?.attempts.length ?? 0);
    return now && (more < 0 || (more === 0 && now.state !== 'waiting'));
  }

  function show(one) {
    if (isOld(one)) return;
    now = one;
    element.dataset.state = one.state;
    state.className = `status ${kinds[one.state] ?? ''}`;
    state.textContent = t(`deliveries.is.${one.state}`);
    tries.append(...one.attempts.slice(tries.childElementCount).map((tried) => attempt(tried)));
    tick();
  }

  function tick() {
    next.hidden = now.state !== 'waiting';
    if (next.hidden) return;
    const isDue = context.clock.known && new Date(now.next).getTime() <= context.clock.now;
    keep(next, isDue ? t('deliveries.now') : t('deliveries.next', { at: full(now.next), left: context.clock.left(now.next) }));
  }

  show(first);
  return { element, at: first.at, show, tick };
}

/** attempt is one try. What is folded in it is found again by a name, if there is one. */
export function attempt(one, name) {
  const status = one.status ?? 0;
  return h('li', {},
    h('time', { class: 'mono dim', datetime: one.at, title: full(one.at) }, exact(one.at)),
    h('span', { class: `status ${kindOf({ status, error: one.error })}` }, status ? `HTTP ${status}` : t('live.no-answer')),
    h('span', { class: 'wrap' }, one.error && inWords(one.error)),
    h('span', { class: 'dim took' }, took(`${one.took_ms}ms`)),
    one.answer && folded(t('deliveries.answer'), one.answer, name));
}

/** folded is a text of a machine that is laid out when it is opened. */
export function folded(title, text, name) {
  const press = button(t('copy'), () => copy(pretty(text), press), 'quiet');
  const inside = h('div', { class: 'folded' });
  const unfold = () => inside.childElementCount === 0 && fill(inside, body(text, title), press);
  return h('details', { ontoggle: unfold, 'data-of': name }, h('summary', { class: 'small' }, title), inside);
}
