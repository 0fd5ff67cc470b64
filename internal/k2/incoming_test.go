package k2_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

const incoming1 = "PTP00000000001" // of the document's sample

func status(code string) string {
	return fmt.Sprintf(`{"reference":%q,"status_code":%q}`, incoming1, code)
}

func giveBack(reason string) string {
	return fmt.Sprintf(`{"reference":%q,"reason_code":%q}`, incoming1, reason)
}

func (b *bench) incoming() world.Incoming {
	b.t.Helper()
	var demand world.Incoming
	b.Update(func(c *contract.Call) error {
		demand, _ = world.Of(c).Incoming(incoming1)
		return nil
	})
	return demand
}

func (b *bench) giveIncoming(state string) {
	b.t.Helper()
	b.mustGive("k2.incoming", fmt.Sprintf(`{"reference":%q,"state":%q}`, incoming1, state))
}

// TestStatusCodes goes the documented way of a demand.
func TestStatusCodes(t *testing.T) {
	b := newBench(t)
	b.mustGive("k2.incoming", `{"reference":"PTP00000000001"}`)
	for _, step := range []struct{ code, state string }{
		{"PC1", "Принято к исполнению"}, {"PC1", "Принято к исполнению"}, {"PC3", "Принята картотека"},
		{"PC3", "Принята картотека"}, {"EXECUTED", "Исполнено"}, {"EXECUTED", "Исполнено"},
	} {
		a := b.Ask(tellStatus, status(step.code))
		b.expect(a, "accepted", samplesOf(t, tellStatus, "response")[0])
		b.expectFindings(a)
		if got := b.incoming().K2; got != step.state {
			t.Errorf("after %s the demand is %s, want %s", step.code, got, step.state)
		}
	}
}

// TestRegisteredInABS moves a demand that the ABS has registered and K2 has said
// nothing of yet, and keeps what the ABS knows.
func TestRegisteredInABS(t *testing.T) {
	b := newBench(t)
	document := map[string]json.RawMessage{"refer": json.RawMessage(`"PTP00000000001"`)}
	b.Update(func(c *contract.Call) error {
		world.Of(c).PutIncoming(world.Incoming{Reference: incoming1, ABS: "registered", Document: document})
		return nil
	})
	b.Ask(tellStatus, status("PC3"))
	want := world.Incoming{Reference: incoming1, ABS: "registered", Document: document, K2: "Принята картотека", At: b.Now}
	if diff := cmp.Diff(want, b.incoming()); diff != "" {
		t.Errorf("the demand (-want +got):\n%s", diff)
	}
}

func TestReturn(t *testing.T) {
	b := newBench(t)
	b.giveIncoming("Принята картотека")
	b.expect(b.Ask(tellReturn, samplesOf(t, tellReturn, "request")[0]), "accepted", samplesOf(t, tellReturn, "response")[0])
	if got := b.incoming(); got.K2 != "Возвращено банком" || got.Reason != "01" {
		t.Errorf("the demand is %s for %s, want returned for 01", got.K2, got.Reason)
	}
	b.expectFindings(b.Ask(tellReturn, giveBack("01")))
}

