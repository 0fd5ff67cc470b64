package gateway

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/inprocess"
	"github.com/kzsim/kzsim/internal/relay"
)

// spoil applies the faults of the plan to the answer, which has been checked by now,
// and waits if the answer is late.
func (g *Gateway) spoil(v *serving) error {
	if len(v.plan.Faults) == 0 {
		return nil
	}
	wire := faults.Combine(v.plan.Faults, g.faultInput(v))
	v.fault = strings.Join(wire.Kinds, ", ")
	v.why = append(v.why, wire.Notes...)
	if wire.CallsFirst {
		if err := g.callsFirst(v); err != nil {
			return err
		}
	}
	if wire.Delay > 0 || wire.Pace != nil || wire.End == faults.Hang {
		if err := v.takePlace(); err != nil {
			return err
		}
	}
	if wire.Delay > 0 {
		if err := v.wait(v.run.Clock.Now().Add(wire.Delay), nil); err != nil {
			return err
		}
	}
	v.wire = wire
	v.replace(wire.Replace)
	return nil
}

// callsFirst waits until the calls that the request has caused are made. A call within the
// process does not wait: it may be one of these calls.
func (g *Gateway) callsFirst(v *serving) error {
	v.endTurn()
	if g.opts.Calls == nil || inprocess.PatienceOf(v.r.Context()) != nil {
		return nil
	}
	if err := v.takePlace(); err != nil {
		return err
	}
	ctx, cancel := v.context()
	defer cancel()
	switch err := g.opts.Calls(ctx, v.sandbox); {
	case err == nil:
		return nil
	case v.r.Context().Err() != nil:
		return errGone
	}
	return v.overtaken()
}

func (g *Gateway) faultInput(v *serving) faults.Input {
	in := faults.Input{
		Seed: v.run.Seed, Key: v.key, Body: v.answer.body,
		Table: g.opts.Table, Operation: v.call.Operation, Outcome: v.result.Outcome,
	}
	if f := v.answer.file; f != nil {
		in.Body = f.Content
	}
	return in
}

// replace puts another answer, or a part of one, in place of the service's. The answer is
// no file any more, so a client can't ask for a range of it.
func (v *serving) replace(r *faults.Response) {
	if r == nil {
		return
	}
	if f := v.answer.file; f != nil {
		v.answer.header.Set("Content-Type", f.Type)
		if f.Disposition != "" {
			v.answer.header.Set("Content-Disposition", disposition(f))
		}
		v.answer.file = nil
	}
	if r.Status != 0 {
		v.answer.status = r.Status
	}
	for name, values := range r.Header {
		v.answer.header.Del(name)
		if len(values) > 0 {
			v.answer.header[name] = values
		}
	}
	v.answer.body = r.Body
}

// line is the connection to the client with its faults: how many bytes are sent
// and how fast. It is for one answer of a known length.
type line struct {
	http.ResponseWriter
	v *serving

	status int // 0 while no header is sent
	sent   int // bytes of the body
	left   int // bytes that still get through
	chunk  int // bytes at a time
	every  time.Duration
}

// WriteHeader implements http.ResponseWriter.
func (l *line) WriteHeader(status int) {
	l.status = status
	for name, values := range l.v.plan.Headers {
		l.Header()[name] = values // an empty list keeps net/http from adding the header
	}
	l.left, l.chunk = math.MaxInt, math.MaxInt
	if cut := l.v.wire.Cut; cut != nil {
		l.left = cut.Of(l.length())
	}
	if pace := l.v.wire.Pace; pace != nil {
		l.chunk, l.every = pace.Of(l.length())
	}
	l.ResponseWriter.WriteHeader(status)
}

// length of the body.
func (l *line) length() int {
	length, _ := strconv.Atoi(l.Header().Get("Content-Length"))
	return length
}

// Write implements io.Writer. Where the answer is to break off it doesn't return.
func (l *line) Write(p []byte) (int, error) {
	if l.status == 0 {
		l.WriteHeader(http.StatusOK)
	}
	written := 0
	for written < len(p) {
		n := min(len(p)-written, l.chunk, l.left)
		if n == 0 {
			l.v.breakOff()
		}
		l.pause()
		n, err := l.ResponseWriter.Write(p[written : written+n])
		written, l.sent, l.left = written+n, l.sent+n, l.left-n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// pause sends what there is and waits for the next chunk's time.
func (l *line) pause() {
	if l.every == 0 {
		return
	}
	l.flush()
	if l.v.wait(l.v.run.Clock.Now().Add(l.every), nil) != nil {
		panic(http.ErrAbortHandler)
	}
}

func (l *line) flush() {
	// A writer that can't flush has sent it, or its client has closed the connection.
	_ = http.NewResponseController(l.ResponseWriter).Flush()
}

// never is when a hang without an end ends.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// breakOff ends the connection as the wire says, after what was sent, and the
// handler with it: net/http closes the connection of a handler that panics with
// ErrAbortHandler, and an in-process transport takes that for an error.
func (v *serving) breakOff() {
	if v.line != nil {
		v.line.flush()
	}
	switch v.wire.End {
	case faults.Hang:
		until := never
		if v.wire.For > 0 {
			until = v.run.Clock.Now().Add(v.wire.For)
		}
		_ = v.wait(until, nil) // however it ends, there is no answer
	case faults.Reset:
		v.reset()
	}
	panic(http.ErrAbortHandler)
}

// reset the connection. Over HTTP/2, or in process, there is none; aborting is what comes nearest.
func (v *serving) reset() {
	if conn, _, err := http.NewResponseController(v.w).Hijack(); err == nil {
		relay.Reset(conn)
	}
}
