package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

// tagged are the scenarios that have one of the tags that are asked for, and all tags
// that were seen.
func (c testConfig) tagged(all []*scenario.Scenario, seen []string) (which []*scenario.Scenario, tags []string) {
	for _, one := range all {
		seen = append(seen, one.Tags...)
		if len(c.tags) == 0 || slices.ContainsFunc(one.Tags, func(tag string) bool { return slices.Contains(c.tags, tag) }) {
			which = append(which, one)
		}
	}
	return which, seen
}

// untagged tells that nothing has one of the tags that are asked for.
func (c testConfig) untagged(seen []string) error {
	asked := strings.Join(c.tags, " or ")
	if len(seen) == 0 {
		return fmt.Errorf("no scenario has the tag %s: none has tags", asked)
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	return fmt.Errorf("no scenario has the tag %s; there are %s%s", asked, strings.Join(seen, ", "), document.DidYouMean(c.tags[0], seen))
}
