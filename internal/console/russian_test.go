package console_test

import (
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestContractInRussian: every text of the contract that a page shows has its Russian, and
// every Russian text its English in the contract.
func TestContractInRussian(t *testing.T) {
	s := serve(t, simulator.Options{})
	var contract struct {
		Operations []struct {
			Summary  string
			Outcomes []struct{ When string }
		}
		Reserved, Switches []struct{ About string }
		Ledger             []struct{ Silence, Finding, Decision string }
	}
	russian := map[string]string{}
	for path, into := range map[string]any{"/_sim/contract": &contract, "/_sim/console/words/contract.ru.json": &russian} {
		if err := json.Unmarshal([]byte(s.do("GET", path, "").body), into); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var shown []string
	for _, op := range contract.Operations {
		shown = append(shown, op.Summary)
		for _, outcome := range op.Outcomes {
			shown = append(shown, outcome.When)
		}
	}
	for _, one := range append(contract.Reserved, contract.Switches...) {
		shown = append(shown, one.About)
	}
	for _, entry := range contract.Ledger {
		shown = append(shown, entry.Finding, entry.Decision)
		if entry.Silence != "" {
			shown = append(shown, entry.Silence)
		}
	}
	used := map[string]bool{}
	for _, text := range shown {
		used[text] = true
	}
	for text := range used {
		if russian[text] == "" {
			t.Errorf("words/contract.ru.json has no Russian for %q", text)
		}
	}
	for text := range russian {
		if !used[text] {
			t.Errorf("words/contract.ru.json has %q, which the contract does not say", text)
		}
	}
}
