package control

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/scenarios"
)

// longestWait bounds `within` of an expectation.
const longestWait = 10 * time.Minute

// parsing is how scenarios, and parts of them, are read.
func (c *Control) parsing() scenario.Options {
	return scenario.Options{Table: c.opts.Table, Library: scenarios.FS}
}

// broken is the refusal of a document with findings.
func broken(status int, findings document.Findings) problem.Problem {
	detail := "the document is broken"
	for _, f := range findings {
		if f.Severity == document.Error {
			detail = f.String()
			break
		}
	}
	return problem.New(status, "%s", detail).With("findings", findings)
}

// expect waits, in the machine's time, until the expectation in the body holds.
func (c *Control) expect(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	e, err := parsed(c, r, `{"on": "kyc.info.*", "count": 1}`, scenario.ParseExpectation)
	if err != nil {
		return 0, nil, err
	}
	within := e.Within
	if within > longestWait {
		return 0, nil, problem.New(http.StatusBadRequest, "within is at most %s, not %s", longestWait, within)
	}
	e.Within = 0 // what is left is about the requests themselves
	ctx, cancel := c.untilStop(r.Context())
	defer cancel()
	report, err := expect.Await(ctx, sb, e, within, c.opts.Pool.Clock(), expect.Options{Shown: c.shown})
	if err != nil {
		return 0, nil, problem.New(http.StatusServiceUnavailable, "%v", err)
	}
	if report.Passed {
		return 0, report, nil
	}
	if report.Count < e.Count.AtLeast && c.seesAll(r) {
		report.Elsewhere = c.elsewhere(e, sb)
	}
	if why := context.Cause(sb.Run().Ends); errors.Is(why, sandbox.ErrMoved) {
		return 0, nil, why
	}
	if sb.Journal.Closed() {
		return 0, nil, problem.New(http.StatusConflict, "the sandbox %s was deleted meanwhile; %s", sb.ID(), report.String()).With("passed", false)
	}
	return 0, nil, failed(report)
}

func failed(report expect.Report) error {
	return problem.New(http.StatusConflict, "%s", report.String()).
		With("passed", false).With("expected", report.Expected).With("count", report.Count).
		With("requests", list(report.Requests)).With("in_flight", list(report.InFlight)).With("nearest", list(report.Nearest)).
		With("elsewhere", list(report.Elsewhere)).With("difference", report.Difference).With("lost", report.Lost).With("unknown", report.Unknown)
}

// list is never null.
func list[T any](items []T) []T { return append([]T{}, items...) }

// seesAll reports whether a request may see other sandboxes.
func (c *Control) seesAll(r *http.Request) bool { return c.opts.Access.opensAll(r) }

// mostElsewhere is in how many other sandboxes requests are looked for.
const mostElsewhere = 20

// elsewhere are other sandboxes that got such requests: the usual mistake is a client
// that names no sandbox, or an old one.
func (c *Control) elsewhere(e *scenario.Expectation, here *sandbox.Sandbox) []expect.Elsewhere {
	var found []expect.Elsewhere
	for _, sb := range c.opts.Pool.List() {
		if sb == here || !c.hasMet(sb, e) {
			continue
		}
		if len(found) == mostElsewhere {
			break
		}
		kept, _ := sb.Journal.Exchanges()
		if n := expect.Count(e, kept); n > 0 {
			found = append(found, expect.Elsewhere{Sandbox: sb.ID(), Count: n})
		}
	}
	return found
}

// hasMet reports, without a look at its journal, whether a sandbox can have had
// such a request.
func (c *Control) hasMet(sb *sandbox.Sandbox, e *scenario.Expectation) bool {
	for _, op := range c.opts.Table.Operations() {
		if !contract.Fits(e.On, op.ID) {
			continue
		}
		for _, o := range op.Outcomes {
			count := sb.Coverage().Count
			if e.Direction == journal.Out {
				count = sb.Coverage().HeardCount
			}
			if (e.Outcome == "" || e.Outcome == o.Name) && count(op.ID, o.Name) > 0 {
				return true
			}
		}
	}
	return false
}

// verdictInfo is whether the client has met the scenario's expectations, and the
// findings about its requests.
type verdictInfo struct {
	expect.Verdict
	Scenario  string        `json:"scenario,omitempty"`
	Findings  []findingInfo `json:"findings"`  // each once, in the order in which they were met
	Unmatched []string      `json:"unmatched"` // requests that reached no operation
	Dropped   uint64        `json:"dropped"`   // requests that the journal has dropped: nothing is known of them
}

// findingInfo is a remark, and on which requests it was made.
type findingInfo struct {
	contract.Finding
	Operation string   `json:"operation,omitempty"`
	Count     int      `json:"count"`
	Requests  []string `json:"requests"` // the first few
}

// mostNamed is how many requests a finding names.
const mostNamed = 10

func (c *Control) verdict(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	run := sb.Run()
	kept, dropped := run.Log.Exchanges()
	v := verdictInfo{Findings: []findingInfo{}, Unmatched: []string{}, Dropped: dropped}
	v.Scenario, v.Verdict = expect.VerdictOn(run, expect.Options{Shown: c.shown})
	v.remark(c, kept)
	return 0, v, nil
}

func (v *verdictInfo) remark(c *Control, kept []*journal.Exchange) {
	known := map[findingKey]int{}
	for _, e := range kept {
		if e.Operation == "" {
			v.Unmatched = append(v.Unmatched, e.ID)
		}
		for _, f := range c.shown(e).Findings {
			key := findingKey{e.Operation, f}
			at, ok := known[key]
			if !ok {
				at = len(v.Findings)
				known[key] = at
				v.Findings = append(v.Findings, findingInfo{Finding: f, Operation: e.Operation})
			}
			one := &v.Findings[at]
			if one.Count++; len(one.Requests) < mostNamed {
				one.Requests = append(one.Requests, e.ID)
			}
		}
	}
}

type findingKey struct {
	operation string
	finding   contract.Finding
}
