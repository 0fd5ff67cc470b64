package control

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
)

// defaultLimit is how many exchanges a list has if the request sets no limit.
const defaultLimit = 100

// query returns the latest of the exchanges that match a query, in their order:
// ?operation= (an id or a pattern), &outcome=, &iin=, &direction= (in or out), &since= (an
// instant of the sandbox, or the request after which to begin), &q= (words that it holds),
// &limit=. Looked is how many were looked at, the newest: all, unless the limit or the bound of
// a search was reached before.
func (c *Control) query(query url.Values, kept []*journal.Exchange) (found []*journal.Exchange, looked int, err error) {
	meets, limit, err := c.criteria(query)
	if err != nil {
		return nil, 0, err
	}
	words, err := c.newSearch(query.Get("q"))
	if err != nil {
		return nil, 0, err
	}
	for _, e := range slices.Backward(kept) {
		if len(found) == limit || words.isOver() {
			break
		}
		looked++
		if meets(e) && words.finds(e) {
			found = append(found, e)
		}
	}
	slices.Reverse(found)
	return found, looked, nil
}

// criteria of a query, and how many exchanges it asks for.
func (c *Control) criteria(query url.Values) (meets func(*journal.Exchange) bool, limit int, err error) {
	limit = defaultLimit
	if s := query.Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 {
			return nil, 0, problem.New(http.StatusBadRequest, "limit is a number from 1, not %q", s)
		}
	}
	if err := c.checkOperation(query.Get("operation")); err != nil {
		return nil, 0, err
	}
	if err := c.checkOutcome(query.Get("outcome")); err != nil {
		return nil, 0, err
	}
	if d := query.Get("direction"); d != "" && d != journal.In && d != journal.Out {
		return nil, 0, problem.New(http.StatusBadRequest, "direction is in or out, not %q", d)
	}
	since, err := sinceOf(query.Get("since"))
	if err != nil {
		return nil, 0, err
	}
	return func(e *journal.Exchange) bool { return since(e) && fits(query, e) }, limit, nil
}

func fits(query url.Values, e *journal.Exchange) bool {
	operation, outcome, iin := query.Get("operation"), query.Get("outcome"), query.Get("iin")
	direction := query.Get("direction")
	return (operation == "" || contract.Fits(operation, e.Operation)) &&
		(outcome == "" || outcome == e.Outcome) &&
		(iin == "" || slices.Contains(e.Subjects, iin)) &&
		(direction == "" || (direction == journal.Out) == (e.Direction == journal.Out))
}

// checkOperation refuses a pattern that fits no operation: an empty list would mean
// that there was no such request.
func (c *Control) checkOperation(pattern string) error {
	var ids []string
	for _, op := range c.opts.Table.Operations() {
		if pattern == "" || contract.Fits(pattern, op.ID) {
			return nil
		}
		ids = append(ids, op.ID)
	}
	return problem.New(http.StatusBadRequest, "no operation %q; the nearest is %q", pattern, document.Nearest(pattern, ids))
}

// checkOutcome refuses, for the same reason, what is no operation's outcome.
func (c *Control) checkOutcome(name string) error {
	var names []string
	for _, op := range c.opts.Table.Operations() {
		names = append(names, op.OutcomeNames()...)
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	return problem.New(http.StatusBadRequest, "no operation has an outcome %q; the nearest is %q", name, document.Nearest(name, names))
}

func sinceOf(s string) (func(*journal.Exchange) bool, error) {
	var seq uint64
	if n, err := fmt.Sscanf(s, "req-%d", &seq); n == 1 && err == nil {
		return func(e *journal.Exchange) bool { return e.Seq > seq || e.Seq == seq && e.Direction == journal.Out }, nil
	}
	var at time.Time
	if s != "" {
		var err error
		if at, err = clock.ParseInstant(s); err != nil {
			return nil, problem.New(http.StatusBadRequest,
				"since is a time such as 2024-03-01T09:00:00Z, or a request such as req-000001, not %q", s)
		}
	}
	return func(e *journal.Exchange) bool { return !e.At.Before(at) }, nil
}
