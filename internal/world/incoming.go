package world

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/store"
)

// Incoming is a payment demand of another bank against a client of this one. K2
// registers it in the ABS (reg_pt) under its reference and gets from EKO what
// became of it, so both services see the same record.
type Incoming struct {
	Reference string `json:"reference"`
	// Document is the demand as it was registered, field by field; nil for one
	// that K2 knows and the ABS doesn't.
	Document map[string]json.RawMessage `json:"document,omitempty"`
	ABS      string                     `json:"abs,omitempty"` // state in the ABS
	K2       string                     `json:"k2,omitempty"`  // state in K2
	Reason   string                     `json:"reason,omitempty"`
	At       time.Time                  `json:"at"` // of the last change
}

// Clone copies what the value shares.
func (i Incoming) Clone() Incoming {
	i.Document = maps.Clone(i.Document)
	for name, value := range i.Document {
		i.Document[name] = slices.Clone(value)
	}
	return i
}

var incoming = store.Define[Incoming]("incoming-demands")

// Incoming demand by its reference.
func (w World) Incoming(reference string) (Incoming, bool) { return incoming.Get(w.tx, reference) }

// LookAtIncoming is Incoming without a copy of the document, which is not to be changed.
func (w World) LookAtIncoming(reference string) (Incoming, bool) {
	return incoming.Look(w.tx, reference)
}

// AllIncoming demands, by reference.
func (w World) AllIncoming() iter.Seq2[string, Incoming] { return incoming.All(w.tx) }

// PutIncoming stores a demand by its reference.
func (w World) PutIncoming(i Incoming) { incoming.Put(w.tx, i.Reference, i) }
