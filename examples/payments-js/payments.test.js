import assert from "node:assert/strict";
import { test } from "node:test";

import { pay } from "./payments.js";

const k2 = process.env.SIM_K2_URL ?? "http://127.0.0.1:8080";

test("a payment is taken", async () => {
  const payment = { refer: "PTPJ000000000001", cur: "KZT", amount: 2000, incoming_amount: 2000 };
  assert.match(await pay(k2, payment), /^taken/);
});
