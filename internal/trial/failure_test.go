package trial_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestARequestThatGetsNowhereIsAFailure: what the client's library or HTTP itself
// refuses leaves nothing in the journal to wait for.
func TestARequestThatGetsNowhereIsAFailure(t *testing.T) {
	source := head + `rules:
  - {on: kyc.info.exec_proc, times: 1, do: {reply: {body: {text: "two\nlines"}}, off_contract: true}}
try:
  - {call: kyc.info.exec_proc, save: {text: body.text}}
  - {call: kyc.info.exec_proc, headers: {X: "${text}"}}
  - {call: kyc.info.exec_proc, headers: {Expect: something}}
  - {call: kyc.info.exec_proc, expect: found}
`
	want := []string{
		"", `test.yaml:7:5: the request got nowhere: net/http: invalid header field value for "X"`,
		"test.yaml:8:5: the request got to no service: HTTP itself answers it by the status 417", "",
	}
	report := newBench(t, 0).run(source)[0]
	for i, step := range report.Steps {
		if step.Failure != want[i] {
			t.Errorf("step %d: %q, want %q", i, step.Failure, want[i])
		}
	}
}

func TestFailuresAreExplained(t *testing.T) {
	source := head + `rules:
  - {name: down for others, on: kyc.info.exec_proc, for: {iin: 031231500126}, do: 503}
  - {on: kyc.info.exec_proc, do: [{reply: {status: 503, body: {detail: KZ Citizen Info service is not available now}}}, reset]}
  - {on: k2.k2extreq_by_dbz, for: {contract_number: KD2}, do: {fault: {delay: 1s}}}
try:
  - {call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: {outcome: found, status: 200, header: {x-a: b}, body: [{exec_proc_num: Y}]}}
  - {repeat: 1, expect: found}
  - {call: k2.k2extreq_by_dbz, with: {contract_number: KD1, dbz_dt: 2014-02-08}, expect: {fault: delay, body: {error_code: 1, items: [{amount: 7}], error_text: ""}}, save: {code: "body.items[0].code"}}
  - {call: k2.k2extreq_by_dbz, with: {contract_number: KD1, dbz_dt: 2014-02-08}, expect: {body: {error_text: Принято к исполнению и помещено в картотеку}}}
  - {call: kyc.address.get, with: {backend_session_id: "${code}"}}
  - {repeat: 1}
  - {subject: 901123300258, answer: approve}
  - {call: kyc.edocument.request, with: {phone: 77011234567}, headers: {Prefer: outcome=not-in-cmdb}, expect: not-in-cmdb}
  - {call: kyc.edocument.approve, with: {code: "${otp(phone)}"}, expect: document}
  - {call: k2.getfile, with: {code: CUST-820989b2-b545-496a-be37-5c70a7e9ec79}, expect: {that: len(raw) == 1}}
`
	want := [][]string{
		{
			"test.yaml:8:67: expected the outcome found, got unavailable",
			"expected the status 200, got 503",
			`header.X-A: expected "b", got no such field`,
			`body: expected [{"exec_proc_num":"Y"}], got {"detail":"KZ Citizen Info service is not available now"}`,
			"req-000001: POST /s/try-test/api/v1/backend/info/kz/exec_proc_info/",
			`decided by the rule "rule 2"`,
			"  down for others: for: iin is 901123300258, not 031231500126",
			"  rule 2: decided: step 1 of 2 for subject 901123300258: a reply of its own",
			`the answer: {"detail":"KZ Citizen Info service is not available now"}`,
		},
		{
			"test.yaml:9:25: expected the outcome found, got no answer: EOF",
			"  rule 2: decided: step 2 of 2 for subject 901123300258: reset",
		},
		{
			"test.yaml:10:90: expected the fault delay, got none",
			`body.error_code: expected 1, got 0`,
			`body.items: expected [{"amount":"7"}], got []`,
			"decided by behaviour",
		},
		{`test.yaml:11:90: body.error_text: expected "Принято к исполнению и помещено в картотеку", got ""`},
		{"test.yaml:12:56: ${code}: the step that saves it has failed"},
		{"test.yaml:13:5: there is no request to repeat: the call before could not be made"},
		{"test.yaml:14:5: there is no open address request to answer of the subject 901123300258"},
		{},
		{"test.yaml:16:48: ${otp(phone)}: 1414 has sent no code to 77011234567"},
		{"test.yaml:17:89: expected that len(raw) == 1; len(raw) is 58858", "the answer: 61102 bytes of application/pdf"},
	}
	report := newBench(t, 0).run(source)[0]
	if report.Passed || len(report.Steps) != len(want) {
		t.Fatalf("passed %v with %d steps", report.Passed, len(report.Steps))
	}
	for i, lines := range want {
		got := strings.Split(report.Steps[i].Failure, "\n")
		for _, line := range lines {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.TrimSpace(g) == strings.TrimSpace(line) }) {
				t.Errorf("step %d: no line %q in:\n%s", i, line, strings.Join(got, "\n"))
			}
		}
	}
}

// TestFailuresAreShort: what a rule cannot do is told once, many findings are counted, and a
// request that was sent as it stands is called so.
func TestFailuresAreShort(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`rules:
  - {on: kyc.info.exec_proc, do: {patch: [{recovery_amount: "5"}]}}
try:
  - {call: kyc.info.exec_proc, expect: {outcome: found, body: [{recovery_amount: "5"}]}}
`, `test.yaml:6:40: expected the outcome found, got the status 500
req-000001: POST /s/try-test/api/v1/backend/info/kz/exec_proc_info/
decided by the rule "rule 1"
  rule 1: decided: a patch
finding: the rule "rule 1" can't be followed: the patched answer does not fit kyc/exec_proc.response.json: /0/recovery_amount: does not match pattern '^[0-9]+\\.[0-9]{3}$'; say off_contract if that is meant`},
		{`try:
  - {call: k2.k2extreq_pay_from_eko, with: {items: [{each: 1..7, item: {trn_id: "${i}"}}]}, expect: {outcome: bad-row, findings: 0}}
`, `test.yaml:4:101: expected 0 findings, got 7
the request was sent as it stands, without the required fields that it lacks: the step expects bad-row
req-000001: POST /s/try-test/restapi/services/run/k2extreq_pay_from_eko
decided by behaviour
finding: ledger 36: /items/0/amount: found nothing, expected a value: the field is required
finding: ledger 36: /items/1/amount: found nothing, expected a value: the field is required
finding: ledger 36: /items/2/amount: found nothing, expected a value: the field is required
finding: ledger 36: /items/3/amount: found nothing, expected a value: the field is required
finding: ledger 36: /items/4/amount: found nothing, expected a value: the field is required
and 2 findings more`},
	} {
		report := newBench(t, 0).run(head + test.source)[0]
		failure, _, _ := strings.Cut(report.Steps[0].Failure, "\nthe answer: ")
		if diff := cmp.Diff(test.want, failure); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
