// Package sandbox holds isolated copies of the three services: each with its own
// state, clock, seed, profile and journal, so that any number of clients share
// one process without meeting.
package sandbox

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// DefaultID names the sandbox of requests that name none.
const DefaultID = "default"

// validID is a DNS label, so that an id can be the first label of a host, too.
var validID = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CheckID answers what is wrong with a sandbox's id.
func CheckID(id string) error {
	if !validID.MatchString(id) {
		return fmt.Errorf("sandbox id %q: use 1 to 63 lower-case letters, digits and hyphens, no hyphen at the ends", id)
	}
	return nil
}

// Config is what a sandbox starts from.
type Config struct {
	ID      string
	Owner   string // whom it is for, as they said themselves
	Token   string // that opens its control API alone; one is made if it is empty
	Seed    chance.Seed
	Clock   clock.Settings
	Profile contract.Profile
	Expires time.Duration // idle time after which it goes; 0 for never
}

// Limits protect a shared process from one of its sandboxes.
type Limits struct {
	Held    int     // requests that may be held open at once
	Rate    float64 // requests a second; 0 for no limit
	Journal int     // exchanges kept
}

// Sandbox is safe for concurrent use.
type Sandbox struct {
	config  Config
	token   string
	created time.Time
	limiter *rate.Limiter
	held    chan struct{}
	used    atomic.Int64 // process time of the last use, Unix nanoseconds
	count   atomic.Int64

	Store   store.Store
	Journal *journal.Journal

	coverage coverage.Tally
	all      *coverage.Tally // of the whole pool

	mu       sync.RWMutex
	clock    *clock.Clock
	ordinals *Ordinals
	seed     chance.Seed
	profile  contract.Profile
	script   Script
	origin   any
	life     context.Context
	end      context.CancelFunc
	closed   bool
}

// ErrBusy is the error of a sandbox that holds as many requests as it may.
var ErrBusy = errors.New("the sandbox holds as many open requests as it may")

func (p *Pool) open(cfg Config, now time.Time) (*Sandbox, error) {
	if err := CheckID(cfg.ID); err != nil {
		return nil, err
	}
	sb := &Sandbox{
		config: cfg, created: now, all: &p.coverage,
		Store:   store.NewMemory(p.opts.Collections...),
		Journal: p.budget.New(p.opts.Limits.Journal),
		token:   cmp.Or(cfg.Token, chance.Fresh().UUID("sandbox", cfg.ID, 0)),
		held:    make(chan struct{}, p.opts.Limits.Held),
	}
	if r := p.opts.Limits.Rate; r > 0 {
		sb.limiter = rate.NewLimiter(rate.Limit(r), max(1, int(r)))
	}
	sb.used.Store(now.UnixNano())
	c, err := clock.New(cfg.Clock)
	if err != nil {
		return nil, err
	}
	sb.begin(cfg, c)
	return sb, nil
}

// begin starts a life of the sandbox: its clock, and what is held on it.
func (sb *Sandbox) begin(cfg Config, c *clock.Clock) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.end != nil {
		sb.end() // the life before
	}
	sb.clock, sb.ordinals, sb.seed, sb.profile = c, &Ordinals{}, cfg.Seed, cfg.Profile
	sb.life, sb.end = context.WithCancel(context.Background())
	if sb.closed {
		sb.end() // a reset came too late: nobody can delete this life any more
	}
}

// ID of the sandbox.
func (sb *Sandbox) ID() string { return sb.config.ID }

// Owner as it was given.
func (sb *Sandbox) Owner() string { return sb.config.Owner }

// Config that it was made with.
func (sb *Sandbox) Config() Config { return sb.config }

// Seed of all its randomness, in its present life.
func (sb *Sandbox) Seed() chance.Seed {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.seed
}

// Expires is the idle time after which it goes; 0 for never.
func (sb *Sandbox) Expires() time.Duration { return sb.config.Expires }

// Created is the process's time when it was made.
func (sb *Sandbox) Created() time.Time { return sb.created }

// Requests that it has had.
func (sb *Sandbox) Requests() int64 { return sb.count.Load() }

// Token opens the control API of this sandbox alone.
func (sb *Sandbox) Token() string { return sb.token }

// Opens reports, in constant time, whether a token is this sandbox's.
func (sb *Sandbox) Opens(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(sb.token)) == 1
}

// Clock of the present life. A reset replaces it.
func (sb *Sandbox) Clock() *clock.Clock {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.clock
}

// Ordinals of the present life. A reset replaces them.
func (sb *Sandbox) Ordinals() *Ordinals {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.ordinals
}

// Life ends when the sandbox is reset or deleted.
func (sb *Sandbox) Life() context.Context {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.life
}

// Profile in force.
func (sb *Sandbox) Profile() contract.Profile {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.profile
}

// SetProfile puts another one in force.
func (sb *Sandbox) SetProfile(p contract.Profile) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.profile = p
}

// Script in force; nil if there is none.
func (sb *Sandbox) Script() Script {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.script
}

// SetScript puts another one in force, or none.
func (sb *Sandbox) SetScript(s Script) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.script = s
}

// Origin is what whoever resets the sandbox brings it back to, beside the
// configuration that it was made with; nil for nothing.
func (sb *Sandbox) Origin() any {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.origin
}

// SetOrigin changes what a reset brings the sandbox back to.
func (sb *Sandbox) SetOrigin(origin any) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.origin = origin
}

// Reset brings the sandbox back to what it was made with: an empty state, its
// first seed, profile and clock, an empty journal. Held requests end.
func (sb *Sandbox) Reset() error { return sb.Restart(sb.config) }

// Restart is Reset with the seed, clock and profile of another configuration. If
// the clock can't be had nothing changes.
//
// The new life begins within the store's reset: transactions ask the sandbox what
// time it is, so whoever waits for one must not keep them from the answer.
func (sb *Sandbox) Restart(cfg Config) error {
	c, err := clock.New(cfg.Clock)
	if err != nil {
		return err
	}
	sb.Store.Reset(func() {
		sb.begin(cfg, c)
		sb.Journal.Restart()
	})
	return nil
}

// Hold takes one of the places for held requests until release is called.
func (sb *Sandbox) Hold() (release func(), err error) {
	select {
	case sb.held <- struct{}{}:
		return func() { <-sb.held }, nil
	default:
		return nil, ErrBusy
	}
}

// Held is how many requests are held now.
func (sb *Sandbox) Held() int { return len(sb.held) }

// Admit counts a request at a process time; false if the sandbox has had too
// many in the last second.
func (sb *Sandbox) Admit(now time.Time) bool {
	sb.count.Add(1)
	sb.used.Store(now.UnixNano())
	return sb.limiter == nil || sb.limiter.AllowN(now, 1)
}

// Touch keeps the sandbox from expiring: control requests do it, too.
func (sb *Sandbox) Touch(now time.Time) { sb.used.Store(now.UnixNano()) }

// idle reports whether the sandbox has expired at a process time.
func (sb *Sandbox) idle(now time.Time) bool {
	return sb.config.Expires > 0 && now.UnixNano()-sb.used.Load() >= int64(sb.config.Expires) && len(sb.held) == 0
}

// close ends everything that is held, and the journal.
func (sb *Sandbox) close() {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.closed = true
	sb.end()
	sb.Journal.Close()
}
