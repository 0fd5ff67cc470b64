// Package store keeps the state of one run of a sandbox, behind transactions.
//
// It has three parts:
//   - the services' collections: values by key. Changed, Before and Changes are about these
//     alone;
//   - records: collections of the simulator's own, such as settings and deliveries.
//     A change of a record resumes no held request and makes no stale read;
//   - counters, which change with nearly every request.
//
// A transaction changes all three at once or none. Values go in and come out as
// copies. Readers see the state as the last commit left it, whole.
package store

import "sync"

// Store is safe for concurrent use. Its trees are changed in place. What readers see is a copy
// that shares with them what does not change any more; it is made when a reader comes, and given
// to all until the next commit. An empty store costs a few hundred bytes.
type Store struct {
	schema Schema

	writing  sync.Mutex // one transaction at a time
	counters Counters   // changed by the transaction alone
	wakes    wakes
	indexes  indexes
	known    *Known // nil while nothing is asked
	follow   func(Commit)
	commits  uint64 // that were passed to follow

	live             // its mu guards the fields below, too
	size    int64    // bytes that the state takes
	last    []Change // of the services' collections by the last commit; their After does not count
	now     state    // as of the last commit; nil while it is not asked for
	then    state    // as before the last changes, likewise
	changed chan struct{}
}

// Schema is what the stores of a kind hold: their collections and records by name.
// It is not changed; any number of stores share it.
type Schema map[string]Definition

// NewSchema of these collections and records.
func NewSchema(definitions ...Definition) Schema {
	s := make(Schema, len(definitions))
	for _, d := range definitions {
		s[d.name] = d
	}
	return s
}

// New makes an empty store.
func (s Schema) New() *Store {
	return &Store{schema: s}
}

// New makes an empty store for these collections and records.
func New(definitions ...Definition) *Store { return NewSchema(definitions...).New() }

// View runs fn over the present collections and records. It waits for no transaction.
func (s *Store) View(fn func(Reader) error) error { return fn(view{s.present()}) }

// Before runs fn over the services' collections as they were before the last
// commit that changed them. What fn changes is seen by fn alone and then
// forgotten. A restored store has nothing before it but what its snapshot had.
func (s *Store) Before(fn func(*Tx) error) error { return fn(s.scratch(true)) }

// scratch is a transaction over the present state or the one before, which changes a copy.
func (s *Store) scratch(before bool) *Tx {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.committed()
	if before {
		from = s.previous()
	}
	tx := &Tx{store: s, own: live{state: from.copied()}}
	tx.live = &tx.own
	return tx
}

// present is the state as of the last commit, which is not changed any more.
func (s *Store) present() state {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.committed()
}

// committed is present for those that have locked.
func (s *Store) committed() state {
	if s.now == nil {
		s.now = s.before()
	}
	return s.now
}

// previous is committed before the last changes of the services' collections.
func (s *Store) previous() state {
	if s.then == nil {
		s.then = s.committed().copied()
		for _, c := range s.last {
			s.then.put(c.path(), c.Before)
		}
	}
	return s.then
}

// Update runs fn in a transaction; one at a time. If fn returns an error or
// panics, nothing of the transaction stays.
func (s *Store) Update(fn func(*Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx := &Tx{live: &s.live, store: s, counters: &s.counters}
	r := spareReads.Get().(*reads)
	tx.noteIn(r)
	defer s.end(tx, r)
	if err := fn(tx); err != nil {
		return err
	}
	s.commit(tx)
	for _, done := range tx.after {
		done()
	}
	return nil
}

// end a transaction: undo what is not committed. One that outlives its function can't reach the
// state any more.
func (s *Store) end(tx *Tx, r *reads) {
	s.counters.rollback()
	if len(s.undo) > 0 {
		tx.Rewind(Mark{})
	}
	tx.live = &tx.own
	tx.giveBack(r)
}

func (s *Store) commit(tx *Tx) {
	if s.follow != nil {
		s.tell(tx)
	}
	s.counters.commit()
	if len(s.undo) == 0 {
		return
	}
	changes := tx.Changes()
	s.known.forget(changes)
	defer s.wakes.changed(changes) // once the state is there
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
	s.size += tx.growth
	s.now = nil
	if len(changes) > 0 {
		s.last, s.then = changes, nil
	}
	if s.changed != nil && (len(changes) > 0 || tx.stirs) {
		close(s.changed)
		s.changed = nil
	}
}

// Size is about how many bytes the state, the records and the counters take, as of the
// last commit.
func (s *Store) Size() int64 {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.size + s.counters.size
}

// Changed is closed by the next commit that changes the services' collections, or stirs.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}
