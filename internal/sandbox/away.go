package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/coverage"
)

// Away is a sandbox that has left memory. Its records stand aside of the log of its shard, and the log has that it is
// there.
type Away struct {
	made
	absence
	born, run uint64
	coverage  *coverage.Tally
	opening   sync.Mutex // one request brings it back, and the others wait
}

// absence is what the log has of it.
type absence struct {
	Created  time.Time `json:"created"`
	Used     time.Time `json:"used"`
	Requests int64     `json:"requests"`
}

func (a *Away) expired(now time.Time) bool { return a.Expires > 0 && now.Sub(a.Used) >= a.Expires }

// records of it in a log that is rewritten.
func (a *Away) records(add func([]byte) error) error {
	first, err := appendJSON(binary.AppendUvarint([]byte{aMade}, a.born), a.made)
	if err == nil {
		err = add(first)
	}
	var second []byte
	if err == nil {
		second, err = a.record()
	}
	if err == nil {
		err = add(second)
	}
	return err
}

func (a *Away) record() ([]byte, error) {
	return appendJSON(binary.AppendUvarint(binary.AppendUvarint([]byte{anAbsent}, a.born), a.run), a.absence)
}

// departure is an entry: a sandbox has left memory.
type departure struct{ *Away }

func (d departure) Weight() int { return 0 }

func (d departure) Encode(add func([]byte)) error {
	record, err := d.record()
	if err == nil {
		add(record)
	}
	return err
}

// gone is an entry: a sandbox that had left memory is deleted.
type gone struct{ *Away }

func (g gone) Weight() int { return 0 }

func (g gone) Encode(add func([]byte)) error {
	add(binary.AppendUvarint([]byte{aDeleted}, g.born))
	return nil
}

// forget a sandbox that is away. It is called with mu held.
func (p *Pool) forget(a *Away) {
	delete(p.away, a.ID)
	if log := p.shards[p.shardOf(a.ID)].log.Load(); log != nil {
		log.Put(gone{a})
	}
}

// Enter begins a request to a sandbox, which stays in memory until the request has left. One that is away has to be
// opened before: then away is not nil.
func (p *Pool) Enter(id string) (leave func(), away *Away) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if sb := p.byID[id]; sb != nil {
		sb.entries.Add(1)
		sb.within.Add(1)
		return func() { sb.within.Add(-1) }, nil
	}
	return func() {}, p.away[id]
}

// errAside is the error of an opening.
var errAside = errors.New("what the sandbox was can't be read; nothing was done; ask again")

// Open a sandbox that is away: resolve and call are as Replay.Resolve and what follows Keep.
func (p *Pool) Open(a *Away, resolve func(*Replay), call func(*Sandbox)) error {
	a.opening.Lock()
	defer a.opening.Unlock()
	n := p.shardOf(a.ID)
	s := &p.shards[n]
	log := s.log.Load()
	if !p.isAway(a) {
		return nil // another request has opened it
	}
	if log == nil || s.aside == nil {
		return ErrMoves
	}
	back := p.Replay()
	back.from = a
	if err := s.aside.TakeUp(a.born, back.Record); err != nil {
		return fmt.Errorf("%w: %w", errAside, err)
	}
	for id, err := range back.Finish() {
		return fmt.Errorf("sandbox %s: %w", id, err)
	}
	if len(back.ready) != 1 {
		return errAside
	}
	if archive := p.Archive(); archive != nil {
		archive.Flush()
		if err := back.Recall(archive); err != nil {
			back.ready[0].begun.end(ErrLeft)
			return fmt.Errorf("%w: %w", errAside, err)
		}
	}
	resolve(back)
	sb := p.comeBack(a, back.ready[0], log)
	if sb == nil {
		return ErrMoves
	}
	call(sb)
	return nil
}

func (p *Pool) isAway(a *Away) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.away[a.ID] == a
}

// comeBack into memory; nil if the shard is another process's by now.
func (p *Pool) comeBack(a *Away, c *cameBack, log *commitlog.Writer) *Sandbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away[a.ID] != a || p.shards[p.shardOf(a.ID)].log.Load() != log {
		c.begun.end(ErrMoved)
		return nil
	}
	delete(p.away, a.ID)
	p.bring(c, log)
	sb := p.byID[a.ID]
	i := sb.Run().image()
	log.Put(i)
	return sb
}

// Leave lets those sandboxes of a shard leave memory that may.
func (p *Pool) Leave(n int) (left int, err error) {
	now := p.Now()
	for _, sb := range p.ofShard(n) {
		ok, err := p.leave(sb, now)
		if err != nil {
			return left, err
		}
		if ok {
			left++
		}
	}
	return left, nil
}

// mayLeave reports whether nothing is lost if a sandbox leaves memory.
func (p *Pool) mayLeave(sb *Sandbox, now time.Time) bool {
	if sb.ID() == DefaultID || sb.within.Load() > 0 || now.UnixNano()-sb.used.Load() < int64(p.opts.Idle) || sb.idle(now) {
		return false
	}
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	_, _, events := sb.Journal.Events(0)
	return sb.origin.snapshot == nil && sb.run.Clock.Rests() && (events == 0 || p.Archive() != nil)
}

func (p *Pool) leave(sb *Sandbox, now time.Time) (bool, error) {
	s := &p.shards[p.shardOf(sb.ID())]
	log, entries := s.log.Load(), sb.entries.Load()
	if log == nil || s.aside == nil || p.opts.Idle == 0 || !p.mayLeave(sb, now) {
		return false, nil
	}
	i := sb.Run().image()
	var records [][]byte
	broken, _ := sb.records(i, func(record []byte) error {
		records = append(records, record)
		return nil
	})
	if broken != nil {
		return false, broken
	}
	if err := s.aside.SetAside(sb.born, records); err != nil {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID[sb.ID()] != sb || s.log.Load() != log || sb.entries.Load() != entries || sb.Run() != i.run || !p.mayLeave(sb, now) || !i.run.endAt(i.Commits()) {
		return false, nil
	}
	a := &Away{made: sb.made(), born: sb.born, run: i.number, coverage: sb.coverage, absence: absence{
		Created: sb.created, Used: time.Unix(0, sb.used.Load()), Requests: sb.Requests(),
	}}
	delete(p.byID, sb.ID())
	p.away[sb.ID()] = a
	sb.close(ErrLeft)
	log.Put(departure{a})
	return true, nil
}
