package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// Settings are what is in force in a run of a sandbox beside the services' own
// behaviour: profile, scenario, live faults, chaos. They are a value that never
// changes: each With… makes others. What they count is in the run's counters.
type Settings struct {
	Profile  contract.Profile
	Scenario *Scenario // without rules if none was loaded
	Start    time.Time // the sandbox's time from which its relative windows and `within` count
	Faults   []LiveFault
	Chaos    Chaos

	lastFault   int                             // the number of the last live fault that was put on
	rules       []*ruleInForce                  // in order
	byOperation map[string]*placed              // by direction and operation
	awaited     map[string][]expectationInForce // by operation, what rules wait for
	answers     []string                        // groups of the answers that conditions ask the number of
	must        []expectationInForce
	asking      *asking // of the state; nil if no rule does
}

// ruleInForce is a rule with its place in the scenario and its counters.
type ruleInForce struct {
	*Rule
	title  string // in explanations
	own    own
	once   string // what it waits for, in words
	until  string // what ends it, in words
	period period // of between
	window string // the same, in words
	asks   int    // its number among those with a clause about the state alone, from 0; -1 for others
}

// expectationInForce is an expectation, or a moment, with the group of its counter.
type expectationInForce struct {
	*Expectation
	group string
}

// NewSettings for a run that begins at an instant of its clock. A nil scenario is
// one without rules.
func NewSettings(profile contract.Profile, s *Scenario, start time.Time) *Settings {
	return (&Settings{Profile: profile, Start: start}).WithScenario(s)
}

// What settings take in memory for each byte of what they are written in, and beside it.
const (
	compiledSize = 16
	valueSize    = 16 // of a value that an each has made, as if it were written
	settingsSize = 1 << 10
	knownSize    = 512 // of what is known of the state, for a rule that asks for it
)

// Size is about how many bytes the settings take.
func (s *Settings) Size() int64 {
	written := len(s.Scenario.Source) + valueSize*s.Scenario.made
	for _, source := range s.Scenario.Used {
		written += len(source)
	}
	for _, f := range s.Faults {
		written += len(f.Source)
	}
	written += len(s.Chaos.Source)
	size := settingsSize + compiledSize*int64(written)
	if s.asking != nil {
		size += knownSize * int64(s.asking.rules)
	}
	return size
}

// noScenario has no rules.
var noScenario = &Scenario{}

// WithScenario has another scenario in force. A rule or an expectation that was
// there before, by its name or, if it has none, by what it says, goes on counting.
func (s *Settings) WithScenario(in *Scenario) *Settings {
	next := *s
	if in == nil {
		in = noScenario
	}
	next.Scenario, next.rules, next.byOperation, next.awaited, next.answers, next.must, next.asking = in, nil, nil, nil, nil, nil, nil
	ids := numbering{}
	for i, rule := range in.Rules {
		id := ids.unique(rule.id)
		r := &ruleInForce{Rule: rule, title: titleOf(rule, i+1), own: ownOf("rule "+id, id)}
		next.rules = append(next.rules, r)
		next.await(r)
		next.ask(r)
		if r.Between != nil {
			r.period = r.Between.period(s.Start)
			r.window = r.period.String()
		}
		for _, op := range rule.operations {
			if next.byOperation == nil {
				next.byOperation = map[string]*placed{}
			}
			place := rule.Direction + op.ID
			if next.byOperation[place] == nil {
				next.byOperation[place] = &placed{}
			}
			next.byOperation[place].add(r)
		}
	}
	for _, at := range next.byOperation {
		at.order()
	}
	for _, e := range in.Must {
		next.must = append(next.must, expectationInForce{e, "must " + ids.unique(e.String())})
	}
	return &next
}

// numbering distinguishes rules, or expectations, with the same text.
type numbering map[string]int

func (n numbering) unique(id string) string {
	if n[id]++; n[id] > 1 {
		return fmt.Sprintf("%s #%d", id, n[id])
	}
	return id
}

// From are the settings with Start at an instant, unless something is in force that
// counts from an earlier one: a scenario, a live fault, chaos.
func (s *Settings) From(now time.Time) *Settings {
	if s.Scenario != noScenario || len(s.Faults) > 0 || s.Chaos.IsOn() {
		return s
	}
	next := *s
	next.Start = now
	return &next
}

// WithProfile has another profile in force.
func (s *Settings) WithProfile(p contract.Profile) *Settings {
	next := *s
	next.Profile, next.asking = p, s.asking.again()
	return &next
}

// WithChaos has other chaos in force; the zero value is none.
func (s *Settings) WithChaos(c Chaos) *Settings {
	next := *s
	next.Chaos = c
	return &next
}

// WithoutEnded takes off the live faults that have ended.
func (s *Settings) WithoutEnded(now time.Time) *Settings {
	next := *s
	next.Faults = slices.DeleteFunc(slices.Clone(s.Faults), func(f LiveFault) bool { return f.Ended(now) })
	return &next
}

// WithFault puts a live fault on, which gets its id. The error says that there are
// MaxFaults already.
func (s *Settings) WithFault(f LiveFault) (*Settings, LiveFault, error) {
	if len(s.Faults) >= MaxFaults {
		return nil, f, fmt.Errorf("%d live faults are on, which is the most: take some off first", MaxFaults)
	}
	next := *s
	next.lastFault++
	f.ID = faultID(next.lastFault)
	next.Faults = append(slices.Clip(s.Faults), f)
	return &next, f, nil
}

// WithoutFault takes a live fault off; false if there is none of that id.
func (s *Settings) WithoutFault(id string) (*Settings, bool) {
	at := slices.IndexFunc(s.Faults, func(f LiveFault) bool { return f.ID == id })
	if at < 0 {
		return s, false
	}
	next := *s
	next.Faults = slices.Delete(slices.Clone(s.Faults), at, at+1)
	return &next, true
}

// WithoutFaults takes all live faults off.
func (s *Settings) WithoutFaults() *Settings {
	next := *s
	next.Faults = nil
	return &next
}

// Decided is how many requests each rule of the scenario has decided.
func (s *Settings) Decided(counters *store.Counters) []int {
	var all []int
	for _, r := range s.rules {
		all = append(all, r.own.count(counters))
	}
	return all
}

// Met is how many requests each live fault has met.
func (s *Settings) Met(counters *store.Counters) []int {
	var all []int
	for _, f := range s.Faults {
		all = append(all, f.own().count(counters))
	}
	return all
}

// DropCounters of what the next settings don't have any more.
func (s *Settings) DropCounters(next *Settings, counters *store.Counters) {
	kept := map[string]bool{}
	for _, group := range next.counterGroups() {
		kept[group] = true
	}
	for _, group := range s.counterGroups() {
		if !kept[group] {
			counters.Drop(group)
		}
	}
	goesOn := func(r *ruleInForce) bool { return r.Probability < 1 && kept[r.own.draws] }
	if !slices.ContainsFunc(s.rules, goesOn) {
		counters.Drop(drawnGroup)
	}
}

// counterGroups of the rules, the live faults and the expectations.
func (s *Settings) counterGroups() []string {
	var all []string
	for _, r := range s.rules {
		all = append(all, r.own.all()...)
	}
	for _, f := range s.Faults {
		all = append(all, f.own().all()...)
	}
	for _, e := range s.must {
		all = append(all, e.group)
	}
	return append(all, s.answers...)
}
