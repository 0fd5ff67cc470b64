package verify

import (
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// Verdict on one case.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed" // with at least one finding
	Noted   Verdict = "noted"  // with notes or accepted findings alone
	Skipped Verdict = "skipped"
)

// Result of one case.
type Result struct {
	Operation string        `json:"operation"`
	Kind      string        `json:"kind"` // of the case
	Case      string        `json:"case"`
	Verdict   Verdict       `json:"verdict"`
	Why       string        `json:"why,omitempty"`      // it was skipped
	Expected  string        `json:"expected,omitempty"` // outcome; empty for any
	Outcome   string        `json:"outcome,omitempty"`  // that the answer was; empty for none
	Status    int           `json:"status,omitempty"`   // HTTP; 0 without an answer
	Took      time.Duration `json:"-"`
	TookMS    float64       `json:"took_ms"`
	Findings  []Finding     `json:"-"` // findings and notes, accepted ones among them
}

// Report of a run.
type Report struct {
	Format     int                 `json:"format"` // of the JSON form: 1
	Target     string              `json:"target"`
	Services   []ServiceReport     `json:"services"`
	Started    time.Time           `json:"started"`
	TookMS     float64             `json:"took_ms"`
	Good       bool                `json:"good"` // no findings but accepted ones, and something of every service was seen in success
	Findings   []Finding           `json:"findings"`
	Notes      []Finding           `json:"notes"` // what is based on an assumption
	Accepted   []AcceptedFinding   `json:"accepted"`
	Stale      []target.Acceptance `json:"stale"` // whose findings did not occur, although the operation was asked
	Settled    []Settled           `json:"settled"`
	Profile    map[string]string   `json:"profile"` // makes the simulator behave as the target did; empty if nothing was settled
	Results    []Result            `json:"results"`
	Operations []OperationReport   `json:"operations"`
	Recording  *Recording          `json:"recording,omitempty"` // that was judged; nil if requests were sent
}

// ServiceReport is a service as it was verified.
type ServiceReport struct {
	Name      string `json:"name"`
	URL       string `json:"url,omitempty"`
	Simulator bool   `json:"simulator"`
	Verified  int    `json:"verified"` // operations that were seen in success
	// Unverified is what would let a service be verified of which nothing was seen
	// in success; empty otherwise.
	Unverified []string `json:"unverified,omitempty"`
}

// AcceptedFinding is a finding that the target file accepts.
type AcceptedFinding struct {
	Finding Finding `json:"finding"`
	Reason  string  `json:"reason"`
}

// Cell is how an outcome came out.
type Cell string

// The states of a cell.
const (
	CellRight  Cell = "right"  // it was answered, as the contract has it
	CellNoted  Cell = "noted"  // it was answered or called for, with a note or an accepted finding
	CellWrong  Cell = "wrong"  // it was answered or called for, with a finding
	CellUnseen Cell = "unseen" // it never was answered
)

// OperationReport is a row of the matrix of operations and outcomes.
type OperationReport struct {
	ID       string          `json:"id"`
	Service  string          `json:"service"`
	Document string          `json:"document"`
	Cases    int             `json:"cases"` // that were run
	Skipped  string          `json:"skipped,omitempty"`
	Standing Standing        `json:"standing"`
	Why      string          `json:"why,omitempty"` // it isn't verified
	Counts   OperationCounts `json:"counts"`
	Outcomes []OutcomeReport `json:"outcomes"`
}

// OperationCounts are the requests of an operation that were sent, and how they were
// answered. The rest was answered as no outcome of the operation, or malformed on
// purpose.
type OperationCounts struct {
	Asked      int `json:"asked"`
	Succeeded  int `json:"succeeded"`
	Refused    int `json:"refused"` // with an error
	Unanswered int `json:"unanswered"`
}

// OutcomeReport is a cell of the matrix.
type OutcomeReport struct {
	Name    string `json:"name"`
	Cell    Cell   `json:"cell"`
	Answers int    `json:"answers"`
	Assumed bool   `json:"assumed,omitempty"` // no document knows it
}

