package k2

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// batch is a request of many rows, each checked separately. Each row is decoded into its type
// when it is processed, so that a wrong row has no effect on the others.
type batch struct {
	rows []any
	// forgiving drops the rows that would be refused: a success was asked for by name.
	forgiving bool
}

// Fill takes an array and {"items": […]}; which of them may come is
// decided before (asArray, asItems).
func (b *batch) Fill(value any) bool {
	if object, ok := value.(map[string]any); ok {
		value = object["items"]
	}
	rows, ok := value.([]any)
	b.rows = rows
	return ok
}

// dropRefused arranges the success of a batch by dropping the rows that would be refused.
var dropRefused = contract.Arrange(func(_ *contract.Call, in *batch) error {
	in.forgiving = true
	return nil
})

// asArray lets {"items": […]} through for an operation whose document has an
// array, if the profile says so (ledger 39).
func asArray(c *contract.Call) {
	object, ok := c.Body.(map[string]any)
	if rows, is := object["items"].([]any); ok && is && lenientRoot(c) {
		c.Body = rows
	}
}

// asItems lets an array through for an operation whose document has
// {"items": […]}, if the profile says so (ledger 39).
func asItems(c *contract.Call) {
	if _, ok := c.Body.([]any); ok && lenientRoot(c) {
		c.Wrap("items")
	}
}

func lenientRoot(c *contract.Call) bool {
	if !c.Profile.Is(switchRoot, rootLenient) {
		return false
	}
	c.Find(39, "", "the document has the other form of a batch here")
	return true
}

// row is one row of a batch whose shape is right.
type row[T any] struct {
	rows   string // JSON pointer of the rows
	index  int
	sent   any // decoded
	fields T
}

// at is the JSON pointer of the row.
func (r row[T]) at() string { return r.rows + "/" + strconv.Itoa(r.index) }

// refusal is why a row is not taken: an outcome of the operation, and a finding
// where the outcome's text says too little.
type refusal struct {
	outcome string
	finding contract.Finding
}

func badRow(at, why string) *refusal {
	return &refusal{"bad-row", contract.Finding{Ledger: 36, Path: at, Text: why}}
}

// takeRows calls take for one row after the other, which stores it or returns a refusal. The
// refused rows are listed in their order, and the first gives the outcome (ledger 37);
// the others stay stored unless the profile wants all or nothing (ledger 38).
func takeRows[T any](c *contract.Call, in batch, take func(row[T]) *refusal) (contract.Reply, error) {
	var refused []contract.RowError
	first := ""
	for i, sent := range in.rows {
		r, no := decodeRow[T](c, i, sent)
		if no == nil && !in.forgiving {
			no = givenRow(c, i)
		}
		if no == nil {
			no = take(r)
		}
		if no == nil {
			continue
		}
		if no.finding.Text != "" {
			c.Find(no.finding.Ledger, no.finding.Path, no.finding.Text)
		}
		outcome, ok := c.Operation.Outcome(no.outcome)
		if !ok || outcome.Row == nil {
			return contract.Reply{}, fmt.Errorf("a row is refused by %q, which is no outcome of rows", no.outcome)
		}
		if first == "" {
			first = no.outcome
		}
		refused = append(refused, c.RowError(i, outcome.Row))
	}
	switch {
	case len(refused) == 0 || in.forgiving:
		return c.Answer("accepted", reversedResult{}), nil
	case c.Profile.Is(switchRows, rowsAtomic):
		return contract.Reply{}, contract.Fail(first, refused...)
	}
	return c.Refuse(first, refused...), nil
}

// givenRow refuses a row for which a rule has an outcome, or that has a reserved
// value. Other rows are not affected.
func givenRow(c *contract.Call, index int) *refusal {
	if outcome, ok := c.RowOutcomes[index]; ok {
		return &refusal{outcome: outcome.Name}
	}
	if reserved, ok := c.ReservedRow(index); ok {
		return &refusal{outcome: reserved.Outcome}
	}
	return nil
}

func decodeRow[T any](c *contract.Call, index int, sent any) (row[T], *refusal) {
	r := row[T]{rows: c.Operation.Rows, index: index, sent: sent}
	if p, wrong := c.RowProblems[index]; wrong {
		return r, badRow(p.Path, p.String())
	}
	// The schema allows integers of any size, the types of the fields don't.
	if err := contract.Fill(sent, &r.fields); err != nil {
		return r, r.misfit(err)
	}
	return r, nil
}

// misfit refuses a row whose fields can't be filled, for the first field that can't be alone.
func (r row[T]) misfit(err error) *refusal {
	at := r.at()
	object, _ := r.sent.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		var alone T
		if wrong := contract.Fill(map[string]any{name: object[name]}, &alone); wrong != nil {
			at, err = at+"/"+name, wrong
			break
		}
	}
	if of := (*json.UnmarshalTypeError)(nil); errors.As(err, &of) {
		return badRow(at, "found "+strings.TrimPrefix(of.Value, "number ")+", expected an integer in digits, of at most 64 bits")
	}
	return badRow(at, err.Error())
}
