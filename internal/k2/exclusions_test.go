package k2_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/schemas"
)

func removal(number string) string { return fmt.Sprintf(`{"iin":%q,"dbz_num":%q}`, debtor, number) }

func TestExclusionSamples(t *testing.T) {
	b := newBench(t)
	on, off := samplesOf(t, excludeOn, "response"), samplesOf(t, excludeOff, "response")
	b.expect(b.Ask(excludeOn, samplesOf(t, excludeOn, "request")[0]), "accepted", on[0])
	b.expect(b.Ask(excludeOn, `{"iin":"1","dbz_num":"1","return_extreq":false,"fio":"Т"}`), "bad-iin-length", on[1])
	b.expect(b.Ask(excludeOff, samplesOf(t, excludeOff, "request")[0]), "not-found", off[1]) // KD0000000000 is another one
	b.expect(b.Ask(excludeOff, `{"iin":"000000000000","dbz_num":"KD0000000001"}`), "accepted", off[0])
}

func TestExclusionKeepsDemandsAway(t *testing.T) {
	b := newBench(t)
	a := b.Ask(excludeOn, exclusion(loan1, false))
	b.expect(a, "accepted", done)
	b.expectFindings(a, "100 /dbz_num") // nobody has loaded it yet
	b.load(loan1, "5")
	b.expectStatuses(loan1)
	b.expect(b.Ask(excludeOff, removal(loan1)), "accepted", done)
	b.expectStatuses(loan1, "Введен")
}

// TestExclusionOfStandingDemand lets it stand, unless return_extreq says else.
func TestExclusionOfStandingDemand(t *testing.T) {
	b := newBench(t)
	b.load(loan1, "5")
	b.expectFindings(b.Ask(excludeOn, exclusion(loan1, false)))
	b.pass(10 * time.Minute)
	b.expectStatuses(loan1, "Зарегистрирован")
	b.Ask(excludeOn, exclusion(loan1, true))
	b.expectStatuses(loan1, "Отозван")
	b.load(loan1, "6")
	b.expectStatuses(loan1, "Отозван")
	b.pass(time.Minute)
	b.Ask(excludeOff, removal(loan1))
	b.expectStatuses(loan1, "Отозван", "Введен")
}

func TestNoDemandAfterExclusionWithoutDebt(t *testing.T) {
	b := newBench(t)
	b.Ask(excludeOn, exclusion(loan1, false))
	b.load(loan1, "0")
	b.Ask(excludeOff, removal(loan1))
	b.expectStatuses(loan1)
}

// TestExclusionByEitherNumber knows a loan by its agreement and by its contract,
// and other clients' loans not at all.
func TestExclusionByEitherNumber(t *testing.T) {
	loan := fmt.Sprintf(`[{"contract_number":"C1","dbz_contract_number":"Z1","dbz_dt":"2014-02-08","iinbin":%q,"debt":1}]`, debtor)
	for number, want := range map[string]string{"C1": "none", "Z1": "none", "X1": "found"} {
		b := newBench(t)
		b.Ask(excludeOn, exclusion(number, false))
		b.Ask(loadLoans, loan)
		if a := b.Ask(byDBZ, `{"contract_number":"Z1","dbz_dt":"2014-02-08"}`); a.Outcome != want {
			t.Errorf("excluded by %s: %s, want %s", number, a.Outcome, want)
		}
	}
	b := newBench(t)
	b.Ask(excludeOn, `{"iin":"000000000000","dbz_num":"Z1","return_extreq":true,"fio":"Т"}`)
	b.Ask(loadLoans, loan)
	if a := b.Ask(byDBZ, `{"contract_number":"Z1","dbz_dt":"2014-02-08"}`); a.Outcome != "found" {
		t.Errorf("another client's exclusion: %s", a.Outcome)
	}
}

