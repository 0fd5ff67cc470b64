// The requests behind a phone's messages, as the services know them.

import { copy } from './copy.js';
import { button, h, renew } from './dom.js';
import { t } from './lang.js';
import { next } from './phonestate.js';
import { to } from './route.js';
import { full } from './time.js';

/** requests is {element, show(messages)}. */
export function requests(context) {
  const list = h('ol', { class: 'asked' });
  const element = h('section', { class: 'behind', 'aria-label': t('phones.behind') }, h('h2', {}, t('phones.behind')),
    h('p', { class: 'dim small' }, t('phones.behind-about')), list);

  function row(message) {
    const due = next(message);
    const copySession = button(t('copy'), () => copy(message.backend_session_id, copySession), 'quiet');
    const operation = message.kind === 'otp' ? 'kyc.edocument.approve' : 'kyc.address.approve';
    return h('li', {},
      h('h3', {}, message.kind === 'otp' ? t('phones.document', { type: message.session?.document_type ?? '' }) : t('phones.address')),
      h('dl', { class: 'facts' },
        h('dt', {}, t('phones.status')), h('dd', { class: 'mono strong' }, message.status || '—'),
        h('dt', {}, t('phones.until')), h('dd', {}, due ? full(due.at) : '—'),
        h('dt', {}, 'iin'), h('dd', { class: 'mono' }, message.iin),
        h('dt', {}, 'backend_session_id'), h('dd', { class: 'mono wrap' }, message.backend_session_id, ' ', copySession)),
      h('p', { class: 'small' }, h('a', { href: to(context.sandbox, 'contract', operation) }, t('phones.contract'))));
  }

  return { element, show: (messages) => renew(list, messages.toReversed(), row) };
}
