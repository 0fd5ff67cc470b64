package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

// Commit is what one transaction has changed. Its values are the store's own and are
// not to be changed.
type Commit struct {
	Number uint64 // 1 for the first of a store
	rows   []row
}

// row is one change, or one key of an image.
type row struct {
	kind       byte
	group, key string
	value      any // of a set row
	count      int // of a counter
}

// The kinds of rows.
const (
	set       = 's' // a key of a collection or of a record has a value
	deleted   = 'd' // it has none
	hadBefore = 'b' // before the last change it had this value
	wasAbsent = 'a' // before the last change it had none
	counter   = 'c' // a counter has a value
	dropped   = 'g' // a group of counters is empty
)

// Follow lets fn be called with each commit, in their order, before the next transaction
// begins. Fn must not use the store. The answer is the image that the first of them follows.
func (s *Store) Follow(fn func(Commit)) Image {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.follow = fn
	return s.image()
}

// tell passes a commit to the follower, before its effects on the store.
func (s *Store) tell(tx *Tx) {
	var rows []row
	for _, c := range tx.Changes() {
		rows = append(rows, rowOf(c.path(), c.After))
	}
	var records []path
	for _, r := range s.undo {
		if r.of.record {
			records = append(records, r.path)
		}
	}
	slices.SortFunc(records, path.compare)
	for _, at := range slices.Compact(records) {
		value, _ := tx.state.get(at)
		rows = append(rows, rowOf(at, value))
	}
	for _, c := range s.counters.undo {
		if c.dropped != nil {
			rows = append(rows, row{kind: dropped, group: c.group})
		} else if n := s.counters.Get(c.group, c.key); n > 0 {
			rows = append(rows, row{kind: counter, group: c.group, key: c.key, count: n})
		}
	}
	if len(rows) > 0 {
		s.commits++
		s.follow(Commit{s.commits, rows})
	}
}

func rowOf(at path, value any) row {
	if value == nil {
		return row{kind: deleted, group: at.collection, key: at.key}
	}
	return row{kind: set, group: at.collection, key: at.key, value: value}
}

// Len is how many keys the commit has changed.
func (c Commit) Len() int { return len(c.rows) }

// Append adds the commit as Replay reads it. The error is about a value that is no JSON.
func (c Commit) Append(to []byte) ([]byte, error) {
	e := encoder{out: bytes.NewBuffer(to)}
	for _, r := range c.rows {
		if err := e.row(r); err != nil {
			return nil, err
		}
	}
	return e.out.Bytes(), nil
}

// encoder writes rows one behind the other.
type encoder struct {
	out     *bytes.Buffer
	value   bytes.Buffer
	scratch [binary.MaxVarintLen64]byte
}

func (e *encoder) row(r row) error {
	e.out.WriteByte(r.kind)
	e.text(r.group)
	if r.kind == dropped {
		return nil
	}
	e.text(r.key)
	switch r.kind {
	case counter:
		e.number(uint64(r.count))
	case set, hadBefore:
		e.value.Reset()
		enc := json.NewEncoder(&e.value)
		enc.SetEscapeHTML(false) // values may hold JSON, which is to come back as it was
		if err := enc.Encode(r.value); err != nil {
			return fmt.Errorf("%s %q: %w", r.group, r.key, err)
		}
		value := bytes.TrimSuffix(e.value.Bytes(), []byte("\n"))
		e.number(uint64(len(value)))
		e.out.Write(value)
	}
	return nil
}

func (e *encoder) text(s string) {
	e.number(uint64(len(s)))
	e.out.WriteString(s)
}

func (e *encoder) number(n uint64) {
	e.out.Write(e.scratch[:binary.PutUvarint(e.scratch[:], n)])
}