// TestExclusionHistory notes each change under the documents' codes and author.
func TestExclusionHistory(t *testing.T) {
	b := newBench(t)
	on := exclusion(loan1, false)
	b.Ask(excludeOn, on)
	b.Ask(excludeOn, on) // nothing new
	b.pass(time.Hour)
	b.Ask(excludeOff, removal(loan1))
	if a := b.Ask(excludeOff, removal(loan1)); a.Outcome != "not-found" {
		t.Errorf("taking it off twice: %s", a.Outcome)
	}
	b.pass(time.Hour)
	b.Ask(excludeOn, on)
	var got []k2.ExclusionEvent
	for _, key := range b.stored("k2.exclusion-history") {
		var e k2.ExclusionEvent
		if err := json.Unmarshal(b.State()["k2.exclusion-history"][key], &e); err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	start := b.Now.Add(-2 * time.Hour)
	want := []k2.ExclusionEvent{
		{At: start, Code: "TURN_ON", Author: "system user", Title: "причина"},
		{At: start.Add(time.Hour), Code: "TURN_OFF", Author: "system user", Title: "причина"},
		{At: start.Add(2 * time.Hour), Code: "TURN_ON", Author: "system user", Title: "причина"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// TestTitle counts characters, not bytes (ledger 49).
func TestTitle(t *testing.T) {
	for title, outcome := range map[string]string{
		"": "accepted", strings.Repeat("ә", 500): "accepted", strings.Repeat("ә", 501): "title-too-long",
	} {
		for _, preset := range contract.Presets() {
			b := newBench(t)
			b.Set("preset", preset)
			a := b.Ask(excludeOn, fmt.Sprintf(`{"iin":%q,"dbz_num":"1","return_extreq":false,"fio":"Т","title":%q}`, debtor, title))
			if a.Outcome != outcome {
				t.Errorf("%s, %d bytes: %s, want %s", preset, len(title), a.Outcome, outcome)
			}
		}
	}
}

// TestExclusionIIN checks the length alone, and the rest under strict_ids.
func TestExclusionIIN(t *testing.T) {
	tests := []struct{ iin, strict, on, off string }{
		{"90112330025", "off", "bad-iin-length", "not-found"},
		{"90112330025", "on", "bad-iin-length", "bad-iin-length"},
		{"901123300255", "off", "accepted", "accepted"},
		{"901123300255", "on", "bad-iin-length", "bad-iin-length"},
		{"901123300258", "on", "accepted", "accepted"},
	}
	for _, test := range tests {
		b := newBench(t)
		b.Set("strict_ids", test.strict)
		on := b.Ask(excludeOn, fmt.Sprintf(`{"iin":%q,"dbz_num":"1","return_extreq":false,"fio":"Т"}`, test.iin))
		off := b.Ask(excludeOff, fmt.Sprintf(`{"iin":%q,"dbz_num":"1"}`, test.iin))
		if on.Outcome != test.on || off.Outcome != test.off {
			t.Errorf("%s with strict_ids %s: %s and %s, want %s and %s", test.iin, test.strict, on.Outcome, off.Outcome, test.on, test.off)
		}
	}
}

// TestForcedExclusion accepts what stands in its way.
func TestForcedExclusion(t *testing.T) {
	b := newBench(t)
	long := strings.Repeat("ә", 501)
	a := b.Do(want(excludeOn, fmt.Sprintf(`{"iin":"1","dbz_num":"1","return_extreq":false,"fio":"Т","title":%q}`, long), "accepted"))
	b.expect(a, "accepted", done)
	b.Set("preset", "strict")
	b.expect(b.Do(want(excludeOff, `{"iin":"1","dbz_num":"1"}`, "accepted")), "accepted", done)
}

// TestPush is the list as the bank gets it (ledger 61).
func TestPush(t *testing.T) {
	b := newBench(t)
	b.Ask(excludeOn, `{"iin":"981217450830","dbz_num":"A","return_extreq":false,"fio":"Т"}`)
	b.Ask(excludeOn, `{"iin":"780204403060","dbz_num":"B","return_extreq":false,"fio":"Т"}`)
	b.Ask(excludeOff, `{"iin":"780204403060","dbz_num":"B"}`)
	push := k2.Service().Pushes[0]
	listed := func() (items []k2.PushItem) {
		b.Update(func(c *contract.Call) error {
			items = push.Body(c.Tx).(k2.Exclusions).Items
			return nil
		})
		return items
	}
	items := listed()
	body, err := contract.Encode(k2.Exclusions{Items: items})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"items":[{"for_bank":"0","for_extreq":"1","for_iban":"0","for_refuse":"0","id":"%s","iin":"780204403060","is_active":"0"},`+
		`{"for_bank":"0","for_extreq":"1","for_iban":"0","for_refuse":"0","id":"%s","iin":"981217450830","is_active":"1"}]}`, items[0].ID, items[1].ID)
	if diff := cmp.Diff(want, string(body)); diff != "" {
		t.Errorf("push (-want +got):\n%s", diff)
	}
	pushed := contract.NewSchemas(schemas.FS)
	if problems := pushed.CheckValue("abs/post_all_loan_exclude_to_eko.request.json", body); len(problems) > 0 {
		t.Errorf("the push does not fit: %v", problems)
	}
	if items[0].ID == items[1].ID {
		t.Errorf("two exclusions have the id %s", items[0].ID)
	}
	b.Ask(excludeOn, `{"iin":"780204403060","dbz_num":"B","return_extreq":false,"fio":"Т"}`)
	again := listed()
	if again[0].ID != items[0].ID {
		t.Errorf("the id has changed from %s to %s", items[0].ID, again[0].ID)
	}
}
