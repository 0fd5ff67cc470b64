package delivery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withdrawingBank asks an ABS and withdraws by documents; its loan is loaded and its demand on
// paper.
func withdrawingBank(t *testing.T, of *abs) *bank {
	b := documentBank(t, of)
	b.load("colvir")
	b.later("1h")
	of.take()
	return b
}

func (b *bank) sync(debt string) {
	b.t.Helper()
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_sync_debt", `[{"contract_number":"KD7","debt":`+debt+`}]`)
	b.settle()
}

const (
	askedDebt = `POST /abs/colvir_get_loan_debt application/json {"dep_id":1001,"id":77}`
	noDebt    = `{"error_code":0,"error_text":"","debt":0}`
)

// TestDebtIsAskedBeforeAWithdrawal: the ABS decides whether the cause stands.
func TestDebtIsAskedBeforeAWithdrawal(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		want         []string // after half an hour
	}{
		{"no debt", noDebt, []string{"Отозван 1500000.50"}},
		{"a debt", `{"error_code":0,"error_text":"","debt":5}`, []string{"Сформирован на бумажном носителе 1500000.50"}},
		{"an unknown loan", `{"error_code":404,"error_text":"Договор не найден"}`, []string{"Отозван 1500000.50"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := newABS(t)
			b := withdrawingBank(t, of)
			of.become(0, "/abs/colvir_get_loan_debt", test.answer)
			b.sync("0")
			if asked := of.take(); len(asked) == 0 || asked[0] != askedDebt {
				t.Errorf("asked %q", asked)
			}
			b.later("30m")
			if diff := cmp.Diff(test.want, b.demands()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithdrawalOfASilentABS: without an answer nothing is withdrawn, and the debt is asked
// again a day later.
func TestWithdrawalOfASilentABS(t *testing.T) {
	of := newABS(t)
	b := withdrawingBank(t, of)
	of.become(503, "/abs/colvir_get_loan_debt", "")
	b.sync("0")
	b.later("23h")
	if made := b.demands(); len(made) != 1 || !strings.HasPrefix(made[0], "Сформирован на бумажном носителе") {
		t.Errorf("demands %v", made)
	}
	of.become(0, "/abs/colvir_get_loan_debt", noDebt)
	b.later("2h")
	if diff := cmp.Diff([]string{"Отозван 1500000.50"}, b.demands()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDebtThatIsNone: a debt that K2 can't take is said in the journal, changes nothing, and is
// asked again a day later; with the loan's first debt and before a withdrawal.
func TestDebtThatIsNone(t *testing.T) {
	for _, debt := range []string{"1500000.505", "1e30", "0.001"} {
		of := newABS(t)
		good := of.answers["/abs/colvir_get_loan_debt"]
		of.become(0, "/abs/colvir_get_loan_debt", `{"error_code":0,"error_text":"","debt":`+debt+`}`)
		b := withdrawingBank(t, of)
		b.expectDebtFound(debt)
		if made := b.demands(); len(made) != 0 {
			t.Errorf("%s: demands %v", debt, made)
		}
		of.become(0, "/abs/colvir_get_loan_debt", good)
		b.later("25h")
		of.become(0, "/abs/colvir_get_loan_debt", `{"error_code":0,"error_text":"","debt":`+debt+`}`)
		b.sync("0")
		b.expectDebtFound(debt)
		b.later("23h")
		if diff := cmp.Diff([]string{"Сформирован на бумажном носителе 1500000.50"}, b.demands()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", debt, diff)
		}
		of.become(0, "/abs/colvir_get_loan_debt", noDebt)
		b.later("2h")
		if diff := cmp.Diff([]string{"Отозван 1500000.50"}, b.demands()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", debt, diff)
		}
	}
}

// expectDebtFound to be no debt, in the last call for one.
func (b *bank) expectDebtFound(debt string) {
	b.t.Helper()
	calls := b.exchanges("operation=abs.colvir_get_loan_debt")
	last := calls[len(calls)-1]
	if says := findingsOf(last); !strings.Contains(says, "K2 keeps the debt that it knows") || !strings.Contains(says, debt) {
		b.t.Errorf("%s tells the debt %s, and the journal says %q", last.ID, debt, says)
	}
}

// TestWithdrawalWaits: the debt is asked when the demand can be withdrawn, not before.
func TestWithdrawalWaits(t *testing.T) {
	of := newABS(t)
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", `,"profile":{"preset":"observed"},"targets":`+askedAt(of.URL+"/abs/"))
	b.load("colvir")
	of.become(0, "/abs/colvir_get_loan_debt", noDebt)
	b.sync("0")
	of.take()
	b.later("19m59s")
	if asked := of.take(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
	b.later("1s")
	if diff := cmp.Diff([]string{askedDebt}, of.take()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestYearOfADemand: its withdrawal is asked about when it has stood for a year.
func TestYearOfADemand(t *testing.T) {
	of := newABS(t)
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", `,"profile":{"k2.withdrawal":"document","k2.refresh":"100000h"},"targets":`+askedAt(of.URL+"/abs/"))
	b.load("colvir")
	of.take()
	b.later("8759h")
	if asked := of.take(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
	b.later("1h")
	if diff := cmp.Diff([]string{askedDebt}, of.take()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	b.later("30m")
	if made := b.demands(); len(made) == 0 || !strings.HasPrefix(made[0], "Отозван") {
		t.Errorf("demands %v", made)
	}
}

// TestSnapshotOfAWithdrawal: a snapshot in the midst of a withdrawal goes on with the same
// calls.
func TestSnapshotOfAWithdrawal(t *testing.T) {
	of := newABS(t)
	b := withdrawingBank(t, of)
	of.become(503, "/abs/colvir_get_loan_debt", "")
	b.sync("0")
	midst := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	of.become(0, "/abs/colvir_get_loan_debt", noDebt)
	var runs [2][]string
	for i := range runs {
		b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", midst)
		of.take()
		b.later("2h")
		runs[i] = append(of.take(), b.demands()...)
	}
	if diff := cmp.Diff(runs[0], runs[1]); diff != "" || len(runs[0]) != 2 {
		t.Errorf("%q (-first +second):\n%s", runs[0], diff)
	}
}

// TestDebtOfAnotherKey: the debt that comes for the key that the loan had before is not the loan's.
func TestDebtOfAnotherKey(t *testing.T) {
	of := newABS(t)
	b := withdrawingBank(t, of)
	of.silence("/abs/colvir_get_loan_debt")
	b.sync("0")
	row := strings.Replace(fmt.Sprintf(loanRow, "way4"), `"debt":2000000`, `"debt":0`, 1)
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_from_eko", "["+row+"]")
	of.silence("")
	of.become(0, "/abs/way4_get_loan_debt", noDebt)
	of.take()
	b.later("1h")
	if diff := cmp.Diff([]string{askedDebt}, of.take()); diff != "" {
		t.Errorf("asked again (-want +got):\n%s", diff)
	}
	b.later("25h")
	if diff := cmp.Diff([]string{"Отозван 1500000.50"}, b.demands()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
