package scenario

import (
	"fmt"
	"maps"
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
func (s *Step) plan(c *contract.Call, in *Values) Plan {
	plan := Plan{
		Reply: s.Reply, OffContract: s.OffContract, Advance: max(0, s.Advance.From(c.Now)), Send: s.Send, Pad: s.Pad, Faults: append(s.Faults[:0:0], s.Faults...),
	}
	plan.Outcome, _ = s.outcome(c.Operation)
	if plan.Outcome == nil && s.Status != 0 {
		plan.Reply, plan.OffContract = plainError(s.Status), true
	}
	if err := s.work(&plan, in); err != nil {
		plan.Wrong = err.Error()
	}
	return plan
}

// work out what of a step may hold values of the request.
func (s *Step) work(plan *Plan, in *Values) (err error) {
	if s.Patched {
		patch, err := in.resolve(s.Patch)
		if err != nil {
			return err
		}
		plan.Patch = func(body any) any { return patched(body, patch) }
	}
	if s.written != nil {
		if plan.Reply, err = s.written.reply(s.Reply, in); err != nil {
			return err
		}
	}
	if plan.Headers, err = headersOf(s.Headers, in); err != nil {
		return err
	}
	given, err := s.givenFor(in)
	if err == nil && (s.Subject != "" || given != nil) {
		plan.Before = func(c *contract.Call) error { return s.happen(given, c) }
	}
	return err
}

// plainError is the answer of a proxy between a client and a service when the proxy gives up.
func plainError(status int) *Reply {
	return &Reply{
		Status: status,
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		Body:   fmt.Appendf(nil, "%d %s\n", status, http.StatusText(status)),
	}
}

// patched lays a patch over a body: mappings field by field, lists item by item,
// everything else whole. The body stays as it is.
func patched(body, patch any) any {
	switch patch := patch.(type) {
	case map[string]any:
		object := map[string]any{}
		old, _ := body.(map[string]any)
		maps.Copy(object, old)
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
