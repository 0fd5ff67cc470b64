// Dialogs.

import { button, fill, h, trouble } from './dom.js';
import { t } from './lang.js';

/** dialog shows a form; done(form data) may fail with a problem to show in it. */
export function dialog(title, fields, action, done) {
  const problem = h('div', {});
  const submit = h('button', { type: 'submit', class: `btn ${action.kind ?? 'primary'}` }, action.text);
  const box = h('dialog', { 'aria-labelledby': 'dialog-title' },
    h('form', { class: 'stack', onsubmit: run },
      h('h2', { id: 'dialog-title' }, title), fields, problem,
      h('div', { class: 'btns' }, submit, button(t('cancel'), () => box.close(), '', { autofocus: action.kind === 'danger' }))));
  async function run(event) {
    event.preventDefault();
    submit.disabled = true;
    try {
      const keepOpen = await done(new FormData(event.target), box);
      if (!keepOpen) box.close();
    } catch (error) {
      fill(problem, trouble(error));
    } finally {
      submit.disabled = false;
    }
  }
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** sure asks before something that can't be undone. */
export function sure(question, text, done) {
  return dialog(question, [], { text, kind: 'danger' }, done);
}
