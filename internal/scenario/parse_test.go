package scenario_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const designFull = `version: 1
scenario: payment-lost-reply
about: A payment is stored but its reply is lost; the retry meets the unique trn_id.
seed: 7
clock: {start: "2024-03-01T09:00:00+05:00", mode: frozen}
profile: {preset: documents, kyc.error_envelope: message}
given:                                    # what is true at the start
  subjects:
    - {iin: 901123300258, phone: 77011234567, answers: approve, after: 30s, documents: [identity_card]}
  k2:
    loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 2000000}]
    demands: [{code: PTPJ000000000001, contract_number: KD0000000001, amount: 2000000}]
rules:                                    # what goes otherwise than the services would by themselves
  - name: lose the first reply
    on: k2.k2extreq_pay_from_eko          # an id, or a pattern such as kyc.address.*
    when: body.items[0].amount > 1000     # an expression over body, query, path, header, now, hour, minute, weekday
    do: [lost-reply, pass]
must:                                     # what the client under test has to do
  - {on: k2.k2extreq_pay_from_eko, outcome: duplicate-trn-id, count: 1}
try:                                      # what a client sees: makes the scenario a test of itself
  - {call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 11, refer: PTPJ000000000001, amount: 2000}]}, expect: lost-reply}
  - {repeat: 1, expect: {outcome: duplicate-trn-id, body: {errors: [{error_code: 9}]}}}
  - {call: kyc.address.approve, with: {iin: 901123300258}, expect: pending, save: {session: body.backend_session_id}}
  - advance: 30s
  - {repeat: 1, expect: valid}
  - {call: kyc.address.get, with: {backend_session_id: "${session}"}, expect: {outcome: found, body: {iin: 901123300258}}}
`

const everyday = `version: 1
scenario: everyday
about: Four things that go wrong every week.
rules:
  - {on: kyc.address.approve, for: {iin: 901123300258}, do: timeout}
  - {on: kyc.address.approve, do: [pending, pending, valid]}   # poll by poll; the last one repeats
  - {on: kyc.info.exec_proc, do: 503}
  - {on: k2.k2extreq_pay_from_eko, do: duplicate-trn-id}
`

func TestDesignExamples(t *testing.T) {
	parse(t, designFull)
	parse(t, everyday)
}

// everything uses each construct of the language once.
const everything = `version: 1
scenario: everything
about: Each construct of the language.
use: [payment-lost-reply.yaml]
seed: 18446744073709551615
clock: {start: "2024-03-01T09:00:00+05:00", speed: 60}
profile: {preset: strict, kyc.answer_timeout: 90s, strict_ids: off}
given:
  subjects:
    - &zarina {iin: 031231500126, phone: "77011234567", answers: reject, after: 1m30s, documents: [], cases: 3}
    - <<: *zarina
      iin: 901123300258
  k2:
    loans: [{contract_number: KD0000000002, dbz_dt: 2014-02-08, iinbin: 940140000385, debt: 10001.00}]
  abs:
    scans: [{dbz_num: "01", missing: true}]
rules:
  - {name: slow, on: kyc.*, for: {iin: [031231500126, 901123300258]}, when: 'header["x-run"] == "7"', do: {fault: {delay: {p50: 300ms, p99: 2s}}}}
  - on: kyc.address.get
    do:
      - found
      - 503
      - token-expired
      - {outcome: found, patch: {address: {city: Алматы}}}
      - {reply: {status: 418, headers: {Retry-After: 5}, body: {detail: tea}}, off_contract: true}
      - {reply: {status: 409, body: '{"detail": "Could not send request to address service"}'}}
      - {outcome: 409, fault: [reset, {delay: 2s}], advance: 1m}
      - pass
  - {on: kyc.address.approve, between: [0s, 10m], times: 4, do: [pending, {subject: approve}, pass, {outcome: valid}]}
  - {on: k2.k2extreq_pay_from_eko, probability: 0.25, between: ["2024-03-01T09:00:00+05:00", "2024-03-02T09:00:00+05:00"], do: lost-reply}
  - {name: quota, on: kyc.*, per: api_key, over: 100/1m, do: {fault: {status: 429}}}
  - {name: some, on: k2.k2loan_from_eko, per: request.iinbin, share: 12.5%, times: 2, do: [502, 504]}
  - {name: rows, on: k2.k2loan_sync_debt, rows: 'row.debt > 1 and now.Hour() == 3', do: [bad-row, pass]}
  - {name: weights, on: kyc.info.exec_proc, do: [{choose: {pass: 70, delay: 20, unavailable: 10}}, pass]}
  - on: abs.get_cli
    once: {on: kyc.*, for: {iin: 901123300258}, when: now.Hour() == 3, outcome: found, count: 3}
    until: {on: abs.get_cli}
    do: 503
  - {on: "*", when: now.Hour() == 3, do: 504}
must:
  - {on: kyc.address.get, for: {iin: 901123300258}, when: body.iin startsWith "90", outcome: found, finding: none, count: ">=1", within: 5m}
  - {on: "*", finding: 10, count: 0}
try:
  - {call: kyc.address.approve, with: {iin: 901123300258}, headers: {X-Run: "${uuid}"}, expect: {status: 200, header: {Content-Type: application/json}, body: {status: PENDING}}, save: {session: body.backend_session_id}}
  - {subject: 901123300258, answer: approve}
  - {repeat: 2}
  - advance: 5s
  - {call: kyc.edocument.request, with: {document_type: passport, phone: "77011234567"}}
  - {call: kyc.edocument.approve, with: {code: "${otp(phone)}", backend_session_id: "${session}", file: true}, expect: {fault: delay}}
cases:
  - name: another
    about: With a clock of its own.
    clock: {mode: real}
    rules: [{on: kyc.address.get, do: upstream-down}]
    try: [{call: kyc.address.get, expect: upstream-down}]
`

// TestMerges: of what is merged the nearest counts: a mapping's own keys, then the
// mappings of a list in their order, then what those have merged.
func TestMerges(t *testing.T) {
	s := parse(t, head+`rules:
  - &one {on: kyc.address.get, times: 1, do: found}
  - &two {<<: *one, name: two, times: 2}
  - &three {on: kyc.info.exec_proc, do: 503, times: 3, probability: 0.5}
  - {<<: [*two, *three], name: four}
`)
	got := []any{s.Rules[1].On, s.Rules[1].Times}
	last := s.Rules[3]
	got = append(got, last.Name, last.On, last.Times, last.Probability, last.Do[0].Outcome)
	want := []any{"kyc.address.get", 2, "four", "kyc.address.get", 2, 0.5, "found"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEverything(t *testing.T) { parse(t, everything) }