func (r *run) report(began time.Time) *Report {
	report := &Report{
		Format: 1,
		Target: r.opts.Target.Name, Started: began.UTC(), TookMS: milliseconds(r.opts.Clock.Now().Sub(began)),
		Findings: []Finding{}, Notes: []Finding{}, Accepted: []AcceptedFinding{}, Stale: []target.Acceptance{},
		Results: r.results, Settled: r.settled, Profile: r.profile(), Recording: r.recording,
	}
	for _, name := range []string{"kyc", "k2", "abs"} {
		if s, ok := r.opts.Target.Services[name]; ok {
			report.Services = append(report.Services, ServiceReport{Name: name, URL: s.URL, Simulator: r.client.simulator[name]})
		}
	}
	if report.Settled == nil {
		report.Settled = []Settled{}
	}
	for i := range report.Results {
		report.Results[i].TookMS = milliseconds(report.Results[i].Took)
	}
	r.sort(report)
	r.fillMatrix(report)
	r.verifiedServices(report)
	report.Good = r.isGood(report)
	return report
}

func (r *run) isGood(report *Report) bool {
	unverified := slices.ContainsFunc(report.Services, func(s ServiceReport) bool { return len(s.Unverified) > 0 })
	return len(report.Findings) == 0 && !unverified && (!r.opts.RequireVerified || len(report.Unverified()) == 0)
}

// sort what was found into findings, notes and accepted ones.
func (r *run) sort(report *Report) {
	var all []Finding
	for _, result := range r.results {
		all = append(all, result.Findings...)
	}
	for _, f := range merged(all) {
		switch {
		case f.accepted != "":
			report.Accepted = append(report.Accepted, AcceptedFinding{Finding: f, Reason: f.accepted})
		case f.note:
			report.Notes = append(report.Notes, f)
		default:
			report.Findings = append(report.Findings, f)
		}
	}
	for _, a := range r.opts.Target.Accepted {
		occurred := slices.ContainsFunc(all, func(f Finding) bool { return f.isAccepted(a) })
		if !occurred && r.wasAsked(a.Operation) {
			report.Stale = append(report.Stale, a)
		}
	}
}

func (r *run) wasAsked(pattern string) bool {
	return slices.ContainsFunc(r.results, func(result Result) bool {
		return result.Verdict != Skipped && target.Matches(pattern, result.Operation)
	})
}

func (r *run) fillMatrix(report *Report) {
	for _, op := range r.opts.Table.Operations() {
		if _, there := r.opts.Target.Services[op.Service().Name]; !there {
			continue
		}
		row := OperationReport{ID: op.ID, Service: op.Service().Name, Document: op.Source.Document}
		row.stand(op, r.sightOf(op))
		cells := map[string]*OutcomeReport{}
		for _, o := range op.Outcomes {
			cells[o.Name] = &OutcomeReport{Name: o.Name, Cell: CellUnseen, Assumed: o.Confidence == "assumed"}
		}
		for _, result := range r.results {
			if result.Operation == op.ID {
				row.count(result, cells)
			}
		}
		for _, o := range op.Outcomes {
			row.Outcomes = append(row.Outcomes, *cells[o.Name])
		}
		report.Operations = append(report.Operations, row)
	}
}

func (row *OperationReport) stand(op *contract.Operation, s *sight) {
	row.Standing, row.Why = s.standing(), visible(s.explain(op))
	row.Counts = OperationCounts{Asked: s.asked, Succeeded: s.succeeded, Refused: s.refused, Unanswered: s.unanswered}
}

func (row *OperationReport) count(result Result, cells map[string]*OutcomeReport) {
	if result.Verdict == Skipped {
		if row.Cases == 0 {
			row.Skipped = result.Why
		}
		return
	}
	row.Cases++
	row.Skipped = ""
	if cell := cells[result.Outcome]; cell != nil {
		cell.Answers++
		cell.worsen(CellRight)
	}
	for _, f := range result.Findings {
		if cell := cells[f.outcome]; cell != nil {
			cell.worsen(map[bool]Cell{true: CellWrong, false: CellNoted}[f.Fails()])
		}
	}
}

var severity = []Cell{CellUnseen, CellRight, CellNoted, CellWrong}

func (o *OutcomeReport) worsen(c Cell) {
	if slices.Index(severity, c) > slices.Index(severity, o.Cell) {
		o.Cell = c
	}
}

// profile of the simulator that behaves as the target did.
func (r *run) profile() map[string]string {
	if len(r.settled) == 0 {
		return map[string]string{}
	}
	profile := map[string]string{"preset": "documents"}
	for _, s := range r.settled {
		profile[s.Switch] = s.Value
	}
	return profile
}
