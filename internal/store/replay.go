package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// chunkSize is about how many bytes of an image are passed at once.
const chunkSize = 256 << 10

// Commits is how many commits led to the image.
func (i Image) Commits() uint64 { return i.commits }

// Chunks passes the image as Replay reads it, in parts that each may keep. The error is
// that of each, or is about a value that is no JSON.
func (i Image) Chunks(each func(part []byte) error) error {
	e := encoder{out: new(bytes.Buffer)}
	err := i.rows(func(r row) error {
		if err := e.row(r); err != nil || e.out.Len() < chunkSize {
			return err
		}
		part := e.out.Bytes()
		e.out = new(bytes.Buffer)
		return each(part)
	})
	if err == nil && e.out.Len() > 0 {
		err = each(e.out.Bytes())
	}
	return err
}

// rows of the image: the present state, the counters, and how the state before differs.
func (i Image) rows(each func(row) error) (err error) {
	i.now.each(func(at path, v any) bool {
		err = each(row{kind: set, group: at.collection, key: at.key, value: v})
		return err == nil
	})
	for group, keys := range i.counters {
		for key, n := range keys {
			if err == nil {
				err = each(row{kind: counter, group: group, key: key, count: n})
			}
		}
	}
	if err != nil {
		return err
	}
	for _, c := range i.last {
		r := row{kind: hadBefore, group: c.Collection, key: c.Key, value: c.Before}
		if r.value == nil {
			r.kind = wasAbsent
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// Replay makes a store from the records of another: an image, and the commits after it.
// It is for one goroutine.
type Replay struct {
	store   *Store
	records map[path][]byte // as encoded: the last of a key counts
	begun   bool            // the image is over
}

// Replay begins with an empty image.
func (s Schema) Replay() *Replay { return &Replay{store: s.New(), records: map[path][]byte{}} }

// Image takes the next part of the image.
func (r *Replay) Image(part []byte) error {
	return r.read(part, func(changed row) {
		switch changed.kind {
		case hadBefore, wasAbsent:
			r.store.last = append(r.store.last, Change{changed.group, changed.key, changed.value, nil})
		default:
			r.store.state.put(changed.path(), changed.value)
		}
	})
}

// Begin ends the image: commits follow. So many led to it.
func (r *Replay) Begin(commits uint64) { r.begun, r.store.commits = true, commits }

// Commits is how many commits the state is the result of.
func (r *Replay) Commits() uint64 { return r.store.commits }

// Commit takes the next commit.
func (r *Replay) Commit(number uint64, encoded []byte) error {
	if !r.begun || number != r.store.commits+1 {
		return fmt.Errorf("commit %d is told after %d", number, r.store.commits)
	}
	var changes []Change
	err := r.read(encoded, func(to row) { changes = append(changes, Change{to.group, to.key, nil, to.value}) })
	if err != nil {
		return err
	}
	r.store.commits = number
	if len(changes) == 0 {
		return nil // it has counted, or changed a record
	}
	for i := range changes {
		changes[i].Before = r.store.state.put(changes[i].path(), changes[i].After)
	}
	r.store.last = changes
	return nil
}

// Store is the result. The error is about a record that can't be read here.
func (r *Replay) Store() (*Store, error) {
	for at, raw := range r.records {
		v, err := r.store.schema[at.collection].decode(raw)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", at.key, err)
		}
		r.store.state.put(at, v)
	}
	r.store.measure()
	return r.store, nil
}

func (r row) path() path { return path{r.group, r.key} }

var errCutShort = errors.New("a row is cut short")

// read rows. It handles counters and records itself, and passes the services' rows to each.
func (r *Replay) read(encoded []byte, each func(row)) error {
	d := decoder{rest: encoded}
	for len(d.rest) > 0 {
		kind := d.rest[0]
		d.rest = d.rest[1:]
		next := row{kind: kind, group: d.text()}
		var value []byte
		switch kind {
		case dropped:
		case counter:
			next.key, next.count = d.text(), int(d.number())
		case set, hadBefore:
			next.key, value = d.text(), d.bytes()
		case deleted, wasAbsent:
			next.key = d.text()
		default:
			return fmt.Errorf("no row is of the kind %q", kind)
		}
		if d.short {
			return errCutShort
		}
		if err := r.take(next, value, each); err != nil {
			return err
		}
	}
	return nil
}

func (r *Replay) take(next row, value []byte, each func(row)) (err error) {
	switch next.kind {
	case dropped:
		counters := &r.store.counters
		if keys := counters.groups[next.group]; keys != nil {
			counters.size -= sizeOfGroup(next.group, keys)
			delete(counters.groups, next.group)
		}
		return nil
	case counter:
		r.store.counters.put(next.group, next.key, next.count)
		return nil
	}
	d, ok := r.store.schema[next.group]
	if !ok {
		return fmt.Errorf("no collection %q", next.group)
	}
	switch {
	case d.record && next.kind == deleted:
		delete(r.records, next.path())
	case d.record:
		r.records[next.path()] = bytes.Clone(value)
	case value != nil:
		if next.value, err = d.decode(json.RawMessage(value)); err != nil {
			return fmt.Errorf("key %q: %w", next.key, err)
		}
		each(next)
	default:
		each(next)
	}
	return nil
}

// decoder reads what an encoder wrote.
type decoder struct {
	rest  []byte
	short bool // it is cut short
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.short, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *decoder) bytes() []byte {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.short, d.rest = true, nil
		return nil
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) text() string { return string(d.bytes()) }
