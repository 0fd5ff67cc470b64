package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/problem"
)

// transportError ends a request before it reaches an operation. The service that
// the path belongs to writes the error in its own format.
type transportError struct {
	status  int
	text    string // for the service's error text: the path, method or type
	finding string // for the developer of the client
	own     bool   // the simulator's own refusal: no service has such an answer
}

func (e transportError) Error() string { return fmt.Sprintf("%d: %s", e.status, e.finding) }

func transport(status int, text, finding string) error {
	return transportError{status: status, text: text, finding: finding}
}

// refusal is an error of the simulator itself: the sandbox doesn't exist, Prefer names no
// outcome. It is easy to see on purpose, since a test that continues would test nothing.
func refusal(status int, finding string) error {
	return transportError{status: status, finding: finding, own: true}
}

func (g *Gateway) refuse(v *serving, err error) {
	if errors.Is(err, errGone) {
		v.why = append(v.why, err.Error())
		v.wire = faults.Wire{Silent: true, End: faults.Close}
		return
	}
	// An answer that was made and is not sent, such as a late one, is no outcome.
	v.by, v.wire, v.result = byTransport, faults.Wire{}, contract.Result{}
	var t transportError
	if !errors.As(err, &t) {
		g.refuseBroken(v, err)
		return
	}
	v.find(t.finding)
	service, known := g.opts.Table.ServiceOf(v.path)
	if t.own || !known {
		v.writeProblem(t.status, t.finding)
		return
	}
	status, body := service.Dialect.SayTransport(t.status, t.text)
	encoded, err := contract.Encode(body)
	if err != nil {
		g.refuseBroken(v, err)
		return
	}
	v.answer.status, v.answer.body = status, encoded
	v.answer.header.Set("Content-Type", "application/json")
}

// refuseBroken reports a bug of the simulator.
func (g *Gateway) refuseBroken(v *serving, err error) {
	// The error may hold what a person can be recognised by: it is in the answer and
	// in the journal, not in the log.
	g.opts.Log.Error("bug of the simulator, see the journal", "request", v.request, "sandbox", v.id)
	v.wire = faults.Wire{}
	v.find("bug of the simulator: " + err.Error())
	v.writeProblem(http.StatusInternalServerError, "This is a bug of the simulator, please report it: "+err.Error())
}

// survive turns a panic into the same answer.
func (g *Gateway) survive(v *serving) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	g.opts.Log.Error("panic", "request", v.request, "sandbox", v.id, "stack", string(debug.Stack()))
	g.refuseBroken(v, fmt.Errorf("panic: %v", p))
	if v.line != nil && v.line.status != 0 {
		panic(http.ErrAbortHandler) // a part of another answer is on its way
	}
	g.send(v)
}

func (v *serving) writeProblem(status int, detail string) {
	v.answer.status, v.answer.file = status, nil
	v.answer.body = problem.New(status, "%s", detail).Body()
	v.answer.header.Set("Content-Type", problem.ContentType)
}

// find adds a finding to the call, and first makes a call if there is none.
func (v *serving) find(text string) {
	if v.call == nil {
		v.call = &contract.Call{}
	}
	v.call.Find(0, "", text)
}
