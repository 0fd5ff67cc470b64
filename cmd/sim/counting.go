package main

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

// counting is whose requests a rule counts, as `sim test --explain` prints it.
type counting struct {
	document.Position
	On     string `json:"on"`
	Counts string `json:"counts"`
}

func (c counting) String() string {
	return fmt.Sprintf("%s: the rule on %s counts %s", c.Position, c.On, c.Counts)
}

// counting of the rules of a scenario and its cases, each once, in the order of the files.
func (f scenarioFile) counting(s *scenario.Scenario) []counting {
	var all []counting
	for _, one := range s.Variants() {
		for _, r := range one.Rules {
			for _, counts := range r.Counting() {
				at := r.Position
				at.File = f.show(at.File)
				if c := (counting{at, r.On, counts}); !slices.Contains(all, c) {
					all = append(all, c)
				}
			}
		}
	}
	return all
}
