package trial_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatK2HasCalled: a step looks at the calls that the scenario's targets have got.
func TestWhatK2HasCalled(t *testing.T) {
	const arrives = `targets: {abs: bank}
given:
  k2: {incoming: [{reference: PTP1, document: {refer: PTP1, iinbin: 901123300258, amount: 2000000, cur: KZT, knp: "423"}}]}
try:
  - {incoming: PTP1, ends: withdrawn, reason: 06}
`
	for _, test := range []struct{ name, step, failure string }{
		{"any call", "{delivered: abs.reg_pt}", ""},
		{"its body", "{delivered: abs.reg_pt, body: {refer: PTP1, amount: 2000000}}", ""},
		{"its query and the answer", "{delivered: abs.get_cli, query: {iinbin: 901123300258}, outcome: found}", ""},
		{"how many", `{delivered: abs.refuse_pt, body: {reason_code: "${pad(6, 2)}"}, count: 1}`, ""},
		{"none", "{delivered: abs.return_pt, count: 0}", ""},
		{"another body", "{delivered: abs.reg_pt, outcome: malformed, body: {refer: PTP2, amount: 1}}", `expected 1 or more such calls of abs.reg_pt, there were 0
of 1 calls the nearest is del-000003.1:
outcome: expected malformed, got registered
body.amount: expected 1, got 2000000
body.refer: expected "PTP2", got "PTP1"`},
		{"another query", "{delivered: abs.get_cli, query: {iinbin: 031231500126}}", `expected 1 or more such calls of abs.get_cli, there were 0
of 1 calls the nearest is del-000001.1:
query.iinbin: expected "031231500126", got "901123300258"`},
		{"a call that was not made", "{delivered: abs.return_pt}", `expected 1 or more calls of abs.return_pt, there were 0
what was called: abs.get_cli ×1, abs.get_acc ×1, abs.reg_pt ×1, abs.refuse_pt ×1`},
		{"too many", "{delivered: abs.reg_pt, count: \">=2\"}", "expected 2 or more calls of abs.reg_pt, there were 1"},
	} {
		report := newBench(t, 0).run(head + arrives + "  - " + test.step + "\n")[0]
		last := report.Steps[1]
		want := test.failure
		if want != "" {
			want = "test.yaml:8:5: " + want
		}
		if diff := cmp.Diff(want, last.Failure); diff != "" || report.Passed != (want == "") || !strings.HasPrefix(last.Title, "delivered abs.") {
			t.Errorf("%s: %s, passed %v (-want +got):\n%s", test.name, last.Title, report.Passed, diff)
		}
	}
}

// TestWrongAnswersThatARuleHasMade: an answer of the sandbox's own ABS that a rule of the scenario
// makes wrong is no fault of the ABS.
func TestWrongAnswersThatARuleHasMade(t *testing.T) {
	for _, do := range []string{"503", "reset", "truncate", "lost-reply", "{fault: {garbage: json}}", "{fault: {drift: {drop: ibans}}}", "{reply: {status: 200, body: {}}, off_contract: true}"} {
		report := newBench(t, 0).run(head + `targets: {abs: bank}
given:
  k2: {incoming: [{reference: PTP1, document: {refer: PTP1, iinbin: 901123300258, amount: 5, cur: KZT, knp: "423"}}]}
rules:
  - {on: abs.get_acc, times: 1, do: ` + do + `}
try:
  - advance: 1h
  - {delivered: abs.get_acc}
`)[0]
		if !report.Passed {
			t.Errorf("%s: failed by %s", do, report.Steps[len(report.Steps)-1].Failure)
		}
	}
}
