// Package commitlogtest has a storage for tests of what writes to a commitlog.
package commitlogtest

import (
	"maps"
	"slices"
	"sync"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// Memory is a commitlog.Storage that ends with the process. Its zero value is empty.
type Memory struct {
	mu      sync.Mutex
	records [][]byte
	aside   map[uint64][][]byte
}

// SetAside implements commitlog.Aside.
func (m *Memory) SetAside(number uint64, records [][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.aside == nil {
		m.aside = map[uint64][][]byte{}
	}
	m.aside[number] = records
	return nil
}

// TakeUp implements commitlog.Aside.
func (m *Memory) TakeUp(number uint64, each func([]byte) error) error {
	m.mu.Lock()
	records := m.aside[number]
	m.mu.Unlock()
	for _, r := range records {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// Retain implements commitlog.Aside.
func (m *Memory) Retain(numbers []uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.aside, func(n uint64, _ [][]byte) bool { return !slices.Contains(numbers, n) })
	return nil
}

// Load implements commitlog.Storage.
func (m *Memory) Load(each func([]byte) error) error {
	m.mu.Lock()
	records := slices.Clone(m.records)
	m.mu.Unlock()
	for _, r := range records {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// Append implements commitlog.Storage.
func (m *Memory) Append(records [][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range records {
		m.records = append(m.records, slices.Clone(r))
	}
	return nil
}

// Sync implements commitlog.Storage.
func (m *Memory) Sync() error { return nil }

// Close implements commitlog.Storage.
func (m *Memory) Close() error { return nil }

// Rewrite implements commitlog.Storage.
func (m *Memory) Rewrite() (commitlog.Rewriting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &memoryRewriting{memory: m, replaced: len(m.records)}, nil
}

type memoryRewriting struct {
	memory   *Memory
	replaced int // records
	records  [][]byte
}

func (r *memoryRewriting) Add(record []byte) error {
	r.records = append(r.records, slices.Clone(record))
	return nil
}

func (r *memoryRewriting) Commit() error {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	r.memory.records = append(r.records, r.memory.records[r.replaced:]...)
	return nil
}

func (r *memoryRewriting) Discard() {}
