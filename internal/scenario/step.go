package scenario

import (
	"fmt"
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
)

// outcome that a step asks an operation for, if it asks for one that it has.
func (s *Step) outcome(op *contract.Operation) (*contract.Outcome, bool) {
	switch {
	case s.Outcome != "":
		return op.Outcome(s.Outcome)
	case s.Status != 0:
		return outcomeByStatus(op, s.Status)
	}
	return nil, false
}

// plan is what a step means for a request.
func (s *Step) plan(c *contract.Call) Plan {
	plan := Plan{
		Reply: s.Reply, OffContract: s.OffContract, Advance: s.Advance, Send: s.Send, Faults: append(s.Faults[:0:0], s.Faults...),
	}
	plan.Outcome, _ = s.outcome(c.Operation)
	if plan.Outcome == nil && s.Status != 0 {
		plan.Reply, plan.OffContract = plainError(s.Status), true
	}
	if s.Patched {
		plan.Patch = func(body any) any { return patched(body, s.Patch) }
	}
	if s.Subject != "" {
		plan.Before = s.happen
	}
	return plan
}

// plainError is what stands between a client and a service says when it gives up.
func plainError(status int) *Reply {
	return &Reply{
		Status: status,
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		Body:   fmt.Appendf(nil, "%d %s\n", status, http.StatusText(status)),
	}
}

// happen lets the event of the step happen to the people whom a request is about.
// Where there is nothing that it could happen to, the request goes on.
func (s *Step) happen(c *contract.Call) error {
	for _, iin := range c.Subjects() {
		if err := s.event.Happen(c, iin); err != nil {
			c.Find(0, "", "subject: "+s.Subject+": "+err.Error())
		}
	}
	return nil
}

// patched lays a patch over a body: mappings field by field, lists item by item,
// everything else whole. The body stays as it is.
func patched(body, patch any) any {
	switch patch := patch.(type) {
	case map[string]any:
		object := map[string]any{}
		if old, ok := body.(map[string]any); ok {
			for name, v := range old {
				object[name] = v
			}
		}
		for name, v := range patch {
			object[name] = patched(object[name], v)
		}
		return object
	case []any:
		old, _ := body.([]any)
		list := append([]any(nil), old...)
		for i, v := range patch {
			if i < len(list) {
				list[i] = patched(list[i], v)
			} else {
				list = append(list, patched(nil, v))
			}
		}
		return list
	}
	return patch
}
