// Package simulator connects the packages: the table of the three services, the
// sandboxes, the gateway and the control API, behind one handler or one listener.
package simulator

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/console"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/shards"
	"github.com/kzsim/kzsim/scenarios"
	"github.com/kzsim/kzsim/schemas"
)

// NoBound of memory is for a process that serves its own user's tests alone.
const NoBound = 1 << 40

// Options of a Simulator. The zero value is valid.
type Options struct {
	Version     control.Version
	Token       string   // of the control API; empty needs a loopback listener
	ControlAt   net.Addr // the only listener that the control API is on; nil for all
	PublicURL   string
	MaxBody     int64
	Bodies      int64 // bytes of the bodies of all requests under way
	Connections Connections
	Limits      sandbox.Limits
	Memory      int64 // bytes of all journals
	States      int64 // bytes of the states of all sandboxes
	Expires     time.Duration
	Idle        time.Duration // after which a sandbox leaves memory, where Sharing keeps it in a database; 0 for never
	NoDefault   bool          // requests that name no sandbox are refused
	AutoSandbox bool
	Default     sandbox.Config             // what the default sandbox starts from
	Targets     delivery.Targets           // where the default sandbox's services call
	Systems     map[string]delivery.System // that sandboxes may name as their targets
	Reach       delivery.Reach             // where deliveries may go
	Patience    time.Duration              // within which an endpoint of these has to answer; 0 for delivery.DefaultPatience
	ServedOn    []net.Addr                 // where it will be served, as far as that is known; Serve adds the others
	Clock       *clock.Clock               // the process's time; real if nil
	Authority   []byte                     // certificate of the authority that https is served by, PEM; nil for none
	Log         *slog.Logger
	Observe     func(*journal.Exchange) // is called with each request that is over; may be nil
	// Metrics makes what counts the requests and serves the counts at /_sim/metrics; nil for
	// none. The build labels it. It is an option, so that simtest needs no module for it.
	Metrics func(pool *sandbox.Pool, build map[string]string) Metrics
	// MaskPersonalData shows the journal without what a person can be recognised by.
	MaskPersonalData bool
	// Sharing is how several processes share the sandboxes; nil for a process that has all of them.
	// With it the default sandbox is made by MakeDefault.
	Sharing *Sharing
}

// Metrics are counts of one simulator's requests.
type Metrics interface {
	Observe(*journal.Exchange)
	Handler() http.Handler
}

// Simulator is everything that one process serves.
type Simulator struct {
	Table   *contract.Table
	Pool    *sandbox.Pool
	Callers *delivery.Callers
	control *control.Control
	handler http.Handler
	log     *slog.Logger

	sharing *sharing // nil for none
	opts    Options
}

// Table of the three services. It is one for all simulators of the process, and nothing changes it.
func Table() (*contract.Table, error) { return table() }

var table = sync.OnceValues(func() (*contract.Table, error) {
	return contract.New(schemas.FS, kyc.Service(), k2.Service(), abs.Service())
})

