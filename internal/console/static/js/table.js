// The contract as the control API has it, asked for once.

import { get, path } from './api.js';
import { parseExact } from './json.js';

let asked = null;

/** table is {operations, reserved, switches, machines, ledger}. */
export function table() {
  asked ??= get(path('contract')).catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

let document = null;

/** openapi is the services' OpenAPI document, with every outcome as an example. */
export function openapi() {
  document ??= fetch(path('contract', 'openapi.json')).then(async (answer) => {
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return parseExact(await answer.text());
  });
  return document;
}
