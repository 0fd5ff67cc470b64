package k2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
)

// TestDemandMachine tries every event in every state.
func TestDemandMachine(t *testing.T) {
	live := []string{"Введен", "Зарегистрирован", "Отправлен", "Принята банком", "Принята в картотеку банка", "Сформирован на бумажном носителе"}
	want := map[string]string{
		"Введен register": "Зарегистрирован", "Зарегистрирован dispatch": "Отправлен", "Отправлен accept": "Принята банком",
		"Принята банком file": "Принята в картотеку банка", "Отправлен return": "Возвращен", "Принята банком return": "Возвращен",
		"Принята в картотеку банка return": "Возвращен", "Отправлен refuse": "Отказан", "Принята банком refuse": "Отказан",
	}
	for _, status := range live {
		want[status+" withdraw"] = "Отозван"
	}
	expectMachine(t, "k2.demand", want, k2.Demand{Bank: "HSBKKZKX"})
	want["Зарегистрирован dispatch"] = "Сформирован на бумажном носителе"
	expectMachine(t, "k2.demand", want, k2.Demand{Bank: "KPSTKZKA"})
}

// expectMachine compares what every event of a machine does in every state with
// a table of "state event" to state; all else is impossible.
func expectMachine(t *testing.T, name string, want map[string]string, thing any) {
	t.Helper()
	service := k2.Service()
	for _, m := range service.Machines {
		if m.Name != name {
			continue
		}
		got := map[string]string{}
		events := map[string]bool{}
		for _, transition := range m.Transitions {
			events[transition.Event] = true
			if transition.When == "" {
				t.Errorf("%s by %s has no words", transition.To, transition.Event)
			}
		}
		for _, state := range m.States() {
			for event := range events {
				if to, err := m.Fire(&contract.Call{}, "", state, event, thing); err == nil {
					got[state+" "+event] = to
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		return
	}
	t.Fatalf("no machine %s", name)
}
