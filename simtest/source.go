package simtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/scenarios"
)

// source is where a scenario is read from.
type source struct {
	library bool
	name    string // in the library, or a file's path
	text    string // instead of both
}

const fileEnding = ".yaml"

// read the scenario, or one of its cases; the error names every mistake in it with its place.
func (from source) read(table *contract.Table, one string) (*scenario.Scenario, error) {
	if known := scenario.Names(scenarios.FS); from.library && !slices.Contains(known, from.name) {
		return nil, fmt.Errorf("the library has no scenario %q%s", from.name, document.DidYouMean(from.name, known))
	}
	whole, findings := from.parse(table)
	if findings.Broken() {
		return nil, fmt.Errorf("the scenario has mistakes:\n%w", findings)
	}
	return whole.One(one)
}

func (from source) parse(table *contract.Table) (*scenario.Scenario, document.Findings) {
	opts := scenario.Options{Table: table, Library: scenarios.FS}
	switch {
	case from.text != "":
		return scenario.Parse("scenario", []byte(from.text), opts)
	case from.library:
		opts.Beside = scenarios.FS
		return scenario.ParseFile(opts.Beside, from.name+fileEnding, opts)
	}
	opts.Beside = os.DirFS(filepath.Dir(from.name))
	return scenario.ParseFile(opts.Beside, filepath.Base(from.name), opts)
}
