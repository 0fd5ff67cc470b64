package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// sent is a request, to be sent as often as needed, each time the same bytes.
type sent struct {
	method string
	url    string
	header http.Header
	body   []byte
}

// answer is what the client got, and what the journal says of it.
type answer struct {
	status   int
	header   http.Header
	raw      []byte
	body     any   // decoded; nil if it is no JSON
	err      error // the connection's: what came before it counts as not answered
	exchange *journal.Exchange
	took     time.Duration // of the sandbox's time
}

func (a answer) id() string {
	if a.exchange == nil {
		return ""
	}
	return a.exchange.ID
}

func sortedNames(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }

// build the request of a step: what it says, filled up.
func (r *run) build(t *scenario.Try) (*sent, error) {
	with, err := r.resolved(t.With)
	if err != nil {
		return nil, err
	}
	op := t.Call
	if with == nil {
		with = map[string]any{}
		if op.Batch && op.Rows == "" {
			with = []any{map[string]any{}}
		}
	}
	if t.Fill {
		with = r.filled(with, t.Request, op)
	}
	r.memory.send(with)
	s := &sent{method: op.Method, header: http.Header{}}
	path, rest := r.path(op, with)
	s.url = "http://sim.test/s/" + r.sandbox.ID() + path
	if op.ReadsQuery() {
		s.url += query(rest)
	} else {
		s.header.Set("Content-Type", "application/json")
		if s.body, err = contract.Encode(rest); err != nil {
			return nil, err
		}
	}
	for name, v := range t.Headers {
		text, err := r.text(v)
		if err != nil {
			return nil, err
		}
		s.header.Set(name, text)
	}
	return s, nil
}

// path of an operation with its variables, and the values that aren't in it.
func (r *run) path(op *contract.Operation, with any) (string, any) {
	object, _ := with.(map[string]any)
	rest := maps.Clone(object)
	parts := strings.Split(op.Path, "/")
	for i, part := range parts {
		name, ok := strings.CutPrefix(part, "{")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := scenario.AsText(rest[name])
		if value == "" && name == op.Variants.Variable && len(op.Variants.Values) > 0 {
			value = op.Variants.Values[0]
		}
		delete(rest, name)
		parts[i] = url.PathEscape(value)
	}
	if object == nil {
		return strings.Join(parts, "/"), with
	}
	return strings.Join(parts, "/"), rest
}

func query(values any) string {
	object, _ := values.(map[string]any)
	q := url.Values{}
	for name, v := range object {
		q.Set(name, scenario.AsText(v))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// send a request from some clients at once and wait for what comes, on a frozen clock by
// letting its time pass as far as the answers need it and the clients' patience goes.
func (r *run) send(s *sent, clients int) []answer {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	before, began := r.box.Log.Numbered(), r.now()
	p := &pending{over: make(chan struct{}), got: make([]answer, clients)}
	p.left.Store(int64(clients))
	go func() {
		defer close(p.over)
		var all sync.WaitGroup
		for i := range p.got {
			all.Go(func() {
				p.got[i] = r.ask(ctx, s)
				p.got[i].took = r.now().Sub(began)
				p.left.Add(-1)
			})
		}
		all.Wait()
	}()
	r.wait(ctx, p, cancel)
	exchanges := r.journalled(before, clients)
	for i := range p.got {
		p.got[i].exchange, exchanges = exchangeOf(p.got[i], exchanges)
	}
	return p.got
}

func (r *run) ask(ctx context.Context, s *sent) answer {
	request, err := http.NewRequestWithContext(ctx, s.method, s.url, bytes.NewReader(s.body))
	if err != nil {
		return answer{err: err}
	}
	request.Header = s.header.Clone()
	return receive(r.client.Do(request))
}

// pending are requests under way; got is there when all are over.
type pending struct {
	over chan struct{}
	got  []answer
	left atomic.Int64 // how many have no answer yet
}

func receive(response *http.Response, err error) answer {
	var refused *url.Error
	if errors.As(err, &refused) {
		err = refused.Err // without the method and the address, which the report names itself
	}
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	a.raw, a.err = io.ReadAll(response.Body)
	if body, err := contract.ParseBody(a.raw); err == nil {
		a.body = body
	}
	return a
}

// wait for the answers as long as the client has patience, in the sandbox's time.
func (r *run) wait(ctx context.Context, p *pending, cancel context.CancelFunc) {
	c := r.box.Clock
	deadline := c.Now().Add(r.runner.opts.Patience)
	if c.Settings().Mode == clock.Frozen {
		p.letTimePass(c, deadline)
	} else {
		w := c.Waiter()
		_ = w.Until(ctx, deadline, p.over) // all three ways to end are looked at below
		w.Close()
	}
	select {
	case <-p.over:
		return
	default:
	}
	cancel()
	<-p.over
	for i := range p.got {
		if errors.Is(p.got[i].err, context.Canceled) {
			p.got[i] = answer{err: gaveUp{r.runner.opts.Patience}}
		}
	}
}

// gaveUp is the end of a client's patience.
type gaveUp struct{ after time.Duration }

func (g gaveUp) Error() string {
	return fmt.Sprintf("no answer within %s, which is how long a client of a try waits", g.after)
}

// letTimePass moves a frozen clock as far as the answers need it, but not beyond
// the deadline, and only while all that have no answer yet wait on the clock: all clients
// begin at one instant. Only these requests wait on the clock of a try.
func (p *pending) letTimePass(c *clock.Clock, deadline time.Time) {
	for {
		select {
		case <-p.over:
			return
		default:
		}
		due, waiting := c.NextRequest()
		switch {
		case waiting == 0 || int64(waiting) < p.left.Load():
			runtime.Gosched()
		case due.After(deadline):
			_, _ = c.Advance(deadline.Sub(c.Now()))
			return
		default:
			_, _ = c.Advance(due.Sub(c.Now())) // it refuses to go back: what is already due ends by itself
		}
	}
}

// journalled waits for the exchanges after another, of at most so many clients. A client
// may have its answer a moment before the journal has it. What a client or HTTP has
// refused has none.
func (r *run) journalled(after uint64, clients int) []*journal.Exchange {
	for {
		changed := r.sandbox.Journal.Changed()
		want := min(int(r.box.Log.Numbered()-after), clients)
		var all []*journal.Exchange
		exchanges, _ := r.sandbox.Journal.Exchanges()
		for _, x := range slices.Backward(exchanges) { // what the services ask each other comes later
			if x.Direction != journal.Out && x.Seq > after && x.Seq <= after+uint64(want) {
				all = append(all, x)
			}
		}
		if len(all) == want {
			return all
		}
		select {
		case <-changed:
		case <-r.ctx.Done():
			return nil
		}
	}
}

// exchangeOf an answer, and the others. An answer that never came names none; it has any of
// those that are left.
func exchangeOf(got answer, all []*journal.Exchange) (*journal.Exchange, []*journal.Exchange) {
	id := got.header.Get("Sim-Request")
	i := slices.IndexFunc(all, func(x *journal.Exchange) bool { return x.ID == id || id == "" && !x.Arrived })
	if i < 0 && len(all) == 1 {
		i = 0
	}
	if i < 0 {
		return nil, all
	}
	of := all[i]
	return of, slices.Delete(all, i, i+1)
}