// TestUnknownIncoming finds under the documents what strict refuses (ledger 44).
func TestUnknownIncoming(t *testing.T) {
	tests := []struct {
		known                      bool
		operation, input, strictly string
		findings                   []string
	}{
		{false, tellStatus, status("PC1"), "unknown-reference", []string{"44 /reference"}},
		{true, tellStatus, status("PC9"), "unknown-status", []string{"44 /status_code"}},
		{true, tellStatus, status("pc1"), "unknown-status", []string{"44 /status_code"}},
		{false, tellStatus, status("PC9"), "unknown-reference", []string{"44 /reference", "44 /status_code"}},
		{false, tellReturn, giveBack("01"), "unknown-reference", []string{"44 /reference"}},
		{true, tellReturn, giveBack("42"), "unknown-reason", []string{"44 /reason_code"}},
		{false, tellReturn, giveBack("42"), "unknown-reference", []string{"44 /reference", "44 /reason_code"}},
	}
	for _, test := range tests {
		b := newBench(t)
		if test.known {
			b.giveIncoming("Введен")
		}
		b.Set("preset", "strict")
		before := b.State()
		b.expect(b.Ask(test.operation, test.input), test.strictly, b.said(test.operation, test.strictly))
		if diff := cmp.Diff(before, b.State()); diff != "" {
			t.Errorf("%s: the error has changed the state:\n%s", test.input, diff)
		}
		b.Set("preset", "documents")
		a := b.Ask(test.operation, test.input)
		b.expect(a, "accepted", taken)
		b.expectFindings(a, test.findings...)
		if !test.known && len(b.stored("incoming-demands")) > 0 {
			t.Errorf("%s has made a demand", test.input)
		}
	}
}

// TestEveryReason takes each code of the list (ledger 45).
func TestEveryReason(t *testing.T) {
	if len(world.Reasons()) != 19 {
		t.Errorf("%d reasons", len(world.Reasons()))
	}
	for _, reason := range world.Reasons() {
		b := newBench(t)
		b.Set("preset", "strict")
		b.giveIncoming("Принято к исполнению")
		b.expect(b.Ask(tellReturn, giveBack(reason.Code)), "accepted", taken)
		if got := b.incoming().Reason; got != reason.Code || reason.About == "" {
			t.Errorf("reason %q (%s) is kept as %q", reason.Code, reason.About, got)
		}
	}
}

// TestNoWay leaves a demand as it is whose state an event does not lead on from.
func TestNoWay(t *testing.T) {
	for _, preset := range contract.Presets() {
		for state, input := range map[string][2]string{
			"Исполнено":         {tellReturn, giveBack("01")},
			"Возвращено банком": {tellStatus, status("EXECUTED")},
			"Отозвано":          {tellStatus, status("PC1")},
			"Принята картотека": {tellStatus, status("PC1")},
		} {
			b := newBench(t)
			b.Set("preset", preset)
			b.giveIncoming(state)
			before := b.incoming()
			a := b.Ask(input[0], input[1])
			b.expect(a, "accepted", taken)
			b.expectFindings(a, "93 /reference")
			if diff := cmp.Diff(before, b.incoming()); diff != "" {
				t.Errorf("%s has changed:\n%s", state, diff)
			}
		}
	}
}

func TestIncomingMachine(t *testing.T) {
	fresh := []string{"Введен", "Импортирован", "На доработке", "На ручной обработке"}
	held := []string{"Принято к исполнению", "Принята картотека", "Приостановлена пользователем"}
	want := map[string]string{
		"Принято к исполнению PC1": "Принято к исполнению", "Приостановлена пользователем PC1": "Принято к исполнению",
		"Исполнено EXECUTED": "Исполнено", "Возвращено банком return": "Возвращено банком",
		"не принято/неправильные реквизиты return": "Возвращено банком",
		"Введен import":                "Импортирован",
		"Введен rework":                "На доработке",
		"Импортирован rework":          "На доработке",
		"Введен handle":                "На ручной обработке",
		"Импортирован handle":          "На ручной обработке",
		"Принято к исполнению suspend": "Приостановлена пользователем",
		"Принята картотека suspend":    "Приостановлена пользователем",
	}
	for _, state := range fresh {
		want[state+" PC1"], want[state+" reject"] = "Принято к исполнению", "не принято/неправильные реквизиты"
	}
	for _, state := range append(fresh, held...) {
		want[state+" PC3"], want[state+" EXECUTED"] = "Принята картотека", "Исполнено"
		want[state+" return"], want[state+" withdraw"] = "Возвращено банком", "Отозвано"
	}
	expectMachine(t, "k2.incoming-demand", want, world.Incoming{})
}
