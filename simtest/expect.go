package simtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/scenario"
)

// Call says which requests a client has to have made.
type Call struct {
	On      string            `json:"on"`                // an operation's id, or a pattern such as kyc.address.*
	For     map[string]string `json:"for,omitempty"`     // fields and their values, wherever a request carries them: {"iin": "901123300258"}
	When    string            `json:"when,omitempty"`    // an expression over body, query, path, header and now, as in a scenario
	Outcome string            `json:"outcome,omitempty"` // that the service answered with; empty for any
	Count   Count             `json:"count,omitzero"`    // how many there have to be; the zero Count is one or more
}

// Count is how many requests there have to be.
type Count struct{ bounds string }

// MarshalText is the count in the words of a scenario, such as >=1.
func (c Count) MarshalText() ([]byte, error) { return []byte(c.bounds), nil }

// Exactly n requests; Exactly(0) for none.
func Exactly(n int) Count { return Count{fmt.Sprint(n)} }

// AtLeast n requests.
func AtLeast(n int) Count { return Count{fmt.Sprintf(">=%d", n)} }

// AtMost n requests.
func AtMost(n int) Count { return Count{fmt.Sprintf("<=%d", n)} }

// Expect checks that the requests so far are as the call says, and reports whether
// they are. If not, the test fails with what was expected, the requests that came
// nearest and the difference to the nearest. A call that can't be, such as one of
// an unknown outcome, fails the test, too.
func (s *Sim) Expect(call Call) bool {
	s.t.Helper()
	return s.expect(call, 0)
}

// Await is Expect for a client that works by itself: it waits until the requests
// are as the call says, for at most so much of the machine's time. A request that
// is held counts; when Await returns, the clock knows what it waits for, so that
// Advance lets it go.
func (s *Sim) Await(call Call, atMost time.Duration) bool {
	s.t.Helper()
	return s.expect(call, atMost)
}

func (s *Sim) expect(call Call, atMost time.Duration) bool {
	s.t.Helper()
	e, err := call.parse(s)
	if err != nil {
		s.t.Errorf("simtest: %v", err)
		return false
	}
	s.settle()
	report, err := expect.Await(context.Background(), s.sandbox, e, atMost, s.process.clock, expect.Options{})
	s.settle()
	if err != nil {
		s.t.Errorf("simtest: %v", err)
		return false
	}
	if !report.Passed {
		s.t.Errorf("simtest: %s", explained(report))
	}
	return report.Passed
}

// Verdict is nil if the client has done everything that the scenario's `must` says;
// otherwise the error lists all that is missing. It is also asked for when the test
// ends, so only a test that wants to know earlier needs it.
func (s *Sim) Verdict() error {
	s.settle()
	name, verdict := expect.VerdictOn(s.sandbox.Run(), expect.Options{})
	var errs []error
	for _, report := range verdict.Must {
		if !report.Passed {
			errs = append(errs, fmt.Errorf("the scenario %s says what the client must do (%s): %s",
				name, report.Position, explained(report)))
		}
	}
	return errors.Join(errs...)
}

// parse the call in the words of a scenario, whose checker knows what can be.
func (c Call) parse(s *Sim) (*scenario.Expectation, error) {
	source, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	e, findings := scenario.ParseExpectation(source, scenario.Options{Table: s.process.Table})
	if findings.Broken() {
		return nil, mistakes("a call that can't be expected", findings)
	}
	return e, nil
}

// mistakes that the scenario's checker finds in Go values. Its lines and columns are those of
// a document that the test does not have.
func mistakes(in string, findings document.Findings) error {
	lines := []string{in + ":"}
	for _, f := range findings {
		lines = append(lines, "  "+f.Text())
	}
	return errors.New(strings.Join(lines, "\n"))
}

func explained(r expect.Report) string {
	return r.String() + "\n(-expected +found)\n" + strings.TrimSuffix(r.Difference, "\n")
}

// settle waits until every request that has come is over or held: a client by a
// socket may have its answer a moment before the journal has it.
func (s *Sim) settle() {
	for len(s.sandbox.Journal.InFlight()) > s.sandbox.Run().Clock.Waiting() {
		runtime.Gosched()
	}
}
