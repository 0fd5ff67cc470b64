// Where one is: #/sandbox/page/and/so/on. Every place has an address that can be
// sent to a colleague.

import { has, t } from './lang.js';

export const pages = ['live', 'phones', 'sandboxes', 'contract'];

/** here reads the address: {sandbox, page, rest}. */
export function here() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').map(decode);
  const [sandbox, page, ...rest] = parts;
  return {
    sandbox: sandbox || firstSandbox(),
    page: pages.includes(page) ? page : 'live',
    rest: rest.filter((part) => part !== ''),
  };
}

// A sandbox's own host, such as team.localhost, opens that sandbox.
function firstSandbox() {
  const [label, ...more] = location.hostname.split('.');
  return more.length > 0 && more.at(-1) === 'localhost' ? label : 'default';
}

/** to is the address of a place. */
export function to(sandbox, page, ...rest) {
  return `#/${[sandbox, page, ...rest].map(encodeURIComponent).join('/')}`;
}

/** titleOf a place, what is open there first: it distinguishes the entries of a browser's history. */
export function titleOf({ sandbox, page, rest }) {
  const tab = `sandboxes.${rest[0]}`;
  const open = page === 'sandboxes' ? [has(tab) && t(tab)] : rest;
  return [...open, t(`page.${page}`), sandbox, 'kzsim'].filter(Boolean).join(' · ');
}

/** go there. */
export function go(...place) {
  location.hash = to(...place);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
