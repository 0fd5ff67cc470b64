package trial_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// TestValuesAreExpressions: what stands in ${…} is worked out, and alone in a scalar it
// keeps its type.
func TestValuesAreExpressions(t *testing.T) {
	exchanges := pass(t, head+`seed: 7
given: {k2: {loans: [{contract_number: KD0000000007, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 5000}]}}
try:
  - call: k2.k2loan_from_eko
    with: [{request_id: 41, iinbin: 901123300258}]
    save: {id: '6 * 7', parts: '["KD", 7]', odd: '"it''s"'}
  - call: k2.k2extreq_pay_from_eko
    headers:
      X-Text: "${upper(parts[0])}${pad(parts[1], 10)} on ${date}, ${odd} $${date}"
      X-Braces: "${{'a': '}'}.a}"
      X-Two: "${iin} ${iin} ${iin('a')} ${iin(\"a\")}"
      X-Account: "${iban(901123300258)} ${iban('b')}"
      X-Keyed: "${uuid(1) == uuid(1)} ${uuid == uuid}"
    with: {items: [{trn_id: "${id + 1}", refer: "${'PTP' + string(id)}", amount: "${id * 1.5}", cur: KZT}]}
`)
	header := exchanges[1].Request.Header()
	for name, want := range map[string]string{
		"X-Text": "KD0000000007 on 2024-03-01, it's ${date}", "X-Braces": "}", "X-Keyed": "true false",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	people := strings.Fields(header.Get("X-Two"))
	for _, iin := range people {
		if err := population.ValidIIN(iin); err != nil {
			t.Errorf("%s: %v", iin, err)
		}
	}
	if people[0] == people[1] || people[2] != people[3] {
		t.Errorf("%v: the first two are drawn, the others of one key", people)
	}
	accounts := strings.Fields(header.Get("X-Account"))
	if owner, ok := population.New(7).OwnerOfIBAN(accounts[0]); owner != "901123300258" || !ok {
		t.Errorf("%s is the account of %q", accounts[0], owner)
	}
	if err := population.ValidIBAN(accounts[1]); err != nil {
		t.Errorf("%s: %v", accounts[1], err)
	}
	var got struct{ Items []map[string]any }
	if err := json.Unmarshal(exchanges[1].Request.Body, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"trn_id": 43.0, "refer": "PTP42", "amount": 63.0, "cur": "KZT"}
	if diff := cmp.Diff(want, got.Items[0]); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// TestValuesThatFail: the step says which value can't be worked out, and why.
func TestValuesThatFail(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`${pad(1, 1000)}`, "test.yaml:4:45: ${pad(1, 1000)}: pad makes 0 to 100 digits, not \"1000\""},
		{`${[1, 2][7]}`, "test.yaml:4:45: ${[1, 2][7]}: index out of range: 7 (array length is 2) (1:7)"},
		{`${otp('77010000001')}`, "test.yaml:4:45: ${otp('77010000001')}: 1414 has sent no code to 77010000001"},
	} {
		reports := newBench(t, 0).run(head + "try:\n  - {call: kyc.info.exec_proc, headers: {X: '" + strings.ReplaceAll(test.value, "'", "''") + "'}}\n")
		if got := reports[0].Steps[0].Failure; got != test.want {
			t.Errorf("%s:\n%s, want\n%s", test.value, got, test.want)
		}
	}
}
