package main

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

// explanation of a rule, as `sim test --explain` prints it: what it does, or whose requests it
// counts for that.
type explanation struct {
	document.Position
	On     string `json:"on"`
	Does   string `json:"does,omitempty"`
	Counts string `json:"counts,omitempty"`
}

func (e explanation) String() string {
	if e.Does != "" {
		return fmt.Sprintf("%s: %s", e.Position, e.Does)
	}
	return fmt.Sprintf("%s: the rule on %s counts %s", e.Position, e.On, e.Counts)
}

// explain the rules of a scenario and its cases, each once, in the order of the files.
func (f scenarioFile) explain(s *scenario.Scenario) []explanation {
	var all []explanation
	add := func(e explanation) {
		if !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	for _, one := range s.Variants() {
		for _, r := range one.Rules {
			at := r.Position
			at.File = f.show(at.File)
			add(explanation{Position: at, On: r.On, Does: r.Meaning()})
			for _, counts := range r.Counting() {
				add(explanation{Position: at, On: r.On, Counts: counts})
			}
		}
	}
	return all
}
