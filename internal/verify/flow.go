package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// flow is several requests that belong together: what one answers shows only in
// what another answers.
type flow struct {
	name       string
	operations []string // that it can't do without
	play       func(*performance)
}

// allFlows in the order in which they are played.
var allFlows = []flow{
	{"address consent", []string{"kyc.address.approve", "kyc.address.get"}, addressConsent},
	{"e-document", []string{"kyc.edocument.request", "kyc.edocument.approve"}, electronicDocument},
	{"overdue loan", []string{"k2.k2loan_from_eko", "k2.k2extreq_by_dbz"}, overdueLoan},
	{"one trn_id twice", []string{"k2.k2extreq_pay_from_eko"}, paymentTwice},
	{"short IIN", []string{"k2.k2loan_from_eko", "k2.k2loan_exclude_on_by_iin_dbznum"}, shortIIN},
	{"exclusion on and off", []string{"k2.k2loan_exclude_on_by_iin_dbznum", "k2.k2loan_exclude_off_by_iin_dbznum"}, exclusion},
	{"scans of a registry", []string{"k2.k2inforeq_rzap_by_refer", "k2.getfile"}, registryScans},
	{"pages of demands", []string{"abs.get_all_pt_from_abs"}, demandPages},
	{"dates of a statement", []string{"abs.get_acc_stmt_dt"}, statementDates},
	{"dates of a scan", []string{"abs.get_pdf"}, scanDates},
	{"dates of a demand", []string{register}, demandDates},
	{"statements of two accounts", []string{"abs.get_acc_stmt_dt"}, twoStatements},
	{"accounts of two clients", []string{"abs.get_acc"}, twoClients},
	{"scans of two agreements", []string{"abs.get_pdf"}, twoScans},
}

// flows plays all flows that are wanted and allowed.
func (r *run) flows(ctx context.Context) {
	for _, f := range allFlows {
		main, wanted := r.mainOperation(f)
		if !wanted || ctx.Err() != nil {
			continue
		}
		p := &performance{run: r, ctx: ctx, flow: f}
		if why, ok := r.mayPlay(f); !ok {
			p.skip(main.ID, why)
			continue
		}
		f.play(p)
	}
}

// mainOperation is the flow's last; wanted if all of them are.
func (r *run) mainOperation(f flow) (op *contract.Operation, wanted bool) {
	for _, id := range f.operations {
		next, ok := r.opts.Table.Operation(id)
		if !ok || !r.chosen(next, Flow) {
			return nil, false
		}
		op = next
	}
	return op, true
}

// mayTake reports whether a step of an operation is wanted and allowed.
func (p *performance) mayTake(operation string) bool {
	op, ok := p.opts.Table.Operation(operation)
	if !ok || !p.chosen(op, Flow) {
		return false
	}
	why, _ := p.client.barred(op)
	return why == ""
}

func (r *run) mayPlay(f flow) (why string, ok bool) {
	for _, id := range f.operations {
		op, _ := r.opts.Table.Operation(id)
		if why, as := r.client.barred(op); why != "" {
			r.sightOf(op).skip(as, why)
			return id + ": " + why, false
		}
	}
	return "", true
}

// performance is a flow that is being played.
type performance struct {
	*run
	ctx  context.Context
	flow flow
}

// step is one request of a flow.
type step struct {
	operation string
	name      string // what it is for, after the flow's name
	subject   target.Subject
	fields    map[string]any   // set over the sample and the target's references
	rows      []map[string]any // more rows of a batch, like the first but for these fields
	without   []string         // fields that are left out
	want      string           // outcome; empty for any
	or        string           // another one, which is worth a note and no more; empty for none
	assumed   bool             // that it is called for is a guess
	lenient   bool             // an error is no finding: the step shows whether it is one
	quiet     bool             // leave no result if nothing is wrong: a step that may be repeated often
}

// take a step.
func (p *performance) take(s step) verdict {
	op, ok := p.opts.Table.Operation(s.operation)
	if !ok {
		return verdict{}
	}
	r, err := p.request(op, s)
	if err != nil {
		p.skip(op.ID, err.Error())
		return verdict{}
	}
	c := testCase{kind: Flow, name: p.caseName(s.name), call: call{request: r}, expect: expectation{assumed: s.assumed}}
	if s.want != "" {
		c.expect.outcome, _ = op.Outcome(s.want)
		c.expect.or = s.or
	}
	c.expect.lenient, c.expect.prepared = s.lenient, true
	before := len(p.results)
	v := p.ask(p.ctx, c)
	if s.quiet && len(p.results) > before && p.results[before].Verdict == Passed {
		p.results = p.results[:before]
	}
	return v
}

func (p *performance) request(op *contract.Operation, s step) (sample.Request, error) {
	requests, err := sample.Requests(op)
	if err != nil {
		return sample.Request{}, err
	}
	service := op.Service().Name
	subject := s.subject
	if subject.IIN == "" {
		subject = p.subjects(service)[0]
	}
	r := requests[0].Fill(p.values(service, subject))
	r = withReferences(p.judge.schemas, r, p.opts.Target.References[op.ID]).With(s.fields).Without(s.without...)
	r = withRows(r, s.rows)
	if missing := r.Placeholders(); len(missing) > 0 {
		return r, fmt.Errorf("the target file has no %v", missing)
	}
	return r, nil
}

// withRows adds rows like the first to a batch whose body is a list.
func withRows(r sample.Request, rows []map[string]any) sample.Request {
	if list, isList := r.Body.([]any); isList {
		for _, fields := range rows {
			list = append(slices.Clip(list), r.With(fields).Object())
		}
		r.Body = list
	}
	return r
}

func (p *performance) caseName(name string) string { return p.flow.name + ": " + name }

// skip the rest of the flow, which an operation can't be asked in.
func (p *performance) skip(operation, why string) {
	if op, ok := p.opts.Table.Operation(operation); ok {
		p.run.skip(op, testCase{kind: Flow, name: p.flow.name}, WithoutReference, why)
	}
}

// complaint is about what several answers say together. It is put down to the
// operation of the last of them.
type complaint struct {
	operation, name string
	path            string
	expected, seen  string
	quote           string
	ledger          []int
	assumed         bool
}

func (p *performance) complain(c complaint) {
	op, ok := p.opts.Table.Operation(c.operation)
	if !ok {
		return
	}
	f := Finding{
		Operation: op.ID, Kind: WrongBehaviour, Path: c.path, Expected: c.expected, Seen: short(c.seen),
		Document: op.Source.Document, Section: op.Source.Section, Quote: cmp.Or(c.quote, op.Source.Section), Ledger: c.ledger, note: c.assumed,
	}
	name, f := p.caseName(c.name), f.placed()
	p.add(Result{Operation: op.ID, Kind: Flow, Case: name, Findings: p.named([]Finding{f}, name)})
}

// is reports whether an answer is one of some outcomes.
func (v verdict) is(names ...string) bool {
	return v.outcome != nil && slices.Contains(names, v.outcome.Name)
}

// succeeded reports whether a K2 or ABS answer is a success, however wrong it
// may be otherwise.
func (v verdict) succeeded() bool {
	return v.said.Coded && v.said.Code == 0
}

// session that the answer's body names.
func (v verdict) session() string {
	object, _ := v.body.(map[string]any)
	id, _ := object["backend_session_id"].(string)
	return id
}
