package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// tester tests one file after another.
type tester struct {
	cfg     testConfig
	table   *contract.Table
	runner  *trial.Runner
	tags    []string // that were seen
	results []testResult
}

// test a file. One without any of the tags that are asked for is left out.
func (t *tester) test(ctx context.Context, source scenarioFile) error {
	s, findings := scenario.ParseFile(source.folder, source.name, scenario.Options{
		Table: t.table, Beside: source.folder, Library: scenarios.FS, Set: t.cfg.set,
	})
	result := testResult{File: source.shown, Findings: findings}
	for i := range result.Findings {
		result.Findings[i].File = source.show(result.Findings[i].File)
	}
	if s == nil {
		t.results = append(t.results, result)
		return nil
	}
	which, err := source.which(s)
	if err != nil {
		return err
	}
	if which, t.tags = t.cfg.tagged(which, t.tags); len(which) == 0 {
		return nil
	}
	if t.cfg.explain {
		result.Rules = source.explain(s)
	}
	if !t.cfg.lintOnly {
		result.Reports = source.run(ctx, t.runner, which)
	}
	if t.cfg.explain && !t.cfg.lintOnly {
		result.Rules = append(result.Rules, source.unmet(which, result.Reports)...)
	}
	t.results = append(t.results, result)
	return nil
}

// tagged are the scenarios that have one of the tags that are asked for, and all tags
// that were seen.
func (c testConfig) tagged(all []*scenario.Scenario, seen []string) (which []*scenario.Scenario, tags []string) {
	for _, one := range all {
		seen = append(seen, one.Tags...)
		if isTagged(one.Tags, c.tags) {
			which = append(which, one)
		}
	}
	return which, seen
}

func tagFlag(f *flag.FlagSet, tags *[]string, about string) {
	f.Var(list{values: tags}, "tag", about+", or with one of several that have commas between them")
}

// isTagged reports whether one of the tags is wanted; without any wanted all are.
func isTagged(tags, wanted []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(wanted, tag) })
}

// untagged is the error where no scenario has one of the wanted tags.
func untagged(wanted, seen []string) error {
	asked := strings.Join(wanted, " or ")
	if len(seen) == 0 {
		return fmt.Errorf("no scenario has the tag %s: none has tags", asked)
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	return fmt.Errorf("no scenario has the tag %s; there are %s%s", asked, strings.Join(seen, ", "), document.DidYouMean(wanted[0], seen))
}
