package trial_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheRealAnswerChanged: headers, patch and pad over what the service answers, with
// values of the request and of the state.
func TestTheRealAnswerChanged(t *testing.T) {
	exchanges := pass(t, head+`seed: 3
given: {k2: {loans: [{contract_number: "KD${pad(7, 10)}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: "${2.5 * 1000}"}]}}
rules:
  - name: changed
    on: kyc.info.exec_proc
    per: subject
    times: 9
    do:
      headers: {X-Debt: "${state.loan('KD0000000007').debt} ${state.count('kyc.info.exec_proc')}", X-Id: "${uuid}", Content-Type: text/plain, Date: null}
      patch: [{recovery_amount: "${string(1 + 1)}.000", exec_proc_num: "${body.iin}/${hour}:${minute}/${weekday}"}]
      pad: 100KiB
try:
  - {call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: {outcome: found, body: [{recovery_amount: "2.000"}]}}
  - {repeat: 1, expect: found}
  - {call: kyc.info.exec_proc, with: {iin: 031231500126}}
`)
	first := exchanges[0].Response
	if got := first.Size; got < 100<<10 || len(first.Body) > 10<<10 {
		t.Errorf("the journal has %d bytes of %d", len(first.Body), got)
	}
	if date := first.Header().Get("Date"); date != "" || first.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("Date is %q, %v", date, first.Header())
	}
	var cases []map[string]any
	if err := json.Unmarshal(first.Body, &cases); err != nil || cases[0]["exec_proc_num"] != "901123300258/9:0/fri" {
		t.Errorf("the case is %v (%v)", cases, err)
	}
	var debts, ids []string
	for _, x := range exchanges {
		debts, ids = append(debts, x.Response.Header().Get("X-Debt")), append(ids, x.Response.Header().Get("X-Id"))
	}
	if diff := cmp.Diff([]string{"2500 0", "2500 1", "2500 2"}, debts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ids[0] == ids[1] || ids[0] == ids[2] || len(ids[0]) != 36 {
		t.Errorf("the ids are %v", ids)
	}
	if why := strings.Join(exchanges[0].Why, ""); !strings.Contains(why, "changed: decided for subject 901123300258: a patch, headers X-Debt, X-Id, Content-Type, Date, pad 100KiB") {
		t.Errorf("the journal says %s", why)
	}
}

// TestAReplyWithValues: headers and body of a reply, as JSON and as a text.
func TestAReplyWithValues(t *testing.T) {
	pass(t, head+`rules:
  - on: kyc.address.approve
    do:
      - {reply: {status: 200, headers: {X-Of: "${body.iin}"}, body: {status: PENDING, backend_session_id: "${uuid(body.iin)}", expire_date: "${nil}"}}}
      - {reply: {status: 503, body: "{\"iin\": \"${body.iin}\"}"}, off_contract: true}
      - {reply: {status: 503, body: "no service for ${body.iin}, $${body.iin}"}, off_contract: true}
      - {reply: {status: 200, body: {status: "${'PEND' + 'ING'}", backend_session_id: "${[1]}"}}}
      - {patch: {status: "${body.iin}"}}
      - {patch: {status: "${body.api_key + 1}"}}
      - {headers: {Set-Cookie: "a=b"}}
      - {headers: {X: '${"a\nb"}'}}
      - {given: {k2: {demands: [{code: "PTPJ000000000001", contract_number: "KD${body.iin}", amount: 1}]}}}
try:
  - {call: kyc.address.approve, with: {iin: 901123300258}, expect: {outcome: pending, header: {X-Of: 901123300258}, body: {backend_session_id: "${uuid(901123300258)}"}}}
  - {repeat: 1, expect: {status: 503, header: {Content-Type: application/json}, body: {iin: 901123300258}}}
  - {repeat: 1, expect: {status: 503, header: {Content-Type: text/plain; charset=utf-8}}}
  - {repeat: 6, expect: 500}
`)
}
