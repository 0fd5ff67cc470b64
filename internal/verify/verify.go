// Package verify is the contract suite: it asks a target's operations and
// compares the answers with the contract. The target may be the simulator or a
// real endpoint; the suite, the schemas and the verdicts are the same.
//
// Cases are derived from the contract table, so an operation that is added there
// is verified without a word here. What single answers can't show, such as a
// second fetch or pages of a list, is the flows' business.
//
// It is made to be pointed at a bank's staging. Nothing that writes, sends a
// message or costs a look-up is called unless the target file names it, and what
// is the simulator's own (reserved values, the header Prefer) never leaves for
// anything else; one place sends, and refuses. And it is made to be fair: a
// finding quotes the document, and what rests on a guess of ours is a note and
// fails nothing.
package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/fit"
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
	Person     Person            // who answers messages where the target is not the simulator; nil for nobody
	Progress   func(Result)      // told of every result as it comes; may be nil
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
	for _, op := range opts.Table.Operations() {
		if err := r.verify(ctx, op); err != nil {
			return nil, fmt.Errorf("%s: %w", op.ID, err)
		}
	}
	r.flows(ctx)
	report := r.report(began)
	return report, ctx.Err()
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
	for _, p := range o.Operations {
		if !slices.ContainsFunc(o.Table.Operations(), func(op *contract.Operation) bool { return target.Matches(p, op.ID) }) {
			return fmt.Errorf("no operation fits %q", p)
		}
	}
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

// run is one run of the suite.
type run struct {
	opts    Options
	client  *client
	judge   *judge
	invent  *inventor
	results []Result
	settled []Settled
}

func newRun(opts Options) (*run, error) {
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	q, err := newQuotes()
	if err != nil {
		return nil, err
	}
	return &run{
		opts: opts, client: c, invent: &inventor{seed: opts.Seed},
		judge: &judge{table: opts.Table, schemas: fit.New(schemas.FS), quotes: q},
	}, nil
}

// chosen reports whether an operation's cases of a kind are wanted.
func (r *run) chosen(op *contract.Operation, kind string) bool {
	if _, there := r.opts.Target.Services[op.Service().Name]; !there {
		return false
	}
	wanted := len(r.opts.Operations) == 0 ||
		slices.ContainsFunc(r.opts.Operations, func(p string) bool { return target.Matches(p, op.ID) })
	return wanted && (len(r.opts.Kinds) == 0 || slices.Contains(r.opts.Kinds, kind))
}

// verify an operation by the cases of one request.
func (r *run) verify(ctx context.Context, op *contract.Operation) error {
	if !r.chosen(op, WellFormed) && !r.chosen(op, ByName) && !r.chosen(op, Reserved) && !r.chosen(op, Malformed) {
		return nil
	}
	if why, ok := r.client.may(op); !ok {
		r.add(Result{Operation: op.ID, Kind: WellFormed, Case: "all", Verdict: Skipped, Why: why})
		return nil
	}
	d := deriver{
		table: r.opts.Table, target: r.opts.Target, simulator: r.client.simulator[op.Service().Name],
		values: r.values(op.Service().Name, r.subjects(op.Service().Name)[0]),
	}
	cases, err := d.cases(op)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if !r.chosen(op, c.kind) || ctx.Err() != nil {
			continue
		}
		if c.skip != "" {
			r.add(Result{Operation: op.ID, Kind: c.kind, Case: c.name, Verdict: Skipped, Why: c.skip})
			continue
		}
		r.ask(ctx, c)
	}
	return nil
}

// ask one case's question, and judge the answer.
func (r *run) ask(ctx context.Context, c testCase) verdict {
	a := r.client.send(ctx, c.call)
	if ctx.Err() != nil {
		return verdict{} // the suite was stopped: that says nothing about the target
	}
	v := r.judge.judge(c.call, a, c.expect)
	r.settle(exchange{op: c.call.request.Operation, call: c.call, answer: a, verdict: v, expect: c.expect}, c.name)
	result := Result{
		Operation: c.call.request.Operation.ID, Kind: c.kind, Case: c.name, Status: a.status, Took: a.took,
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
			text = strings.ReplaceAll(text, value, "("+name+")")
		}
	}
	return text
}

func (r *run) add(result Result) {
	if result.Verdict == "" {
		result.Verdict = verdictOf(result.Findings)
	}
	r.results = append(r.results, result)
	r.opts.Progress(result)
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

// The people whom the simulator is asked about: ordinary ones in most worlds.
var simulatedSubjects = []target.Subject{
	{IIN: "901123300258", Phone: "77011234567"},
	{IIN: "830717350867", Phone: "77011234568"},
	{IIN: "791028302728", Phone: "77011234569"},
	{IIN: "031231500126", Phone: "77011234570"},
}

// subjects that requests may name, at least one, if only the nobody of the
// documents' samples.
func (r *run) subjects(service string) []target.Subject {
	switch {
	case len(r.opts.Target.Subjects) > 0:
		return r.opts.Target.Subjects
	case r.client.simulator[service]:
		return simulatedSubjects
	}
	return []target.Subject{{}}
}

// values that stand in the fields of a service's requests.
func (r *run) values(service string, s target.Subject) map[string]string {
	values := map[string]string{"backend_session_id": r.invent.uuid("session"), "code": "123456"}
	if s.IIN != "" {
		values["iin"], values["iinbin"] = s.IIN, s.IIN
	}
	if s.Phone != "" {
		values["phone"] = s.Phone
	}
	if key := r.opts.Target.Services[service].APIKey; key != "" {
		values["api_key"] = key
	} else if r.client.simulator[service] {
		values["api_key"] = r.invent.apiKey()
	}
	return values
}

// inventor makes up what has to be new in every run. All of it is a function of
// the seed and of how much was made up before.
type inventor struct {
	seed chance.Seed
	n    int
	key  string
}

const inventScope = "verify"

func (i *inventor) uuid(of string) string {
	i.n++
	return i.seed.UUID(inventScope, of, i.n)
}

func (i *inventor) digits(length int, of string) string {
	i.n++
	return i.seed.Digits(length, inventScope, of, i.n)
}

func (i *inventor) number(limit int, of string) int {
	i.n++
	return i.seed.Intn(limit, inventScope, of, i.n)
}

// apiKey is one for the whole run, of the length that the documents tell of.
func (i *inventor) apiKey() string {
	if i.key == "" {
		i.key = "contract-suite-" + i.digits(40, "api-key")
	}
	return i.key
}

// milliseconds is a duration as reports have it.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
