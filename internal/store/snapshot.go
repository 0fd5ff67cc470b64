package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
)

// Snapshot is a whole store as data.
type Snapshot struct {
	State    Rows                      `json:"state"`             // the services' collections
	Records  Rows                      `json:"records,omitempty"` // the simulator's own
	Counters map[string]map[string]int `json:"counters,omitempty"`
	// Before has the values of the services' collections that were different before their
	// last change; null where there was none. It is for stale reads.
	Before Rows `json:"before,omitempty"`
}

// Rows are values as JSON, by collection and key.
type Rows map[string]map[string]json.RawMessage

func (r Rows) set(at path, value json.RawMessage) {
	if r[at.collection] == nil {
		r[at.collection] = map[string]json.RawMessage{}
	}
	r[at.collection][at.key] = value
}

// Image is a store at one instant. It is taken quickly and encoded later.
type Image struct {
	schema      Schema
	now, before state
	counters    map[string]map[string]int
	commits     uint64 // that led to it, as passed to a follower
}

// Image of the present state, with what the transactions so far have counted.
func (s *Store) Image() (image Image) {
	_ = s.Update(func(tx *Tx) error { // it has no error
		image = tx.Image()
		return nil
	})
	return image
}

// Image of the state that the transaction began with, and of what has been counted.
func (t *Tx) Image() Image {
	return Image{t.store.schema, t.store.state(false), t.store.state(true), t.counters.clone(), t.Commits()}
}

// Commits that led to the transaction, as passed to a follower.
func (t *Tx) Commits() uint64 { return t.store.commits }

// Encode the image. The error is about a value that is no JSON.
func (i Image) Encode() (Snapshot, error) {
	s := Snapshot{State: Rows{}, Records: Rows{}, Counters: i.counters, Before: Rows{}}
	var failed error
	i.now.each(func(at path, v any) bool {
		rows := s.State
		if i.isRecord(at) {
			rows = s.Records
		}
		failed = rows.encode(at, v)
		return failed == nil
	})
	if failed == nil {
		failed = i.difference(s.Before)
	}
	return s, failed
}

func (i Image) isRecord(at path) bool { return i.schema[at.collection].record }

func (r Rows) encode(at path, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // values may hold JSON, which is to come back as it was
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("snapshot of %s %q: %w", at.collection, at.key, err)
	}
	r.set(at, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return nil
}

var null = json.RawMessage("null")

// difference of the state before to the present one.
func (i Image) difference(into Rows) error {
	return i.eachBefore(func(at path, then any) error {
		if then == nil {
			into.set(at, null)
			return nil
		}
		return into.encode(at, then)
	})
}

// eachBefore passes the values of the services' collections that were different before
// their last change; nil where there was none.
func (i Image) eachBefore(tell func(at path, then any) error) error {
	var failed error
	i.before.each(func(at path, then any) bool {
		if now, ok := i.now.get(at); !i.isRecord(at) && (!ok || !reflect.DeepEqual(then, now)) {
			failed = tell(at, then)
		}
		return failed == nil
	})
	i.now.each(func(at path, _ any) bool {
		if _, ok := i.before.get(at); failed == nil && !ok && !i.isRecord(at) {
			failed = tell(at, nil)
		}
		return failed == nil
	})
	return failed
}

// Restore makes a store of a snapshot. An unknown collection, or a value of
// another shape, is an error.
func (schema Schema) Restore(from Snapshot) (*Store, error) {
	s := schema.New()
	now := builder{copying: &s.mu}
	for i, part := range []Rows{from.State, from.Records} {
		if err := s.fill(&now, part, i == 1); err != nil {
			return nil, err
		}
	}
	s.now = now.shared()
	before := builder{state: s.now, copying: &s.mu}
	if err := s.fill(&before, from.Before, false); err != nil {
		return nil, err
	}
	s.before = before.shared()
	for group, keys := range from.Counters {
		if s.counters.groups == nil {
			s.counters.groups = map[string]map[string]int{}
		}
		s.counters.groups[group] = maps.Clone(keys)
		s.counters.size += sizeOfGroup(group, keys)
	}
	s.measure()
	return s, nil
}

// compact JSON: values may hold it as it stands, and a document that was laid out for
// people has other spaces in it than what was stored.
func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw // the value's decoder says what is wrong with it
	}
	return b.Bytes()
}

// fill a state with rows; null deletes.
func (s *Store) fill(into *builder, rows Rows, records bool) error {
	for collection, values := range rows {
		d, ok := s.schema[collection]
		if !ok || d.record != records {
			return fmt.Errorf("snapshot: no collection %q", collection)
		}
		for key, raw := range values {
			if bytes.Equal(raw, null) {
				into.writable(collection).Delete(key)
				continue
			}
			v, err := d.decode(compact(raw))
			if err != nil {
				return fmt.Errorf("snapshot: key %q: %w", key, err)
			}
			into.writable(collection).Set(key, v)
		}
	}
	return nil
}
