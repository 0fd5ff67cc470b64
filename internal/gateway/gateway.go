// Package gateway is the request path: from the socket to a sandbox's service
// and back. No other package of the request path uses HTTP; the services use
// operations and outcomes.
package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// DefaultMaxBody bounds a request's body, in bytes.
const DefaultMaxBody = 1 << 20

// Options of a Gateway.
type Options struct {
	Table       *contract.Table
	Pool        *sandbox.Pool
	Control     http.Handler // serves /_sim/, of the process and of each sandbox; nil for none
	MaxBody     int64        // bytes; 0 for DefaultMaxBody
	Bodies      int64        // bytes that the bodies of all requests under way may take; 0 for DefaultBodies
	PublicURL   string       // under which clients see the simulator, if not by the request's Host
	AutoSandbox bool         // make a sandbox that a request names and that isn't there
	Log         *slog.Logger

	// Decide returns the plan for a request, in its transaction; nil for the plan of the
	// run's settings. Tests set their own function.
	Decide func(*contract.Call, *sandbox.Tx) scenario.Plan
	// Notable reports which changes of the state are separate events, with their times in a zone. They are
	// sent before the request that caused them ends; nil for none.
	Notable func(change store.Change, zone *time.Location) (kind string, data any, ok bool)
	// Calls waits until the sandbox has made all calls that are due now, but not longer than
	// one call may take; nil for none.
	Calls func(context.Context, *sandbox.Sandbox) error
	// Observe is called with each request that has ended; may be nil. What the exchange points to is used
	// again afterwards.
	Observe func(*journal.Exchange)
}

// Gateway is an http.Handler for everything that the simulator serves.
type Gateway struct {
	opts   Options
	router func() *mux.Router            // made for the first path that isn't fixed
	fixed  map[route]*contract.Operation // those whose path has no variable
	bodies bodies
	date   atomic.Pointer[date] // that of the last answer
}

// New makes the gateway and derives its routes from the table.
func New(opts Options) *Gateway {
	if opts.MaxBody == 0 {
		opts.MaxBody = DefaultMaxBody
	}
	if opts.Bodies == 0 {
		opts.Bodies = DefaultBodies
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Decide == nil {
		opts.Decide = func(c *contract.Call, tx *sandbox.Tx) scenario.Plan {
			return tx.Settings().Decide(c, tx.Counters())
		}
	}
	opts.PublicURL = strings.TrimSuffix(opts.PublicURL, "/")
	router := sync.OnceValue(func() *mux.Router { return routes(opts.Table) })
	return &Gateway{opts: opts, router: router, fixed: fixedRoutes(opts.Table), bodies: newBodies(opts.Bodies)}
}

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := newVisit(w, r)
	v.body = g.bodies.count(r)
	switch {
	case g.opts.Control != nil && v.looksForConsole():
		w.Header().Add("Vary", "Accept")
		http.Redirect(w, r, v.console(), http.StatusFound)
	case g.opts.Control != nil && isControl(v.path):
		g.control(v)
	default:
		v.body.most = g.opts.MaxBody
		g.serve(v)
		v.release() // unless it has panicked
	}
}

// control lets the control API answer.
func (g *Gateway) control(v *serving) {
	defer v.body.release()
	if v.body.turn = v.r.Context(); v.r.Body != nil && v.r.Body != http.NoBody {
		v.r.Body = &v.body
	}
	g.opts.Control.ServeHTTP(v.w, v.controlRequest())
}

// serve runs the steps of the request path. Each step is one call; a step that ends the
// request early returns an error, which is written like any other answer.
func (g *Gateway) serve(v *serving) {
	defer v.leave()
	defer g.remember(v)
	defer g.survive(v)
	err := firstError(v,
		g.findSandbox,   // its state, clock and seed are used
		g.findOperation, // the entry of the table
		g.admit,         // checks the login that the service requires
		g.readBody,      // bounded
		g.takeTurn,      // a large one waits until few others are decoded
		g.checkShape,    // by the request schema
	)
	if err != nil || v.answered() {
		err = g.keepOut(v, err) // a service that is not running refuses nothing
	}
	if err == nil {
		err = firstError(v,
			g.announce, // the journal lists the request as in flight
			g.prefer,   // reads the outcome that is asked for by name
			g.perform,  // decision and behaviour, in one transaction; the answer is checked
			g.hold,     // an answer that waits for something to happen
			g.spoil,    // what goes wrong with the answer, and how late it comes
		)
	}
	if err != nil {
		g.refuse(v, err)
	}
	v.endTurn()
	g.send(v)
}

func firstError(v *serving, steps ...func(*serving) error) error {
	for _, step := range steps {
		if err := step(v); err != nil {
			return err
		}
	}
	return nil
}
