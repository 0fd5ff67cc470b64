// Package control is the control API below /_sim/: requests with which a test or a person
// controls the simulator, beside the requests to the services.
//
// Bodies are JSON; errors are RFC 9457 problems. The paths of one sandbox begin with
// /_sim/sandboxes/{id}/, and the gateway serves them below /s/{id}/_sim/, too.
package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// MaxBody bounds a control request, in bytes: a scenario or snapshot is the
// largest.
const MaxBody = 16 << 20

// maxWaiting bounds the body of a request that waits for something, in bytes: it takes
// its place among large bodies as long as it waits.
const maxWaiting = 64<<10 - 1

// maxPath bounds a control request's path, in bytes: it is compared with those of all
// routes.
const maxPath = 2048

// Options of the control API.
type Options struct {
	Table     *contract.Table
	Pool      *sandbox.Pool
	Version   Version
	PublicURL string
	Access    Access
	Metrics   http.Handler      // nil for none
	Delivery  *delivery.Callers // nil for one that sends nothing
	// Mask hides personal data in the journal, and in everything that is made
	// from it (journal.Masked).
	Mask    bool
	Log     *slog.Logger // nil for none
	Several *Several     // nil where this process has all sandboxes
	// Shown are the texts by which the console shows a message, or one of its own words by its
	// name, such as live.out; nil where there is no console.
	Shown func(text string) []string
}

// Several is what the control API has to know where several processes share the sandboxes.
type Several struct {
	Address string // host:port of this process, as the others reach it
	// Counts of the shards of the sandboxes: those that are here, those whose process is known, and all.
	Counts func() (here, known, all int)
	// Sandboxes are the lists of the other processes for a request to list them, and the addresses of those
	// that have not answered.
	Sandboxes func(*http.Request) (lists []json.RawMessage, silent []string)
	// IsToken reports whether a token opens a sandbox of another process.
	IsToken func(token string) bool
}

// Version describes the program that is running.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`

	Population int `json:"population"` // the version of the people that a seed generates
}

// Control is the control API as an http.Handler.
type Control struct {
	opts     Options
	routes   []route
	handlers []http.Handler // of the routes
	made     *made

	large   chan struct{}                  // taken by answers that are large
	keeping atomic.Pointer[func() Keeping] // nil where nothing is kept

	life context.Context // ends with Stop
	end  context.CancelFunc
}

// New makes the control API.
func New(opts Options) *Control {
	if opts.Metrics == nil {
		opts.Metrics = http.NotFoundHandler()
	}
	if opts.Delivery == nil {
		opts.Delivery = &delivery.Callers{}
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	c := &Control{opts: opts}
	c.large = make(chan struct{}, largeAtOnce)
	of, _ := madeOf.LoadOrStore(opts.Table, newMade(c.parsing()))
	c.made = of.(*made)
	c.life, c.end = context.WithCancel(context.Background())
	c.routes = c.table()
	for _, r := range c.routes {
		c.handlers = append(c.handlers, r.knowing(c.afterBody(r)))
	}
	return c
}

// Stop ends event streams and waiting expectations, which have no end of their own.
// From then on the readiness probe fails. It is called when the process ends.
func (c *Control) Stop() { c.end() }

// untilStop is a context that ends with another, or with Stop.
func (c *Control) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// ServeHTTP implements http.Handler.
func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if err := c.admit(r); err != nil {
		writeError(w, err)
		return
	}
	if len(r.URL.Path) > maxPath {
		writeError(w, problem.New(http.StatusRequestURITooLong, "the path has %d bytes, at most %d are taken", len(r.URL.Path), maxPath))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	c.serveRoute(w, r)
}

func (c *Control) admit(r *http.Request) error {
	return c.opts.Access.admit(r, tokens{of: c.tokenOf, any: c.isToken})
}

// afterBody reads the body of a route that takes one, before its handler runs. A body
// may come long after its headers, and a sandbox may be deleted in between, so the
// permission is decided again when the body is there.
func (c *Control) afterBody(route route) http.Handler {
	if route.takes == "" {
		return route.handler
	}
	return c.write(func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		if err := c.admit(r); err != nil {
			return err
		}
		if route.waits && len(body) > maxWaiting {
			return problem.New(http.StatusRequestEntityTooLarge, "the body has %d bytes, at most %d are taken here", len(body), maxWaiting)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		route.handler.ServeHTTP(w, r)
		return nil
	})
}

// answer writes the answers of all handlers that return a value.
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
		writeJSON(w, status, body)
	})
}

