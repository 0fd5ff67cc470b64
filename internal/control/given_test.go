package control_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/control"
)

// TestGivenWhileItRuns: fixtures are added to a sandbox as it is, with values and `each`, and
// an item that can't be made true keeps out those before it.
func TestGivenWhileItRuns(t *testing.T) {
	d := newDesk(t, control.Access{})
	wantOutcome(t, d.do("POST", approve, subject), "pending")
	const many = `{k2: {loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 6000}], demands: [{each: 1..3, item: {code: "PTPJ${pad(i, 12)}", contract_number: KD0000000001, amount: "${i * 1000}"}}]}}`
	if w := d.do("POST", "/_sim/sandboxes/one/given", many); w.Code != http.StatusNoContent {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	demands := d.do("GET", "/_sim/sandboxes/one/state/k2.demands", "").Body.String()
	if n := strings.Count(demands, `"PTPJ00000000000`); n < 3 {
		t.Errorf("the state has %d of 3: %s", n, demands)
	}
	const second = `{k2: {demands: [{code: PTPJ000000000009, contract_number: KD0000000001, amount: 1}, {code: PTPJ000000000008, amount: 1, contract_number: "${state.demand('none').code}"}]}}`
	w := d.do("POST", "/_sim/sandboxes/one/given", second)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "given:1:") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if now := d.do("GET", "/_sim/sandboxes/one/state/k2.demands", "").Body.String(); now != demands {
		t.Errorf("a half of what can't be made true is there: %s", now)
	}
	wantOutcome(t, d.do("POST", approve, subject), "pending") // the session is there still
}

// TestGivenIsRefusedWithItsPlace: also where only the state shows that a value is wrong.
func TestGivenIsRefusedWithItsPlace(t *testing.T) {
	d := newDesk(t, control.Access{})
	for body, want := range map[string]string{
		`{subjects: [{iin: 901123300258}, {iin: 791028302728, phone: "911"}]}`: `given:1:34: subjects[1].phone: found "911", expected a phone of eleven digits`,
		`{k2: {demands: [{code: P1, contract_number: none, amount: 1}]}}`:      `given:1:17: k2.demands[0].contract_number: found "none", expected the number of a loan`,
	} {
		w := d.do("POST", "/_sim/sandboxes/one/given", body)
		var refusal struct {
			Detail   string
			Findings []struct{ Path, Found, Expected string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &refusal); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusUnprocessableEntity || !strings.HasPrefix(refusal.Detail, want) || len(refusal.Findings) != 1 {
			t.Errorf("%s\n%d %s\nwant %s", body, w.Code, w.Body, want)
		}
	}
}
