package simulator

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/console"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/relay"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/shards"
)

// Sharing is how this process shares the sandboxes with others.
type Sharing struct {
	Table *shards.Table
	Self  shards.Member
	// Hurry is called when an owner can't be reached: another process may have its shards by now.
	Hurry func()
	// Leave hands over all shards of this process, and returns when that is done.
	Leave func()
	// Closed reports whether an address is out of reach of this process, or open to its own machine alone.
	Closed func(address string) bool
}

// The bounds of requests that are passed to other processes.
const (
	waitForOwner = 15 * time.Second // for which a request waits for a process that has its shard
	dialOwner    = 3 * time.Second
	askOthers    = 3 * time.Second // for an answer of all other processes about what they have
	mostHops     = 2               // a shard may move while a request to it is on its way
	tryAgain     = 50 * time.Millisecond
)

// sharing passes requests to the processes that have their sandboxes.
type sharing struct {
	Sharing
	next   http.Handler                                                   // serves what is here
	enter  func(ctx context.Context, id string) (leave func(), err error) // begins a request to a sandbox that is here
	access control.Access
	apart  net.Addr // the only listener of the control API; nil for none
	clock  *clock.Clock

	back   *relay.Back
	slots  chan struct{} // one for each request that is passed
	life   context.Context
	end    context.CancelFunc
	passes sync.WaitGroup
	links  links
	client *http.Client
}

func newSharing(s Sharing, opts Options, access control.Access) *sharing {
	sh := &sharing{
		Sharing: s, access: access, apart: opts.ControlAt, clock: opts.Clock,
		back:  relay.NewBack(relay.BackOptions{Addr: &net.TCPAddr{}, Idle: opts.Connections.Idle, Clock: opts.Clock}),
		slots: make(chan struct{}, max(1, opts.Connections.Max/3)), // one that is passed is two connections
		links: links{clock: opts.Clock, idle: map[string][]link{}},
	}
	sh.client = &http.Client{
		Timeout:       waitForOwner,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: longestIdle, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	sh.life, sh.end = context.WithCancel(context.Background())
	return sh
}

// ServeHTTP implements http.Handler.
func (sh *sharing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := sh.markOf(r)
	if k := connectionOf(r); k != nil && r.TLS == nil {
		if conn, ok := k.Conn.(*relay.Conn); ok {
			r.TLS = conn.TLS()
		}
	}
	if r = sh.unmark(r, m); m.here {
		sh.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hereKey{}, true)))
		return
	}
	id, named := gateway.SandboxOf(r)
	var body []byte
	if !named && r.Method == http.MethodPost && r.URL.Path == createPath {
		var err error
		if id, body, err = sh.created(w, r); err != nil {
			problem.New(http.StatusBadRequest, "%v", err).Write(w)
			return
		}
		if here, _ := sh.Table.Counts(); id == "" && here == 0 {
			id, named = r.RemoteAddr, true // any other process makes it: clients are spread
		}
		named = named || id != ""
	}
	if !named {
		sh.next.ServeHTTP(w, r)
		return
	}
	sh.serve(w, request{r, m, body}, id)
}

// createPath makes sandboxes, whose ids stand in the body.
const createPath = "/_sim/sandboxes"

// created reads the body of a request to make a sandbox, if it may make one: the id, and the body.
func (sh *sharing) created(w http.ResponseWriter, r *http.Request) (id string, body []byte, err error) {
	if sh.access.Token != "" && !sh.access.Opens(control.TokenOf(r)) {
		return "", nil, nil // it is refused here
	}
	if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, control.MaxBody)); err != nil {
		return "", nil, err
	}
	var spec struct{ ID string }
	_ = json.Unmarshal(body, &spec) // what is wrong with it is told where it is read again
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	return spec.ID, body, nil
}

// request is one with what it says of processes that have passed it.
type request struct {
	*http.Request
	mark
	read []byte // of its body
}

// serve a request to a sandbox where its shard is.
func (sh *sharing) serve(w http.ResponseWriter, r request, id string) {
	if sh.reach(w, r, id, sh.pass) {
		return
	}
	refuse(w, errNoOwner)
}

// errNoOwner is the error of a request whose sandbox has no process.
var errNoOwner = errors.New("the process that has this sandbox can't be reached, and no other one has taken it over yet; nothing was done; ask again")

// refuse a request that can be sent again.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusServiceUnavailable
	if errors.As(err, new(sandbox.NoRoom)) {
		status = http.StatusInsufficientStorage
	}
	w.Header().Set("Retry-After", "1")
	problem.New(status, "%v", err).Write(w)
}

// passing sends a request to a process; false if nothing was sent.
type passing func(w http.ResponseWriter, r request, to shards.Member) bool

// reach a sandbox with a request, here or in another process. It is false if that was not possible in time, and
// nothing was done.
func (sh *sharing) reach(w http.ResponseWriter, r request, id string, pass passing) bool {
	if sh.serveHere(w, r, id) {
		return true
	}
	waiter := sh.clock.Waiter()
	defer waiter.Close()
	for end := sh.clock.Now().Add(waitForOwner); ; {
		changed := sh.Table.Changed()
		if sh.serveHere(w, r, id) {
			return true
		}
		if to, known := sh.Table.Owner(shards.Of(id)); known && r.hops < mostHops && !sh.Closed(to.Address) {
			if pass(w, r, to) {
				return true
			}
			sh.Hurry()
		}
		now := sh.clock.Now()
		if !now.Before(end) || waiter.Until(r.Context(), now.Add(tryAgain), changed) != nil {
			return false
		}
	}
}

