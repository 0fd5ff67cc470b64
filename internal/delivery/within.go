package delivery

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/inprocess"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// sandboxScheme begins the target that is a sandbox of this process: sandbox:bank.
const sandboxScheme = "sandbox:"

// self is the sandbox that calls.
const self = "self"

// within calls the sandboxes of this process.
type within struct {
	client *http.Client
	exists func(id string) bool
}

// ServeWithin sets the handler that serves the sandboxes of this process, and the function
// that reports which exist. It is called before Open.
func (o *Callers) ServeWithin(handler http.Handler, exists func(id string) bool) {
	o.within = within{exists: exists, client: &http.Client{
		Transport: inprocess.Transport(handler), CheckRedirect: o.client.CheckRedirect,
	}}
}

// withinProcess is the address of a sandbox's own operation; one that can't be called where
// the id is none.
func withinProcess(id string, op *contract.Operation) address {
	if sandbox.CheckID(id) != nil {
		return address{url: sandboxScheme + id}
	}
	return address{url: "http://localhost/s/" + id + op.Path, sandbox: id, shown: sandboxScheme + id}
}

// from a sandbox the addresses, in which self is that sandbox.
func (o *Callers) from(sb *sandbox.Sandbox, all Addresses) Addresses {
	named := Addresses{}
	for id, a := range all {
		if a.sandbox == self {
			op, _ := o.table.Operation(id) // Resolve has looked for it
			a = withinProcess(sb.ID(), op)
		}
		named[id] = a
	}
	return named
}

// checkAddress judges an address. A sandbox may always be called: nothing is connected to.
func (o *Callers) checkAddress(a address) error {
	if a.sandbox != "" {
		return nil
	}
	return o.checkURL(a.url)
}

// ask another system, or a sandbox of this process.
func (c *caller) ask(to address, req *http.Request) (*http.Response, error) {
	switch {
	case to.sandbox == "":
		return cmp.Or(to.client, c.callers.client).Do(req)
	case !c.callers.within.exists(to.sandbox):
		return nil, fmt.Errorf("there is no sandbox %s", to.sandbox)
	}
	return c.callers.within.client.Do(req.WithContext(inprocess.WithPatience(req.Context(), c.callers.patience)))
}

// mostWithin is how many calls a caller makes to sandboxes in one second of its clock. A
// sandbox may call itself, and a call may cause another one: without a limit the calls would
// not end.
const mostWithin = 10_000

// burst counts the calls to sandboxes in one second of a clock.
type burst struct {
	since time.Time
	calls int
}

// next counts a call at an instant; if there were too many, it returns the time at which the
// next one may be made.
func (b *burst) next(now time.Time) (later time.Time) {
	if b.calls++; now.Sub(b.since) >= time.Second || now.Before(b.since) {
		*b = burst{since: now, calls: 1}
	}
	if b.calls > mostWithin {
		return b.since.Add(time.Second)
	}
	return time.Time{}
}
