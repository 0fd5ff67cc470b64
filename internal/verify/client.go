package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// client is the only way to the target: what may not be sent is refused here,
// for every caller.
type client struct {
	table     *contract.Table
	target    target.Target
	clock     *clock.Clock
	wire      map[string]http.RoundTripper // by service
	limiter   *rate.Limiter                // nil for no limit
	simulator map[string]bool              // services that are the simulator's
	sandbox   string                       // that the simulator's last answer came from
	unreached map[string]error             // services that have not answered the first question
	misplaced map[string]string            // services of the simulator at the wrong address, with the right one
}

// call is one request as it is sent.
type call struct {
	request sample.Request
	raw     []byte // the body, if it isn't the request's: text that is no JSON
	prefer  string // an outcome, of the simulator only
}

// answer is what came back; err if nothing did, or not all of it.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
	err    error
}

// contentType of the answer; all of them, if the header stands more than once.
func (a answer) contentType() string { return strings.Join(a.header.Values("Content-Type"), ", ") }

// maxAnswer bounds an answer's body, in bytes.
const maxAnswer = 32 << 20

func newClient(opts Options) (*client, error) {
	c := &client{
		table: opts.Table, target: opts.Target, clock: opts.Clock,
		wire: map[string]http.RoundTripper{}, simulator: map[string]bool{},
		unreached: map[string]error{}, misplaced: map[string]string{},
	}
	for name, service := range opts.Target.Services {
		c.wire[name] = opts.Transport
		if opts.Transport != nil {
			continue
		}
		t, err := transport(service)
		if err != nil {
			return nil, fmt.Errorf("services.%s: %w", name, err)
		}
		c.wire[name] = t
	}
	return c, nil
}

// limit the rate, as the target says; the simulator needs no mercy.
func (c *client) limit() {
	each := c.target.Rate
	if each == 0 && len(c.simulator) < len(c.target.Services) {
		each = target.DefaultRate
	}
	if each > 0 && each < target.NoRate {
		c.limiter = rate.NewLimiter(rate.Limit(each), 1)
	}
}

// barred says why an operation may not be called at all, and what its standing is then; empty if it may.
func (c *client) barred(op *contract.Operation) (why string, as Standing) {
	switch {
	case c.misplaced[op.Service().Name] != "":
		return "the address of " + op.Service().Name + " is another one", NotReached
	case c.target.Address(op) == "":
		return "the target has no address for it", WithoutReference
	case c.simulator[op.Service().Name] && c.target.Allow == nil, c.target.Allows(op):
		return "", ""
	}
	return fmt.Sprintf("it %s and is not named under allow", effects[op.Effect]), NotAllowed
}

var effects = map[contract.Effect]string{
	contract.Writes: "writes", contract.Costs: "costs a look-up", contract.Messages: "sends a message",
}

// forbidden answers why a call may not be sent; nil if it may.
func (c *client) forbidden(x call) error {
	op := x.request.Operation
	if why, _ := c.barred(op); why != "" {
		return fmt.Errorf("%s is not called: %s", op.ID, why)
	}
	if c.simulator[op.Service().Name] {
		return nil
	}
	if x.prefer != "" {
		return errors.New("the header Prefer is for the simulator only")
	}
	asked := &contract.Call{Operation: op, Body: x.request.Body, Query: x.request.Values(), Path: x.request.Path}
	if r, ok := c.table.ReservedIn(asked); ok {
		return fmt.Errorf("%s %s is a reserved value, for the simulator only", r.Field, r.Value)
	}
	return nil
}

// send a call and read the whole answer.
func (c *client) send(ctx context.Context, x call) answer {
	if err := c.forbidden(x); err != nil {
		return answer{err: err}
	}
	if err := c.wait(ctx); err != nil {
		return answer{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.target.Timeout)
	defer cancel()
	req, err := c.newRequest(ctx, x)
	if err != nil {
		return answer{err: err}
	}
	began := c.clock.Now()
	op := x.request.Operation
	a := c.exchange(op.Service().Name, req)
	a.took = c.clock.Now().Sub(began)
	if errors.Is(a.err, context.DeadlineExceeded) {
		a.err = fmt.Errorf("no whole answer within %s", c.target.Timeout)
	}
	if id := a.header.Get("Sim-Sandbox"); id != "" {
		c.sandbox = id
	}
	if hint := misplacedBy(op, req.URL.String(), a.header); hint != "" {
		c.misplaced[op.Service().Name] = hint
	}
	return a
}

// wait until the target's rate lets one more request through.
func (c *client) wait(ctx context.Context) error {
	if c.limiter == nil {
		return nil
	}
	now := c.clock.Now()
	delay := c.limiter.ReserveN(now, 1).DelayFrom(now)
	return c.pause(ctx, delay)
}

// pause on the clock.
func (c *client) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	w := c.clock.Waiter()
	defer w.Close()
	return w.Until(ctx, c.clock.Now().Add(d), nil)
}

func (c *client) newRequest(ctx context.Context, x call) (*http.Request, error) {
	address, err := c.address(x.request)
	if err != nil {
		return nil, err
	}
	body := x.raw
	if body == nil {
		if body, err = x.request.Encode(); err != nil {
			return nil, err
		}
	}
	op := x.request.Operation
	req, err := http.NewRequestWithContext(ctx, op.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "kzsim-verify")
	if !op.ReadsQuery() {
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Content-Type", "application/json")
	}
	if x.prefer != "" {
		req.Header.Set("Prefer", "outcome="+x.prefer)
	}
	for name, value := range c.target.Services[op.Service().Name].Headers {
		req.Header.Set(name, value)
	}
	return req, nil
}

// address of a request, its variables and query in place. An operation's address
// may have a query of its own.
func (c *client) address(r sample.Request) (string, error) {
	address := c.target.Address(r.Operation)
	for name, value := range r.Path {
		address = strings.ReplaceAll(address, "{"+name+"}", url.PathEscape(value))
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	query := u.Query()
	for name, value := range r.Query {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// exchange doesn't follow redirects: no document knows any.
func (c *client) exchange(service string, req *http.Request) answer {
	resp, err := c.wire[service].RoundTrip(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
	case len(body) > maxAnswer:
		body, err = body[:maxAnswer], fmt.Errorf("an answer of more than %d MiB", maxAnswer>>20)
	case resp.ContentLength > int64(len(body)):
		err = io.ErrUnexpectedEOF
	case !slices.Contains([]string{"", "identity"}, strings.ToLower(resp.Header.Get("Content-Encoding"))):
		err = fmt.Errorf("its Content-Encoding is %q, and no other than gzip was asked for", resp.Header.Get("Content-Encoding"))
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: body, err: err}
}

// detect finds out which services are the simulator's: its answers carry the
// header Sim-Sandbox. It is asked with one GET of the service's address, unless
// the user names a control API, which says so already.
func (c *client) detect(ctx context.Context) {
	for _, name := range slices.Sorted(maps.Keys(c.target.Services)) {
		s := c.target.Services[name]
		if c.target.ControlURL != "" {
			c.simulator[name] = true
			continue
		}
		if s.URL == "" {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, c.target.Timeout)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(s.URL, "/")+"/", nil)
		if err == nil {
			a := c.exchange(name, req)
			c.unreached[name] = a.err
			if id := a.header.Get("Sim-Sandbox"); id != "" {
				c.simulator[name], c.sandbox = true, id
			}
		}
		cancel()
	}
}
