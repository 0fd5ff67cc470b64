// A sandbox's clock, to be moved: in the header's drawer and on the page of the
// sandboxes.

import { of, post, put } from './api.js';
import { button, fill, h, keep, say, segments, trouble } from './dom.js';
import { t } from './lang.js';
import { clock as hhmmss, day, full, fullInput, withZone } from './time.js';

const steps = ['30s', '5m', '24h'];

/** How fast the third mode is, unless the clock has a speed of its own already. */
const fast = 60;

let panels = 0; // radio buttons of two panels are two groups

/** clockPanel shows the time, how it passes, and buttons that move it. */
export function clockPanel(context) {
  panels += 1;
  const name = `clock-mode-${panels}`;
  const face = h('time', { class: 'face' });
  const date = h('span', { class: 'dim' });
  const modes = h('div', {});
  const problem = h('div', {});
  const by = h('input', { name: 'by', placeholder: '2h30m', required: true, autocomplete: 'off', 'aria-label': t('clock.own') });
  const until = h('input', { name: 'until', ...fullInput, required: true, 'aria-label': t('clock.until') });
  const panel = h('div', { class: 'clock-panel' },
    h('p', { class: 'clock-face' }, face, date),
    modes,
    h('div', { class: 'btns', role: 'group', 'aria-label': t('clock.advance') },
      steps.map((step) => button(t(`clock.by.${step}`), () => advance(step), '', { 'data-by': step }))),
    line(t('clock.own'), by, () => advance(by.value)),
    line(t('clock.until'), until, jump),
    problem);

  async function change(call, path, body) {
    fill(problem);
    try {
      context.clock.set(await call(of(context.sandbox, ...path), body));
      say(`${t('clock')}: ${hhmmss(context.clock.now)}`);
      context.feed.tell('clock');
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  function advance(step) {
    return change(post, ['clock', 'advance'], { by: step });
  }

  function run(mode, speed, start) {
    return change(put, ['clock'], { mode, speed: mode === 'speed' ? speed : 0, ...(start && { start }) });
  }

  function jump() {
    return run(context.clock.mode, context.clock.speed, withZone(until.value));
  }

  function drawModes() {
    const { clock } = context;
    const speed = clock.mode === 'speed' ? clock.speed : fast;
    fill(modes, segments(name, t('clock.mode'),
      [['real', t('clock.real')], ['frozen', t('clock.frozen')], ['speed', t('clock.speed', { speed })]],
      clock.mode, (mode) => run(mode, speed)));
    if (clock.known && until.value === '') until.value = full(clock.now);
    tick();
  }

  let shown = false; // once shown and then gone, the panel stops

  function tick() {
    if (shown && !panel.isConnected) stop();
    shown ||= panel.isConnected;
    panel.classList.toggle('unknown', !context.clock.known);
    keep(face, hhmmss(context.clock.now));
    keep(date, `${day(context.clock.now)}, UTC+5`);
  }

  const timer = setInterval(tick, 250);
  context.feed.addEventListener('clock', drawModes);

  function stop() {
    clearInterval(timer);
    context.feed.removeEventListener('clock', drawModes);
  }

  drawModes();
  return panel;
}

function line(text, field, run) {
  return h('form', { class: 'own', onsubmit: (event) => { event.preventDefault(); run(); } },
    h('span', { class: 'small' }, text), field, h('button', { type: 'submit', class: 'btn' }, t('clock.go')));
}
