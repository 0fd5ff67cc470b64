package control

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/har"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// exchangeInfo is an exchange as the control API shows it.
type exchangeInfo struct {
	ID         string             `json:"id"`
	At         time.Time          `json:"at"`             // the sandbox's time
	Started    time.Time          `json:"started"`        // the machine's
	Took       string             `json:"took"`           // of the machine's time; so far, if it is in flight
	Held       string             `json:"held,omitempty"` // of the sandbox's time, if any passed
	Method     string             `json:"method"`
	URL        string             `json:"url"`
	Direction  string             `json:"direction,omitempty"` // out for a call that the service has made
	Target     string             `json:"target,omitempty"`    // of a call: scheme and host, or sandbox:ID
	Delivery   string             `json:"delivery,omitempty"`  // of a call
	Process    string             `json:"process,omitempty"`   // of a call that asks
	Status     int                `json:"status"`              // 0 if nothing was answered
	Operation  string             `json:"operation,omitempty"`
	Outcome    string             `json:"outcome,omitempty"`
	Error      bool               `json:"error,omitempty"` // the outcome is a failure, with any status
	DecidedBy  string             `json:"decided_by"`
	Rule       string             `json:"rule,omitempty"`
	Why        []string           `json:"why,omitempty"`
	Fault      string             `json:"fault,omitempty"`
	Findings   []contract.Finding `json:"findings,omitempty"`
	Subjects   []string           `json:"subjects,omitempty"`
	Masked     bool               `json:"masked,omitempty"` // the request is not shown as it was sent
	Request    *messageInfo       `json:"request,omitempty"`
	Response   *messageInfo       `json:"response,omitempty"`
	Changes    []store.Change     `json:"changes,omitempty"`
	Transition []contract.Taken   `json:"transitions,omitempty"`
}

// messageInfo is one side of an exchange. Text is empty for a body that is no
// text, such as a PDF.
type messageInfo struct {
	Header http.Header `json:"header"`
	Size   int64       `json:"size"`
	Text   string      `json:"text,omitempty"`
	Digest string      `json:"sha256,omitempty"` // of a body of which only the head is kept
}

// shown is an exchange as the caller may see it.
func (c *Control) shown(e *journal.Exchange) *journal.Exchange {
	if c.opts.Mask {
		return journal.Masked(e)
	}
	return e
}

// masked is a value as the caller may see it.
func (c *Control) masked(v any) any {
	if c.opts.Mask {
		return journal.MaskedValue(v)
	}
	return v
}

func (c *Control) summary(e *journal.Exchange) exchangeInfo {
	if c.opts.Mask {
		e = journal.MaskedSummary(e)
	}
	return c.summaryOf(e)
}

// summaryOf an exchange that may be shown as it is.
func (c *Control) summaryOf(e *journal.Exchange) exchangeInfo {
	info := exchangeInfo{
		ID: e.ID, At: e.At, Started: e.Started, Took: e.Took.String(),
		Method: e.Method, URL: e.URL, Status: e.Status,
		Direction: e.Direction, Target: e.Target, Delivery: e.Delivery, Process: e.Process,
		Operation: e.Operation, Outcome: e.Outcome, DecidedBy: e.Decision, Rule: e.Rule, Fault: e.Fault,
		Findings: e.Findings, Subjects: e.Subjects,
	}
	if e.Held != 0 {
		info.Held = e.Held.String()
	}
	if op, ok := c.opts.Table.Operation(e.Operation); ok {
		outcome, declared := op.Outcome(e.Outcome)
		info.Error = declared && outcome.IsError()
	}
	return info
}

func (c *Control) whole(e *journal.Exchange) exchangeInfo {
	sent := e
	e = c.shown(e)
	info := c.summaryOf(e)
	info.Masked = e.URL != sent.URL || !bytes.Equal(e.Request.Body, sent.Request.Body) ||
		!maps.EqualFunc(e.Request.Header(), sent.Request.Header(), slices.Equal)
	info.Why, info.Changes, info.Transition = e.Why, e.Changes, e.Taken
	info.Request, info.Response = messageOf(e.Request), messageOf(e.Response)
	return info
}

func messageOf(m journal.Message) *messageInfo {
	info := &messageInfo{Header: m.Header(), Size: m.Size, Digest: m.Digest}
	if m.IsText() {
		info.Text = string(m.Body)
	}
	return info
}

// requestList is the requests of a sandbox, the newest first.
type requestList struct {
	Requests  []exchangeInfo `json:"requests"`
	InFlight  []exchangeInfo `json:"in_flight"` // not over yet, whatever the filters; what isn't known of them is left out
	Kept      int            `json:"kept"`
	Looked    int            `json:"looked_at"`  // of those, the newest, as far as the limit and the bound of a search go
	Dropped   uint64         `json:"dropped"`    // the oldest, because the journal was full
	LastEvent uint64         `json:"last_event"` // later changes are the events after it (…/events?after=)
}

func (c *Control) listRequests(w http.ResponseWriter, r *http.Request, sb *sandbox.Sandbox) error {
	run := sb.Run()
	list := requestList{Requests: []exchangeInfo{}, InFlight: []exchangeInfo{}, LastEvent: sb.Journal.LastEvent()}
	for _, e := range run.Log.InFlight() {
		info := c.summary(e)
		info.Took = c.opts.Pool.Now().Sub(e.Started).String()
		list.InFlight = append(list.InFlight, info)
	}
	kept, dropped := run.Log.Exchanges()
	list.Kept, list.Dropped = len(kept), dropped
	found, looked, err := c.query(r.URL.Query(), kept)
	if err != nil {
		return err
	}
	list.Looked = looked
	slices.Reverse(found)
	return long{list, "requests", oneByOne(run.Log, found, func(e *journal.Exchange) any { return c.summary(e) })}.write(w)
}

func (c *Control) getRequest(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	id := r.PathValue("request")
	e, ok := sb.Journal.Find(id)
	if !ok {
		return 0, nil, problem.New(http.StatusNotFound, "the journal has no request %q (any more); …/requests lists those that it has", id)
	}
	return 0, c.whole(e), nil
}

func (c *Control) clearRequests(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	sb.Journal.Clear()
	return 0, nil, nil
}

// getHAR answers the requests that the query finds, the oldest first.
func (c *Control) getHAR(w http.ResponseWriter, r *http.Request, sb *sandbox.Sandbox) error {
	run := sb.Run()
	kept, dropped := run.Log.Exchanges()
	found, _, err := c.query(r.URL.Query(), kept)
	if err != nil {
		return err
	}
	archive := journal.NewHAR(har.Creator{Name: "kzsim", Version: c.opts.Version.Version})
	if dropped > 0 {
		archive.Log.Comment = fmt.Sprintf("the journal had no room for %d earlier requests", dropped)
	}
	base := c.baseURL(r)
	return long{archive, "entries", oneByOne(run.Log, found, func(e *journal.Exchange) any {
		return journal.NewHAREntry(c.shown(e), base)
	})}.write(w)
}
