// Times are a sandbox's, and shown as Kazakhstan's clocks show them (UTC+5),
// in any zone of the reader's machine.

import { current, t } from './lang.js';

const zone = 5 * 3600 * 1000;

const shifted = (instant) => new Date(new Date(instant).getTime() + zone).toISOString();

/** day is 2024-03-01. */
export const day = (instant) => shifted(instant).slice(0, 10);

/** clock is 09:00:30. */
export const clock = (instant) => shifted(instant).slice(11, 19);

/** exact is 09:00:30.120. */
export const exact = (instant) => shifted(instant).slice(11, 23);

/** short is 09:00. */
export const short = (instant) => shifted(instant).slice(11, 16);

/** full is 2024-03-01 09:00:30. */
export const full = (instant) => `${day(instant)} ${clock(instant)}`;

/** fullInput is an input for such a time. A browser's own has the form of the browser's language. */
export const fullInput = {
  pattern: '\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?', placeholder: '2024-03-01 09:00:00', title: '2024-03-01 09:00:00', autocomplete: 'off',
};

/** withZone is an instant as the control API takes it, from a day and a time. */
export const withZone = (local) => `${local.replace(' ', 'T')}${local.length === 16 ? ':00' : ''}+05:00`;

/** span is a time that is left or has passed, in ms: 1:48, or 2:03:11. */
function span(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const two = (n) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** took is a Go duration with as many digits as help: 1.2042ms is 1.2 ms. */
export function took(duration) {
  const match = /^([\d.]+)(ns|µs|ms|s)$/.exec(duration);
  if (!match) return duration;
  const value = Number(match[1]);
  return `${value.toLocaleString(current(), { maximumFractionDigits: value < 10 ? 1 : 0 })} ${t(`unit.${match[2]}`)}`;
}

/** Ticker knows what a sandbox's clock shows now, from what it showed when asked. */
export class Ticker {
  #at = 0;
  #asked = 0;
  #pace = 0;
  mode = 'real';
  speed = 1;

  /** set it by the control API's answer: {now, mode, speed}. */
  set(info) {
    this.#at = new Date(info.now).getTime();
    this.#asked = performance.now();
    this.mode = info.mode;
    this.speed = info.speed ?? 1;
    this.#pace = { real: 1, frozen: 0, speed: this.speed }[info.mode] ?? 1;
  }

  /** forget, until it is set by another sandbox's. */
  forget() {
    this.#asked = 0;
  }

  get known() {
    return this.#asked > 0;
  }

  /** left until an instant, as span has it. It takes as much place while the clock is not known. */
  left(instant) {
    return this.known ? span(new Date(instant).getTime() - this.now) : '-:--';
  }

  /** now in ms. */
  get now() {
    return this.#at + (performance.now() - this.#asked) * this.#pace;
  }
}
