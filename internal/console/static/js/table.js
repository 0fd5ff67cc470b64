// The contract as the control API tells it, asked for once.

import { get, path } from './api.js';
import { parseExact } from './json.js';

let asked = null;
let refusals = new Set();

/** table is {operations, reserved, switches, machines, ledger}. */
export function table() {
  asked ??= get(path('contract')).then(remember, (problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

function remember(contract) {
  refusals = new Set(contract.operations.flatMap((op) => op.outcomes
    .filter((o) => o.status >= 400 || o.error_code)
    .map((o) => `${op.id} ${o.name}`)));
  return contract;
}

/** refuses says whether an outcome tells of a failure, HTTP 200 or not. */
export const refuses = (operation, outcome) => refusals.has(`${operation} ${outcome}`);

let document = null;

/** openapi is the services' OpenAPI document, with every outcome as an example. */
export function openapi() {
  document ??= fetch(path('contract', 'openapi.json')).then(async (answer) => {
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return parseExact(await answer.text());
  });
  return document;
}
