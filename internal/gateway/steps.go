package gateway

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

func (g *Gateway) findSandbox(v *serving) error {
	if v.id == "" {
		return refusal(http.StatusNotFound, "the request names no sandbox between /s/ and the next slash: the path is /s/ID/ and what follows")
	}
	sb, err := g.opts.Pool.Get(v.id)
	if errors.Is(err, sandbox.ErrUnknown) && g.opts.AutoSandbox {
		sb, err = g.makeSandbox(v.id)
	}
	if err != nil && v.id == sandbox.DefaultID {
		return refusal(http.StatusNotFound, "the request names no sandbox, and there is no default one; "+
			"name one by the path /s/ID/, the header Sim-Sandbox or the host ID.localhost")
	}
	if err != nil && !errors.Is(err, sandbox.ErrUnknown) {
		return refusal(http.StatusNotFound, err.Error())
	}
	if err != nil {
		return refusal(http.StatusNotFound, err.Error()+
			"; make it with PUT /_sim/sandboxes/"+v.id+", or start the simulator with --auto-sandbox")
	}
	v.sandbox, v.run = sb, sb.Run()
	v.started, v.at = clock.Both(g.opts.Pool.Clock(), v.run.Clock)
	v.seq, v.request = v.run.Number()
	if !sb.Admit(v.started) {
		v.answer.header.Set("Retry-After", "1")
		return refusal(http.StatusTooManyRequests, "this sandbox gets more requests a second than it may (--max-rate)")
	}
	return nil
}

// makeSandbox makes the sandbox unless another request makes it at the same moment.
func (g *Gateway) makeSandbox(id string) (*sandbox.Sandbox, error) {
	sb, err := g.opts.Pool.Create(sandbox.Config{ID: id})
	if errors.Is(err, sandbox.ErrExists) {
		return g.opts.Pool.Get(id)
	}
	return sb, err
}

// admit refuses a request without the login that the service asks for. The challenge is one
// for which no browser asks its user: the console has the same address.
func (g *Gateway) admit(v *serving) error {
	admits := v.call.Operation.Service().Dialect.Admits
	if admits == nil || admits(v.call) {
		return nil
	}
	v.answer.header.Set("WWW-Authenticate", "Bearer")
	return transport(http.StatusUnauthorized, "", "the profile asks for a login, and the request has none: send Authorization with Bearer or Basic, or a cookie")
}

func (g *Gateway) readBody(v *serving) error {
	op := v.call.Operation
	if op.ReadsQuery() {
		return nil
	}
	if err := checkContentType(v); err != nil {
		return err
	}
	if err := checkContentEncoding(v); err != nil {
		return err
	}
	raw, err := g.decodedBody(v)
	v.raw, v.call.Raw = raw, raw
	if err == nil {
		return nil
	}
	return g.unread(v, err)
}

// unread is the refusal of a body that can't be read.
func (g *Gateway) unread(v *serving, err error) error {
	var tooLarge *http.MaxBytesError
	var busy problem.Problem
	switch {
	case errors.As(err, &busy):
		v.answer.header.Set("Retry-After", "1")
		return refusal(busy.Status, busy.Detail)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, new(flate.CorruptInputError)):
		return transport(http.StatusBadRequest, http.StatusText(http.StatusBadRequest), "Content-Encoding is gzip, but the body is not: "+err.Error())
	case errors.As(err, &tooLarge):
		return transport(http.StatusRequestEntityTooLarge, http.StatusText(http.StatusRequestEntityTooLarge),
			fmt.Sprintf("the body is larger than %d bytes (--max-body)", g.opts.MaxBody))
	}
	return transport(http.StatusBadRequest, http.StatusText(http.StatusBadRequest), "the body broke off: "+err.Error())
}

// takeTurn waits until the body may be decoded.
func (g *Gateway) takeTurn(v *serving) error {
	end, err := g.bodies.turn(v.r.Context(), int64(len(v.raw)))
	if v.endTurn = end; err != nil {
		return errGone
	}
	return nil
}

