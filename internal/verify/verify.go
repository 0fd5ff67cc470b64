// Package verify is the contract suite: it asks a target's operations and
// compares the answers with the contract. The target may be the simulator or a
// real endpoint; the suite, the schemas and the verdicts are the same.
//
// Cases are derived from the contract table, so an operation that is added there
// is verified without a word here. What single answers can't show, such as a
// second fetch or pages of a list, is the flows' business. The table relations says
// what a success has in common with its request. RunRecorded judges recorded traffic by
// the same rules.
//
// An operation is verified if it was seen in success, and a service of which none was
// is not right.
//
// It is made to be pointed at a bank's staging. Nothing that writes, sends a
// message or costs a look-up is called unless the target file names it, and what
// is the simulator's own (reserved values, the header Prefer) never leaves for
// anything else; one place sends, and refuses. And it is made to be fair: a
// finding quotes the document, and what is based on our assumption is a note and
// fails nothing.
package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/internal/verify/target"
	"github.com/kzsim/kzsim/schemas"
)

// Options of a run.
type Options struct {
	Table      *contract.Table
	Target     target.Target
	Transport  http.RoundTripper // to every service; nil for the network, as the target says
	Clock      *clock.Clock      // for waiting and for the report's times; real if nil
	Seed       chance.Seed       // of references and keys that are made up; unpredictable if 0
	Operations []string          // patterns of operations to verify; all if empty
	Kinds      []string          // of cases; all if empty
	Person     Person            // who answers messages where the target is not the simulator; may be nil
	Progress   func(Result)      // called with every result as it comes; may be nil

	RequireVerified bool // an operation that was not verified makes the report one that isn't good
}

// Run verifies a target. An error means that the suite could not be run; what is
// wrong with the target is in the report.
func Run(ctx context.Context, opts Options) (*Report, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	began := opts.Clock.Now()
	r.client.detect(ctx)
	r.client.limit()
	if err := r.all(ctx); err != nil {
		return nil, err
	}
	return r.report(began), ctx.Err()
}

// all cases: what is asked of any target, the flows, then malformed requests, since a
// target that stores one would list it in a flow. At last comes what is the simulator's
// own, since an outcome that is asked for by name changes the state to where it is true.
func (r *run) all(ctx context.Context) error {
	if err := r.each(ctx, WellFormed); err != nil {
		return err
	}
	r.flows(ctx)
	return r.each(ctx, Malformed, ByName, Reserved)
}

func (r *run) each(ctx context.Context, kinds ...string) error {
	for _, op := range r.opts.Table.Operations() {
		if err := r.verify(ctx, op, kinds); err != nil {
			return fmt.Errorf("%s: %w", op.ID, err)
		}
	}
	return nil
}

func (o *Options) complete() (err error) {
	if len(o.Target.Services) == 0 {
		return errors.New("no service to verify: give a URL or a target file")
	}
	for _, kind := range o.Kinds {
		if !slices.Contains(CaseKinds(), kind) {
			return fmt.Errorf("no kind of cases %q; there are %s", kind, strings.Join(CaseKinds(), ", "))
		}
	}
	var ids []string
	for _, op := range o.Table.Operations() {
		ids = append(ids, op.ID)
	}
	for _, p := range o.Operations {
		if !slices.ContainsFunc(ids, func(id string) bool { return target.Matches(p, id) }) {
			return fmt.Errorf("no operation fits %q%s", p, document.DidYouMean(p, ids))
		}
		if !slices.ContainsFunc(o.Table.Operations(), func(op *contract.Operation) bool {
			return target.Matches(p, op.ID) && o.isGiven(op)
		}) {
			return fmt.Errorf("%q fits only operations of services that have no address: there are %s", p,
				strings.Join(slices.Sorted(maps.Keys(o.Target.Services)), ", "))
		}
	}
	if err := checkAddresses(o.Target); err != nil {
		return err
	}
	o.Kinds = withSuccess(o.Kinds)
	if o.Clock == nil {
		o.Clock, err = clock.New(clock.Settings{})
	}
	if o.Seed == 0 {
		o.Seed = chance.Fresh()
	}
	if o.Progress == nil {
		o.Progress = func(Result) {}
	}
	return err
}

func (o *Options) isGiven(op *contract.Operation) bool {
	_, given := o.Target.Services[op.Service().Name]
	return given
}

// withSuccess adds the well-formed cases to kinds that only show errors: an error
// says little about a service that was never seen in success.
func withSuccess(kinds []string) []string {
	shows := func(kind string) bool { return kind != Malformed && kind != Reserved }
	if len(kinds) == 0 || slices.ContainsFunc(kinds, shows) {
		return kinds
	}
	return append(slices.Clip(kinds), WellFormed)
}

// run is one run of the suite.
type run struct {
	opts    Options
	client  *client
	judge   *judge
	invent  *inventor
	results []Result
	settled []Settled
	seen    map[string]*sight // by operation

	recording *Recording // that is judged; nil if requests are sent
	mask      *mask      // of what is shown; nil for none
}

