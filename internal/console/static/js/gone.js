// What is shown in place of a sandbox that isn't there: it was deleted, has expired
// unused, or was never made. It appears by itself once it is made.

import { of, put } from './api.js';
import { button, fill, h, note, trouble } from './dom.js';
import { t } from './lang.js';
import { to } from './route.js';

export function gone(root, context) {
  const { sandbox, session } = context;
  const problem = h('div', {});

  async function make() {
    try {
      await put(of(sandbox));
      await context.refreshClock();
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  fill(root, h('div', { class: 'padded stack gone' },
    note('bad', h('h1', {}, t('gone.title', { id: sandbox }))),
    h('p', {}, t('gone.about')), problem,
    !session.sandbox && h('div', { class: 'btns' },
      button(t('gone.make'), make, 'primary'),
      sandbox !== 'default' && h('a', { class: 'btn', href: to('default', 'live') }, t('gone.open', { id: 'default' })))));
  return { show() {}, leave() {} };
}