// serveHere serves a request if its shard is here. A sandbox that has left memory is opened before.
func (sh *sharing) serveHere(w http.ResponseWriter, r request, id string) bool {
	shard := shards.Of(id)
	if !sh.Table.Enter(shard) {
		return false
	}
	defer sh.Table.Leave(shard)
	leave, err := sh.enter(r.Context(), id)
	if err != nil {
		refuse(w, err)
		return true
	}
	defer leave()
	sh.next.ServeHTTP(w, r.Request)
	return true
}

// markName is the header of a request that another process has passed: its Secret, and a mark. No request
// has it any more when it is served.
const markName = "Sim-Passed"

// mark is what a process says of a request that it passes.
type mark struct {
	hops    int
	here    bool // only this process is asked, about what it has
	secure  bool
	control bool   // it came to the listener of the control API
	remote  string // the client's address
}

// markOf a request; the zero mark if it comes from a client.
func (sh *sharing) markOf(r *http.Request) (m mark) {
	values := r.Header[markName]
	for i, value := range values {
		secret, said, _ := strings.Cut(value, " ")
		if subtle.ConstantTimeCompare([]byte(secret), []byte(sh.Self.Secret)) != 1 {
			continue
		}
		if r.Header[markName] = append(values[:i:i], values[i+1:]...); len(values) == 1 {
			delete(r.Header, markName)
		}
		flags, remote, _ := strings.Cut(said, " ")
		m.hops = strings.Count(flags, "p")
		m.here, m.secure, m.control = strings.Contains(flags, "h"), strings.Contains(flags, "s"), strings.Contains(flags, "c")
		m.remote = remote
		return m
	}
	return m
}

// text of a mark for a process.
func (m mark) text(to shards.Member) string {
	flags := strings.Repeat("p", m.hops)
	for flag, set := range map[string]bool{"h": m.here, "s": m.secure, "c": m.control} {
		if set {
			flags += flag
		}
	}
	return to.Secret + " " + flags + " " + m.remote
}

// unmark lets a request that was passed be served as if its client had sent it here.
func (sh *sharing) unmark(r *http.Request, m mark) *http.Request {
	if m.remote == "" {
		return r
	}
	r.RemoteAddr = m.remote
	if m.secure {
		r.TLS = &secureElsewhere
	}
	if m.control && sh.apart != nil {
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, sh.apart))
	}
	return r
}

// marked is the mark of a request that is passed from here.
func (sh *sharing) marked(r request) mark {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return mark{
		hops: r.hops + 1, secure: r.TLS != nil, remote: r.RemoteAddr,
		control: r.control || sh.apart != nil && gateway.IsOf(local, sh.apart),
	}
}

// several is what the control API knows of the other processes.
func (sh *sharing) several() *control.Several {
	return &control.Several{
		Address: sh.Self.Address, Sandboxes: sh.sandboxes,
		Counts: func() (here, known, all int) {
			here, known = sh.Table.Counts()
			return here, known, shards.Count
		},
		IsToken: func(token string) bool {
			_, ok := sh.sandboxOf(token)
			return ok
		},
	}
}

// sandboxes are the lists of the other processes, and the addresses of those that have not answered.
func (sh *sharing) sandboxes(r *http.Request) (lists []json.RawMessage, silent []string) {
	if isHere(r.Context()) {
		return nil, nil
	}
	sh.ask(r, createPath, func(of shards.Member, content []byte) {
		var list []json.RawMessage
		if content == nil || json.Unmarshal(content, &list) != nil {
			silent = append(silent, of.Address)
		}
		lists = append(lists, list...)
	})
	return lists, silent
}

// sandboxOf a token, at the other processes.
func (sh *sharing) sandboxOf(token string) (id string, ok bool) {
	r := &http.Request{Host: "localhost", Header: http.Header{"Authorization": {"Bearer " + token}}}
	sh.ask(r, console.SessionPath, func(_ shards.Member, content []byte) {
		var session struct{ Sandbox string }
		if json.Unmarshal(content, &session) == nil && session.Sandbox != "" {
			id, ok = session.Sandbox, true
		}
	})
	return id, ok
}

// ask all other processes at the same time about what they have. Each answer is told, one after the
// other; nil for none.
func (sh *sharing) ask(r *http.Request, path string, tell func(of shards.Member, content []byte)) {
	ctx, cancel := context.WithTimeout(sh.life, askOthers)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	for _, m := range sh.Table.Others() {
		all.Go(func() {
			content := sh.askOne(ctx, r, m, path)
			mu.Lock()
			defer mu.Unlock()
			tell(m, content)
		})
	}
	all.Wait()
}

// largestList is how much of an answer is read, in bytes.
const largestList = 64 << 20

func (sh *sharing) askOne(ctx context.Context, r *http.Request, m shards.Member, path string) []byte {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.Address+path, nil)
	if err != nil || sh.Closed(m.Address) {
		return nil
	}
	req.Host, req.Header = r.Host, http.Header{}
	for _, name := range []string{"Authorization", "Sim-Token", "Cookie"} {
		req.Header[name] = r.Header[name]
	}
	said := mark{here: true, secure: r.TLS != nil, control: true, remote: r.RemoteAddr}
	if said.remote == "" {
		said.remote = "this"
	}
	req.Header.Set(markName, said.text(m))
	resp, err := sh.client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, largestList))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return content
}
