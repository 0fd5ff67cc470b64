package main

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/trial"
)

// explanation of a rule, as `sim test --explain` prints it: what it does, whose requests it
// counts for that, or that it decided no request of the tries that were run.
type explanation struct {
	document.Position
	On     string `json:"on"`
	Name   string `json:"name,omitempty"`
	Does   string `json:"does,omitempty"`
	Counts string `json:"counts,omitempty"`
	Unmet  bool   `json:"unmet,omitempty"`
}

func (e explanation) String() string {
	which := "the rule on " + e.On
	if e.Name != "" {
		which = fmt.Sprintf("the rule %q", e.Name)
	}
	switch {
	case e.Unmet:
		return fmt.Sprintf("%s: %s met no request of the steps that were run", e.Position, which)
	case e.Does != "":
		return fmt.Sprintf("%s: %s", e.Position, e.Does)
	}
	return fmt.Sprintf("%s: %s counts %s", e.Position, which, e.Counts)
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
			add(explanation{Position: at, On: r.On, Name: r.Name, Does: r.Meaning()})
			for _, counts := range r.Counting() {
				add(explanation{Position: at, On: r.On, Name: r.Name, Counts: counts})
			}
		}
	}
	return all
}

// unmet are the rules that were in force while steps of tries were run, and decided no request
// of them, each once. Rules that an each has made are one.
func (f scenarioFile) unmet(which []*scenario.Scenario, reports []trial.Report) (all []explanation) {
	decided := map[document.Position]int{}
	for _, report := range reports {
		for rule, n := range report.Decided {
			decided[rule.Position] += n
		}
	}
	for i, one := range which {
		if len(reports[i].Steps) == 0 {
			continue
		}
		for _, r := range one.Rules {
			at := r.Position
			at.File = f.show(at.File)
			if e := (explanation{Position: at, On: r.On, Name: r.Name, Unmet: true}); decided[r.Position] == 0 && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}
