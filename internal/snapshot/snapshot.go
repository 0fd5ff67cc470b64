// Package snapshot is a sandbox as one file: the whole state with the seed, the
// clock, the rules and how far they have counted. Put into a fresh process it goes
// on from there: the next request gets the bytes that it would have got.
//
// What a snapshot doesn't hold is the past (the journal, what was covered) and
// requests that are being held.
package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// Version of the format.
const Version = 1

// Snapshot of a sandbox. As JSON it is read by Read; YAML is read, too.
type Snapshot struct {
	Version  int               `json:"version"`
	Seed     uint64            `json:"seed"`
	Clock    clock.Settings    `json:"clock"` // start is the instant of the snapshot
	Profile  map[string]string `json:"profile"`
	Requests uint64            `json:"requests"` // how many were numbered
	Rules    *Rules            `json:"rules,omitempty"`
	Drawn    map[string]int    `json:"drawn,omitempty"`  // requests that met a fault, by kind
	Before   Difference        `json:"before,omitempty"` // the state before its last change, for stale reads
	State    store.Snapshot    `json:"state"`
}

// Rules are what is in force of a scenario, live faults and chaos.
type Rules struct {
	Scenario string            `json:"scenario,omitempty"` // its name; of a case with its file's: file/case
	File     string            `json:"file,omitempty"`
	Source   string            `json:"source,omitempty"` // the whole file as it was written
	Used     map[string]string `json:"used,omitempty"`   // the files that it uses, by name
	Start    time.Time         `json:"start"`            // when it was loaded, in the sandbox's time
	Counters scenario.Counters `json:"counters"`
	Faults   []Fault           `json:"faults,omitempty"`
	Chaos    float64           `json:"chaos,omitempty"`
}

// Fault is a live one.
type Fault struct {
	ID     string `json:"id"`
	Source string `json:"source"`
}

// Difference is what a state has otherwise than another: collection, key, value;
// null where it has none.
type Difference map[string]map[string]json.RawMessage

// ErrNoSnapshot is the error of a document that is none, or of another version.
var ErrNoSnapshot = errors.New("not a snapshot of version 1: take one with GET …/snapshot")

// Read a document: JSON, or YAML within the bounds of a scenario. What the format doesn't know is an error: a state that is read
// in part goes on to something else.
func Read(document []byte) (Snapshot, error) {
	document = bytes.TrimSpace(document)
	if !bytes.HasPrefix(document, []byte("{")) {
		var err error
		if document, err = jsonOf(document); err != nil {
			return Snapshot{}, err
		}
	}
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.DisallowUnknownFields()
	var s Snapshot
	if err := dec.Decode(&s); err != nil {
		return Snapshot{}, fmt.Errorf("%w: %w", ErrNoSnapshot, err)
	}
	if s.Version != Version || s.State == nil {
		return Snapshot{}, ErrNoSnapshot
	}
	if n := s.entries(); n > max(fewEntries, len(document)/bytesOfEntry) {
		return Snapshot{}, fmt.Errorf("%w: %d entries of state in %d bytes, where each takes %d or more", ErrNoSnapshot, n, len(document), bytesOfEntry)
	}
	return s, nil
}

// The bound of what a document can make: an entry without its fields takes as much
// memory as one with all of them.
const (
	fewEntries   = 1000
	bytesOfEntry = 30 // the shortest that there is: "901123300258":{"unknown":true}
)

// entries of the state, and of the state before.
func (s Snapshot) entries() int {
	n := 0
	for _, rows := range s.State {
		n += len(rows)
	}
	for _, rows := range s.Before {
		n += len(rows)
	}
	return n
}

// Options of Take and Load.
type Options struct {
	Table *contract.Table
	Parse scenario.Options // how the scenario's source is read again
}

// Take a snapshot of a sandbox at one instant of its state. Requests that are on
// their way are in it or not.
func Take(sb *sandbox.Sandbox, opts Options) (Snapshot, error) {
	s := Snapshot{
		Version: Version, Seed: uint64(sb.Seed()), Clock: sb.Clock().Settings(), Profile: sb.Profile().Map(),
		Requests: sb.Journal.Numbered(), Drawn: sb.Ordinals().Counts(),
	}
	var err error
	if s.State, err = sb.Store.Snapshot(); err != nil {
		return s, err
	}
	if s.Before, err = before(sb.Store, s.State, opts.Table.Collections()); err != nil {
		return s, err
	}
	if r, ok := sb.Script().(*scenario.Runtime); ok {
		s.Rules = rulesOf(r)
	}
	// What can't be read again is no snapshot: better to know it now.
	if _, err := s.runtime(opts); err != nil {
		return s, fmt.Errorf("the snapshot could not be loaded: %w", err)
	}
	return s, nil
}

func rulesOf(r *scenario.Runtime) *Rules {
	in := r.Scenario()
	rules := &Rules{
		Scenario: in.Name, File: in.File, Source: string(in.Source), Start: r.Start(),
		Counters: r.Counters(), Chaos: r.Chaos(),
	}
	for name, source := range in.Used {
		if rules.Used == nil {
			rules.Used = map[string]string{}
		}
		rules.Used[name] = string(source)
	}
	live, _ := r.LiveFaults()
	for _, f := range live {
		rules.Faults = append(rules.Faults, Fault{ID: f.ID, Source: string(f.Source)})
	}
	return rules
}
