package trial_test

import "testing"

func TestProbe(t *testing.T) {
	src := `version: 1
scenario: probe
rules:
  - {on: kyc.info.exec_proc, do: [{fault: {delay: 2s}}, hang, reset, close, truncate, garbage, {fault: {status: 502}}, {fault: {dribble: }}, 503, 418, drift, stale-read, {outcome: found, patch: [{exec_proc_num: X}]}, {reply: {status: 503, body: {detail: KZ Citizen Info service is not available now}}}]}
try:
  - {call: kyc.info.exec_proc, expect: {fault: delay, outcome: found}}
  - {repeat: 1, expect: hang}
  - {repeat: 1, expect: reset}
  - {repeat: 1, expect: close}
  - {repeat: 1, expect: truncate}
  - {repeat: 1, expect: garbage}
  - {repeat: 1, expect: {fault: status, status: 502}}
  - {repeat: 1, expect: {fault: dribble, outcome: found}}
  - {repeat: 1, expect: unavailable}
  - {repeat: 1, expect: 418}
  - {repeat: 1, expect: drift}
  - {repeat: 1, expect: stale-read}
  - {repeat: 1, expect: {outcome: found, body: [{exec_proc_num: X}]}}
  - {repeat: 1, expect: {outcome: found, status: 200, header: {X-A: b}, body: [{exec_proc_num: Y, recovery_amount: 5}, 2]}}
  - {call: kyc.address.approve, with: {iin: 901123300258}, expect: pending}
  - advance: 30s
  - {repeat: 1, expect: valid}
  - {call: kyc.address.get, expect: {outcome: found, body: {iin: 901123300258}}}
  - {call: kyc.edocument.request, expect: requested}
  - {call: kyc.edocument.approve, with: {code: "${otp(phone)}"}, expect: document}
  - {call: kyc.edocument.request, expect: requested}
  - {call: kyc.edocument.approve, with: {file: true, file_type: pdf}, expect: document-pdf}
  - {call: k2.k2loan_from_eko, expect: accepted}
  - {call: k2.k2extreq_by_dbz}
  - {call: k2.k2extreq_pay_from_eko, expect: accepted}
  - {call: k2.k2loan_sync_debt, expect: accepted}
  - {call: k2.k2req_status_from_eko, expect: accepted}
  - {call: k2.k2req_return_from_eko, expect: accepted}
  - {call: k2.k2inforeq_rzap_by_refer}
  - {call: k2.k2loan_exclude_on_by_iin_dbznum, expect: accepted}
  - {call: k2.k2loan_exclude_off_by_iin_dbznum, expect: accepted}
  - {call: k2.getfile}
  - {call: abs.get_cli, expect: found}
  - {call: abs.get_acc, expect: found}
  - {call: abs.get_acc_stmt_dt, expect: found}
  - {call: abs.get_pdf, expect: scan}
  - {call: abs.reg_pt, expect: registered}
  - {call: abs.refuse_pt, expect: refused}
  - {call: abs.return_pt, expect: returned}
  - {call: abs.colvir_get_loan_debt, expect: debt}
  - {call: abs.way4_get_loan_debt, expect: debt}
  - {call: abs.get_all_pt_from_abs, expect: page}
  - {call: abs.post_all_loan_exclude_to_eko, expect: accepted}
  - {call: kyc.address.approve, with: {iin: null}, expect: malformed}
  - {subject: 850101300001, answer: approve}
`
	for _, r := range run(t, src) {
		t.Log(r.Passed, r.Error)
		for _, s := range r.Steps {
			t.Log(s.Passed, s.Title, s.Failure)
		}
	}
}
