// A sandbox's clock, to be moved: in the header's drawer and on the page of the
// sandboxes.

import { of, post, put } from './api.js';
import { button, fill, h, note, say, segments } from './dom.js';
import { t } from './lang.js';
import { clock as hhmmss, day, local, withZone } from './time.js';

const steps = [['30s', '+30 s'], ['5m', '+5 min'], ['24h', '+1 day']];

let panels = 0;

/** clockPanel shows the time, how it passes, and buttons that move it. */
export function clockPanel(context) {
  panels += 1;
  const face = h('time', { class: 'face' });
  const date = h('span', { class: 'dim' });
  const problem = h('div', {});
  const modes = h('div', {});
  const panel = h('div', { class: 'clock-panel' },
    h('p', { class: 'clock-face' }, face, date), modes,
    advanceButtons(), own(), jump(), problem);

  function draw() {
    if (!panel.isConnected && panel.dataset.shown) return stop();
    panel.dataset.shown = panel.isConnected ? 'yes' : '';
    if (!context.clock.known) return undefined;
    face.textContent = hhmmss(context.clock.now);
    date.textContent = `${day(context.clock.now)}, UTC+5`;
    return undefined;
  }

  function drawModes() {
    const { clock } = context;
    fill(modes, segments(`clock-mode-${panels}`, t('clock.mode'),
      [['real', t('clock.real')], ['frozen', t('clock.frozen')], ['speed', t('clock.faster', { speed: clock.mode === 'speed' ? clock.speed : 60 })]],
      clock.mode, (mode) => change(put, ['clock'], mode === 'speed' ? { mode, speed: 60 } : { mode, speed: 0 })));
    draw();
  }

  async function change(call, parts, body) {
    fill(problem);
    try {
      context.clock.set(await call(of(context.sandbox, ...parts), body));
      say(`${t('clock')}: ${hhmmss(context.clock.now)}`);
      context.feed.tell('clock');
      context.feed.tell('moved');
    } catch (error) {
      fill(problem, note('bad', error.message));
    }
  }

  const advance = (by) => change(post, ['clock', 'advance'], { by });

  function advanceButtons() {
    return h('div', { class: 'btns', role: 'group', 'aria-label': t('clock.advance') },
      steps.map(([by]) => button(t(`clock.by.${by}`), () => advance(by), '', { 'data-by': by })));
  }

  function own() {
    const by = h('input', { name: 'by', placeholder: '2h30m', size: 8, required: true, 'aria-label': t('clock.own'), autocomplete: 'off' });
    return submitting(() => advance(by.value), h('span', { class: 'small' }, t('clock.own')), by, t('clock.go'));
  }

  function jump() {
    const at = h('input', { type: 'datetime-local', step: 1, required: true, 'aria-label': t('clock.until') });
    if (context.clock.known) at.value = local(context.clock.now);
    return submitting(() => change(put, ['clock'], { mode: context.clock.mode, start: withZone(at.value), ...(context.clock.mode === 'speed' ? { speed: context.clock.speed } : {}) }),
      h('span', { class: 'small' }, t('clock.until')), at, t('clock.go'));
  }

  const timer = setInterval(draw, 250);
  context.feed.addEventListener('clock', drawModes);
  function stop() {
    clearInterval(timer);
    context.feed.removeEventListener('clock', drawModes);
  }
  drawModes();
  return panel;
}

function submitting(run, label, field, text) {
  return h('form', { class: 'own', onsubmit: (event) => { event.preventDefault(); run(); } },
    label, field, h('button', { type: 'submit', class: 'btn' }, text));
}
