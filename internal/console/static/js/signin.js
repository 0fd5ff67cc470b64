// The form for a control token.

import { fill, h, note } from './dom.js';
import { brand } from './header.js';
import { t } from './lang.js';

/** signIn shows the form; a token that opens something loads the console anew. */
export function signIn(root) {
  const problem = h('div', {});
  const field = h('input', { id: 'token', name: 'token', type: 'password', autocomplete: 'current-password', required: true });
  const form = h('form', { class: 'signin', method: 'post', action: '/_sim/console/session' },
    h('h1', { tabindex: '-1' }, t('signin.title')),
    h('p', {}, t('signin.about')),
    h('label', { class: 'field', for: 'token' }, t('signin.token'), field),
    problem,
    h('button', { type: 'submit', class: 'btn primary' }, t('signin.enter')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) {
      await enter(await answer.json());
      return;
    }
    fill(problem, note('bad', t('signin.wrong')));
    field.select();
  });
  fill(document.querySelector('.top'), brand());
  fill(root, form);
  field.focus();
}

async function enter(session) {
  if (session.sandbox) location.hash = `#/${encodeURIComponent(session.sandbox)}/live`;
  location.reload();
}
