package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

func transitionTable(transitions []contract.Transition) string {
	return tableOf([]string{"from", "event", "to", "when"}, transitions, func(t contract.Transition) []string {
		return []string{strings.Join(t.From, ", "), code(t.Event), t.To, t.When}
	})
}

// diagram of a machine. The states' names are Russian and hold spaces, so each
// stands for itself under a number.
func diagram(m contract.MachineInfo) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	name := func(state string) string { return fmt.Sprintf("s%d", slices.Index(m.States, state)) }
	for _, state := range m.States {
		fmt.Fprintf(&b, "  state %q as %s\n", state, name(state))
	}
	fmt.Fprintf(&b, "  [*] --> %s\n", name(m.Initial))
	for _, t := range m.Transitions {
		for _, from := range t.From {
			fmt.Fprintf(&b, "  %s --> %s : %s\n", name(from), name(t.To), t.Event)
		}
	}
	for _, state := range m.States {
		if !slices.ContainsFunc(m.Transitions, func(t contract.Transition) bool { return slices.Contains(t.From, state) }) {
			fmt.Fprintf(&b, "  %s --> [*]\n", name(state))
		}
	}
	return b.String()
}
