// Phones, their messages, and what the requests behind them come to by themselves.

import { get, of } from './api.js';

/** phonesOf a sandbox: [{phone, last}], the latest message first. */
export async function phonesOf(sandbox) {
  const rows = await get(of(sandbox, 'state', 'kyc-messages'));
  const phones = new Map();
  for (const key of Object.keys(rows).sort()) phones.set(rows[key].phone, rows[key]);
  return [...phones].map(([phone, last]) => ({ phone, last })).sort((a, b) => (a.last.at < b.last.at ? 1 : -1));
}

/** messagesOn a phone, the oldest first, each with its status and its session. */
export async function messagesOn(sandbox, phone) {
  const [{ messages }, addresses, documents] = await Promise.all([
    get(of(sandbox, 'phones', phone)),
    get(of(sandbox, 'state', 'kyc-address-sessions')),
    get(of(sandbox, 'state', 'kyc-edocument-sessions')),
  ]);
  return messages.map((message) => {
    const id = message.backend_session_id;
    return { ...message, session: addresses[id] ?? documents[id] };
  });
}

/**
 * next is what a message's request comes to by itself, and when (ms): {event, at};
 * null if nothing does.
 */
export function next({ status, session }) {
  if (!session) return null;
  switch (status) {
    case 'REQUESTED':
      return { event: 'expire', at: ms(session.code_end) };
    case 'VALID':
      return { event: 'expire', at: endOf(session) };
    case 'PENDING':
      if (session.answer && ms(session.answer_at) <= ms(session.deadline)) return { event: session.answer, at: ms(session.answer_at) };
      return { event: 'timeout', at: ms(session.deadline) };
    default:
      return null;
  }
}

// The state keeps the last answer to a client; who approved since has no end yet.
function endOf(session) {
  if (session.status === 'VALID') return ms(session.expires);
  return Math.floor((ms(session.answer_at) + session.life / 1e6) / 1000) * 1000;
}

const ms = (instant) => new Date(instant).getTime();

/** spaced is +7 701 123 45 67. */
export function spaced(phone) {
  const m = /^(\d)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return m ? `+${m[1]} ${m.slice(2).join(' ')}` : phone;
}
