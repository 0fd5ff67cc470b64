package delivery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const loadPath = "/s/k2/restapi/services/run/k2loan_from_eko"

// loanOf a client under a contract's number.
func loanOf(number, iin string) string {
	return fmt.Sprintf(`{"contract_number":%q,"dbz_contract_number":%q,"dbz_dt":"2020-02-08","iinbin":%q,"debt":5,"dep_id":1,"id":%s,"system":"colvir"}`,
		number, number, iin, strings.TrimPrefix(number, "KD"))
}

// count the lines that have a text.
func count(lines []string, text string) (n int) {
	for _, line := range lines {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// TestLateAnswerKeepsItsSubject: while an answer about one loan is late, K2 asks all about another.
func TestLateAnswerKeepsItsSubject(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"abs.get_cli","direction":"out","for":{"iin":"901123300258"},"times":1,"do":{"fault":{"delay":"8s"}}}`)
	b.do(200, "POST", loadPath, "["+loanOf("KD1", "901123300258")+","+loanOf("KD2", "830717350867")+"]")
	b.settle()
	asked := of.take()
	for text, want := range map[string]int{"get_cli?iinbin=901123300258": 1, "get_acc?iinbin=901123300258": 0, "get_cli?iinbin=830717350867": 1, "get_acc_stmt_dt": 1} {
		if got := count(asked, text); got != want {
			t.Errorf("%s is asked %d times, want %d: %q", text, got, want, asked)
		}
	}
	b.later("8s")
	if asked := of.take(); count(asked, "get_acc?iinbin=901123300258") != 1 {
		t.Errorf("once it is there: %q", asked)
	}
	if tries := b.tries(); count(tries, "09:00:00 del-000001.1 get_cli, found, delay, target") != 1 {
		t.Errorf("the journal has %q", tries)
	}
}

// TestLateAnswerKeepsTheOrder: about one loan a later question waits for the late answer of
// another process, so the newer debt counts.
func TestLateAnswerKeepsTheOrder(t *testing.T) {
	of := newABS(t)
	b := withdrawingBank(t, of)
	b.rules(`{"on":"abs.colvir_get_loan_debt","direction":"out","times":1,"do":{"fault":{"delay":"8s"}}}`)
	of.turn("/abs/colvir_get_loan_debt", noDebt) // after the answer that is late
	b.later("23h")
	if asked := of.take(); count(asked, "colvir_get_loan_debt") != 1 {
		t.Fatalf("the debt of the day: %q", asked)
	}
	b.sync("0")
	if asked := of.take(); len(asked) != 0 {
		t.Errorf("the debt is asked before the late answer is there: %q", asked)
	}
	b.later("8s")
	if asked := of.take(); len(asked) == 0 || asked[0] != askedDebt {
		t.Errorf("once it is there: %q", asked)
	}
	b.later("1h")
	if diff := cmp.Diff([]string{"Отозван 1500000.50"}, b.demands()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestLateAnswersHaveABound: with fifty of them no other call is made until one is there.
func TestLateAnswersHaveABound(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.rules(`{"on":"abs.get_cli","direction":"out","do":{"fault":{"delay":"8s"}}}`)
	var loans []string
	for n := range 60 {
		loans = append(loans, loanOf(fmt.Sprint("KD", n+1), "901123300258"))
	}
	b.do(200, "POST", loadPath, "["+strings.Join(loans, ",")+"]")
	b.settle()
	if asked := len(of.take()); asked != 50 {
		t.Errorf("%d calls while nothing is answered, want 50", asked)
	}
	b.later("16s")
	if asked := of.take(); count(asked, "get_acc_stmt_dt") != 60 {
		t.Errorf("%d loans are known, want 60", count(asked, "get_acc_stmt_dt"))
	}
}

// TestOvertakenWhileItIsLate: the list that says more is pushed once the answer to the first is
// there, and the first stays overtaken.
func TestOvertakenWhileItIsLate(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.do(201, "POST", "/_sim/sandboxes/bank/faults", fmt.Sprintf(`{"on":%q,"direction":"out","times":1,"fault":{"delay":"8s"}}`, exclusions))
	b.exclude(citizen)
	b.deliveries()
	b.exclude(stranger)
	b.deliveries()
	if got := len(b.got); got != 1 {
		t.Errorf("%d lists are pushed while the answer to the first is late", got)
	}
	b.advance("8s")
	if diff := cmp.Diff([]string{"del-000001 overtaken after 1", "del-000002 delivered after 1"}, b.states()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
