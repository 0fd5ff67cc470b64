package delivery

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// Callers has a caller for each sandbox that calls. The zero value has nothing
// to call. It is safe for concurrent use.
type Callers struct {
	table   *contract.Table
	machine *clock.Clock
	pushes  []push
	asked   []string // operations that pushes and processes call
	systems map[string]System
	client  *http.Client
	clients map[string]*http.Client // of systems with authorities of their own, by name
	reach   *reach
	within  within

	patience time.Duration
	remark   func(*contract.Call, Answer) []contract.Finding
	files    chan struct{} // one for each file that is in memory

	mu        sync.Mutex
	bySandbox map[*sandbox.Sandbox]*caller
}

// push is one of the table's, with what it is to be like.
type push struct {
	contract.Push
	operation *contract.Operation
	nothing   []byte // its body in a new sandbox
}

// DefaultPatience is within which time an endpoint has to answer.
const DefaultPatience = 10 * time.Second

// Options of Callers.
type Options struct {
	Table    *contract.Table
	Machine  *clock.Clock      // measures how long endpoints take
	Reach    Reach             // where calls may go
	Systems  map[string]System // that sandboxes may name
	Patience time.Duration     // of the machine's time, within which an endpoint has to answer; 0 for DefaultPatience
	// Remark judges the answer to a call by the contract; nil for no remarks.
	Remark func(*contract.Call, Answer) []contract.Finding
}

// New makes callers for a table's pushes and processes.
func New(opts Options) (*Callers, error) {
	allowed, err := newReach(opts.Reach)
	if err != nil {
		return nil, err
	}
	opts.Patience = cmp.Or(opts.Patience, DefaultPatience)
	if opts.Remark == nil {
		opts.Remark = func(*contract.Call, Answer) []contract.Finding { return nil }
	}
	table := opts.Table
	o := &Callers{
		table: table, machine: opts.Machine, bySandbox: map[*sandbox.Sandbox]*caller{}, reach: allowed, systems: opts.Systems,
		patience: opts.Patience, remark: opts.Remark, files: make(chan struct{}, mostFiles),
		clients: map[string]*http.Client{},
	}
	o.client = o.clientOf(nil)
	for _, p := range table.Pushes() {
		op, ok := table.Operation(p.Operation)
		if !ok || op.Method != http.MethodPost {
			return nil, fmt.Errorf("push %s: there is no such operation that takes a body", p.Operation)
		}
		made := push{Push: p, operation: op}
		err := store.New(table.Collections()...).View(func(r store.Reader) (err error) {
			made.nothing, err = contract.Encode(p.Body(r))
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("push %s: %w", p.Operation, err)
		}
		o.pushes, o.asked = append(o.pushes, made), append(o.asked, p.Operation)
	}
	for _, p := range table.Processes() {
		o.asked = append(o.asked, p.Asks...)
	}
	return o, o.checkSystems()
}

// clientOf other systems; a nil config trusts the machine's authorities.
func (o *Callers) clientOf(trust *tls.Config) *http.Client {
	transport := o.reach.transport()
	if trust != nil {
		transport.TLSClientConfig = trust
	}
	return &http.Client{Timeout: o.patience, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirected POST isn't a POST any more
	}}
}

// ServedOn sets the addresses on which the simulator listens: nothing is delivered to them,
// nor to loopback, if one of them isn't on loopback.
func (o *Callers) ServedOn(addresses ...net.Addr) { o.reach.servedOn(addresses) }

// Open calls from a sandbox to these addresses until it is gone. Resets begin
// anew: what was called before is forgotten.
func (o *Callers) Open(sb *sandbox.Sandbox, addresses Addresses) {
	if len(addresses) == 0 {
		return
	}
	c := &caller{callers: o, sandbox: sb, addresses: o.from(sb, addresses), moved: make(chan struct{})}
	for _, p := range o.pushes {
		if c.calls(p.Operation) {
			c.pushes = append(c.pushes, p)
		}
	}
	for _, p := range o.table.Processes() {
		if slices.ContainsFunc(p.Asks, c.calls) {
			c.processes = append(c.processes, p)
		}
	}
	o.mu.Lock()
	o.bySandbox[sb] = c
	o.mu.Unlock()
	first := c.begin()
	go func() {
		c.work(first)
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.bySandbox, sb)
	}()
}

// Told is a delivery with the address that it goes to; empty where the sandbox has
// none for its operation.
type Told struct {
	Delivery
	URL string `json:"url,omitempty"`
}

// Of a sandbox the addresses by operation, and the deliveries of its present run, the
// oldest first.
func (o *Callers) Of(sb *sandbox.Sandbox) (addresses map[string]string, all []Told) {
	addresses, all = map[string]string{}, []Told{}
	c := o.caller(sb)
	if c == nil {
		c = &caller{}
	}
	for operation, a := range c.addresses {
		addresses[operation] = a.shown
	}
	_ = sb.Run().View(func(r store.Reader) error { // it has no error
		for _, d := range deliveries.All(r) {
			all = append(all, c.told(d))
		}
		return nil
	})
	return addresses, all
}

// Settle waits until all calls that are due now have been tried. The
// error is the context's.
func (o *Callers) Settle(ctx context.Context, sb *sandbox.Sandbox) error {
	if c := o.caller(sb); c != nil {
		return c.settle(ctx)
	}
	return nil
}

// CallsFirst waits until all calls that are due now have been tried, but not longer
// than one call may take. The error is the context's.
func (o *Callers) CallsFirst(ctx context.Context, sb *sandbox.Sandbox) error {
	bounded, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	_ = o.Settle(bounded, sb) // what isn't tried by then goes after the reply
	return ctx.Err()
}

func (o *Callers) caller(sb *sandbox.Sandbox) *caller {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bySandbox[sb]
}
