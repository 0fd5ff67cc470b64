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
	schema   Schema
	now      state
	last     []Change
	counters map[string]map[string]int
	commits  uint64 // that led to it, as passed to a follower
}

// Image of the present state, with what the transactions so far have counted.
func (s *Store) Image() Image {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.image()
}

// image is Image for those that have locked writing.
func (s *Store) image() Image {
	return Image{s.schema, s.present(), s.last, s.counters.clone(), s.commits}
}

// Image of the state that the transaction began with, and of what has been counted.
func (t *Tx) Image() Image { return t.store.image() }

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
	for _, c := range i.last {
		if c.Before == nil {
			s.Before.set(c.path(), null)
		} else if failed == nil {
			failed = s.Before.encode(c.path(), c.Before)
		}
	}
	return s, failed
}

func (i Image) isRecord(at path) bool { return i.schema[at.collection].record }

var null = json.RawMessage("null")

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

// Restore makes a store of a snapshot. An unknown collection, or a value of
// another shape, is an error.
func (schema Schema) Restore(from Snapshot) (*Store, error) {
	s := schema.New()
	put := func(at path, v any) { s.state.put(at, v) }
	for i, part := range []Rows{from.State, from.Records} {
		if err := s.fill(part, i == 1, put); err != nil {
			return nil, err
		}
	}
	err := s.fill(from.Before, false, func(at path, v any) {
		if now, _ := s.state.get(at); !reflect.DeepEqual(v, now) {
			s.last = append(s.last, Change{at.collection, at.key, v, now})
		}
	})
	if err != nil {
		return nil, err
	}
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

// fill passes rows as values; nil for null.
func (s *Store) fill(rows Rows, records bool, put func(path, any)) error {
	for collection, values := range rows {
		d, ok := s.schema[collection]
		if !ok || d.record != records {
			return fmt.Errorf("snapshot: no collection %q", collection)
		}
		for key, raw := range values {
			var v any
			if !bytes.Equal(raw, null) {
				var err error
				if v, err = d.decode(compact(raw)); err != nil {
					return fmt.Errorf("snapshot: key %q: %w", key, err)
				}
			}
			put(path{collection, key}, v)
		}
	}
	return nil
}
