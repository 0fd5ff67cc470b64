package k2

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
)

// undetectable changes make no difference, so no step can find them.
var undetectable = map[string]string{
	"k2.demand: dispatch of Зарегистрирован to Сформирован на бумажном носителе: the guard left out": "the transition before it takes the demands to banks with a channel",
	"k2.withdrawal: answered of asking-debt to dropped: the guard left out":                          "the transition before it takes the withdrawals whose cause stands",
	"k2.withdrawal: enter of wanted to Введен: the guard left out":                                   "the event is only fired where the demand can be withdrawn and nothing forbids it: Withdrawal.next looks first",
}

// TestMutations changes each transition of the machines in turn: the random steps have to find
// each change but those that are undetectable. K2_MUTATIONS=. does it by hand and takes two
// minutes; another pattern does those whose names fit it.
func TestMutations(t *testing.T) {
	if os.Getenv("K2_MUTATIONS") == "" {
		t.Skip("K2_MUTATIONS=. does it")
	}
	wanted := regexp.MustCompile(os.Getenv("K2_MUTATIONS"))
	found := 0
	var missed []string
	for _, m := range Service().Machines {
		for i := range m.Transitions {
			was := m.Transitions[i]
			if was.When == byOthers || was.When == inK2 {
				continue // no step causes it
			}
			for _, change := range mutationsOf(m, i) {
				name := fmt.Sprintf("%s: %s of %s to %s: %s", m.Name, was.Event, strings.Join(was.From, ", "), was.To, change.name)
				if !wanted.MatchString(name) {
					continue
				}
				m.Transitions[i] = change.to
				wrong := firstWrong(t)
				m.Transitions[i] = was
				switch {
				case wrong != "":
					found++
				case undetectable[name] != "":
					missed = append(missed, name+": "+undetectable[name])
				default:
					t.Errorf("%s: no step finds it", name)
				}
				t.Logf("%s: %q", name, wrong)
			}
		}
	}
	t.Logf("%d found, %d missed:\n%s", found, len(missed), strings.Join(missed, "\n"))
}

// firstWrong thing that random steps find.
func firstWrong(t *testing.T) string {
	for seed := chance.Seed(1000); seed < 1060; seed++ {
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
