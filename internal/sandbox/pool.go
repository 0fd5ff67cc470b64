package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// The errors of a Pool.
var (
	ErrUnknown = errors.New("no such sandbox")
	ErrExists  = errors.New("a sandbox of that id exists")
	ErrFull    = errors.New("as many sandboxes as may be exist")
	ErrMoves   = errors.New("the sandbox belongs to another process, or moves to another one now; nothing was done; ask again")
)

// Options of a Pool.
type Options struct {
	Clock   *clock.Clock // the process's time, for idleness
	Table   *contract.Table
	Library fs.FS              // scenarios by name, for those that a snapshot uses; nil for none
	Records []store.Definition // what others keep in a run beside the services' collections
	Limits  Limits
	Memory  int64         // bytes that all journals may take together
	States  int64         // bytes that the states of all sandboxes may take together
	Expires time.Duration // idle time of sandboxes that ask for none
	Max     int           // sandboxes that may exist
	Idle    time.Duration // after which a sandbox leaves memory, where its log has a place for it; 0 for never
	// Wake opens a sandbox that is away and is needed soon: something is due on its clock. Nil for never.
	Wake func(context.Context, *Away) error
	Log  *slog.Logger // for what goes wrong in Run; nil for none
	// Shards is how many logs may keep the sandboxes, and ShardOf says which of them keeps one. Where it
	// is nil one log keeps all; otherwise only sandboxes of shards that are kept can be made.
	Shards  int
	ShardOf func(id string) int
}

// The defaults of Options.
const (
	DefaultMemory  = 48 << 20
	DefaultStates  = 80 << 20
	DefaultState   = 64 << 20
	DefaultExpires = time.Hour
	DefaultHeld    = 256
	DefaultMax     = 20_000
)

// Pool is all the sandboxes of a process. It is safe for concurrent use.
type Pool struct {
	opts     Options
	schema   store.Schema // of the runs' stores
	budget   *journal.Budget
	coverage coverage.Tally
	room     room

	shards  []shard
	archive atomic.Pointer[Archive] // nil for none

	openings     chan struct{} // one place for each sandbox that comes back into memory
	left, opened atomic.Uint64 // sandboxes that have left memory, and that have come back

	mu   sync.RWMutex
	byID map[string]*Sandbox
	away map[string]*Away // not in memory

	profile map[string]string // of the last that left
}

// shard is the sandboxes that one log keeps.
type shard struct {
	kept    atomic.Pointer[Keeping] // nil for none
	born    atomic.Uint64           // the last number of a sandbox in the log
	orphans atomic.Bool             // something may stand aside for sandboxes that are not away
	keeping sync.Mutex              // held while sandboxes come back
	unread  [][]byte
}

// log of the shard; nil for none.
func (s *shard) log() *commitlog.Writer {
	if k := s.kept.Load(); k != nil {
		return k.Log
	}
	return nil
}

// NewPool makes an empty pool; zero options take their defaults.
func NewPool(opts Options) *Pool {
	orDefault(&opts.Memory, DefaultMemory)
	orDefault(&opts.Expires, DefaultExpires)
	orDefault(&opts.Limits.Held, DefaultHeld)
	orDefault(&opts.Limits.Journal, journal.DefaultCount)
	orDefault(&opts.Limits.State, DefaultState)
	orDefault(&opts.States, DefaultStates)
	orDefault(&opts.Max, DefaultMax)
	orDefault(&opts.Shards, 1)
	orDefault(&opts.Log, slog.New(slog.DiscardHandler))
	p := &Pool{
		opts: opts, budget: journal.NewBudget(opts.Memory), shards: make([]shard, opts.Shards),
		byID: map[string]*Sandbox{}, away: map[string]*Away{}, openings: make(chan struct{}, openings),
	}
	p.room.each, p.room.all = opts.Limits.State, opts.States
	p.schema = store.NewSchema(slices.Concat(opts.Table.Collections(), opts.Records,
		[]store.Definition{settings.ReadBy(p.parsing().ReadSettings)})...)
	return p
}