// writeJSON writes every JSON answer of this API but its problems. The body is encoded
// before the status is written: what can't be encoded is a 500 that says so.
func writeJSON(w http.ResponseWriter, status int, body any) {
	encoded, err := indented(body, "")
	if err != nil {
		writeError(w, problem.New(http.StatusInternalServerError,
			"the answer can't be written as JSON: %v; this is a bug of the simulator, please report it", err))
		return
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "%s\n", encoded) // a closed connection is no error
}

// writeError answers an error. What is the matter with the process, and not with the
// request, has its status whatever problem a handler makes of it.
func writeError(w http.ResponseWriter, err error) {
	var p problem.Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, new(commitlog.NotKept)):
		p = problem.New(http.StatusServiceUnavailable, "%v", err)
	case errors.As(err, &p):
	case errors.As(err, &tooLarge):
		p = problem.New(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	case errors.As(err, new(sandbox.NoRoom)):
		p = problem.New(http.StatusInsufficientStorage, "%v", err)
	case errors.Is(err, sandbox.ErrMoves), errors.Is(err, sandbox.ErrMoved):
		p = problem.New(http.StatusServiceUnavailable, "%v", err)
	case errors.Is(err, sandbox.ErrUnknown):
		p = problem.New(http.StatusNotFound, "%v", err)
	case errors.Is(err, sandbox.ErrExists), errors.Is(err, sandbox.ErrFull), errors.Is(err, sandbox.ErrEnded):
		p = problem.New(http.StatusConflict, "%v", err)
	default:
		p = problem.New(http.StatusBadRequest, "%v", err)
	}
	p.Write(w)
}

// in finds the request's sandbox for a handler. If answers wait for storage, the state that the
// answer shows is stored first.
func (c *Control) in(h func(*http.Request, *sandbox.Sandbox) (int, any, error)) handler {
	return func(r *http.Request) (int, any, error) {
		sb, err := c.sandboxOf(r)
		if err != nil {
			return 0, nil, err
		}
		status, answer, err := h(r, sb)
		if unsure := sb.Settle(); unsure != nil {
			return 0, nil, unsure
		}
		return status, answer, err
	}
}

// sandboxOf finds the sandbox of the path. A sandbox that was made again under the
// same id has another token, which the request has to open, too.
func (c *Control) sandboxOf(r *http.Request) (*sandbox.Sandbox, error) {
	id := r.PathValue("sandbox")
	sb, err := c.opts.Pool.Get(id)
	if err != nil {
		return nil, c.unknownSandbox(r, id)
	}
	if !c.opts.Access.opensSandbox(r, sb.Token()) {
		return nil, errNoToken()
	}
	sb.Touch(c.opts.Pool.Now())
	return sb, nil
}

// within is in for a handler that writes its answer itself, if it has one.
func (c *Control) within(h func(http.ResponseWriter, *http.Request, *sandbox.Sandbox) error) http.Handler {
	return c.write(func(w http.ResponseWriter, r *http.Request) error {
		sb, err := c.sandboxOf(r)
		if err != nil {
			return err
		}
		if err := sb.Settle(); err != nil {
			return err
		}
		return h(w, r, sb)
	})
}

// write lets a handler write its own answer, or an error be written for it.
func (c *Control) write(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			writeError(w, err)
		}
	})
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

// isToken reports whether a token is some sandbox's.
func (c *Control) isToken(given string) bool {
	_, ok := c.opts.Pool.ByToken(given)
	return ok || c.opts.Several != nil && c.opts.Several.IsToken(given)
}