// New puts a simulator together. Nothing runs yet.
func New(opts Options) (*Simulator, error) {
	table, err := Table()
	if err != nil {
		return nil, err
	}
	if opts.Connections, err = opts.Connections.orDefaults(); err != nil {
		return nil, err
	}
	if opts.Clock == nil {
		if opts.Clock, err = clock.New(clock.Settings{}); err != nil {
			return nil, err
		}
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Simulator{Table: table, log: opts.Log, opts: opts}
	pool := s.newPool()
	callers, err := delivery.New(delivery.Options{
		Table: table, Machine: opts.Clock, Reach: opts.Reach, Systems: withOwnBank(opts.Systems), Patience: opts.Patience, Remark: remarks(table),
	})
	if err != nil {
		return nil, err
	}
	callers.ServedOn(opts.ServedOn...)
	s.Pool, s.Callers = pool, callers
	access := control.Access{Token: opts.Token}
	var several *control.Several
	if opts.Sharing != nil {
		s.sharing = newSharing(*opts.Sharing, opts, access)
		several = s.sharing.several()
	}
	counting, counts := measured(pool, opts)
	s.control = control.New(control.Options{
		Table: table, Pool: pool, Version: opts.Version, PublicURL: opts.PublicURL, Access: access,
		Metrics: counts, Mask: opts.MaskPersonalData, Delivery: callers, Log: opts.Log, Several: several,
		Shown: console.Shown,
	})
	s.handler = gateway.New(gateway.Options{
		Table: table, Pool: pool, MaxBody: opts.MaxBody, Bodies: opts.Bodies, PublicURL: opts.PublicURL,
		AutoSandbox: opts.AutoSandbox, Log: opts.Log,
		Calls: callers.CallsFirst, Notable: notable, Observe: observers(counting, opts.Observe),
		Control: console.Handler(console.Options{
			Access: access, SandboxOf: s.sandboxOf,
			Control: withAuthority(opts.Authority, s.control),
		}),
	})
	s.serveWithin()
	if opts.ControlAt != nil {
		s.handler = gateway.ControlAt(opts.ControlAt, s.handler)
	}
	if s.sharing != nil {
		s.sharing.next, s.sharing.enter, s.handler = s.handler, s.enter, s.sharing
		return s, nil
	}
	return s, s.MakeDefault()
}

func (s *Simulator) newPool() *sandbox.Pool {
	opts := s.opts
	of := sandbox.Options{
		Clock: opts.Clock, Table: s.Table, Library: scenarios.FS, Records: delivery.Records(), Limits: opts.Limits,
		Memory: opts.Memory, States: opts.States, Expires: opts.Expires, Idle: opts.Idle, Wake: s.open, Log: opts.Log,
	}
	if opts.Sharing != nil {
		of.Shards, of.ShardOf = shards.Count, shards.Of
	}
	return sandbox.NewPool(of)
}

// serveWithin lets sandboxes call each other.
func (s *Simulator) serveWithin() {
	if s.sharing == nil {
		s.Callers.ServeWithin(s.handler, s.Pool.Has)
		return
	}
	s.Callers.ServeWithin(http.HandlerFunc(s.sharing.call), func(id string) bool {
		return !s.sharing.Table.Here(shards.Of(id)) || s.Pool.Has(id)
	})
}

// measured returns the function that is called with each request, and the handler that
// serves the counts; both nil without metrics.
func measured(pool *sandbox.Pool, opts Options) (func(*journal.Exchange), http.Handler) {
	if opts.Metrics == nil {
		return nil, nil
	}
	m := opts.Metrics(pool, map[string]string{
		"version": opts.Version.Version, "commit": opts.Version.Commit, "go": opts.Version.Go,
	})
	return m.Observe, m.Handler()
}

// MakeDefault makes the default sandbox, unless there is to be none. Where several processes share the sandboxes
// it is called before Keep of its shard.
func (s *Simulator) MakeDefault() error {
	if s.opts.NoDefault {
		return nil
	}
	cfg := s.opts.Default
	cfg.ID = sandbox.DefaultID
	if cfg.Seed == 0 {
		cfg.Seed = control.DefaultSeed
	}
	_, err := s.CreateCalling(cfg, s.opts.Targets)
	return err
}

// Create makes a sandbox whose services call the targets of its scenario.
func (s *Simulator) Create(cfg sandbox.Config) (*sandbox.Sandbox, error) {
	return s.CreateCalling(cfg, delivery.Targets{})
}

// CreateCalling makes a sandbox whose services call these targets, and where they say nothing those
// of its scenario.
func (s *Simulator) CreateCalling(cfg sandbox.Config, to delivery.Targets) (*sandbox.Sandbox, error) {
	if cfg.Scenario != nil {
		to = to.Over(cfg.Scenario.Targets)
	}
	addresses, err := s.Callers.Resolve(to)
	if err != nil {
		return nil, err
	}
	cfg.Targets = addresses.Operations()
	sb, err := s.Pool.Create(cfg)
	if err == nil {
		s.Callers.Open(sb, addresses)
	}
	return sb, err
}

// ownBank is the name under which every process knows a bank: the calling sandbox's own ABS,
// unless the process names another one.
const ownBank = "bank"

func withOwnBank(systems map[string]delivery.System) map[string]delivery.System {
	all := map[string]delivery.System{ownBank: {URL: "sandbox:self"}}
	maps.Copy(all, systems)
	return all
}

// sandboxOf is the sandbox that a token opens, if it opens one.
func (s *Simulator) sandboxOf(ctx context.Context, token string) (id string, ok bool) {
	id, ok = s.Pool.ByToken(token)
	if !ok && s.sharing != nil && !isHere(ctx) {
		return s.sharing.sandboxOf(token)
	}
	return id, ok
}

// LoadScenario puts a scenario in force in a sandbox and notes it as an event.
// Unless the state is kept the sandbox starts anew from what is given.
func (s *Simulator) LoadScenario(sb *sandbox.Sandbox, in *scenario.Scenario, keepState bool) error {
	return s.control.Load(sb, in, keepState)
}

// SetChaos changes the share of a sandbox's requests that end in chaos.
func (s *Simulator) SetChaos(sb *sandbox.Sandbox, share float64) error {
	return s.control.SetChaos(sb, share)
}

// Handler serves everything.
func (s *Simulator) Handler() http.Handler { return s.handler }
