package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// snapshotVersion of the format.
const snapshotVersion = 2

// snapshotName is what findings call a snapshot.
const snapshotName = "snapshot"

// Snapshot is a run as one document: its store with the seed, the clock and the number
// of requests. Put into a fresh process it goes on from there: the next request gets
// the bytes that it would have got.
//
// What a snapshot doesn't hold is the past (the journal, coverage), requests that are
// being held, and the addresses that deliveries go to.
type Snapshot struct {
	Version  int            `json:"version"`
	Seed     uint64         `json:"seed"`
	Clock    clock.Settings `json:"clock"`    // start is the instant of the snapshot
	Requests uint64         `json:"requests"` // how many were numbered
	store.Snapshot
}

// ErrNoSnapshot is the error of a document that is no snapshot, or of another version.
var ErrNoSnapshot = errors.New("not a snapshot of version 2: take one with GET …/snapshot")

// ReadSnapshot reads a document: JSON, or YAML within the bounds of a document. What the
// format doesn't know is an error: a state that is read in part goes on to something else.
func ReadSnapshot(source []byte) (Snapshot, error) {
	source = bytes.TrimSpace(source)
	var doc *document.Document // if it is YAML
	if !bytes.HasPrefix(source, []byte("{")) {
		var findings document.Findings
		if doc, findings = document.Read(snapshotName, source, document.Form{Want: "a snapshot"}); findings != nil {
			return Snapshot{}, fmt.Errorf("%w: %w", ErrNoSnapshot, findings)
		}
		var err error
		if source, err = json.Marshal(document.Value(doc.Root)); err != nil {
			return Snapshot{}, err
		}
	}
	var s Snapshot
	if findings, pointer := document.Decode(snapshotName, source, &s); findings != nil {
		if doc != nil { // the places are those of the JSON that was made of it
			key, _, _ := doc.Find(pointer)
			findings = findings[:1]
			findings[0].Position = doc.At(key)
		}
		return Snapshot{}, fmt.Errorf("%w: %w", ErrNoSnapshot, findings)
	}
	if s.Version != snapshotVersion || s.State == nil {
		return Snapshot{}, ErrNoSnapshot
	}
	if n := s.entries(); n > max(fewEntries, len(source)/bytesOfEntry) {
		return Snapshot{}, fmt.Errorf("%w: %d entries of state in %d bytes, where each takes %d or more", ErrNoSnapshot, n, len(source), bytesOfEntry)
	}
	return s, nil
}

// The bound of what a document can make: an entry without its fields takes as much
// memory as one with all of them.
const (
	fewEntries   = 1000
	bytesOfEntry = 30 // the shortest that there is: "901123300258":{"unknown":true}
)

// entries of the state, of the state before and of the records.
func (s Snapshot) entries() (n int) {
	for _, rows := range []store.Rows{s.State, s.Records, s.Before} {
		for _, row := range rows {
			n += len(row)
		}
	}
	return n
}

// Snapshot of the present run at one instant. Requests that are on their way are in
// it or not.
func (sb *Sandbox) Snapshot() (Snapshot, error) {
	s := Snapshot{Version: snapshotVersion}
	var image store.Image
	var inForceNow *scenario.Settings
	err := sb.Do(func(tx *Tx) error {
		s.Seed, s.Clock, s.Requests = uint64(tx.Run.Seed), tx.Run.Clock.Settings(), tx.Run.Log.Numbered()
		image, inForceNow = tx.Image(), tx.Settings()
		return nil
	})
	if err != nil {
		return s, err
	}
	if s.Snapshot, err = image.Encode(); err != nil {
		return s, err
	}
	return s, s.keep(inForceNow, sb.pool.parsing())
}

// keep the settings, which the store has only if they were changed. What can't be read
// again is an error here, and not later when the snapshot is loaded.
func (s *Snapshot) keep(in *scenario.Settings, parse scenario.Options) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if _, err := parse.ReadSettings(raw); err != nil {
		return fmt.Errorf("the snapshot could not be loaded: %w", err)
	}
	s.Records[settings.Name()] = map[string]json.RawMessage{inForce: raw}
	return nil
}
