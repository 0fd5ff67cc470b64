package delivery

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// Targets are the endpoints to send to: URLs by the operation that each is like.
type Targets map[string]string

// ParseTargets reads them as commands take them: OPERATION=URL.
func ParseTargets(texts []string) (Targets, error) {
	targets := Targets{}
	for _, text := range texts {
		operation, at, ok := strings.Cut(text, "=")
		switch {
		case !ok:
			return nil, fmt.Errorf("deliver: %q is not OPERATION=URL", text)
		case targets[operation] != "":
			return nil, fmt.Errorf("deliver: %s goes to one URL, not to two", operation)
		}
		targets[operation] = at
	}
	return targets, nil
}

// Office has a courier for each sandbox that delivers. The zero value has nothing
// to send. It is safe for concurrent use.
type Office struct {
	table   *contract.Table
	machine *clock.Clock
	pushes  []push
	client  *http.Client
	reach   *reach

	mu       sync.Mutex
	couriers map[*sandbox.Sandbox]*courier
}

// push is one of the table's, with what it is to be like.
type push struct {
	contract.Push
	operation *contract.Operation
	nothing   []byte // its body in a sandbox where nothing has happened
}

// patience is the machine's time within which an endpoint has to answer. Tests
// change it.
var patience = 10 * time.Second

// New makes an office for a table's pushes. The machine's clock measures how long
// endpoints take.
func New(table *contract.Table, machine *clock.Clock, to Reach) (*Office, error) {
	allowed, err := newReach(to)
	if err != nil {
		return nil, err
	}
	o := &Office{
		table: table, machine: machine, couriers: map[*sandbox.Sandbox]*courier{}, reach: allowed,
		client: &http.Client{Timeout: patience, Transport: allowed.transport(), CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirected POST isn't a POST any more
		}},
	}
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
		o.pushes = append(o.pushes, made)
	}
	return o, nil
}

// ServedOn tells where the simulator listens: nothing is delivered there, nor, if that
// isn't on loopback alone, to loopback.
func (o *Office) ServedOn(addresses ...net.Addr) { o.reach.servedOn(addresses) }

// Check answers what is wrong with targets; a Refused where deliveries may not go to
// one. What a name resolves to is judged when it is connected to.
func (o *Office) Check(targets Targets) error {
	var known []string
	for _, p := range o.pushes {
		known = append(known, p.Operation)
	}
	for _, operation := range slices.Sorted(maps.Keys(targets)) {
		if !slices.Contains(known, operation) {
			return fmt.Errorf("deliver: nothing is sent to %q; did you mean %q?", operation, document.Nearest(operation, known))
		}
		at, err := url.Parse(targets[operation])
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return fmt.Errorf("deliver: %s: %q is no http or https URL", operation, targets[operation])
		}
		if err := o.reach.checkURL(at); err != nil {
			return fmt.Errorf("deliver: %s: %w", operation, err)
		}
	}
	return nil
}

// Open delivers from a sandbox to these targets until it is gone. Resets begin
// anew: what was sent before is forgotten.
func (o *Office) Open(sb *sandbox.Sandbox, targets Targets) error {
	if err := o.Check(targets); err != nil || len(targets) == 0 {
		return err
	}
	c := &courier{office: o, sandbox: sb, moved: make(chan struct{})}
	for _, p := range o.pushes {
		if at, ok := targets[p.Operation]; ok {
			c.routes = append(c.routes, route{push: p, url: at, shown: withoutSecrets(at)})
		}
	}
	o.mu.Lock()
	o.couriers[sb] = c
	o.mu.Unlock()
	first := c.begin()
	go func() {
		c.work(first)
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.couriers, sb)
	}()
	return nil
}

// withoutSecrets is a URL as it may be shown.
func withoutSecrets(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return journal.RedactedURL(at.Redacted())
}

// Told is a delivery with the address that it goes to; empty where the sandbox has
// none for its operation.
type Told struct {
	Delivery
	URL string `json:"url,omitempty"`
}

// Of a sandbox the targets, and the deliveries of its present run, the oldest first.
func (o *Office) Of(sb *sandbox.Sandbox) (Targets, []Told) {
	targets, all := Targets{}, []Told{}
	c := o.courier(sb)
	if c == nil {
		c = &courier{}
	}
	for _, r := range c.routes {
		targets[r.Operation] = r.shown
	}
	_ = sb.Run().View(func(r store.Reader) error { // it has no error
		for _, d := range deliveries.All(r) {
			all = append(all, c.told(d))
		}
		return nil
	})
	return targets, all
}

// Settle waits until everything that there is to send now has been tried. The
// error is the context's.
func (o *Office) Settle(ctx context.Context, sb *sandbox.Sandbox) error {
	if c := o.courier(sb); c != nil {
		return c.settle(ctx)
	}
	return nil
}

func (o *Office) courier(sb *sandbox.Sandbox) *courier {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.couriers[sb]
}
