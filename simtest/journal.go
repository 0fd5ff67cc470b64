package simtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/journal"
)

// Request is one request as the sandbox's journal has it. Of a body the journal
// keeps 64 KiB, and no API keys.
type Request struct {
	ID        string // req-000001, in the order of arrival; of a call del-000001.1
	At        time.Time
	Method    string
	URL       string // path and query
	Sent      string // the body
	Operation string // empty if the path is none's
	Outcome   string // empty if the service never answered
	Status    int    // 0 if nothing was sent back
	Got       string // the body; of a file nothing
	DecidedBy string // behaviour, rule, prefer, reserved, shape, fault, transport; of a call target
	Rule      string // that decided
	Fault     string // what went wrong on the wire
	Findings  []string
	Target    string // of a call: scheme and host of the system
}

// Requests that the sandbox has got, in the order of their ends.
func (s *Sim) Requests() []Request {
	s.settle()
	return s.exchanges("")
}

// Calls that the services have made by themselves, to the systems of Target and to the
// endpoints of Deliver, in the order of their ends, once all that there is to send now has
// been tried. The findings are about the system's answers.
func (s *Sim) Calls() []Request {
	s.t.Helper()
	s.tried()
	return s.exchanges(journal.Out)
}

// exchanges of a direction.
func (s *Sim) exchanges(direction string) []Request {
	all := []Request{}
	exchanges, _ := s.sandbox.Journal.Exchanges()
	for _, x := range exchanges {
		if x.Direction == direction {
			all = append(all, request(x))
		}
	}
	return all
}

func request(x *journal.Exchange) Request {
	r := Request{
		ID: x.ID, At: x.At, Method: x.Method, URL: x.URL, Sent: text(x.Request), Operation: x.Operation,
		Outcome: x.Outcome, Status: x.Status, Got: text(x.Response), DecidedBy: x.Decision, Rule: x.Rule, Fault: x.Fault,
		Target: x.Target,
	}
	for _, f := range x.Findings {
		r.Findings = append(r.Findings, f.String())
	}
	return r
}

func text(m journal.Message) string {
	if !m.IsText() {
		return ""
	}
	return string(m.Body)
}

// What a failed test prints: the last requests, and as much of each body.
const (
	printedRequests = 50
	printedBody     = 400 // characters
)

// journal for a person who wants to know why the test has failed.
func (s *Sim) journal() string {
	all := s.Requests()
	var b strings.Builder
	fmt.Fprintf(&b, "the sandbox's journal, requests: %d", len(all))
	if len(all) > printedRequests {
		fmt.Fprintf(&b, "; the last %d", printedRequests)
		all = slices.Clone(all[len(all)-printedRequests:])
	}
	for _, r := range all {
		r.print(&b)
	}
	return b.String()
}

func (r Request) print(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s %s %s %s: %s", r.ID, r.At.Format(time.TimeOnly), r.Method, r.URL, r.became())
	for _, f := range r.Findings {
		fmt.Fprintf(b, "\n    finding: %s", f)
	}
	if r.Sent != "" {
		fmt.Fprintf(b, "\n    sent %s", short(r.Sent))
	}
	if r.Got != "" {
		fmt.Fprintf(b, "\n    got  %s", short(r.Got))
	}
}

// became says what the client got, and why it was that.
func (r Request) became() string {
	what := "no answer"
	if r.Status != 0 {
		what = fmt.Sprint(r.Status)
	}
	for _, word := range []string{r.Outcome, r.Fault} {
		if word != "" {
			what += ", " + word
		}
	}
	if r.Rule != "" {
		return fmt.Sprintf("%s (rule %q)", what, r.Rule)
	}
	return fmt.Sprintf("%s (%s)", what, r.DecidedBy)
}

func short(body string) string {
	letters := []rune(strings.TrimSpace(body))
	if len(letters) <= printedBody {
		return string(letters)
	}
	return string(letters[:printedBody]) + "…"
}
