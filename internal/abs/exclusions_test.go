package abs_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract/calltest"
)

const pushExclusions = "abs.post_all_loan_exclude_to_eko"

// excluded are the ids on the list and their rows as they are stored.
func excluded(t *testing.T, b *calltest.Bench) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for id, row := range b.State()["abs.exclusions"] {
		rows[id] = string(row)
	}
	return rows
}

func TestListIsReplacedWhole(t *testing.T) {
	b := newBench(t)
	mustGive(t, b, "abs.exclusions", `{"id":"1","iin":"901123300258","for_bank":"0","for_extreq":"1","for_iban":"0","for_refuse":"0","is_active":"1"}`)
	check(t, b.Ask(pushExclusions, sample(t, pushExclusions)), "accepted", ok)
	got := excluded(t, b)
	if diff := cmp.Diff([]string{"11", "18", "19", "20", "9"}, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	const nine = `{"finish_dt":"2021-10-30","for_bank":"0","for_extreq":"0","for_iban":"1","for_refuse":"0","iban":"KZ123456789012345678","id":"9","iin":"780204403060","is_active":"0"}`
	if diff := cmp.Diff(nine, got["9"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	check(t, b.Ask(pushExclusions, `{"items":[`+nine+`]}`), "accepted", ok)
	if got := excluded(t, b); len(got) != 1 || got["9"] != nine {
		t.Errorf("%v", got)
	}
	check(t, b.Ask(pushExclusions, `{"items":[]}`), "accepted", ok)
	if got := excluded(t, b); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// TestBrokenListChangesNothing: there is no taking it in part.
func TestBrokenListChangesNothing(t *testing.T) {
	b := newBench(t)
	b.Ask(pushExclusions, sample(t, pushExclusions))
	before := excluded(t, b)
	const good = `{"for_bank":"1","for_extreq":"1","for_iban":"1","for_refuse":"1","id":"20","iin":"000000000000","is_active":"0"}`
	if got := b.Ask(pushExclusions, `{"items":[`+good+`,{"id":"1"}]}`); got.Outcome != "malformed" {
		t.Errorf("%s", got.Outcome)
	}
	if diff := cmp.Diff(before, excluded(t, b)); diff != "" {
		t.Errorf("the list has changed:\n%s", diff)
	}
}

func TestRemarksOnTheList(t *testing.T) {
	b := newBench(t, "strict_ids", "on")
	row := func(id, iin, iban string) string {
		return `{"for_bank":"0","for_extreq":"1","for_iban":"1","for_refuse":"0","iban":"` + iban + `","id":"` + id + `","iin":"` + iin + `","is_active":"1"}`
	}
	const iban = "KZ86125KZT5004100100"
	list := `{"items":[` + row("1", "901123300258", iban) + `,` + row("2", wrongControl, "KZ1") + `,` + row("1", "791028302728", iban) + `]}`
	check(t, b.Ask(pushExclusions, list), "accepted", ok, "/items/1/iin", "/items/1/iban", "/items/2/id")
	if got := excluded(t, b); got["1"] != `{`+`"for_bank":"0","for_extreq":"1","for_iban":"1","for_refuse":"0","iban":"`+iban+`","id":"1","iin":"791028302728","is_active":"1"}` {
		t.Errorf("the later row does not stand: %v", got)
	}
}