func newRun(opts Options) (*run, error) {
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	set := schema.New(schemas.FS)
	q, err := newQuotes(set)
	if err != nil {
		return nil, err
	}
	return &run{
		opts: opts, client: c, invent: &inventor{seed: opts.Seed}, seen: map[string]*sight{},
		judge: &judge{table: opts.Table, schemas: set, quotes: q, memory: newMemory()},
	}, nil
}

// wanted reports whether an operation is to be verified at all.
func (r *run) wanted(op *contract.Operation) bool {
	return r.opts.isGiven(op) && (len(r.opts.Operations) == 0 ||
		slices.ContainsFunc(r.opts.Operations, func(p string) bool { return target.Matches(p, op.ID) }))
}

// chosen reports whether an operation's cases of a kind are wanted.
func (r *run) chosen(op *contract.Operation, kind string) bool {
	return r.wanted(op) && (len(r.opts.Kinds) == 0 || slices.Contains(r.opts.Kinds, kind))
}

// verify an operation by its cases of some kinds.
func (r *run) verify(ctx context.Context, op *contract.Operation, kinds []string) error {
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return !r.chosen(op, kind) })
	if len(kinds) == 0 {
		return nil
	}
	if why, as := r.client.barred(op); why != "" {
		r.sightOf(op).skip(as, why)
		if slices.Contains(kinds, WellFormed) {
			r.skip(op, testCase{kind: WellFormed, name: "all"}, as, why)
		}
		return nil
	}
	service := op.Service().Name
	d := deriver{
		table: r.opts.Table, schemas: r.judge.schemas, target: r.opts.Target, simulator: r.client.simulator[service],
		values: r.values(service, r.subjects(service)[0]),
	}
	cases, err := d.cases(op)
	for _, c := range cases {
		switch {
		case !slices.Contains(kinds, c.kind) || ctx.Err() != nil:
		case c.skip != "":
			r.skip(op, c, WithoutReference, c.skip)
		default:
			r.ask(ctx, c)
		}
	}
	return err
}

// ask one case's question, and judge the answer.
func (r *run) ask(ctx context.Context, c testCase) verdict {
	a := r.client.send(ctx, c.call)
	if ctx.Err() != nil {
		return verdict{} // the suite was stopped: that says nothing about the target
	}
	return r.judged(c, a)
}

// judged is a case whose answer is there.
func (r *run) judged(c testCase, a answer) verdict {
	op := c.call.request.Operation
	if r.client.misplaced[op.Service().Name] != "" {
		why, as := r.client.barred(op)
		r.skip(op, c, as, why)
		return verdict{}
	}
	v := r.judge.judge(c.call, a, c.expect)
	r.sightOf(op).see(a, v, c.expect)
	r.settle(exchange{op: op, call: c.call, answer: a, verdict: v, expect: c.expect}, c.name)
	result := Result{
		Operation: op.ID, Kind: c.kind, Case: c.name, Status: a.status, Took: a.took,
		Findings: r.named(v.findings, c.name),
	}
	if c.expect.outcome != nil {
		result.Expected = c.expect.outcome.Name
	}
	if v.outcome != nil {
		result.Outcome = v.outcome.Name
	}
	r.add(result)
	return v
}

// named notes the case with its findings and whether they are accepted, and takes
// out what is secret.
func (r *run) named(findings []Finding, name string) []Finding {
	for i := range findings {
		f := &findings[i]
		f.Cases = []string{name}
		if r.mask != nil {
			r.mask.finding(f)
		}
		f.Seen, f.Expected = r.redacted(f.Seen), r.redacted(f.Expected)
		if i := slices.IndexFunc(r.opts.Target.Accepted, f.isAccepted); i >= 0 {
			f.accepted = r.opts.Target.Accepted[i].Reason
		}
	}
	return findings
}

func (r *run) redacted(text string) string {
	for _, s := range r.opts.Target.Services {
		if s.APIKey != "" {
			text = strings.ReplaceAll(text, s.APIKey, "(api_key)")
		}
		for name, value := range s.Headers {
			if value != "" {
				text = strings.ReplaceAll(text, value, "("+name+")")
			}
		}
	}
	if r.mask != nil {
		text = r.mask.text(text)
	}
	return text
}

func (r *run) add(result Result) {
	if result.Verdict == "" {
		result.Verdict = verdictOf(result.Findings)
	}
	result.Why = visible(result.Why)
	r.results = append(r.results, result)
	r.opts.Progress(result)
}

// skip a case that can't be asked.
func (r *run) skip(op *contract.Operation, c testCase, as Standing, why string) {
	r.sightOf(op).skip(as, why)
	r.add(Result{Operation: op.ID, Kind: c.kind, Case: c.name, Verdict: Skipped, Why: why})
}

func verdictOf(findings []Finding) Verdict {
	v := Passed
	for _, f := range findings {
		if f.Fails() {
			return Failed
		}
		v = Noted
	}
	return v
}

// milliseconds is a duration as reports have it.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
