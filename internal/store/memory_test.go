package store_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/store/conformance"
)

func TestMemory(t *testing.T) {
	conformance.Run(t, func(_ *testing.T, defs ...store.Definition) store.Store {
		return store.NewMemory(defs...)
	})
}

// A value that is no JSON can't be in a snapshot; the error says where it is.
func TestSnapshotOfWhatIsNoJSON(t *testing.T) {
	functions := store.Define[func()]("functions")
	s := store.NewMemory(functions.Definition())
	err := s.Update(func(tx store.Tx) error {
		functions.Put(tx, "f", func() {})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Snapshot(); err == nil || !strings.Contains(err.Error(), `functions "f"`) {
		t.Errorf("Snapshot: %v, want an error that names the collection and the key", err)
	}
}