// parsing is how the scenarios in snapshots are read again.
func (p *Pool) parsing() scenario.Options {
	return scenario.Options{Table: p.opts.Table, Library: p.opts.Library}
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Now is the process's time.
func (p *Pool) Now() time.Time { return p.opts.Clock.Now() }

// Clock is the process's.
func (p *Pool) Clock() *clock.Clock { return p.opts.Clock }

// Budget of the journals' memory.
func (p *Pool) Budget() *journal.Budget { return p.budget }

// Create a sandbox. Without an id it gets one; without an idle time it gets the
// pool's, but for the default sandbox, which never expires.
func (p *Pool) Create(cfg Config) (*Sandbox, error) {
	cfg.Expires = cmp.Or(cfg.Expires, p.opts.Expires)
	if cfg.ID == DefaultID || cfg.Expires < 0 {
		cfg.Expires = 0
	}
	if cfg.ID != "" {
		if err := CheckID(cfg.ID); err != nil {
			return nil, err
		}
	}
	if cfg.Token != "" {
		if err := CheckToken(cfg.Token); err != nil {
			return nil, err
		}
	}
	if cfg.ID == "" {
		var err error
		if cfg.ID, err = p.freshID(); err != nil {
			return nil, err
		}
	}
	log, err := p.logOf(cfg.ID)
	if err != nil {
		return nil, err
	}
	first, err := p.fromScenario(cfg, cfg.Scenario, scenario.Chaos{}) // no other sandbox waits for its fixtures
	if err != nil {
		return nil, err
	}
	var sb *Sandbox
	err = kept(log, func() (err error) {
		sb, err = p.admit(cfg, first, log)
		return err
	})
	switch {
	case sb == nil:
		first.end(ErrEnded)
	case err != nil: // its client doesn't know of it
		_ = p.remove(sb) // the error is the first one's
		sb = nil
	}
	return sb, err
}

// admit a sandbox among the others, kept by a log if there is one.
func (p *Pool) admit(cfg Config, first *Run, log *commitlog.Writer) (*Sandbox, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	if old := p.byID[cfg.ID]; old != nil {
		if !old.idle(now) {
			return nil, fmt.Errorf("%w: %s", ErrExists, cfg.ID)
		}
		p.drop(old)
	}
	if old := p.away[cfg.ID]; old != nil {
		if !old.expired(now) {
			return nil, fmt.Errorf("%w: %s", ErrExists, cfg.ID)
		}
		p.forget(old)
	}
	if len(p.byID)+len(p.away) >= p.opts.Max && p.expire(now) == 0 {
		return nil, fmt.Errorf("%w: %d", ErrFull, p.opts.Max)
	}
	sb := p.open(cfg, now)
	if log != nil {
		sb.keep(log)
	}
	sb.replace(first, 0, origin{})
	p.byID[cfg.ID] = sb
	return sb, nil
}

// tries to find an id of a shard that is kept here: with one of 32 all fail once in 10^13 times.
const tries = 1000

// freshID is an id that no sandbox has: among ten thousand of eight digits two
// would be the same once in a hundred times.
func (p *Pool) freshID() (string, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for range tries {
		id := "sb-" + chance.Fresh().UUID("sandbox-id", "", 0)[:8]
		if _, err := p.logOf(id); err == nil && p.byID[id] == nil && p.away[id] == nil {
			return id, nil
		}
	}
	return "", ErrMoves
}

// Get a sandbox that is in memory; ErrUnknown if there is none or it has expired. One that is away is ErrLeft: only
// within Enter a sandbox is sure to stay.
func (p *Pool) Get(id string) (*Sandbox, error) {
	p.mu.RLock()
	sb, away := p.byID[id], p.awayOf(id)
	p.mu.RUnlock()
	if away != nil {
		return nil, ErrLeft
	}
	if sb == nil || sb.config.Expires > 0 && sb.idle(p.Now()) { // most requests go to one that never expires
		return nil, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	return sb, nil
}

// Delete a sandbox; what it held ends. One that is away is not opened for that.
func (p *Pool) Delete(id string) error {
	p.mu.RLock()
	sb, away := p.byID[id], p.awayOf(id)
	p.mu.RUnlock()
	switch {
	case sb != nil:
		return p.Remove(sb)
	case away == nil:
		return fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	return kept(p.shards[p.shardOf(id)].log(), func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.away[id] != away {
			return fmt.Errorf("%w: %s", ErrUnknown, id)
		}
		p.forget(away)
		return nil
	})
}

// Remove deletes this sandbox, and none that has its id now.
func (p *Pool) Remove(sb *Sandbox) error {
	return kept(sb.log.Load(), func() error { return p.remove(sb) })
}

func (p *Pool) remove(sb *Sandbox) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID[sb.ID()] != sb {
		return fmt.Errorf("%w: %s", ErrUnknown, sb.ID())
	}
	p.drop(sb)
	return nil
}

func (p *Pool) drop(sb *Sandbox) {
	delete(p.byID, sb.ID())
	sb.Journal.Erase()
	sb.close(ErrEnded)
	if log := sb.log.Load(); log != nil {
		log.Put(deletion(sb.born))
	}
}

// List of the sandboxes that are in memory, by id.
func (p *Pool) List() []*Sandbox {
	here, _ := p.All()
	return here
}

// Expire removes the sandboxes that have been idle for too long, and says how
// many.
func (p *Pool) Expire() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.expire(p.Now())
}

func (p *Pool) expire(now time.Time) int {
	gone := 0
	for _, sb := range p.byID {
		if sb.idle(now) {
			p.drop(sb)
			gone++
		}
	}
	for _, a := range p.away {
		if a.expired(now) {
			p.forget(a)
			gone++
		}
	}
	return gone
}

// sweep is how often Run looks for idle sandboxes.
const sweep = time.Minute

// Run expires idle sandboxes, and lets those leave memory that may, until the context ends.
func (p *Pool) Run(ctx context.Context) {
	go p.leaving(ctx) // apart: it waits for a storage
	w := p.opts.Clock.Waiter()
	defer w.Close()
	for w.Until(ctx, p.Now().Add(sweep), nil) == nil {
		p.Expire()
	}
}
