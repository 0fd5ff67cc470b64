// Where somebody aims nothing may move.

/** How long after it has moved the pointer is about to press, and how long something waits for that at most, in ms. */
const aiming = 500;
const longest = 2000;

let moved = -Infinity;
addEventListener('pointermove', () => { moved = performance.now(); }, { passive: true });

/** calm waits until the pointer rests. */
export async function calm() {
  const latest = performance.now() + longest;
  const left = () => Math.min(moved + aiming, latest) - performance.now();
  while (left() > 0) await new Promise((go) => setTimeout(go, left()));
}
