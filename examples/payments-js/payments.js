// Tells K2 of a payment. Node 18 or later, no dependencies.

const alreadyThere = 9; // error_code: duplicate key value violates unique constraint

// pay tells K2 of a payment, and again if the answer is lost. All tries have one
// trn_id, so that K2 takes the payment once.
export async function pay(k2, payment, tries = 3) {
  const trn_id = nextId();
  for (let left = tries; left > 0; left--) {
    const answer = await send(k2, { ...payment, trn_id }).catch(() => undefined);
    if (answer && answer.error_code === 0) return "taken";
    if (answer?.errors?.some((row) => row.error_code === alreadyThere)) return "taken before";
  }
  throw new Error("K2 did not answer");
}

async function send(k2, item) {
  const response = await fetch(`${k2}/restapi/services/run/k2extreq_pay_from_eko`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ items: [item] }),
    signal: AbortSignal.timeout(5000),
  });
  return response.json();
}

let last = 1000;
const nextId = () => ++last;
