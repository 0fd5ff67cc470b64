package contract_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOutcomesByTheirCause brings every outcome about without asking for it.
func TestOutcomesByTheirCause(t *testing.T) {
	for _, e := range cases() {
		for _, w := range e.ways {
			if w.cause == nil {
				continue
			}
			t.Run(e.operation+"/"+w.outcome, func(t *testing.T) {
				t.Parallel()
				r := newRun(t, operationOf(e.operation))
				r.do(w.cause)
				wantOutcome(w.outcome)(r)
			})
		}
	}
}

// TestOutcomesByName asks for every outcome with the header Prefer. An error that
// was asked for changes nothing.
func TestOutcomesByName(t *testing.T) {
	for _, op := range table().Operations {
		for _, o := range op.Outcomes {
			t.Run(op.ID+"/"+o.Name, func(t *testing.T) {
				t.Parallel()
				r := newRun(t, op)
				before := r.state()
				a := r.ask(sampleRequest(op), "Prefer", "outcome="+o.Name)
				wantOutcome(o.Name)(r)
				if got := a.header.Get("Preference-Applied"); got != "outcome="+o.Name {
					t.Errorf("Preference-Applied is %q", got)
				}
				if !o.isError() {
					return
				}
				if diff := cmp.Diff(before, r.state()); diff != "" {
					t.Errorf("the error changed the state (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// TestOutcomesByStatus asks as other mock servers are asked: the first outcome
// with the status is meant.
func TestOutcomesByStatus(t *testing.T) {
	for _, op := range table().Operations {
		asked := map[int]bool{}
		for _, first := range op.Outcomes {
			if asked[first.Status] {
				continue
			}
			asked[first.Status] = true
			t.Run(op.ID+"/"+strconv.Itoa(first.Status), func(t *testing.T) {
				t.Parallel()
				r := newRun(t, op)
				r.ask(sampleRequest(op), "Prefer", fmt.Sprintf("wait=5, code=%d", first.Status))
				wantOutcome(first.Name)(r)
			})
		}
	}
}

// TestReservedValues sends every reserved value in the sample's place of it.
func TestReservedValues(t *testing.T) {
	if n := len(table().Reserved); n < 30 {
		t.Errorf("there are %d reserved values, want some thirty", n)
	}
	for _, value := range table().Reserved {
		for _, id := range value.On {
			t.Run(strings.Join([]string{id, value.Outcome, value.Field, value.Value}, "/"), func(t *testing.T) {
				t.Parallel()
				r := newRun(t, operationOf(id))
				r.ask(withField(t, sampleRequest(r.op), value.Field, value.Value))
				wantOutcome(value.Outcome)(r)
			})
		}
	}
}

// withField puts a value into the sample's field of that name, of the query, the
// body or its first row; a number stays a number.
func withField(t *testing.T, q request, field, value string) request {
	t.Helper()
	if q.query != nil {
		q.query.Set(field, value)
		return q
	}
	for _, pointer := range []string{"/" + field, "/0/" + field, "/items/0/" + field} {
		old, ok := memberAt(decoded(t, []byte(q.body)), strings.Split(pointer[1:], "/"))
		if !ok {
			continue
		}
		if _, isText := old.(string); isText {
			value = strconv.Quote(value)
		}
		return q.edited(t, pointer+": "+value)
	}
	t.Fatalf("%s has no field %s", q.op.ID, field)
	return q
}

func memberAt(node any, keys []string) (any, bool) {
	for _, key := range keys {
		switch n := node.(type) {
		case map[string]any:
			child, ok := n[key]
			if !ok {
				return nil, false
			}
			node = child
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(n) {
				return nil, false
			}
			node = n[i]
		default:
			return nil, false
		}
	}
	return node, true
}

// TestOutcomesAsOwnReplies lets a scenario reply with each outcome's own bytes: it is
// taken for a scenario, and the answer for that outcome.
func TestOutcomesAsOwnReplies(t *testing.T) {
	for _, op := range table().Operations {
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, op)
			for _, o := range op.Outcomes {
				if wires[[2]string{op.ID, o.Name}].form == bodyDocument {
					continue // a reply has no way to be a file
				}
				a := r.ask(sampleRequest(op), "Prefer", "outcome="+o.Name)
				rule := fmt.Sprintf(`{"on": %q, "do": {"reply": {"status": %d, "body": %q}}}`, op.ID, a.status, a.body)
				if len(a.body) == 0 {
					rule = fmt.Sprintf(`{"on": %q, "do": {"reply": {"status": %d}}}`, op.ID, a.status)
				}
				r.control("PUT", "/scenario", `{"version": 1, "scenario": "own", "about": "Own replies.", "rules": [`+rule+`]}`)
				again := r.ask(sampleRequest(op))
				wantOutcome(o.Name)(r)
				if diff := cmp.Diff(string(a.body), string(again.body)); diff != "" {
					t.Errorf("%s (-by name +as a reply):\n%s", o.Name, diff)
				}
			}
		})
	}
}
