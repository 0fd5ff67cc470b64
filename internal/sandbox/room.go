package sandbox

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/store"
)

// NoRoom is the error of a change that would add to a state that may take no more memory. The
// state stays as it is, and requests that add nothing still work.
type NoRoom struct {
	Bound int64 // bytes
	All   bool  // it is the bound of all sandboxes together
}

func (e NoRoom) Error() string {
	if e.All {
		return fmt.Sprintf("the states of all sandboxes may take %d bytes together (--state-memory), and there is no room for more: delete or reset those that are done", e.Bound)
	}
	return fmt.Sprintf("the state of a sandbox may take %d bytes (--max-state), and there is no room for more in this one: reset it", e.Bound)
}

// room is the memory that the states of all runs may take.
type room struct {
	each, all int64 // bytes
	used      atomic.Int64
}

// share is what one run takes of the room.
type share struct {
	room *room
	mu   sync.Mutex
	used int64
	over bool
}

// take so many bytes more, or give them back. What doesn't fit is NoRoom.
func (s *share) take(bytes int64) error { return s.change(bytes, true) }

// add takes so many bytes more, whether or not they fit.
func (s *share) add(bytes int64) error { return s.change(bytes, false) }

func (s *share) change(bytes int64, bounded bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	refuse := bounded && bytes > 0
	switch {
	case s.over: // a transaction that started before its run ended
		return nil
	case refuse && s.used+bytes > s.room.each:
		return NoRoom{Bound: s.room.each}
	case s.room.used.Add(bytes) > s.room.all && refuse:
		s.room.used.Add(-bytes)
		return NoRoom{Bound: s.room.all, All: true}
	}
	s.used += bytes
	return nil
}

// fits answers the error that take would: none where nothing is added.
func (s *share) fits(bytes int64) error {
	if bytes <= 0 {
		return nil
	}
	if err := s.take(bytes); err != nil {
		return err
	}
	return s.add(-bytes)
}

// end gives everything back; the share takes nothing after that.
func (s *share) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room.used.Add(-s.used)
	s.used, s.over = 0, true
}

// runRoom is what a run takes beside its state, its settings and what a reset restores.
const runRoom = 4 << 10

// sizeOf what a reset restores.
func (o origin) size() int64 {
	if o.snapshot == nil {
		return 0
	}
	return store.SizeOf(*o.snapshot)
}

// StateMemory is how many bytes the states of all sandboxes take, and how many they may.
func (p *Pool) StateMemory() (used, most int64) { return p.room.used.Load(), p.room.all }