// checkContentEncoding refuses, by its name, a coding that is not read.
func checkContentEncoding(v *serving) error {
	if v.r.Header["Content-Encoding"] == nil {
		return nil
	}
	given := strings.Join(v.r.Header.Values("Content-Encoding"), ", ")
	if isPlain(given) || isGzip(given) {
		return nil
	}
	v.answer.header.Set("Accept-Encoding", "gzip")
	return transport(http.StatusUnsupportedMediaType, given, "Content-Encoding is "+given+", expected gzip or none")
}

func isPlain(coding string) bool { return coding == "" || strings.EqualFold(coding, "identity") }

func isGzip(coding string) bool {
	return strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
}

// decodedBody is the request's body without its coding. Its bound holds for what was
// sent and for what that is decoded to.
func (g *Gateway) decodedBody(v *serving) ([]byte, error) {
	if !isGzip(first(v.r.Header["Content-Encoding"])) {
		return readAll(v.raw, &v.body, v.r.ContentLength)
	}
	body, err := gzip.NewReader(&v.body)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(body, g.opts.MaxBody+1))
	if int64(len(raw)) > g.opts.MaxBody {
		return nil, &http.MaxBytesError{Limit: g.opts.MaxBody}
	}
	return raw, err
}

// readAll of a body whose length is announced, or -1, into memory that is there if that is enough. A client
// can announce a length and send less, so most of the memory is taken when the bytes arrive.
func readAll(into []byte, from io.Reader, announced int64) ([]byte, error) {
	body := into[:0]
	if atFirst := 1 + min(max(announced, 0), journal.ShortBody-1); atFirst > int64(cap(body)) {
		body = make([]byte, 0, atFirst)
	}
	for {
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
		if len(body) == cap(body) {
			body = slices.Grow(body, len(body))
		}
	}
}

func checkContentType(v *serving) error {
	given := first(v.r.Header["Content-Type"])
	if given == mediaTypeOfJSON[0] {
		return nil
	}
	if given == "" {
		v.call.Find(0, "", "no Content-Type: the documents send application/json")
		return nil
	}
	media, params, err := mime.ParseMediaType(given)
	if err != nil || media != "application/json" {
		return transport(http.StatusUnsupportedMediaType, given, "Content-Type is "+given+", expected application/json")
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8") {
		return transport(http.StatusUnsupportedMediaType, given, "charset is "+charset+", expected utf-8")
	}
	return nil
}

// checkShape decodes the body and checks it by the request schema. A malformed request
// gets its answer here, in the service's own format.
func (g *Gateway) checkShape(v *serving) error {
	c := v.call
	if !c.Operation.ReadsQuery() {
		repeated, err := g.opts.Table.ReadBody(c)
		if err != nil {
			var p contract.Problem
			if errors.As(err, &p) {
				return g.malformed(v, p)
			}
		}
		for _, pointer := range repeated {
			c.Find(0, pointer, "it stands more than once in its object; the last counts")
		}
	} else {
		for _, problem := range contract.QueryProblems(v.r.URL.RawQuery) {
			c.Find(0, "", problem)
		}
	}
	if problems := g.opts.Table.Schemas.CheckRequest(c); len(problems) > 0 {
		return g.malformed(v, problems[0])
	}
	return nil
}

func (g *Gateway) malformed(v *serving, p contract.Problem) error {
	result, err := g.opts.Table.Malformed(v.call, p)
	if err != nil {
		return err
	}
	v.by = byShape
	v.finish(result)
	return nil
}

// answered reports whether the request has its answer already.
func (v *serving) answered() bool { return v.answer.status != 0 }

// mediaTypeOfJSON is not changed.
var mediaTypeOfJSON = []string{"application/json"}

// finish makes an answer of a checked result.
func (v *serving) finish(r contract.Result) {
	v.result = r
	v.answer.status, v.answer.body, v.answer.file = r.Status, r.Encoded, r.File
	if r.Encoded != nil {
		v.answer.header["Content-Type"] = mediaTypeOfJSON
	}
}
