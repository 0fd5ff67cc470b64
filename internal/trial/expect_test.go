package trial_test

import (
	"strings"
	"testing"
)

// TestWhatIsExpectedOfAnAnswer: each word of an expectation is met by one answer and not by
// another; the failure says what came.
func TestWhatIsExpectedOfAnAnswer(t *testing.T) {
	const rules = `rules:
  - {on: kyc.info.exec_proc, for: {iin: 031231500126}, do: 503}
  - {on: kyc.info.exec_proc, for: {iin: 901123300258}, do: {fault: {delay: 3s}}}
  - {on: kyc.address.approve, do: reset}
  - {on: abs.get_cli, do: {fault: {delay: 31s}}}
  - {on: kyc.address.get, do: {fault: {delay: 20s}}}
  - {on: abs.get_acc, times: 1, do: {fault: {delay: 5s}}}
  - {on: abs.get_pdf, when: 'state.loan("none").debt > 1', do: 503}
  - {on: abs.get_pdf, when: 'state.loan("none")?.debt > 1', do: 503}
`
	const exec, down = "{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: ", "{call: kyc.info.exec_proc, with: {iin: 031231500126}, expect: "
	for _, test := range []struct{ step, failure string }{
		{exec + "{any: [found, 503]}}", ""},
		{down + "{any: [found, 503]}}", ""},
		{down + "{any: [found, 504, delay]}}", "expected one of found, 504, delay, got unavailable"},
		{"{call: kyc.address.approve, expect: {any: [pending, reset]}}", ""},
		{exec + `{that: 'status == 200 and len(body) == 1 and headers["content-type"] startsWith "application/json" and raw contains "exec"'}}`, ""},
		{exec + "{that: 'len(body) == 50'}}", "expected that len(body) == 50; len(body) is 1"},
		{exec + "{that: 'status == 200 and len(body) > 1'}}", "expected that status == 200 and len(body) > 1; len(body) > 1 is false: len(body) is 1"},
		{exec + "{headers: {Content-Type: application/json}}}", ""},
		{exec + "{headers: {content-type: text/plain}}}", `header.Content-Type: expected "text/plain", got "application/json"`},
		{exec + "{findings: 1}}", "expected 1 findings, got 0"},
		{exec + "{findings: 0}}", ""},
		{exec + `{took: ">=3s"}}`, ""},
		{exec + `{took: "<3s"}}`, "expected an answer that took < 3s, got one that took 3s of the sandbox's time"},
		{"{call: abs.get_cli, expect: delay}", ""},
		{"{call: abs.get_cli, expect: found}", "expected the outcome found, got no answer within 30s, which is how long a client of a try waits"},
		{`{call: abs.get_cli, expect: {took: ">=31s"}}`, "expected an answer that took >= 31s, got no answer within 30s, which is how long a client of a try waits"},
		{"{parallel: 20, call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 11}]}, expect: {one: accepted, rest: duplicate-trn-id}}", ""},
		{"{parallel: 20, call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 11}]}, expect: {one: accepted}}", ""},
		{
			"{parallel: 20, call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 11}]}, expect: {one: accepted, rest: accepted}}",
			"expected one answer accepted and the others accepted: expected the outcome accepted, got duplicate-trn-id",
		},
		{"{parallel: 20, call: k2.k2extreq_pay_from_eko, with: {items: [{trn_id: 11}]}, expect: {one: duplicate-trn-id}}", "expected exactly one of 20 answers to be duplicate-trn-id, got 19"},
		{"{parallel: 3, call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}", ""},
		{"{parallel: 3, call: kyc.info.exec_proc, with: {iin: 031231500126}, expect: found}", "expected the outcome found, got unavailable"},
		{"{parallel: 3, call: kyc.address.approve, expect: reset}", ""},
		{`{parallel: 64, call: kyc.address.get, expect: {fault: delay, took: "<21s"}}`, ""},
		{`{parallel: 3, call: abs.get_acc, expect: {took: ">=5s"}}`, "expected an answer that took >= 5s, got one that took 0s of the sandbox's time"},
		{"{call: abs.get_pdf, expect: not-found}", `rule 7: when state.loan("none").debt > 1 is false: nothing is there that has debt; ?.debt is nil then`},
		{"{call: abs.get_pdf, expect: not-found}", `rule 8: when state.loan("none")?.debt > 1 is false: state.loan("none")?.debt is null`},
	} {
		given := "given: {k2: {loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 2000000}], demands: [{code: PTPJ000000000001, contract_number: KD0000000001, amount: 2000000}]}}\n"
		report := newBench(t, 0).run(head + given + rules + "try:\n  - " + test.step + "\n")[0]
		if got := report.Steps[0].Failure; (got == "") != (test.failure == "") || !strings.Contains(got, test.failure) {
			t.Errorf("%s: %q, want %q", test.step, got, test.failure)
		}
	}
}
