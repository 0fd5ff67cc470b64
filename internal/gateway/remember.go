package gateway

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/inprocess"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// announce puts the exchange among those in flight, so that it is counted before it is
// over.
func (g *Gateway) announce(v *serving) error {
	v.announced, v.open = true, v.asked()
	v.tell(&v.open)
	v.run.Log.Open(&v.open)
	return nil
}

// show the exchange again, as far as it is known now.
func (v *serving) show() {
	e := v.open
	v.tell(&e)
	v.run.Log.Show(&e)
}

// count the request for the scenario's expectations of the client. A malformed request, which
// no service has answered, is also counted for the rules that wait for an answer.
func (v *serving) count() {
	if v.run == nil || v.counted {
		return
	}
	in := v.run.Settings()
	awaited := v.by == byShape && v.awaited(in)
	if !awaited && !in.HasMust() {
		return
	}
	v.counted = true
	v.run.CountAnswered(v.asAnswered(), awaited)
}

// awaited reports whether a rule waits for an answer of the operation.
func (v *serving) awaited(in *scenario.Settings) bool {
	return v.call != nil && v.call.Operation != nil && in.Awaits(v.call.Operation.ID)
}

// asAnswered is the request with its answer, as expectations judge it.
func (v *serving) asAnswered() scenario.Answered {
	a := scenario.Answered{Outcome: v.outcome(), At: v.at, Started: v.started, Request: func() (*scenario.Past, bool) { return nil, false }}
	if v.call != nil {
		a.Findings = v.call.Findings()
	}
	if v.call != nil && v.call.Operation != nil {
		a.Operation = v.call.Operation.ID
		past := scenario.Live(v.call, v.at)
		a.Request = func() (*scenario.Past, bool) { return past, true }
	}
	return a
}

// remember puts the exchange into the sandbox's journal.
func (g *Gateway) remember(v *serving) {
	if v.run == nil {
		return
	}
	if v.over = v.open; !v.announced { // it ended before
		v.over = v.asked()
	}
	e := &v.over
	v.tell(e)
	over, at := clock.Both(g.opts.Pool.Clock(), v.run.Clock)
	e.Took, e.Held = over.Sub(v.started), at.Sub(v.at)
	if v.line != nil {
		e.Status, e.Response = v.line.status, v.response()
		e.Arrived = v.wire.Replace == nil && v.wire.Cut == nil && v.wire.End == faults.Open
	}
	if v.kept = v.sandbox.Record(v.run, e, v.call); v.kept && g.opts.Observe != nil {
		g.opts.Observe(e)
	}
}

// outcome of the answer by its name; empty if it has none, as one that was still
// held when it was refused.
func (v *serving) outcome() string {
	if v.result.Outcome == nil || !v.result.Again.IsZero() {
		return ""
	}
	return v.result.Outcome.Name
}

// asked is the request as it came. That is worked out once, and tell adds the rest.
func (v *serving) asked() journal.Exchange {
	e := journal.Exchange{
		ID: v.request, Seq: v.seq, At: v.at, Started: v.started,
		Method: v.r.Method, URL: journal.RedactedURL(requestURI(v.r)), Remote: v.r.RemoteAddr,
		Request: v.room.Request(v.r.Header, v.raw),
		Within:  inprocess.PatienceOf(v.r.Context()) != nil,
	}
	if v.call != nil && v.call.Operation != nil {
		e.Operation = v.call.Operation.ID
		e.Subjects = v.call.Subjects()
	}
	return e
}

// requestURI is the request's url.URL.RequestURI. A path that came as it is read, and has no query, needs no look for
// what is to be escaped.
func requestURI(r *http.Request) string {
	if r.URL.RawPath == "" && r.RequestURI == r.URL.Path {
		return r.URL.Path
	}
	return r.URL.RequestURI()
}

// tell what is known of the request by now, without its answer and times.
func (v *serving) tell(e *journal.Exchange) {
	e.Decision, e.Rule, e.Fault, e.Outcome = v.by, v.plan.Rule, v.fault, v.outcome()
	e.Why, e.Changes, e.Taken = v.why, v.changes, v.taken
	if v.call == nil {
		return
	}
	if len(v.why) > 0 {
		e.Why = journal.RedactedTexts(v.why, v.call.FieldValues("api_key"))
	}
	e.Findings = v.call.Findings()
}

// notify writes events for the notable changes that were committed since the last call.
func (g *Gateway) notify(v *serving) {
	if g.opts.Notable == nil {
		return
	}
	for _, change := range v.changes[v.notified:] {
		if kind, data, ok := g.opts.Notable(change, v.at.Location()); ok {
			v.run.Log.Note(kind, data)
		}
	}
	v.notified = len(v.changes)
}
