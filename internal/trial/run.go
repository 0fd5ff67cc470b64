package trial

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// run is one try under way.
type run struct {
	ctx      context.Context
	runner   *Runner
	sandbox  *sandbox.Sandbox
	box      *sandbox.Run // of a sandbox that only this run uses
	scenario *scenario.Scenario
	client   *http.Client

	saved   map[string]any
	memory  memory
	sent    *sent // the last request
	drawn   int   // of values that are another one each time
	numbers int   // of invented transactions and references
}

func newRun(ctx context.Context, r *Runner, sb *sandbox.Sandbox, s *scenario.Scenario) *run {
	one := &run{
		ctx: ctx, runner: r, sandbox: sb, box: sb.Run(), scenario: s, client: r.server.client(), saved: map[string]any{},
	}
	one.memory = newMemory(r.opts.Table, one.given())
	return one
}

// given are the items that are true at the start.
func (r *run) given() (items []any) {
	_ = r.box.Do(func(tx *sandbox.Tx) error {
		for _, g := range r.scenario.Given {
			if item, err := g.Made(r.runner.opts.Table, tx.Call()); err == nil { // else the sandbox could not have begun
				items = append(items, item)
			}
		}
		return nil
	})
	return items
}

func (r *run) step(t *scenario.Try) Step {
	step := Step{Position: t.Position}
	var err error
	switch {
	case !t.Advance.IsZero():
		step.Title = "advance " + t.Advance.String()
		_, err = r.box.Clock.Advance(t.Advance.From(r.now()))
	case t.Incoming != "":
		step.Title, err = r.end(t)
	case t.Delivered != nil:
		step.Title = "delivered " + t.Delivered.Operation.ID
		step.Request, err = r.delivered(t.Delivered)
	case t.Subject != nil:
		step.Title, err = r.answer(t)
	case t.Repeat > 0:
		step.Title = fmt.Sprintf("repeat %s ×%d", t.Call.ID, t.Repeat)
		for n := 1; n <= t.Repeat && err == nil; n++ {
			step.Request, err = r.exchange(t, nil)
		}
	case t.Call != nil:
		step.Title = "call " + t.Call.ID
		if t.Clients > 0 {
			step.Title += fmt.Sprintf(" by %d clients", t.Clients)
		}
		step.Request, err = r.exchange(t, t.Call)
	default:
		step.Title = "advance 0s"
	}
	if settled := r.runner.opts.Settle(r.ctx, r.sandbox); err == nil {
		err = settled
	}
	step.Passed = err == nil
	if err != nil {
		step.Failure = explain(t, err)
	}
	return step
}

// mismatch is an answer that isn't the expected one.
type mismatch struct {
	document.Position
	text string
}

func (m mismatch) Error() string { return m.text }

// explain puts the place before what went wrong.
func explain(t *scenario.Try, err error) string {
	at := t.Position
	var m mismatch
	if errors.As(err, &m) && m.Line > 0 {
		at = m.Position
	}
	return at.String() + ": " + err.Error()
}

// answer lets a person answer 1414.
func (r *run) answer(t *scenario.Try) (string, error) {
	iin, err := r.text(t.Subject)
	if err != nil {
		return "subject", err
	}
	title := fmt.Sprintf("subject %s answers %s", iin, t.Answer)
	event, ok := r.runner.opts.Table.Event(t.Answer)
	if !ok {
		return title, fmt.Errorf("no service knows the answer %q", t.Answer)
	}
	return title, r.box.Do(func(tx *sandbox.Tx) error { return event.Happen(tx.Call(), iin) })
}

// end an incoming demand by what happens elsewhere.
func (r *run) end(t *scenario.Try) (string, error) {
	end := k2.TakeBack
	if t.Ends == scenario.EndReturned {
		end = k2.GiveBack
	}
	err := r.box.Do(func(tx *sandbox.Tx) error {
		call := tx.Call()
		tx.After(func() { r.sandbox.Moved(call.Taken()) })
		return end(call, t.Incoming, t.Reason)
	})
	return fmt.Sprintf("incoming demand %s is %s", t.Incoming, t.Ends), err
}

func (r *run) now() time.Time { return r.box.Clock.Now() }

// exchange sends the step's request, or the last one again if there is no
// operation, and judges the answer.
func (r *run) exchange(t *scenario.Try, op *contract.Operation) (string, error) {
	if op != nil {
		request, err := r.build(t)
		if err != nil {
			r.sent = nil
			return "", err
		}
		r.sent = request
	}
	if r.sent == nil {
		return "", errors.New("there is no request to repeat: the call before could not be made")
	}
	all := r.send(r.sent, max(t.Clients, 1))
	for _, got := range all {
		r.memory.receive(got.body)
		if err := r.judge(t, got); err != nil {
			return got.id(), err
		}
	}
	if t.Expect != nil && t.Expect.One != nil {
		return all[0].id(), judgeOne(t.Expect, all)
	}
	return all[0].id(), r.save(t, all[0])
}

func (r *run) save(t *scenario.Try, got answer) error {
	for _, s := range t.Save {
		v, err := s.Value(got.status, got.header, got.body)
		if err != nil {
			return mismatch{s.Position, fmt.Sprintf("save %s: %s: %v", s.Name, s.Text, err)}
		}
		if v == nil {
			return mismatch{s.Position, fmt.Sprintf("save %s: the answer has no %s", s.Name, s.Text)}
		}
		r.saved[s.Name] = v
	}
	return nil
}
