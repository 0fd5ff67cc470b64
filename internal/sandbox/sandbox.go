// Package sandbox holds isolated copies of the three services: each with its own
// state, clock, seed, settings and journal, so that any number of clients share
// one process without affecting each other. A Sandbox is an identity; what it holds at one
// time is its Run.
package sandbox

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
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

// minToken is the least length of a token, in characters.
const minToken = 16

// CheckToken answers what is wrong with a token that a user has chosen. The error
// doesn't show it.
func CheckToken(token string) error {
	if n := utf8.RuneCountInString(token); n < minToken {
		return fmt.Errorf("a token has %d characters or more, not %d; it could be guessed", minToken, n)
	}
	return nil
}

// Config is what a sandbox starts from.
type Config struct {
	ID      string
	Owner   string // the name of the owner, as given at creation
	Token   string // that opens its control API alone; one is made if it is empty
	Seed    chance.Seed
	Clock   clock.Settings
	Profile contract.Profile
	Expires time.Duration   // idle time after which it goes; 0 for never
	Targets map[string]bool // operations of other systems that its services can ask
	Calls   Calls           // Targets as they were given, if they are to be kept across restarts
	// Scenario that its first run begins with; nil for none. What it says of seed,
	// clock and profile stands over this configuration.
	Scenario *scenario.Scenario
}

// Calls are where the services of a sandbox call, as given at its creation: URLs by operation,
// names of systems by service or operation. With them a sandbox that is brought back after a
// restart of the process continues to call.
type Calls struct {
	Endpoints map[string]string `json:"endpoints,omitempty"`
	Systems   map[string]string `json:"systems,omitempty"`
}

// Limits protect a shared process from one of its sandboxes.
type Limits struct {
	Held    int     // requests that may be held open at once
	Rate    float64 // requests a second; 0 for no limit
	Journal int     // exchanges kept
	State   int64   // bytes that the state may take
}

// Sandbox is an identity with a present run. It is safe for concurrent use.
type Sandbox struct {
	config  Config
	pool    *Pool
	created time.Time
	limiter *rate.Limiter
	held    chan struct{}
	used    atomic.Int64 // process time of the last use, Unix nanoseconds
	count   atomic.Int64

	Journal *journal.Journal

	entries  atomic.Uint64 // of requests, since the sandbox came into memory
	within   atomic.Int64  // requests that have entered and not left
	coverage *coverage.Tally

	log  atomic.Pointer[commitlog.Writer] // that keeps it; nil for none
	born uint64                           // the sandbox's number in the log; 0 without one
	runs uint64                           // how many runs the log has of it

	beginning sync.Mutex   // one reset, load, resume or change of settings at a time; requests never take it
	mu        sync.RWMutex // guards the fields below
	run       *Run
	origin    origin
	closed    bool
}

// ErrBusy is the error of a sandbox that holds as many requests as it may.
var ErrBusy = errors.New("the sandbox holds as many open requests as it may (--max-held)")

// open a sandbox, whose first run is to be put in place.
func (p *Pool) open(cfg Config, now time.Time) *Sandbox {
	cfg.Token = cmp.Or(cfg.Token, chance.Fresh().UUID("sandbox", cfg.ID, 0))
	sb := &Sandbox{
		config: cfg, pool: p, created: now, Journal: p.budget.New(p.opts.Limits.Journal),
		held:     make(chan struct{}, p.opts.Limits.Held),
		coverage: new(coverage.Tally),
	}
	if r := p.opts.Limits.Rate; r > 0 {
		sb.limiter = rate.NewLimiter(rate.Limit(r), max(1, int(r)))
	}
	sb.used.Store(now.UnixNano())
	return sb
}

// Run that is present.
func (sb *Sandbox) Run() *Run {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.run
}

// Do runs fn in a transaction of the present run, or, if that ends first, of the next
// one. The error is ErrEnded if the sandbox was deleted.
func (sb *Sandbox) Do(fn func(*Tx) error) error {
	for {
		run := sb.Run()
		if err := run.Do(fn); !errors.Is(err, ErrEnded) || sb.Run() == run {
			return err
		}
	}
}

// ID of the sandbox.
func (sb *Sandbox) ID() string { return sb.config.ID }

// Owner as it was given.
func (sb *Sandbox) Owner() string { return sb.config.Owner }

// Config that it was made with, and the token that it was given.
func (sb *Sandbox) Config() Config { return sb.config }

// Expires is the idle time after which it goes; 0 for never.
func (sb *Sandbox) Expires() time.Duration { return sb.config.Expires }

// Created is the process's time when it was made.
func (sb *Sandbox) Created() time.Time { return sb.created }

// Requests that it has had since it was made.
func (sb *Sandbox) Requests() int64 { return sb.count.Load() }

// Token opens the control API of this sandbox alone.
func (sb *Sandbox) Token() string { return sb.config.Token }

// Opens reports, in constant time, whether a token is this sandbox's.
func (sb *Sandbox) Opens(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(sb.config.Token)) == 1
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

// close ends everything that is held, and the journal; why is ErrEnded or ErrMoved.
func (sb *Sandbox) close(why error) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.closed = true
	sb.run.end(why)
	sb.Journal.Close()
}
