package contract

import (
	"fmt"
	"slices"
)

// Machine is a state machine as a table: its states, its events and the guards of
// each transition are in one place, and the transitions that a client under test
// has met can be counted.
type Machine struct {
	Name        string // kyc.address-session
	About       string
	Initial     string
	Transitions []Transition
}

// Transition leads from any of some states to one state when an event happens
// and its guard, if it has one, holds.
type Transition struct {
	From  []string             `json:"from"`
	Event string               `json:"event"`
	To    string               `json:"to"`
	When  string               `json:"when,omitempty"` // the guard in words
	Guard func(thing any) bool `json:"-"`
}

// Impossible is the error of an event that a state has no transition for.
type Impossible struct{ Machine, State, Event string }

func (e Impossible) Error() string {
	return fmt.Sprintf("%s: nothing leads on from %q by %q", e.Machine, e.State, e.Event)
}

// Taken is a transition that a call has caused.
type Taken struct {
	Machine string `json:"machine"`
	Key     string `json:"key"` // of the thing whose state it is
	From    string `json:"from"`
	Event   string `json:"event"`
	To      string `json:"to"`
}

// Fire answers the state that an event leads to from a state, and notes the
// transition with the call. Thing is what the guards look at; key names it.
func (m *Machine) Fire(c *Call, key, from, event string, thing any) (string, error) {
	for _, t := range m.Transitions {
		if t.Event != event || !slices.Contains(t.From, from) || t.Guard != nil && !t.Guard(thing) {
			continue
		}
		c.taken = append(c.taken, Taken{Machine: m.Name, Key: key, From: from, Event: event, To: t.To})
		return t.To, nil
	}
	return from, Impossible{Machine: m.Name, State: from, Event: event}
}

// Can reports whether an event leads on from a state, also if its guard refuses.
func (m *Machine) Can(from, event string) bool {
	return slices.ContainsFunc(m.Transitions, func(t Transition) bool {
		return t.Event == event && slices.Contains(t.From, from)
	})
}

// States that the machine knows, the initial one first.
func (m *Machine) States() []string {
	states := []string{m.Initial}
	add := func(s string) {
		if !slices.Contains(states, s) {
			states = append(states, s)
		}
	}
	for _, t := range m.Transitions {
		for _, from := range t.From {
			add(from)
		}
		add(t.To)
	}
	return states
}

// Taken are the transitions that the call has caused, in order.
func (c *Call) Taken() []Taken { return c.taken }
