package simtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Rule is a rule of a scenario as a Go value: what some requests meet. Its fields are the
// words of the language, which docs/scenarios.md explains, and the scenario's checker looks
// at them.
type Rule struct {
	Name        string         `json:"name,omitempty"`        // how explanations call it
	Direction   string         `json:"direction,omitempty"`   // "out" for calls that the services make themselves
	On          string         `json:"on,omitempty"`          // an operation's id, or a pattern such as kyc.address.*
	For         map[string]any `json:"for,omitempty"`         // fields of the request: a value, or a list of values
	When        string         `json:"when,omitempty"`        // an expression such as body.items[0].amount > 1000
	Rows        string         `json:"rows,omitempty"`        // an expression over each row of a batch
	Between     Stretch        `json:"between,omitempty"`     // of the sandbox's time
	Per         string         `json:"per,omitempty"`         // whose requests are counted, such as api_key
	Times       int            `json:"times,omitempty"`       // how many requests it decides
	Over        string         `json:"over,omitempty"`        // a quota such as 2/1m
	Share       string         `json:"share,omitempty"`       // of those of Per, such as 20%
	Probability float64        `json:"probability,omitempty"` // of each request
	Once        *Call          `json:"once,omitempty"`        // holds from the moment on when that has been answered, Exactly so often
	Until       *Call          `json:"until,omitempty"`       // holds up to that moment
	Do          Steps          `json:"do"`                    // what the requests meet
}

// Step is what one request meets: one word, or what the other fields say together.
type Step struct {
	Word        string         `json:"word,omitempty"`         // an outcome, a fault, a status or pass; it stands alone
	Outcome     string         `json:"outcome,omitempty"`      // that the service answers with
	Patch       any            `json:"patch,omitempty"`        // laid over the answer's body
	Reply       *Reply         `json:"reply,omitempty"`        // an answer of the test's own
	Headers     map[string]any `json:"headers,omitempty"`      // laid over the answer's; nil takes one away
	Pad         string         `json:"pad,omitempty"`          // how much longer the body is, such as 20MiB
	OffContract bool           `json:"off_contract,omitempty"` // it is none that the documents know, on purpose
	Fault       Fault          `json:"fault,omitempty"`        // what goes wrong on the wire
	Given       map[string]any `json:"given,omitempty"`        // what is made true first
	Subject     string         `json:"subject,omitempty"`      // how the request's subject answers 1414 first
	Advance     string         `json:"advance,omitempty"`      // how far the clock moves first, such as 30s or 3d
	Choose      map[string]int `json:"choose,omitempty"`       // words and their weights; it stands alone
	Send        string         `json:"send,omitempty"`         // of a call that a service makes: twice, after-next
}

// Reply is an answer of the test's own.
type Reply struct {
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    any               `json:"body,omitempty"` // JSON, or a text that is sent as it stands
}

// Fault is what goes wrong on the wire, by its kind: Fault{"reset": nil},
// Fault{"delay": 2 * time.Second}, Fault{"status": 502}. docs/faults.md has the kinds and
// their parameters.
type Fault map[string]any

// Stretch of the sandbox's time: two durations from the scenario's start, or two instants.
type Stretch []any

// Steps are met one request after another; the last one repeats.
type Steps []Step

// Do are steps of one word each: an outcome, a fault, a status, or pass to leave the request
// to the service.
func Do(words ...string) Steps {
	var all Steps
	for _, word := range words {
		all = append(all, Step{Word: word})
	}
	return all
}

// MarshalJSON writes a single step as itself.
func (all Steps) MarshalJSON() ([]byte, error) {
	if len(all) == 1 {
		return json.Marshal(all[0])
	}
	return json.Marshal([]Step(all))
}

// MarshalJSON writes a step that is one word as that word.
func (s Step) MarshalJSON() ([]byte, error) {
	if s.Word != "" && reflect.DeepEqual(s, Step{Word: s.Word}) {
		return json.Marshal(s.Word)
	}
	type fields Step // without this method
	return json.Marshal(fields(s))
}

// MarshalJSON writes durations as the language has them.
func (f Fault) MarshalJSON() ([]byte, error) { return json.Marshal(inWords(map[string]any(f))) }

// MarshalJSON writes durations as the language has them.
func (s Stretch) MarshalJSON() ([]byte, error) { return json.Marshal(inWords([]any(s))) }

// inWords is a value with the text of each duration in its place.
func inWords(v any) any {
	return document.Mapped(v, func(v any) any {
		if d, ok := v.(time.Duration); ok {
			return d.String()
		}
		return v
	})
}

// Rules are in force from the start. They go before those of the scenario, if there is one:
// the first rule that matches a request decides. They are given again for more of them. A
// snapshot that is taken at Listen's control API has them only where there is no scenario.
func Rules(rules ...Rule) Option {
	return func(s *settings) { s.rules = append(s.rules, rules...) }
}

// ruled is a scenario with the rules of a test before its own.
func ruled(what *scenario.Scenario, rules []Rule, table *contract.Table) (*scenario.Scenario, error) {
	source, err := json.Marshal(map[string]any{"version": 1, "scenario": "rules-of-the-test", "rules": rules})
	if err != nil {
		return nil, fmt.Errorf("rules that are no JSON: %w", err)
	}
	own, findings := scenario.Parse("rules of the test", source, scenario.Options{Table: table})
	if findings.Broken() {
		return nil, mistakes("the rules have mistakes", findings)
	}
	if what.Source == nil {
		return own, nil // there is no scenario beside them
	}
	both := *what
	both.Rules = slices.Concat(own.Rules, what.Rules)
	return &both, nil
}
