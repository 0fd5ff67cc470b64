package delivery_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// midst are the processes that are left in their midst: the calls that the ABS does not answer
// until the snapshot is taken, an empty one where none is asked then; what happens before that,
// and what happens then.
var midst = []struct {
	process     string
	silent      []string
	begin, then func(*bank)
}{
	{"k2.inquiry", []string{"get_cli", "get_acc", "colvir_get_loan_debt", "get_pdf", "get_acc_stmt_dt"}, rests, func(b *bank) { b.load("colvir") }},
	{"k2.inquiry that knows the loan", []string{""}, rests, func(b *bank) { b.load("colvir"); b.later("23h") }},
	{"k2.demand that is on its way", []string{""}, rests, func(b *bank) { b.load("colvir"); b.later("15m") }},
	{"k2.withdrawal that waits", []string{""}, rests, func(b *bank) { b.load("colvir"); b.sync("0") }},
	{"k2.withdrawal", []string{"colvir_get_loan_debt"}, func(b *bank) { b.load("colvir"); b.later("1h") }, func(b *bank) { b.sync("0") }},
	{"k2.withdrawal that is entered", []string{""}, isWithdrawn, rests},
	{"k2.withdrawal that is registered", []string{""}, isWithdrawn, func(b *bank) { b.later("10m") }},
	{"k2.withdrawal that is sent", []string{""}, isWithdrawn, func(b *bank) { b.later("20m") }},
	{"k2.registration", []string{"get_cli", "get_acc", "reg_pt"}, rests, arrives},
	{"k2.registration that the bank is silent about", []string{""}, arrives, func(b *bank) { b.later("23h") }},
	{"k2.registration", []string{"refuse_pt"}, arrives, func(b *bank) { b.happens(204, "/PTP1/withdraw", `{"reason_code":"06"}`) }},
	{"k2.registration", []string{"return_pt"}, arrives, func(b *bank) { b.happens(204, "/PTP1/return", `{"reason_code":"06"}`) }},
	{"k2.reconciliation", []string{"get_all_pt_from_abs"}, arrives, func(b *bank) { b.later("17h") }},
	{"k2.reconciliation that rests", []string{""}, arrives, func(b *bank) { b.later("12h") }},
	{"exclusions", []string{"post_all_loan_exclude_to_eko"}, func(b *bank) { b.load("colvir") }, func(b *bank) { b.excludeLoan() }},
	{"k2.withdrawal of an excluded loan", []string{""}, func(b *bank) { b.load("colvir") }, func(b *bank) { b.excludeLoan(); b.later("1h") }},
}

func rests(*bank) {}

func arrives(b *bank) { b.happens(204, "", arriving) }

// isWithdrawn lets the document of a withdrawal be entered.
func isWithdrawn(b *bank) {
	b.load("colvir")
	b.later("1h")
	b.of.become(0, "/abs/colvir_get_loan_debt", noDebt)
	b.sync("0")
}

// excludeLoan for demands, which are withdrawn.
func (b *bank) excludeLoan() {
	b.t.Helper()
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD7","return_extreq":true,"fio":"Т"}`)
	b.settle()
}

// TestSnapshotInTheMidst: whichever question waits for its answer, and where none does but the
// time, a snapshot goes on in a fresh simulator with the calls that the first one makes, each
// under its id, and to the same state.
func TestSnapshotInTheMidst(t *testing.T) {
	for _, test := range midst {
		for _, silent := range test.silent {
			t.Run(test.process+", "+silent, func(t *testing.T) {
				of := registeringABS(t)
				of.answers[listPath] = listOf(1, arriving)
				b := documentBank(t, of)
				test.begin(b)
				of.silence("/abs/" + silent)
				test.then(b)
				taken := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
				fresh := documentBank(t, of)
				fresh.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", taken)
				of.silence("")
				runs := [2][]string{}
				for i, one := range []*bank{b, fresh} {
					of.take()
					one.later("25h")
					runs[i] = append(of.take(), one.demands()...)
					runs[i] = append(runs[i], one.ids()...)
					runs[i] = append(runs[i], one.incoming())
				}
				if diff := cmp.Diff(runs[0], runs[1]); diff != "" {
					t.Errorf("(-first +fresh):\n%s", diff)
				}
				if !slices.ContainsFunc(runs[0], func(call string) bool { return strings.Contains(call, silent) }) {
					t.Errorf("%s is not asked again: %q", silent, runs[0])
				}
			})
		}
	}
}

// TestSnapshotWithOtherKeys: what is due under a key that was changed by hand is looked at once,
// and not for ever.
func TestSnapshotWithOtherKeys(t *testing.T) {
	for _, test := range midst {
		t.Run(test.process, func(t *testing.T) {
			of := registeringABS(t)
			of.answers[listPath] = listOf(1, arriving)
			b := documentBank(t, of)
			test.begin(b)
			test.then(b)
			var changed map[string]any
			if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")), &changed); err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{"state", "records"} {
				of := changed[part].(map[string]any)
				for _, name := range []string{"k2.due-inquiries", "k2.due-registrations", "k2.due-withdrawals", "k2.finishing-exclusions", "waiting-deliveries"} {
					if index, ok := of[name].(map[string]any); ok {
						for _, key := range slices.Collect(maps.Keys(index)) {
							index["0000 "+key] = index[key]
						}
					}
				}
			}
			document, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			fresh := documentBank(t, of)
			fresh.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", string(document))
			fresh.later("25h")
			fresh.later("25h")
		})
	}
}

// documentBank asks an ABS and withdraws by documents.
func documentBank(t *testing.T, of *abs) *bank {
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", `,"profile":{"k2.withdrawal":"document"},"targets":`+askedAt(of.URL+"/abs/"))
	b.of = of
	return b
}

// ids of the deliveries with their state, in their order.
func (b *bank) ids() (all []string) {
	b.t.Helper()
	for _, line := range strings.Split(b.do(200, "GET", "/_sim/sandboxes/k2/deliveries?within=1m", ""), "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, `"id"`) || strings.HasPrefix(line, `"state"`) {
			all = append(all, line)
		}
	}
	return all
}
