// Package store keeps the state of one run of a sandbox, behind transactions.
//
// It has three parts:
//   - the services' collections: values by key, in a tree that each commit copies
//     where it writes. Changed, Before and Changes are about these alone;
//   - records: collections of the simulator's own, such as settings and deliveries.
//     A change of a record resumes no held request and makes no stale read;
//   - counters, which change with nearly every request and are changed in place.
//
// A transaction changes all three at once or none. Values go in and come out as
// copies. Readers see the state as the last commit left it, whole.
package store

import "sync"

// Store is safe for concurrent use. Its trees share what they have in common, so
// a reader needs no lock while it reads, and an empty store costs a few hundred
// bytes.
type Store struct {
	schema Schema

	writing  sync.Mutex // one transaction at a time
	counters Counters   // changed by the transaction alone
	wakes    wakes
	indexes  indexes
	known    *Known // nil while nothing is asked
	follow   func(Commit)
	commits  uint64 // that were passed to follow

	mu      sync.Mutex // guards the fields below, and copies of trees
	size    int64      // bytes that the state takes
	now     state
	before  state         // as before the last commit that changed the services' collections
	changed chan struct{} // nil while it is not asked for
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

// View runs fn over the present collections and records.
func (s *Store) View(fn func(Reader) error) error { return fn(view{s.state(false)}) }

// Before runs fn over the services' collections as they were before the last
// commit that changed them. What fn changes is seen by fn alone and then
// forgotten. A restored store has nothing before it but what its snapshot had.
func (s *Store) Before(fn func(*Tx) error) error { return fn(s.scratch(true)) }

func (s *Store) scratch(before bool) *Tx { return s.begin(s.state(before)) }

func (s *Store) begin(with state) *Tx {
	return &Tx{builder: builder{state: with, copying: &s.mu}, store: s}
}

func (s *Store) state(before bool) state {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before {
		return s.before
	}
	return s.now
}

// Update runs fn in a transaction; one at a time. If fn returns an error or
// panics, nothing of the transaction stays.
func (s *Store) Update(fn func(*Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	defer s.counters.rollback() // of what is not committed
	tx := s.begin(s.state(false))
	tx.counters, tx.present = &s.counters, true
	tx.keys, tx.prefixes = tx.few[:0:8], tx.few[8:8]
	if err := fn(tx); err != nil {
		return err
	}
	s.commit(tx)
	for _, done := range tx.after {
		done()
	}
	return nil
}

// commit is called with writing held: nothing else replaces the trees.
func (s *Store) commit(tx *Tx) {
	if s.follow != nil {
		s.tell(tx)
	}
	s.counters.commit()
	changes := len(tx.Changes())
	s.keep(tx.Changes())
	s.known.forget(tx.Changes())
	if changes == 0 && !tx.recorded {
		return
	}
	defer s.wakes.changed(tx.Changes()) // once the state is there
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.now
	s.now = tx.shared() // a transaction that outlives its function can't reach it
	s.size += tx.growth
	if changes > 0 {
		s.before = before
	}
	if s.changed != nil && (changes > 0 || tx.stirs) {
		close(s.changed)
		s.changed = nil
	}
}

// Size is about how many bytes the state, the records and the counters take, as of the
// last commit.
func (s *Store) Size() (n int64) {
	_ = s.Update(func(tx *Tx) error { // it has no error
		s.mu.Lock()
		defer s.mu.Unlock()
		n = s.size + tx.counters.size
		return nil
	})
	return n
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
