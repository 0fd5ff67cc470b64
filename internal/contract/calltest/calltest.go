// Package calltest lets a service's tests ask its operations without a gateway:
// a table, a store, and a clock that the test moves by hand.
package calltest

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/schemas"
)

// Bench is the test's side of some services.
type Bench struct {
	t       testing.TB
	Table   *contract.Table
	Store   *store.Store
	Now     time.Time
	Profile contract.Profile
	Targets map[string]bool // operations of other systems that can be asked
}

// New puts services on a bench, at 2024-03-01 09:00 in Astana, with seed 1.
func New(t testing.TB, services ...*contract.Service) *Bench {
	t.Helper()
	table, err := contract.New(schemas.FS, services...)
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{
		t: t, Table: table, Store: store.New(table.Collections()...),
		Now: time.Date(2024, 3, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60)),
	}
	if _, isTest := t.(*testing.T); isTest {
		t.Cleanup(b.checkCollections)
	}
	return b
}

// checkCollections: what a service stores is in a collection that it lists, or else a snapshot
// of it could not be restored.
func (b *Bench) checkCollections() {
	for name := range b.State() {
		if !slices.ContainsFunc(b.Table.Collections(), func(d store.Definition) bool { return d.Name() == name }) {
			b.t.Errorf("the collection %q is not among the Collections of a service", name)
		}
	}
}

// Set changes the profile: pairs of key and value.
func (b *Bench) Set(pairs ...string) {
	b.t.Helper()
	words := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		words[pairs[i]] = pairs[i+1]
	}
	p, err := b.Table.Profile(words)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Profile = p
}

// Answer is what came back.
type Answer struct {
	Status   int
	Outcome  string
	Body     string // as sent
	File     *contract.File
	Findings []contract.Finding
	Taken    []contract.Taken
	Again    time.Time
}

// JSON decodes the body.
func (a Answer) JSON(t testing.TB) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		t.Fatalf("body %q: %v", a.Body, err)
	}
	return v
}

// Request is one request: a body, or a query for a GET.
type Request struct {
	Operation string
	Body      string
	Query     string
	Path      map[string]string
	Want      string // an outcome to be had by name
}

// Ask an operation with a body (or the query of a GET).
func (b *Bench) Ask(operation, input string) Answer {
	b.t.Helper()
	return b.Do(Request{Operation: operation, Body: input, Query: input})
}

// Do a request through shape check, behaviour and answer check in a transaction.
func (b *Bench) Do(r Request) Answer {
	b.t.Helper()
	op, ok := b.Table.Operation(r.Operation)
	if !ok {
		b.t.Fatalf("no operation %s", r.Operation)
	}
	c := &contract.Call{
		Operation: op, Now: b.Now, Seed: 1, Profile: b.Profile, Path: r.Path, Targets: b.Targets,
		BaseURL: contract.Address{"http://127.0.0.1:8080"},
	}
	if op.ReadsQuery() {
		c.Query, _ = url.ParseQuery(strings.TrimPrefix(r.Query, "?"))
	} else {
		c.Raw = []byte(r.Body)
	}
	var result contract.Result
	err := b.Store.Update(func(tx *store.Tx) error {
		c.Tx = tx
		var err error
		result, err = b.perform(c, r.Want)
		if err == nil && result.Undo {
			return contract.Failure{Outcome: result.Outcome.Name}
		}
		return err
	})
	if err != nil && !result.Undo {
		b.t.Fatalf("%s: %v", r.Operation, err)
	}
	return Answer{
		Status: result.Status, Outcome: result.Outcome.Name, Body: string(result.Encoded),
		File: result.File, Findings: c.Findings(), Taken: c.Taken(), Again: result.Again,
	}
}

func (b *Bench) perform(c *contract.Call, want string) (contract.Result, error) {
	if !c.Operation.ReadsQuery() {
		if _, err := b.Table.ReadBody(c); err != nil {
			return b.Table.Malformed(c, err.(contract.Problem))
		}
	}
	if problems := b.Table.Schemas.CheckRequest(c); len(problems) > 0 {
		return b.Table.Malformed(c, problems[0])
	}
	if want == "" {
		return b.Table.Perform(c, nil)
	}
	outcome, ok := c.Operation.Outcome(want)
	if !ok {
		b.t.Fatalf("%s has no outcome %s", c.Operation.ID, want)
	}
	return b.Table.Perform(c, outcome)
}

// Update changes the state directly, as a fixture would.
func (b *Bench) Update(fn func(c *contract.Call) error) {
	b.t.Helper()
	err := b.Store.Update(func(tx *store.Tx) error {
		return fn(&contract.Call{Now: b.Now, Seed: 1, Profile: b.Profile, Tx: tx, Targets: b.Targets, BaseURL: contract.Address{"http://127.0.0.1:8080"}})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// State is what the collections hold, as data.
func (b *Bench) State() store.Rows { return b.snapshot().State }

// Empty puts an empty state in the place of the present one.
func (b *Bench) Empty() {
	b.checkCollections()
	b.Store = store.New(b.Table.Collections()...)
}

// Again replaces the present state by the one that is restored from its snapshot.
func (b *Bench) Again() {
	b.t.Helper()
	again, err := store.NewSchema(b.Table.Collections()...).Restore(b.snapshot())
	if err != nil {
		b.t.Fatal(err)
	}
	b.Store = again
}

func (b *Bench) snapshot() store.Snapshot {
	b.t.Helper()
	s, err := b.Store.Image().Encode()
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}
