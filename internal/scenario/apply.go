package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// DefaultStart is the instant at which the clock of a try starts unless the
// scenario says otherwise: a working morning in Astana.
func DefaultStart() time.Time {
	return time.Date(2024, time.March, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))
}

// GivenError is a fixture's item that couldn't be made true.
type GivenError struct {
	given Given
	err   error
}

func (e GivenError) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.given.Position, e.given.Path, e.err)
}

func (e GivenError) Unwrap() error { return e.err }

// Finding is the error at the item's place.
func (e GivenError) Finding() document.Finding {
	path, found, expected, nearest := e.given.Path, "an item that can't be made true: "+e.err.Error(), "values that the service knows", ""
	var p contract.Problem
	if errors.As(e.err, &p) {
		path = (&document.Document{Below: path}).Path(p.Path)
		found, expected, nearest = cmp.Or(p.Found, "nothing"), p.Expected, p.Nearest
	}
	return document.Finding{Position: e.given.Position, Path: path, Found: found, Expected: expected, Nearest: nearest, Severity: document.Error}
}

// Apply makes the fixtures true in the transaction of a call, in the order of the
// table: people before their loans, loans before their demands. The error names
// the item that can't be made true, with its place.
func (s *Scenario) Apply(table *contract.Table, in *contract.Call) error {
	return apply(table, s.Given, in)
}

func apply(table *contract.Table, all []Given, in *contract.Call) error {
	order := fixtures(table)
	position := func(g Given) int {
		return slices.IndexFunc(order, func(f contract.Fixture) bool { return f.Name == g.Fixture.Name })
	}
	given := slices.SortedStableFunc(slices.Values(all), func(a, b Given) int { return position(a) - position(b) })
	for _, g := range given {
		item, err := g.Made(table, in)
		if err == nil {
			err = g.Fixture.Apply(in.Event(), item)
		}
		if err != nil {
			return GivenError{g, err}
		}
	}
	return nil
}

// Made is the item with its values in their places, checked.
func (g Given) Made(table *contract.Table, in *contract.Call) (any, error) {
	if !g.valued {
		return g.Item, nil
	}
	drawn := 0
	values := &Values{Call: in, For: "given", Key: g.File + " " + g.Path, Drawn: &drawn}
	item, err := values.resolve(g.Item)
	if err != nil {
		return nil, err
	}
	if problems := table.Schemas.Check(g.Fixture.Schema, item); len(problems) > 0 {
		problems[0].Expected = strings.TrimPrefix(problems[0].Expected, "expected ")
		return nil, problems[0]
	}
	return item, nil
}
