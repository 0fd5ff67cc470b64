package contract_test

import (
	"fmt"
	"strings"
	"testing"
)

// profiles are the presets, and every switch with every value it may have.
func profiles() []string {
	all := []string{`{"preset": "documents"}`, `{"preset": "observed"}`, `{"preset": "strict"}`}
	for _, s := range table().Switches {
		values := s.Values
		if len(values) == 0 {
			values = []string{"0s", "1ms", "8760h"}
		}
		for _, value := range values {
			all = append(all, fmt.Sprintf("{%q: %q}", s.Key, value))
		}
	}
	return all
}

// TestOutcomesUnderEverySwitch: whatever a profile says, each outcome can be had
// by name and fits its schema.
func TestOutcomesUnderEverySwitch(t *testing.T) {
	if n := len(table().Switches); n < 12 {
		t.Errorf("there are %d switches, want a dozen", n)
	}
	for _, words := range profiles() {
		t.Run(strings.Trim(words, "{}"), func(t *testing.T) {
			t.Parallel()
			for _, op := range table().Operations {
				r := newRun(t, op)
				r.control("PUT", "/profile", words)
				for _, o := range op.Outcomes {
					q := sampleRequest(op)
					a := send(t, op.Method, r.base+q.target(t, r.saved), filled(t, q.body, r.saved), "Prefer", "outcome="+o.Name, "Authorization", login)
					if got := checkShape(t, op, a.asInTheTable(words, op, o)); got.Name != o.Name {
						t.Errorf("%s answered %s, asked for %s", op.ID, got.Name, o.Name)
					}
				}
			}
		})
	}
}

// login that the switch k2.login asks for.
const login = "Bearer token"

// asInTheTable is an answer with the status of its outcome, where the switch k2.http_status
// gives it that of its code.
func (a answer) asInTheTable(words string, op operation, o outcome) answer {
	if strings.Contains(words, `"k2.http_status": "error-code"`) && a.status == o.Code {
		a.status = wires[[2]string{op.ID, o.Name}].status
	}
	return a
}

// TestLogin: with the switch K2 answers 401 to a request without a login, before it looks at
// anything else of it; the other services don't ask.
func TestLogin(t *testing.T) {
	r := newRun(t, operation{})
	r.control("PUT", "/profile", `{"k2.login": "required"}`)
	const demands, client = "/restapi/services/run/k2extreq_by_dbz", "/abs/get_cli?iinbin=901123300258"
	const agreement = `{"contract_number":"KD1","dbz_dt":"2014-02-08"}`
	for _, test := range []struct {
		method, path, body string
		header             []string
		status             int
	}{
		{"POST", demands, agreement, nil, 401},
		{"POST", demands, "{", nil, 401},
		{"POST", demands, agreement, []string{"Authorization", "Bearer "}, 401},
		{"POST", demands, agreement, []string{"Authorization", "Digest x"}, 401},
		{"POST", demands, agreement, []string{"Authorization", login}, 200},
		{"POST", demands, agreement, []string{"Authorization", "basic dXNlcjpwYXNz"}, 200},
		{"POST", demands, agreement, []string{"Cookie", "session=1"}, 200},
		{"GET", "/restapi/getfile?code=x", "", nil, 401},
		{"GET", client, "", nil, 200},
	} {
		a := send(t, test.method, r.base+test.path, test.body, test.header...)
		if a.status != test.status {
			t.Errorf("%s with %q: HTTP %d, want %d", test.path, test.header, a.status, test.status)
		}
		if want := `{"error_code":401,"error_text":"Unauthorized"}`; a.status == 401 && (string(a.body) != want || a.header.Get("WWW-Authenticate") != "Bearer") {
			t.Errorf("%s: %s, %v", test.path, a.body, a.header)
		}
	}
}

// TestSamplesUnderEverySwitch: the documents' own requests get one of their
// operation's answers under every profile, never the simulator's apology.
func TestSamplesUnderEverySwitch(t *testing.T) {
	for _, words := range profiles() {
		t.Run(strings.Trim(words, "{}"), func(t *testing.T) {
			t.Parallel()
			r := newRun(t, operation{})
			r.control("PUT", "/profile", words)
			for range 2 { // the second time they meet what the first has left
				for _, op := range table().Operations {
					if op.ID == "kyc.address.approve" && strings.Contains(words, `"hold"`) {
						continue // it is held until the clock moves
					}
					q := sampleRequest(op)
					a := send(t, op.Method, r.base+q.target(t, r.saved), filled(t, q.body, r.saved), "Authorization", login)
					o, _ := op.outcome(a.outcome())
					checkShape(t, op, a.asInTheTable(words, op, o))
				}
			}
		})
	}
}

