package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/store"
)

// Call is one request as an operation's behaviour sees it: no HTTP, no clock but
// Now, no randomness but Seed, no state but Tx.
type Call struct {
	Operation *Operation
	Now       time.Time // the sandbox's time, one instant for the whole call
	Tx        *store.Tx
	Seed      chance.Seed
	Profile   Profile
	Targets   map[string]bool // operations of other systems that can be asked
	BaseURL   Address         // under which the caller sees the services

	Body   any // decoded, numbers as json.Number; nil for a GET
	Raw    []byte
	Query  url.Values
	Path   map[string]string
	Header http.Header

	// Preferred is the outcome that the request asks for by name or status (Prefer),
	// nil for none. A rule of a scenario neither decides nor counts such a request.
	Preferred *Outcome

	// RowProblems is about the rows that don't have the shape of a row; the rest
	// of the body does.
	RowProblems map[int]Problem

	// RowOutcomes are the outcomes that a rule has for rows of the batch, by their index;
	// the other rows are the service's.
	RowOutcomes map[int]*Outcome

	members []string  // names of the body's members, each once; nil where they are not known
	unnamed bool      // the operation's schema may not mention one of them
	few     [8]string // where they are
	depth   int       // how deep the body nests at most, where its members are known

	fields   []fieldValues // of the names that were asked for
	findings []Finding
	found    map[Finding]bool // the findings, once there are many
	unkept   int              // findings beyond maxFindings
	taken    []Taken
	until    time.Time // the first instant that Due has said is still to come; zero for none
	daily    bool      // something was asked that is of a day
}

// Address is a URL in pieces, such as scheme, "://", host and a sandbox's prefix: few calls need it whole.
type Address [4]string

func (a Address) String() string { return a[0] + a[1] + a[2] + a[3] }

// Event is a call for what happens in the world because of this one: with the same
// request, and findings and transitions of its own.
func (c *Call) Event() *Call { return c.EventIn(new(Call)) }

// EventIn is Event in the place of a call that is not used any more.
func (c *Call) EventIn(place *Call) *Call {
	*place = *c
	place.findings, place.found, place.unkept, place.taken = nil, nil, 0, nil
	place.until, place.daily = time.Time{}, false
	return place
}

// Due reports whether an instant has come. A behaviour that a View uses asks for the time by this
// or by Daily alone, so that Until is right.
func (c *Call) Due(at time.Time) bool {
	if !at.After(c.Now) {
		return true
	}
	c.until = store.Earlier(c.until, at)
	return false
}

// Daily says that something was asked that is the same for a whole day.
func (c *Call) Daily() { c.daily = true }

// Until is the instant up to which the time alone can't change what the call was answered; zero
// if it never can.
func (c *Call) Until() time.Time {
	if !c.daily {
		return c.until
	}
	year, month, day := c.Now.Date()
	return store.Earlier(c.until, time.Date(year, month, day+1, 0, 0, 0, 0, c.Now.Location()))
}

// Wrap puts the body into an object, as its only member.
func (c *Call) Wrap(name string) {
	c.Body = map[string]any{name: c.Body}
	c.depth++
}

// maxFindings is how many findings a call keeps; the others are counted.
const maxFindings = 1000

// Find adds a finding: the ledger entry that it is based on (0 for none), the JSON
// pointer of the field that it is about, and the remark. It is noted once, also if
// a held call is performed again.
func (c *Call) Find(ledger int, path, text string) {
	f := Finding{Ledger: ledger, Path: path, Text: text}
	if c.hasFound(f) {
		return
	}
	if len(c.findings) == maxFindings {
		c.unkept++
		return
	}
	c.findings = append(c.findings, f)
	if c.found != nil {
		c.found[f] = true
	}
}

func (c *Call) hasFound(f Finding) bool {
	const few = 8
	if len(c.findings) <= few {
		return slices.Contains(c.findings, f)
	}
	if c.found == nil {
		c.found = make(map[Finding]bool, len(c.findings))
		for _, known := range c.findings {
			c.found[known] = true
		}
	}
	return c.found[f]
}

// Findings in the order in which they were made. Of more than a thousand the last
// one says how many the others are.
func (c *Call) Findings() []Finding {
	if c.unkept == 0 {
		return c.findings
	}
	return append(slices.Clip(c.findings), Finding{Text: fmt.Sprintf("and %d more findings, which are not kept", c.unkept)})
}

// FindingCount is how many findings were made, those that are not kept included.
func (c *Call) FindingCount() int { return len(c.findings) + c.unkept }

// Reply is what an operation answers. Exactly one of Body and File is set, or
// neither for an empty body.
type Reply struct {
	Outcome *Outcome
	Body    any
	File    *File

	// Again asks the gateway to hold the answer and to ask the operation anew at
	// this instant, or as soon as the state changes. The zero time sends it.
	Again time.Time
}

// File is an answer that isn't JSON. It goes through http.ServeContent.
type File struct {
	Name    string // as the document or archive calls it, any alphabet
	Type    string // Content-Type
	Content []byte
	ModTime time.Time
	// Disposition is how Content-Disposition offers it: attachment or inline; empty leaves
	// the header out.
	Disposition string
}

// Answer is a reply with a declared outcome of the call's operation. An unknown
// name is found out by the gateway, which refuses to send it.
func (c *Call) Answer(outcome string, body any) Reply {
	o, ok := c.Operation.Outcome(outcome)
	if !ok {
		o = &Outcome{Name: outcome}
	}
	return Reply{Outcome: o, Body: body}
}

// Refuse is a reply with an error outcome that leaves in force what the call has
// stored so far: a batch that was taken in part, a session that ended badly.
func (c *Call) Refuse(outcome string, rows ...RowError) Reply {
	reply := c.Answer(outcome, nil)
	reply.Body = c.Operation.service.Dialect.SayError(c, *reply.Outcome, rows)
	return reply
}

// Failure is the error that a behaviour returns to answer an error outcome and
// to undo all that the call has changed.
type Failure struct {
	Outcome string
	Rows    []RowError
}

func (f Failure) Error() string { return "outcome " + f.Outcome }

// Fail ends a call with an error outcome; nothing that it changed stays.
func Fail(outcome string, rows ...RowError) error { return Failure{Outcome: outcome, Rows: rows} }
