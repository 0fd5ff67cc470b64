package simtest

import (
	"encoding/json"
	"fmt"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// LiveFault is a fault that is put on a sandbox while a test runs. The answer stays the
// service's, or the rule's that decides it.
type LiveFault struct {
	Name        string         `json:"name,omitempty"`  // how explanations call it
	Until       string         `json:"until,omitempty"` // how long it lasts, such as 10m, or the sandbox's time at which it ends
	Fault       Fault          `json:"fault"`
	Direction   string         `json:"direction,omitempty"`
	On          string         `json:"on,omitempty"` // every operation, if it is empty
	For         map[string]any `json:"for,omitempty"`
	When        string         `json:"when,omitempty"`
	Between     Stretch        `json:"between,omitempty"`
	Per         string         `json:"per,omitempty"`
	Times       int            `json:"times,omitempty"`
	Over        string         `json:"over,omitempty"`
	Share       string         `json:"share,omitempty"`
	Probability float64        `json:"probability,omitempty"`
}

// PutFault puts a live fault on. Requests meet it up to its Until, or until the function that
// is answered takes it off. One that can't be put on fails the test with what the scenario's
// checker says.
func (s *Sim) PutFault(f LiveFault) (takeOff func()) {
	s.t.Helper()
	source, err := json.Marshal(f)
	if err != nil {
		s.t.Errorf("simtest: a live fault that is no JSON: %v", err)
		return func() {}
	}
	fault, findings := scenario.ParseFault(source, scenario.Options{Table: s.process.Table})
	if findings.Broken() {
		s.t.Errorf("simtest: %v", mistakes("a live fault with mistakes", findings))
		return func() {}
	}
	s.change(func(in *scenario.Settings) (next *scenario.Settings, err error) {
		now := s.Now()
		if fault, err = fault.Begin(now); err != nil {
			return nil, fmt.Errorf("a live fault's until: %w", err)
		}
		next, fault, err = in.WithoutEnded(now).WithFault(fault)
		return next, err
	})
	return func() {
		s.t.Helper()
		s.change(func(in *scenario.Settings) (*scenario.Settings, error) {
			next, _ := in.WithoutFault(fault.ID) // the control API may have taken it off
			return next, nil
		})
	}
}

// change what is in force beside the services' own behaviour.
func (s *Sim) change(to func(*scenario.Settings) (*scenario.Settings, error)) {
	s.t.Helper()
	if err := s.sandbox.Change(to, func(*sandbox.Run) {}); err != nil {
		s.t.Errorf("simtest: %v", err)
	}
}
