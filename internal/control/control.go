// Package control is the control API below /_sim/: what a test or a person tells
// the simulator beside the services' own traffic.
//
// Bodies are JSON; errors are RFC 9457 problems. The paths of one sandbox stand
// below /_sim/sandboxes/{id}/, and the gateway serves them below /s/{id}/_sim/,
// too.
package control

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// maxBody bounds a control request, in bytes: a scenario or snapshot is the
// largest.
const maxBody = 32 << 20

// Options of the control API.
type Options struct {
	Table     *contract.Table
	Pool      *sandbox.Pool
	Version   Version
	PublicURL string
	Access    Access
}

// Version tells what is running.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
}

// Control is the control API as an http.Handler.
type Control struct {
	opts   Options
	router *mux.Router
}

// New makes the control API.
func New(opts Options) *Control {
	c := &Control{opts: opts, router: mux.NewRouter()}
	c.routes()
	return c
}

// handler answers a value to be written as JSON, or an error. Status 0 is 200.
type handler func(r *http.Request) (status int, body any, err error)

func (c *Control) routes() {
	at := func(method, path string, h handler) {
		c.router.Methods(method).Path("/_sim" + path).Handler(c.answer(h))
	}
	at("GET", "/health", c.live)
	at("GET", "/health/live", c.live)
	at("GET", "/health/ready", c.live)
	at("GET", "/version", c.version)
	at("GET", "/contract", c.contract)
	at("GET", "/sandboxes", c.listSandboxes)
	at("POST", "/sandboxes", c.createSandbox)

	one := "/sandboxes/{sandbox}"
	at("GET", one, c.in(c.getSandbox))
	at("PUT", one, c.putSandbox)
	at("DELETE", one, c.deleteSandbox)
	at("POST", one+"/reset", c.in(c.resetSandbox))
	at("GET", one+"/clock", c.in(c.getClock))
	at("PUT", one+"/clock", c.in(c.putClock))
	at("POST", one+"/clock/advance", c.in(c.advanceClock))
	at("GET", one+"/profile", c.in(c.getProfile))
	at("PUT", one+"/profile", c.in(c.putProfile))
	at("POST", one+"/subjects/{iin}/answer", c.in(c.answerSubject))
	at("GET", one+"/phones", c.in(c.listPhones))
	at("GET", one+"/phones/{phone}", c.in(c.getPhone))
	at("POST", one+"/phones/{phone}/reply", c.in(c.replyFromPhone))
	at("GET", one+"/state", c.in(c.listState))
	at("GET", one+"/state/{collection}", c.in(c.getState))
	at("GET", one+"/requests", c.in(c.listRequests))
	at("DELETE", one+"/requests", c.in(c.clearRequests))
	at("GET", one+"/requests/{request}", c.in(c.getRequest))

	c.router.NotFoundHandler = c.answer(func(r *http.Request) (int, any, error) {
		return 0, nil, problem.New(http.StatusNotFound, "the control API has no path %s", r.URL.Path)
	})
	c.router.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", strings.Join(c.methodsAt(r), ", "))
		writeError(w, problem.New(http.StatusMethodNotAllowed, "%s does not go with %s", r.Method, r.URL.Path))
	})
}

// methodsAt are those that go with a request's path.
func (c *Control) methodsAt(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		var match mux.RouteMatch
		if c.router.Match(other, &match) && match.MatchErr == nil {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

// ServeHTTP implements http.Handler.
func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if err := c.opts.Access.admit(r, c.tokenOf); err != nil {
		writeError(w, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	c.router.ServeHTTP(w, r)
}

// answer writes what a handler answers, in one place.
func (c *Control) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body, err := h(r)
		if err != nil {
			writeError(w, err)
			return
		}
		if body == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if status == 0 {
			status = http.StatusOK
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		_ = enc.Encode(body)
	})
}

func writeError(w http.ResponseWriter, err error) {
	var p problem.Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
	case errors.As(err, &tooLarge):
		p = problem.New(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, sandbox.ErrUnknown):
		p = problem.New(http.StatusNotFound, "%v", err)
	case errors.Is(err, sandbox.ErrExists), errors.Is(err, sandbox.ErrFull):
		p = problem.New(http.StatusConflict, "%v", err)
	default:
		p = problem.New(http.StatusBadRequest, "%v", err)
	}
	p.Write(w)
}

// in finds the request's sandbox for a handler.
func (c *Control) in(h func(*http.Request, *sandbox.Sandbox) (int, any, error)) handler {
	return func(r *http.Request) (int, any, error) {
		sb, err := c.opts.Pool.Get(mux.Vars(r)["sandbox"])
		if err != nil {
			return 0, nil, err
		}
		sb.Touch(c.opts.Pool.Now())
		return h(r, sb)
	}
}

// tokenOf is the token of the sandbox that a control path names; empty if it
// names none.
func (c *Control) tokenOf(id string) string {
	sb, err := c.opts.Pool.Get(id)
	if err != nil {
		return ""
	}
	return sb.Token()
}

// read decodes a JSON body strictly: an unknown member is a mistake that would
// otherwise go unnoticed. An empty body leaves the value as it is.
func read(r *http.Request, into any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return problem.New(http.StatusBadRequest, "the body: %v", err)
	}
	return err
}
