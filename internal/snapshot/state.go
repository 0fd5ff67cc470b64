package snapshot

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/kzsim/kzsim/internal/store"
)

// before is what the state before the last change has otherwise than the present.
func before(s store.Store, now store.Snapshot, collections []store.Definition) (Difference, error) {
	then := store.Snapshot{}
	err := s.Before(func(tx store.Tx) error {
		for _, d := range collections {
			for key, value := range tx.Scan(d.Name, "") {
				raw, err := json.Marshal(value)
				if err != nil {
					return err
				}
				if then[d.Name] == nil {
					then[d.Name] = map[string]json.RawMessage{}
				}
				then[d.Name][key] = raw
			}
		}
		return nil
	})
	return difference(then, now), err
}

var null = json.RawMessage("null")

func difference(then, now store.Snapshot) Difference {
	d := Difference{}
	note := func(collection, key string, value json.RawMessage) {
		if d[collection] == nil {
			d[collection] = map[string]json.RawMessage{}
		}
		d[collection][key] = value
	}
	for collection, rows := range then {
		for key, value := range rows {
			if other, ok := now[collection][key]; !ok || !bytes.Equal(value, other) {
				note(collection, key, value)
			}
		}
	}
	for collection, rows := range now {
		for key := range rows {
			if _, ok := then[collection][key]; !ok {
				note(collection, key, null)
			}
		}
	}
	return d
}

// appliedTo is the state that has a difference to another.
func (d Difference) appliedTo(now store.Snapshot) store.Snapshot {
	then := store.Snapshot{}
	for collection, rows := range now {
		then[collection] = maps.Clone(rows)
	}
	for collection, rows := range d {
		for key, value := range rows {
			switch {
			case bytes.Equal(value, null):
				delete(then[collection], key)
			case then[collection] == nil:
				then[collection] = map[string]json.RawMessage{key: value}
			default:
				then[collection][key] = value
			}
		}
	}
	return then
}

// become makes a store hold what another holds, in one transaction: what it held
// is then its state before the last change.
func become(s, other store.Store, collections []store.Definition) error {
	return s.Update(func(tx store.Tx) error {
		return other.View(func(r store.Reader) error {
			for _, d := range collections {
				replace(tx, r, d.Name)
			}
			return nil
		})
	})
}

func replace(tx store.Tx, r store.Reader, collection string) {
	var gone []string
	for key := range tx.Scan(collection, "") {
		if _, ok := r.Get(collection, key); !ok {
			gone = append(gone, key)
		}
	}
	slices.Sort(gone)
	for _, key := range gone {
		tx.Delete(collection, key)
	}
	for key, value := range r.Scan(collection, "") {
		tx.Put(collection, key, value)
	}
}
