// A scenario made of an exchange.

/** draftOf an exchange is a scenario in which it happens again, and is tried. */
export function draftOf(info) {
  const asked = request(info);
  const whom = ['iin', 'iinbin'].find((field) => typeof asked?.[field] === 'string');
  const rule = [`on: ${info.operation}`];
  if (whom) rule.push(`for: {${whom}: ${JSON.stringify(asked[whom])}}`);
  rule.push(`do: ${info.outcome}`);
  const step = [`call: ${info.operation}`];
  if (asked) step.push(`with: ${JSON.stringify(asked)}`);
  step.push(`expect: ${info.outcome}`);
  return [
    'version: 1',
    `scenario: from-${info.id}`,
    `about: ${JSON.stringify(`${info.operation} answers ${info.outcome}, as in ${info.id}.`)}`,
    `clock: {start: ${JSON.stringify(info.at)}, mode: frozen}`,
    'rules:',
    `  - {${rule.join(', ')}}`,
    'try:',
    `  - {${step.join(', ')}}`,
    '',
  ].join('\n');
}

/** request as `with` writes it, or null where it isn't of an object's shape. */
function request(info) {
  const url = new URL(info.url, location.origin);
  if (info.method === 'GET') return Object.fromEntries(url.searchParams);
  let asked;
  try {
    asked = JSON.parse(info.request.text);
  } catch {
    return null;
  }
  if (asked === null || typeof asked !== 'object') return null;
  if (Array.isArray(asked)) return asked;
  const { api_key: secret, ...rest } = asked;
  const type = /\/request\/([^/]+)\/$/.exec(url.pathname);
  return type ? { document_type: decodeURIComponent(type[1]), ...rest } : rest;
}
