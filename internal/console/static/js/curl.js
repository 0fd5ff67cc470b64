// An exchange as a command.

// What curl says by itself, or what belongs to one connection.
const left = new Set(['host', 'content-length', 'accept-encoding', 'connection', 'user-agent', 'accept', 'cookie', 'origin', 'referer']);

/** curl is a POSIX shell's command that sends the request again. */
export function curl(info) {
  const parts = ['curl', '-i'];
  if (info.method !== 'GET' && !(info.method === 'POST' && info.request?.text)) parts.push('-X', quote(info.method));
  parts.push(quote((info.target?.includes('://') ? info.target : location.origin) + info.url));
  for (const [name, values] of Object.entries(info.request?.header ?? {})) {
    if (left.has(name.toLowerCase()) || /^sec-/i.test(name)) continue;
    for (const value of values) parts.push('-H', quote(`${name}: ${value}`));
  }
  if (info.request?.text) parts.push('--data-raw', quote(info.request.text));
  return parts.join(' ');
}

// Within single quotes a shell takes everything as it is but the quote itself.
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
