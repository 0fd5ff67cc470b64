package k2

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
)

// TestMutations changes each transition of the machines in turn and tells which changes the
// random steps find and which they don't. K2_MUTATIONS=1 does it by hand; it takes minutes.
func TestMutations(t *testing.T) {
	if os.Getenv("K2_MUTATIONS") == "" {
		t.Skip("K2_MUTATIONS=1 does it")
	}
	found := 0
	var missed []string
	for _, m := range Service().Machines {
		for i := range m.Transitions {
			was := m.Transitions[i]
			if was.When == byOthers || was.When == inK2 {
				continue // no step causes it
			}
			for _, change := range mutationsOf(m, i) {
				m.Transitions[i] = change.to
				wrong := firstWrong(t)
				m.Transitions[i] = was
				name := fmt.Sprintf("%s: %s of %s to %s: %s", m.Name, was.Event, strings.Join(was.From, ", "), was.To, change.name)
				if wrong == "" {
					missed = append(missed, name)
				} else {
					found++
				}
				t.Logf("%s: %q", name, wrong)
			}
		}
	}
	t.Logf("%d found, %d missed:\n%s", found, len(missed), strings.Join(missed, "\n"))
}

// firstWrong thing that random steps find.
func firstWrong(t *testing.T) string {
	for seed := chance.Seed(1000); seed < 1030; seed++ {
		if wrong, _ := walk(t, seed, 200); wrong != "" {
			return wrong
		}
	}
	return ""
}

type mutation struct {
	name string
	to   contract.Transition
}

func mutationsOf(m *contract.Machine, i int) []mutation {
	is := m.Transitions[i]
	states := m.States()
	other, never, always, opposite := is, is, is, is
	other.To = states[(slices.Index(states, is.To)+1)%len(states)]
	never.Guard = func(any) bool { return false }
	all := []mutation{{"another target, " + other.To, other}, {"never", never}}
	if is.Guard != nil {
		always.Guard = nil
		opposite.Guard = func(thing any) bool { return !is.Guard(thing) }
		all = append(all, mutation{"the guard left out", always}, mutation{"the guard negated", opposite})
	}
	return all
}
