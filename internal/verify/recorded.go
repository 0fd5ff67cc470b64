package verify

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/har"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// Recording is what a recording held.
type Recording struct {
	Entries int      `json:"entries"`
	Judged  int      `json:"judged"`
	Others  []string `json:"others,omitempty"` // the first requests of no operation, with their method
}

// shownOthers is how many requests of no operation are named.
const shownOthers = 5

// RunRecorded judges recorded traffic, an HTTP Archive, as Run judges what it is
// answered. Nothing is sent. Options that are about sending are not looked at; the
// target's services, if there are any, say at which addresses the operations are.
// Personal data and keys are masked in what the report shows.
func RunRecorded(opts Options, recording []byte) (*Report, error) {
	entries, err := readArchive(recording)
	if err != nil {
		return nil, err
	}
	if err := checkAddresses(opts.Target); err != nil {
		return nil, err
	}
	find := newFinder(opts)
	opts.Target.Services, err = servicesIn(entries, find, opts.Target.Services)
	if err != nil {
		return nil, err
	}
	if err := opts.complete(); err != nil {
		return nil, err
	}
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	r.recording, r.mask = &Recording{Entries: len(entries)}, newMask()
	began := opts.Clock.Now()
	for i := range entries {
		r.replay(i, &entries[i], find)
	}
	return r.report(began), nil
}

// servicesIn a recording, with the addresses that are given.
func servicesIn(entries []har.Entry, find finder, given map[string]target.Service) (map[string]target.Service, error) {
	there := map[string]target.Service{}
	for i := range entries {
		if r, ok := find.find(&entries[i]); ok {
			name := r.Operation.Service().Name
			there[name] = given[name]
		}
	}
	if len(there) > 0 {
		return there, nil
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("found no entry, expected requests to KYC, K2 or the ABS")
	}
	return nil, fmt.Errorf("found no request of an operation among %d entries, the first %s; expected KYC, K2 or the ABS: "+
		"where a bank has addresses of its own a target file names them", len(entries), entryName(&entries[0]))
}

// entryName is an entry without what its query says.
func entryName(e *har.Entry) string {
	address, _, _ := strings.Cut(e.Request.URL, "?")
	return newMask().text(visible(e.Request.Method + " " + address))
}

// replay one entry.
func (r *run) replay(i int, e *har.Entry, find finder) {
	request, ok := find.find(e)
	if !ok {
		if len(r.recording.Others) < shownOthers {
			r.recording.Others = append(r.recording.Others, entryName(e))
		}
		return
	}
	if !r.wanted(request.Operation) {
		return
	}
	a, skip := recordedAnswer(e)
	c := r.recordedCase(fmt.Sprintf("entry %d", i+1), e, request)
	if a.header.Get("Sim-Sandbox") != "" {
		r.client.simulator[request.Operation.Service().Name] = true
	}
	if skip != "" {
		r.skip(request.Operation, c, NotReached, skip)
		return
	}
	r.recording.Judged++
	r.judged(c, a)
}

// recordedCase is what an entry asks. A request that isn't of the operation's shape is
// malformed; one that asks for an outcome of the simulator by name calls for it.
func (r *run) recordedCase(name string, e *har.Entry, request sample.Request) testCase {
	c := testCase{kind: Recorded, name: name}
	op := request.Operation
	var asked any = map[string]any{}
	if op.ReadsQuery() {
		query := map[string]any{}
		for name, value := range request.Query {
			query[name] = value
		}
		asked = query
	} else if body, err := contract.ParseBody([]byte(e.Request.Text())); err == nil {
		asked, request.Body = body, body
	} else {
		c.expect.malformed = true
	}
	misfits, err := r.judge.schemas.Check(op.Request, asked)
	c.expect.malformed = c.expect.malformed || err == nil && len(misfits) > 0
	c.expect.assumed = c.expect.malformed
	if outcome, ok := strings.CutPrefix(har.Header(e.Request.Headers).Get("Prefer"), "outcome="); ok {
		c.call.prefer = outcome
		c.expect.outcome, _ = op.Outcome(outcome)
		c.expect.malformed = c.expect.malformed || outcome == op.Service().Dialect.Malformed.Name
	}
	c.call.request = request
	return c
}
