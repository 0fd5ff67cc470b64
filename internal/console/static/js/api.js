// The control API.

/** Problem is an answer that isn't a success (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.body = body;
  }
}

const base = '/_sim/';

/** path of the control API; the parts of a sandbox's own begin with its id. */
export function path(...parts) {
  return base + parts.map(encodeURIComponent).join('/');
}

/** of is a path below a sandbox. */
export function of(sandbox, ...parts) {
  return path('sandboxes', sandbox, ...parts);
}

export const get = (url) => call('GET', url);
export const del = (url) => call('DELETE', url);
export const put = (url, body) => call('PUT', url, body);
export const post = (url, body) => call('POST', url, body);

/** send a text, such as a scenario, as it is. */
export function send(method, url, text, type) {
  return answer(fetch(url, { method, body: text, headers: { 'Content-Type': type } }));
}

function call(method, url, body) {
  const init = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  return answer(fetch(url, init));
}

let onLocked = () => {};

/** whenLocked says what to do when the control API asks for a token. */
export function whenLocked(fn) {
  onLocked = fn;
}

async function answer(fetched) {
  const response = await fetched;
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body;
  if (response.status === 401) onLocked();
  throw new Problem(response.status, body && typeof body === 'object' ? body : { detail: text });
}

function parse(text) {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
