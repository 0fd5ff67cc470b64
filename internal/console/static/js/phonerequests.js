// The requests behind a phone's messages, as the services know them.

import { copy } from './copy.js';
import { button, fill, h } from './dom.js';
import { t } from './lang.js';
import { standing } from './phonestate.js';
import { to } from './route.js';
import { full } from './time.js';

/** requests is {element, show(messages), tick()}. */
export function requests(context) {
  const list = h('ol', { class: 'asked' });
  const element = h('section', { class: 'behind', 'aria-label': t('phones.behind') }, h('h2', {}, t('phones.behind')),
    h('p', { class: 'dim small' }, t('phones.behind-about')), list);
  let live = [];

  function show(messages) {
    live = messages.toReversed().map((message) => {
      const status = h('dd', { class: 'mono strong' });
      const until = h('dd', {});
      const copySession = button(t('copy'), () => copy(message.backend_session_id, copySession), 'quiet');
      const operation = message.kind === 'otp' ? 'kyc.edocument.approve' : 'kyc.address.approve';
      const row = h('li', {},
        h('h3', {}, message.kind === 'otp' ? t('phones.document', { type: message.session?.document_type ?? '' }) : t('phones.address')),
        h('dl', { class: 'facts' },
          h('dt', {}, t('phones.status')), status,
          h('dt', {}, t('phones.until')), until,
          h('dt', {}, 'iin'), h('dd', { class: 'mono' }, message.iin),
          h('dt', {}, 'backend_session_id'), h('dd', { class: 'mono wrap' }, message.backend_session_id, ' ', copySession)),
        h('p', { class: 'small' }, h('a', { href: to(context.sandbox, 'contract', operation) }, t('phones.contract'))));
      return { message, row, status, until };
    });
    fill(list, live.map((one) => one.row));
    tick();
  }

  function tick() {
    if (!context.clock.known) return;
    for (const { message, status, until } of live) {
      const now = standing(message, context.clock.now);
      status.textContent = now.status || '—';
      until.textContent = now.event ? full(now.at) : '—';
    }
  }

  return { element, show, tick };
}

