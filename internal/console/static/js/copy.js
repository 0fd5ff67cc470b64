// The clipboard.

import { say } from './dom.js';
import { t } from './lang.js';

/** copy a text, and say so on the button that was pressed. */
export async function copy(text, button) {
  const done = await write(text);
  const word = done ? t('copied') : t('not-copied');
  say(word);
  if (!button || button.dataset.was) return;
  button.dataset.was = button.textContent;
  button.textContent = word;
  setTimeout(() => {
    button.textContent = button.dataset.was;
    delete button.dataset.was;
  }, 1200);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeOldWay(text); // not a secure context: plain HTTP on another host
  }
}

function writeOldWay(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
