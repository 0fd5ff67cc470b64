package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paymentsOf are rows with these numbers, to one demand.
func paymentsOf(numbers ...int) string {
	var rows []string
	for _, n := range numbers {
		rows = append(rows, fmt.Sprintf(`{"trn_id": %d, "refer": "PTPJ000000000001", "amount": 1}`, n))
	}
	return `{"items": [` + strings.Join(rows, ",") + `]}`
}

// TestRowsOfABatch: the rows that a rule meets are refused as it says, in their order
// among the others, which the service takes.
func TestRowsOfABatch(t *testing.T) {
	for name, test := range map[string]struct {
		profile, rule, why string
		outcome            string
		stored             int
	}{
		"two of four": {"", `rows: 'row.trn_id in [2, 4]', do: duplicate-trn-id`,
			"rule 1: decided, of the rows [1], [3]: duplicate-trn-id", "duplicate-trn-id", 2},
		"none": {"", `rows: 'row.trn_id > 9', do: duplicate-trn-id`,
			"rule 1: rows row.trn_id > 9: no row of 4 is such", "accepted", 4},
		"passed": {"", `rows: 'row.trn_id == 1', do: pass`, "rule 1: decided, of the rows [0]: pass", "accepted", 4},
		"all or nothing": {"profile: {k2.rows: atomic}\n", `rows: 'row.trn_id == 1', do: duplicate-trn-id`,
			"rule 1: decided, of the rows [0]: duplicate-trn-id", "duplicate-trn-id", 0},
		"with the body, the state and when": {"", `when: 'len(body.items) == 4', rows: 'row.refer == body.items[0].refer and state.demand(row.refer).paid == 0', do: duplicate-trn-id`,
			"rule 1: decided, of the rows [0], [1], [2], [3]: duplicate-trn-id", "duplicate-trn-id", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, operationOf("k2.k2extreq_pay_from_eko"))
			r.control("PUT", "/scenario", demandGiven+test.profile+"rules: [{on: k2.k2extreq_pay_from_eko, "+test.rule+"}]\n")
			a := r.ask(requestOf(r.op, paymentsOf(1, 2, 3, 4)))
			if diff := cmp.Diff([]string{test.why}, r.whyOf(a)); diff != "" || a.outcome() != test.outcome {
				t.Errorf("outcome %s, want %s; why (-want +got):\n%s", a.outcome(), test.outcome, diff)
			}
			var snapshot struct {
				State map[string]map[string]json.RawMessage
			}
			r.control("GET", "/snapshot", "").decode(t, &snapshot)
			if got := len(snapshot.State["k2.payments"]); got != test.stored {
				t.Errorf("%d payments are stored, want %d", got, test.stored)
			}
		})
	}
}

// TestRowsHaveABudget: a rule that looks at each row of a large batch is bounded, and many
// such rules are.
func TestRowsHaveABudget(t *testing.T) {
	r := newRun(t, operationOf("k2.k2extreq_pay_from_eko"))
	var rules []string
	for range 40 {
		rules = append(rules, `{on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id == 0', do: duplicate-trn-id}`)
	}
	r.follow(rules...)
	numbers := make([]int, 5000)
	for i := range numbers {
		numbers[i] = i + 1
	}
	why := r.whyOf(send(t, "POST", r.base+r.op.Path, paymentsOf(numbers...)))
	if want := "rule 1: rows row.trn_id == 0: no row of 5000 is such"; len(why) != 40 || why[0] != want {
		t.Fatalf("%d lines, the first is %q, want %q", len(why), why[:min(1, len(why))], want)
	}
	if want := "the budget of a request is spent: 6000000 steps for all its expressions"; !strings.HasSuffix(why[39], want) {
		t.Errorf("the last is %q, want %q", why[39], want)
	}
}