// forced asks the operation for an outcome by name.
func forced(outcome string, edits ...string) step {
	return func(r *run) {
		r.t.Helper()
		r.ask(sampleRequest(r.op).edited(r.t, edits...), "Prefer", "outcome="+outcome)
		wantOutcome(outcome)(r)
	}
}

// keep the last answer's body, for same.
func keep(r *run) { r.saved["body"] = string(r.last.body) }

// same checks that the last answer's body is the one that was kept.
func same(r *run) {
	r.t.Helper()
	if got := string(r.last.body); got != r.saved["body"] {
		r.t.Errorf("the body was %s and is %s", r.saved["body"], got)
	}
}

// TestForcedSuccessIsTrueAfterwards: a success that was asked for by name brings
// the state to where it is true, as the next requests show.
func TestForcedSuccessIsTrueAfterwards(t *testing.T) {
	strict := step(func(r *run) { r.control("PUT", "/profile", `{"preset": "strict"}`) })
	for _, c := range []struct {
		operation string
		steps     []step
	}{
		{"kyc.info.exec_proc", steps(subject(`"cases": 0`), forced("found"), step(keep), ask(), step(same))},
		{"kyc.address.approve", steps(forced("valid"), save("session", "backend_session_id"), askOf("kyc.address.get"), wantOutcome("found"))},
		{"kyc.address.approve", steps(forced("pending"), answers("reject"), ask(), wantOutcome("invalid"))},
		{"kyc.address.approve", steps(forced("invalid"), ask(), wantOutcome("pending"))},
		{"kyc.address.get", steps(forced("found"), ask(), wantOutcome("already-received"))},
		{"kyc.edocument.request", steps(subject(`"registered": false`), forced("requested"), save("session", "backend_session_id"),
			step(readCode), askOf("kyc.edocument.approve"), wantOutcome("document-pdf"))},
		{"kyc.edocument.approve", steps(forced("document-image"), ask(), wantOutcome("already-received"))},
		{"kyc.edocument.approve", steps(forced("document-failed"), ask(), wantOutcome("already-requested"))},
		{"k2.k2loan_from_eko", steps(forced("accepted", `/0/debt: 5`), askOf("k2.k2extreq_by_dbz", `/dbz_dt: "2014-02-08"`), wantOutcome("found"))},
		{"k2.k2extreq_pay_from_eko", steps(refuseUnknown, forced("accepted"))},
		{"k2.k2extreq_by_dbz", steps(forced("found"), step(keep), ask(), wantOutcome("found"), step(same))},
		{"k2.k2req_status_from_eko", steps(strict, forced("accepted"), ask(), wantOutcome("accepted"))},
		{"k2.k2req_return_from_eko", steps(strict, forced("accepted"), ask(), wantOutcome("accepted"))},
		{"k2.k2inforeq_rzap_by_refer", steps(forced("found", `/refer: "HSBKRX0000000009"`), step(keep),
			ask(`/refer: "HSBKRX0000000009"`), wantOutcome("found"), step(same))},
		{"k2.k2loan_exclude_off_by_iin_dbznum", steps(forced("accepted"), ask(), wantOutcome("not-found"))},
		{"k2.getfile", steps(forced("file", `/code: "CUST-new"`), step(keep), ask(`/code: "CUST-new"`), wantOutcome("file"), step(same))},
		{"abs.get_cli", steps(stranger, forced("found"), step(keep), ask(), wantOutcome("found"), step(same))},
		{"abs.get_acc", steps(given("abs.accounts", `{"iinbin": "000000000000", "none": true}`),
			forced("found"), step(keep), ask(), wantOutcome("found"), step(same))},
		{"abs.get_acc_stmt_dt", steps(strictABS, forced("found"), step(keep), ask(), wantOutcome("found"), step(same))},
		{"abs.get_pdf", steps(strictABS, forced("scan"), step(keep), ask(), wantOutcome("scan"), step(same))},
		{"abs.reg_pt", steps(ask(), forced("registered", `/amount: 7`), askOf("abs.get_all_pt_from_abs", `: {}`), wantOutcome("page"))},
		{"abs.refuse_pt", steps(strictABS, forced("refused"), ask(), wantOutcome("wrong-state"))},
		{"abs.return_pt", steps(strictABS, forced("returned"), ask(), wantOutcome("wrong-state"))},
		{"abs.colvir_get_loan_debt", steps(strictABS, forced("debt"), step(keep), ask(), wantOutcome("debt"), step(same))},
		{"abs.way4_get_loan_debt", steps(strictABS, forced("debt"), step(keep), ask(), wantOutcome("debt"), step(same))},
	} {
		t.Run(c.operation, func(t *testing.T) {
			t.Parallel()
			newRun(t, operationOf(c.operation)).do(c.steps)
		})
	}
}
