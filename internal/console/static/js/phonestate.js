// What the state of a sandbox says of phones, and of the requests behind their
// messages.

import { get, of } from './api.js';

/** phonesOf a sandbox: [{phone, messages}], the latest message first. */
export async function phonesOf(sandbox) {
  const state = (collection) => get(of(sandbox, 'state', collection));
  const [rows, addresses, documents] = await Promise.all(
    ['kyc-messages', 'kyc-address-sessions', 'kyc-edocument-sessions'].map(state));
  const phones = new Map();
  for (const key of Object.keys(rows).sort()) {
    const message = rows[key];
    message.session = addresses[message.backend_session_id] ?? documents[message.backend_session_id];
    if (!phones.has(message.phone)) phones.set(message.phone, { phone: message.phone, messages: [] });
    phones.get(message.phone).messages.push(message);
  }
  const latest = (one) => one.messages.at(-1).at;
  return [...phones.values()].sort((a, b) => (latest(a) < latest(b) ? 1 : -1));
}

/**
 * standing is how a message's request stands at an instant (ms): {status, event,
 * at}, with what comes next by itself and when. The state keeps what was last
 * told; what has fallen due since is reckoned here as the service does when asked.
 */
export function standing(message, now) {
  if (message.kind === 'otp') return documentStanding(message.session, now);
  let { status, expires } = message.session ?? { status: '' };
  for (;;) {
    const [event, at] = following(message.session, status, expires);
    if (!event || now < at) return { status, event, at };
    if (event === 'approve') expires = new Date(Math.floor((at + message.session.life / 1e6) / 1000) * 1000).toISOString();
    status = { approve: 'VALID', reject: 'INVALID', timeout: 'TIMEOUT', expire: 'EXPIRED', 'no-data': 'NOT_FOUND' }[event];
  }
}

function following(session, status, expires) {
  if (status === 'VALID') return ['expire', ms(expires)];
  if (status !== 'PENDING') return ['', 0];
  if (session.answer && ms(session.answer_at) <= ms(session.deadline)) return [session.answer, ms(session.answer_at)];
  return ['timeout', ms(session.deadline)];
}

function documentStanding(session, now) {
  if (session?.status !== 'REQUESTED') return { status: session?.status ?? '', event: '', at: 0 };
  const end = ms(session.code_end);
  return now < end ? { status: 'REQUESTED', event: 'expire', at: end } : { status: 'EXPIRED', event: '', at: 0 };
}

const ms = (instant) => new Date(instant).getTime();

/** spaced is +7 701 123 45 67. */
export function spaced(phone) {
  const m = /^(\d)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return m ? `+${m[1]} ${m.slice(2).join(' ')}` : phone;
}
