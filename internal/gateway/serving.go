package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

const (
	controlPath   = "/_sim"
	sandboxPrefix = "/s/"
	hostSuffix    = ".localhost"
)

// serving is one request while it is handled.
type serving struct {
	w http.ResponseWriter
	r *http.Request

	id   string // of the sandbox
	base string // path prefix that named it, for addresses in answers
	path string // without that prefix, as the services have it

	sandbox *sandbox.Sandbox
	run     *sandbox.Run // as it was when the request came; nil if it found no sandbox
	seq     uint64
	request string // its id in the sandbox's journal
	started time.Time
	at      time.Time

	body      countedBody // as it comes
	raw       []byte
	announced bool // it is in the journal, among those in flight
	call      *contract.Call
	came      contract.Call // what it points to, unless nothing is known of the request

	by       string // what decided the answer: see the constants
	why      []string
	decided  bool          // by what is in force: the following are known
	plan     scenario.Plan // what it says
	reach    faults.Reach  // how far the request gets
	key      string        // of the draws of its faults
	wanted   *contract.Outcome
	result   contract.Result
	stirs    <-chan struct{}  // closed by the first change after the service was asked that may change its answer
	unlisten func()           // ends the wait for it
	changes  []store.Change   // of the state, that the request has made
	taken    []contract.Taken // world and own, the following, together
	few      [2]store.Change  // memory for the first changes

	notified int // changes that were looked through for notable ones
	answer   answer

	counted  bool             // for the scenario's must
	happened bool             // the plan's event of the world has
	world    []contract.Taken // the transitions that it caused
	own      []contract.Taken // those that the service's committed changes caused

	wire   faults.Wire // what goes wrong on the answer's way
	fault  string      // the kinds of that
	line   *line       // to the client; nil while nothing is sent
	sender line        // what it points to
	free   func()      // gives up the place among the held requests; nil for none
	waiter *clock.Waiter

	endTurn func() // of a large body

	room journal.Room     // memory for the headers in the following
	open journal.Exchange // the journal's entry at first
	over journal.Exchange // and at the end
	kept bool             // the journal has the latter, and not the former any more
}

// servings that are over: the next requests use their memory again.
var servings = sync.Pool{New: func() any { return new(serving) }}

// release the serving, which only its request uses. One that may still be in the
// journal, among those in flight, is left to the garbage collector.
func (v *serving) release() {
	if !v.kept {
		return
	}
	room, raw := v.room.Emptied(), v.raw[:0]
	*v = serving{}
	if v.room = room; cap(raw) <= journal.ShortBody {
		v.raw = raw
	}
	servings.Put(v)
}

// What decided an answer.
const (
	byBehaviour = "behaviour"
	byPrefer    = "prefer"
	byRule      = "rule"
	byChaos     = "chaos"
	byFault     = "fault" // a live one, that kept the request from the service
	byReserved  = "reserved"
	byShape     = "shape"     // the request schema
	byTransport = "transport" // it never reached an operation
)

// answer is what is to be written.
type answer struct {
	status int
	header http.Header // the writer's
	body   []byte
	file   *contract.File
}

// newVisit of a request.
func newVisit(w http.ResponseWriter, r *http.Request) *serving {
	v := servings.Get().(*serving)
	v.w, v.r, v.by = w, r, byTransport
	v.answer.header, v.unlisten, v.endTurn = w.Header(), func() {}, func() {}
	v.id, v.base, v.path = sandboxOf(r)
	return v
}

// sandboxOf finds out which sandbox a request names: by path prefix, by header or
// by the first label of the host. Base is the prefix, and path what stands behind it.
func sandboxOf(r *http.Request) (id, base, path string) {
	if rest, ok := strings.CutPrefix(r.URL.Path, sandboxPrefix); ok {
		id, path, _ := strings.Cut(rest, "/")
		return id, sandboxPrefix + id, "/" + path
	}
	if id := first(r.Header["Sim-Sandbox"]); id != "" {
		return id, "", r.URL.Path
	}
	host := strings.ToLower(r.Host) // names of hosts have no case, and a dot at the end changes nothing
	if at := strings.LastIndexByte(host, ':'); at >= 0 {
		host = host[:at]
	}
	host = strings.TrimSuffix(host, ".")
	if id, ok := strings.CutSuffix(host, hostSuffix); ok {
		return id, "", r.URL.Path
	}
	return sandbox.DefaultID, "", r.URL.Path
}

// first of a header's values, empty for none. A name that is written as net/http writes it needs no
// http.Header.Get, which looks at each of its letters.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// SandboxOf is the sandbox that a request belongs to, of the services or of the control API; false for one to
// the process.
func SandboxOf(r *http.Request) (id string, ok bool) {
	id, base, path := sandboxOf(r)
	if base != "" || !isControl(path) {
		return id, true
	}
	rest, ok := strings.CutPrefix(path, controlPath+"/sandboxes/")
	id, _, _ = strings.Cut(rest, "/")
	return id, ok && id != ""
}

// isControl reports whether the control API is asked, of the process or of the
// sandbox that the path named.
func isControl(path string) bool {
	return path == controlPath || strings.HasPrefix(path, controlPath+"/")
}

// controlRequest is the request with a path of the control API: a control path
// below a sandbox's prefix is a path of that sandbox.
func (v *serving) controlRequest() *http.Request {
	if v.base == "" {
		return v.r
	}
	rest := strings.TrimPrefix(v.path, controlPath)
	r := v.r.Clone(v.r.Context())
	r.URL = &url.URL{
		Path:     controlPath + "/sandboxes/" + v.id + strings.TrimSuffix(rest, "/"),
		RawQuery: v.r.URL.RawQuery,
	}
	return r
}

// looksForConsole reports whether a browser has opened a sandbox's address, or its
// control path. Programs get the usual answer.
func (v *serving) looksForConsole() bool {
	path := strings.TrimSuffix(v.path, "/")
	return (path == "" || path == controlPath && v.base != "") &&
		(v.r.Method == http.MethodGet || v.r.Method == http.MethodHead) &&
		strings.Contains(first(v.r.Header["Accept"]), "text/html")
}

// console is the address of the sandbox's page in the console.
func (v *serving) console() string {
	if v.base == "" {
		return controlPath + "/"
	}
	return controlPath + "/#/" + url.PathEscape(v.id) + "/live"
}

// baseURL is the address under which the caller sees this sandbox's services.
// A client that follows it does not send the simulator's headers, so the path has to name
// the sandbox.
func (g *Gateway) baseURL(v *serving) contract.Address {
	base := v.base
	if base == "" && first(v.r.Header["Sim-Sandbox"]) != "" {
		base = sandboxPrefix + v.id
	}
	if g.opts.PublicURL != "" {
		return contract.Address{g.opts.PublicURL, base}
	}
	scheme := "http"
	if v.r.TLS != nil {
		scheme = "https"
	}
	return contract.Address{scheme, "://", v.r.Host, base}
}
