package sandbox_test

import (
	"cmp"
	"errors"
	"slices"
	"sync"

	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/journal"
)

// archivedStorage has the journals, too.
type archivedStorage struct {
	*commitlogtest.Memory
	*packedJournals
}

// packedJournals is a sandbox.Archive.
type packedJournals struct {
	mu    sync.Mutex
	all   map[string][]packedEvent
	fails bool // to recall
}

type packedEvent struct {
	id     uint64
	note   bool
	packed []byte
}

func newArchived() archivedStorage {
	return archivedStorage{&commitlogtest.Memory{}, &packedJournals{all: map[string][]packedEvent{}}}
}

func (p *packedJournals) Put(name string, e journal.Archived) {
	p.mu.Lock()
	defer p.mu.Unlock()
	packed, err := e.Pack()
	if err != nil {
		panic(err) // it is of the test
	}
	p.all[name] = append(p.all[name], packedEvent{e.Event(), e.IsNote(), packed})
}

func (p *packedJournals) Drop(name string, notes bool, upTo uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[name] = slices.DeleteFunc(p.all[name], func(e packedEvent) bool { return e.note == notes && e.id <= upTo })
	if len(p.all[name]) == 0 {
		delete(p.all, name)
	}
}

func (p *packedJournals) Recall(names []string) (map[string][]journal.Past, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fails {
		return nil, errors.New("the archive can't be read")
	}
	found := map[string][]journal.Past{}
	for _, name := range names {
		slices.SortFunc(p.all[name], func(a, b packedEvent) int { return cmp.Compare(a.id, b.id) })
		for _, e := range p.all[name] {
			past, err := journal.ReadPast(e.packed)
			if err != nil {
				return nil, err
			}
			found[name] = append(found[name], past)
		}
	}
	return found, nil
}

func (p *packedJournals) Counts() (waits int, lost uint64) { return 0, 0 }
func (p *packedJournals) Flush()                           {}
