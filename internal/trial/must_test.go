package trial_test

import (
	"strings"
	"testing"
)

// TestATryIsJudgedByMust: pauses, orders and moments, on a clock that is moved and on one
// that stands still.
func TestATryIsJudgedByMust(t *testing.T) {
	const exec, approve, get = "{call: kyc.info.exec_proc, with: {iin: 901123300258}}", "{call: kyc.address.approve, with: {iin: 901123300258}}", "{call: kyc.address.get}"
	const timeOut = "{call: kyc.info.exec_proc, with: {iin: 031231500126}, expect: 503}"
	for _, test := range []struct{ name, must, try, failure string }{
		{"a pause that is kept", `{on: kyc.info.exec_proc, gap: ">=30s"}`, exec + ", {advance: 30s}, {repeat: 1}, {advance: 1m}, {repeat: 1}", ""},
		{
			"a pause that is too short", `{on: kyc.info.exec_proc, gap: ">=30s"}`, exec + ", {advance: 30s}, {repeat: 1}, {advance: 29s}, {repeat: 1}",
			"expected 1 or more of kyc.info.exec_proc with a gap of >= 30s between them; there were 3\n  req-000001 at 2024-03-01T09:00:00+05:00\n" +
				"  req-000002 at 2024-03-01T09:00:30+05:00\n  req-000003 at 2024-03-01T09:00:59+05:00\n" +
				"1 came too early, too late or out of order; the first was req-000003 at 2024-03-01T09:00:59+05:00",
		},
		{"no pause on a clock that stands still", `{on: kyc.info.exec_proc, gap: ">=30s"}`, exec + ", {repeat: 1}", "the first was req-000002"},
		{"a pause on the machine's clock", `{on: kyc.info.exec_proc, gap: "<1h"}`, exec + ", {repeat: 1}", ""},
		{"other requests between", `{on: kyc.info.exec_proc, for: {iin: 901123300258}, gap: ">=30s"}`, exec + ", " + timeOut + ", {advance: 30s}, " + exec, ""},
		{"an order", "{order: [kyc.address.approve, {on: kyc.address.get, outcome: found}]}", approve + ", {advance: 5s}, {repeat: 1}, " + get + ", " + approve, ""},
		{
			"one before its turn", "{order: [kyc.info.exec_proc, kyc.address.approve, kyc.address.get]}", approve + ", " + exec + ", {advance: 5s}, " + get,
			"expected in this order: kyc.info.exec_proc, kyc.address.approve, kyc.address.get; there were 1\n" +
				"2 came too early, too late or out of order; the first was req-000001 at 2024-03-01T09:00:00+05:00\nnot answered in its turn: kyc.address.approve",
		},
		{"one that is missing", "{order: [kyc.address.approve, {on: kyc.address.get, outcome: found}]}", approve, "not answered in its turn: kyc.address.get"},
		{"the same one twice", "{order: [kyc.address.approve, kyc.info.exec_proc, kyc.address.approve]}", approve + ", " + exec + ", " + approve, ""},
		{"once", "{on: kyc.info.exec_proc, once: {on: kyc.address.approve, outcome: pending}, count: 1}", exec + ", " + approve + ", " + exec, ""},
		{
			"never once", "{on: kyc.info.exec_proc, once: {on: kyc.address.approve, outcome: valid}, count: 1}", exec + ", " + approve + ", " + exec,
			"expected 1 of kyc.info.exec_proc once there was 1 of kyc.address.approve with the outcome valid; there were 0",
		},
	} {
		report := newBench(t, 0).run(head + "rules: [{on: kyc.info.exec_proc, for: {iin: 031231500126}, do: 503}]\nmust: [" + test.must + "]\ntry: [" + test.try + "]\n")[0]
		for _, step := range report.Steps {
			if !step.Passed {
				t.Errorf("%s: %s", test.name, step.Failure)
			}
		}
		got := ""
		if must := report.Verdict.Must[0]; !must.Passed {
			got = must.String()
		}
		if report.Passed != (test.failure == "") || (got == "") != report.Passed || !strings.Contains(got, test.failure) {
			t.Errorf("%s: passed %v, %s, want %s", test.name, report.Passed, got, test.failure)
		}
	}
}
