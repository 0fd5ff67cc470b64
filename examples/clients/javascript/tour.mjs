// The tour in JavaScript: Node 18 or later, no dependencies.
import assert from "node:assert/strict";

const sim = process.env.SIM_URL ?? "http://127.0.0.1:8080";
const control = sim + (sim.includes("/s/") ? "/_sim" : "/_sim/sandboxes/default");
const run = sim + "/restapi/services/run";
const who = { api_key: "my key", iin: "901123300258" };

async function call(url, body) {
  const answer = await fetch(url, body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

async function address() {
  const approve = sim + "/api/v1/backend/address/approve/";
  assert.equal((await call(approve, who)).body.status, "PENDING");
  await call(control + "/clock/advance", { by: "5s" });
  const session = (await call(approve, who)).body;
  assert.equal(session.status, "VALID");
  const fetchIt = () => call(sim + "/api/v1/backend/address/", { ...who, backend_session_id: session.backend_session_id });
  assert.equal((await fetchIt()).body.iin, who.iin);
  assert.deepEqual(await fetchIt(), {
    status: 400,
    body: { detail: "Address data is empty or data already recieved" },
  });
}

async function document() {
  const access = sim + "/api/v1/backend/e-document/online-access";
  const phone = "77015550004";
  const session = (await call(access + "/request/identity_card/", { ...who, phone })).body;
  const { messages } = (await call(`${control}/phones/${phone}`)).body;
  const paper = await call(access + "/approve/", {
    ...session, code: messages.at(-1).code, file: false, file_type: "pdf",
  });
  assert.equal(paper.body.document_type, "identity_card");
}

async function payment() {
  const agreement = { contract_number: "KD0000000001", dbz_dt: "2014-02-08" };
  const loan = { ...agreement, dbz_contract_number: "KD0000000001", iinbin: who.iin, debt: 2000000 };
  assert.equal((await call(run + "/k2loan_from_eko", [loan])).body.error_code, 0);
  const demand = async () => (await call(run + "/k2extreq_by_dbz", agreement)).body.items[0];
  const { code: refer } = await demand();
  const pay = () => call(run + "/k2extreq_pay_from_eko", {
    items: [{ request_id: 1, trn_id: 503, refer, cur: "KZT", amount: 2000 }],
  });
  assert.equal((await pay()).body.error_code, 0);
  assert.equal((await pay()).body.errors[0].error_code, 9);
  assert.equal((await demand()).paid_amount, "2000.00");
}

await call(control + "/reset", {}); // so that the tour can be run twice
await address();
await document();
await payment();
console.log("the tour is done");
