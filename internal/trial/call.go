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

// send a request and wait for what comes, on a frozen clock by letting its time
// pass as far as the answer needs it and the client's patience goes.
func (r *run) send(s *sent) answer {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, s.method, s.url, bytes.NewReader(s.body))
	if err != nil {
		return answer{err: err}
	}
	request.Header = s.header.Clone()
	before := r.box.Log.Numbered()
	p := &pending{over: make(chan struct{})}
	go func() {
		defer close(p.over)
		p.got = receive(r.client.Do(request))
	}()
	got := r.wait(ctx, p, cancel)
	if r.box.Log.Numbered() > before { // else the client, or HTTP, has refused it
		got.exchange = r.journalled(before)
	}
	return got
}

// pending is a request under way; got is there when it is over.
type pending struct {
	over chan struct{}
	got  answer
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

// wait for an answer as long as the client has patience, in the sandbox's time.
func (r *run) wait(ctx context.Context, p *pending, cancel context.CancelFunc) answer {
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
		return p.got
	default:
	}
	cancel()
	<-p.over
	return answer{err: fmt.Errorf("no answer within %s", r.runner.opts.Patience)}
}

// letTimePass moves a frozen clock as far as the answer needs it, but not beyond
// the deadline. Only this request waits on the clock of a try.
func (p *pending) letTimePass(c *clock.Clock, deadline time.Time) {
	for {
		select {
		case <-p.over:
			return
		default:
		}
		due, waiting := c.Next()
		switch {
		case !waiting:
			runtime.Gosched()
		case due.After(deadline):
			_, _ = c.Advance(deadline.Sub(c.Now()))
			return
		default:
			_, _ = c.Advance(due.Sub(c.Now())) // it refuses to go back: a waiter that is due already wakes by itself
		}
	}
}

// journalled waits for the exchange after another. The client may have its answer
// a moment before the journal has it.
func (r *run) journalled(after uint64) *journal.Exchange {
	for {
		changed := r.sandbox.Journal.Changed()
		exchanges, _ := r.sandbox.Journal.Exchanges()
		for _, x := range slices.Backward(exchanges) {
			if x.Direction != journal.Out && x.Seq > after {
				return x
			}
		}
		select {
		case <-changed:
		case <-r.ctx.Done():
			return nil
		}
	}
}
