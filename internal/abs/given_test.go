package abs_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
)

func TestGivenDemands(t *testing.T) {
	b := newBench(t)
	mustGive(t, b, "abs.payment_demands", with(t, nil))
	mustGive(t, b, "abs.payment_demands", with(t, map[string]any{"refer": "PTP2", "state": "refused", "reason_code": "06", "doc_at": "2021.02.01"}))
	mustGive(t, b, "abs.payment_demands", `{"refer":"PTP3","iinbin":"901123300258","amount":10001.50,"state":"returned"}`)
	type state struct{ ABS, K2, Reason string }
	for refer, want := range map[string]state{
		sampleRefer: {"registered", "Введен", ""},
		"PTP2":      {"refused", "Отозвано", "06"},
		"PTP3":      {"returned", "Возвращено банком", ""},
	} {
		i := incoming(b, refer)
		if diff := cmp.Diff(want, state{i.ABS, i.K2, i.Reason}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", refer, diff)
		}
	}
	got := b.Ask("abs.get_all_pt_from_abs", `{"iinbin":"901123300258"}`)
	check(t, got, "page", `[{"all_count":1},{"refer":"PTP3","iinbin":"901123300258","amount":10001.50}]`)
	check(t, b.Ask("abs.reg_pt", sample(t, "abs.reg_pt")), "registered", ok, "/refer")
}

// TestWrongFixtures are refused with what is wrong.
func TestWrongFixtures(t *testing.T) {
	for _, test := range []struct{ name, item, says string }{
		{"abs.payment_demands", `{"refer":"PTP1","iinbin":"1","amount":1,"state":"paid"}`, "state"},
		{"abs.payment_demands", `{"refer":"PTP1","iinbin":"1","amount":1,"sate":"refused"}`, "sate"},
		{"abs.payment_demands", `{"refer":"TAKEN","iinbin":"1","amount":1}`, "a second time"},
		{"abs.accounts", `{"iinbin":"1"}`, "required"},
		{"abs.accounts", `{"iinbin":"1","none":true,"ibans":[]}`, "indexes 0 and 1"},
		{"abs.accounts", `{"iinbin":"1","none":false}`, "none"},
		{"abs.accounts", `{"iinbin":"1","ibans":[{"cur":"KZT"}]}`, "iban"},
		{"abs.clients", `{"iinbin":"1"}`, "unknown"},
		{"abs.scans", `{"dbz_num":"1","missing":"yes"}`, "missing"},
		{"abs.exclusions", `{"id":"1"}`, "for_bank"},
	} {
		t.Run(test.name+" "+test.item, func(t *testing.T) {
			b := newBench(t)
			mustGive(t, b, "abs.payment_demands", `{"refer":"TAKEN","iinbin":"1","amount":1}`)
			if err := give(t, b, test.name, test.item); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want one about %s", err, test.says)
			}
		})
	}
}

// TestReservedValues puts each into the document's own request. It must lead to
// its outcome, and people and keys must be nobody's.
func TestReservedValues(t *testing.T) {
	b := newBench(t)
	for _, r := range b.Table.Reserved() {
		for _, id := range r.On {
			t.Run(id+" "+r.Value, func(t *testing.T) {
				c := &contract.Call{}
				c.Operation, _ = b.Table.Operation(id)
				input := sample(t, id)
				if c.Operation.ReadsQuery() {
					c.Query, _ = url.ParseQuery(input)
					c.Query.Set(r.Field, r.Value)
				} else {
					c.Body = map[string]any{r.Field: r.Value}
				}
				if got, ok := b.Table.ReservedIn(c); !ok || got.Outcome != r.Outcome {
					t.Errorf("leads to %q %v, want %s", got.Outcome, ok, r.Outcome)
				}
				if got := b.Do(wanted(id, input, r.Outcome)); got.Outcome != r.Outcome {
					t.Errorf("answers %s", got.Outcome)
				}
			})
		}
		switch r.Field {
		case "iinbin":
			reservedIIN(t, r.Value)
		case "iban":
			if err := population.ValidIBAN(r.Value); err != nil {
				t.Errorf("%s: %v", r.Value, err)
			}
			reservedIIN(t, r.Value[7:19])
		case "id", "contract_number":
			reservedIIN(t, strings.TrimPrefix(r.Value, "KD")[:12])
		}
	}
}

func reservedIIN(t *testing.T, iin string) {
	t.Helper()
	if err := population.ValidIIN(iin); err != nil || !strings.HasPrefix(iin, "99010152") {
		t.Errorf("%s: %v", iin, err)
	}
}

// TestServicesAreFresh: the table changes the one that it gets.
func TestServicesAreFresh(t *testing.T) {
	one, two := abs.Service(), abs.Service()
	one.Operations[0].ID = "changed"
	one.Operations[0].Outcomes[0].Name = "changed"
	if two.Operations[0].ID == "changed" || abs.Service().Operations[0].Outcomes[0].Name == "changed" {
		t.Error("services share their operations")
	}
}
