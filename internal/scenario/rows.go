package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
)

// rowsKeyword is the key of a rule whose step rows of a batch meet, and rowName what its
// expression calls one of them.
const (
	rowsKeyword = "rows"
	rowName     = "row"
)

var rowsField = field{
	name: rowsKeyword, kind: text("expression", "an expression over a row, such as row.request_id in [17, 500]"),
	about: "An expression over row, and what when sees: of a batch those rows alone meet the step, an outcome of rows; the others go on to the service.",
}

// rowEnv is what the expression of a row sees.
type rowEnv struct {
	requestEnv
	Row any `expr:"row"`
}

// rowsCondition is compiled for the rows of batches.
func (p *checker) rowsCondition(n node, ops []*contract.Operation) *Condition {
	names := append(slices.Clone(requestNames), rowName)
	roots := p.requestRoots(ops)
	roots[rowName] = p.rowShape(ops)
	p.state = &seen{views: p.table.Views(), told: map[ast.Node]bool{}}
	defer func() { p.state = nil }()
	if !p.expression(n, n.Value, roots, names) || !p.isTruth(n, n.Value, roots) {
		return nil
	}
	program, err := compileExpression(n.Value, rowEnv{}, expr.AsBool())
	if err != nil {
		p.refuseExpression(n, err, names)
		return nil
	}
	c := &Condition{Text: n.Value, clauses: []clause{{text: n.Value, whole: program}}}
	if p.state.looks {
		c.views, c.counted = p.state.views, p.state.counted
	}
	return c
}

func (p *checker) rowShape(ops []*contract.Operation) schema.Shape {
	var shapes []schema.Shape
	for _, op := range ops {
		if !op.Batch {
			continue
		}
		s := p.requestShape(op)
		for name := range strings.SplitSeq(op.Rows, "/") {
			if name != "" {
				s, _ = s.Field(name)
			}
		}
		shapes = append(shapes, s.Item(0))
	}
	return schema.Any(shapes...)
}

// checkRows refuses rows of what is no batch, and steps that a row can't meet.
func (p *checker) checkRows(v value, r *Rule) {
	rows := v.at(rowsKeyword)
	if rows.scalar == nil {
		return
	}
	for _, op := range r.operations {
		if !op.Batch {
			p.refuse(rows.atKey(), "rows of "+op.ID, "an operation that takes a batch: "+ids(p.batches()))
			return
		}
	}
	if r.Rows = p.rowsCondition(rows.node, r.operations); v.at("do").wrong {
		return
	}
	known := rowOutcomesOf(r.operations)
	r.some(func(s *Step) bool {
		bad := s.noRowStep(known)
		if bad {
			p.refuse(v.at("do").node, fmt.Sprintf("the step %s for rows", s.text), "an outcome that refuses a row: "+strings.Join(known, ", ")+", or pass")
		}
		return bad
	})
}

func (p *checker) batches() []*contract.Operation {
	return slices.DeleteFunc(slices.Clone(p.table.Operations()), func(op *contract.Operation) bool { return !op.Batch })
}

// noRowStep reports whether a step is more than an outcome that refuses a row, or pass.
func (s *Step) noRowStep(known []string) bool {
	if s.Outcome == "" {
		return s.text != wordPass
	}
	return s.text != s.Outcome || !slices.Contains(known, s.Outcome)
}

// rowOutcomesOf operations are those that refuse a row, of each of them.
func rowOutcomesOf(ops []*contract.Operation) []string {
	var names []string
	for _, name := range outcomes(ops) {
		if !slices.ContainsFunc(ops, func(op *contract.Operation) bool { o, ok := op.Outcome(name); return !ok || o.Row == nil }) {
			names = append(names, name)
		}
	}
	return names
}

// meetsRows finds the rows that the rule meets; if there are none, why. A rule without
// `rows` meets whole requests, and those rows alone that its `for` names if its step refuses
// rows.
func (r *ruleInForce) meetsRows(req *request) (bool, string) {
	req.byRow, req.rows = false, nil
	if r.Rows == nil && (len(r.For) == 0 || !r.refusesRows(req.Operation)) {
		return true, ""
	}
	named, why := r.rowsFor(req)
	if why != "" {
		return false, why
	}
	if r.Rows == nil {
		req.byRow, req.rows = len(named) < len(req.RowValues()), named
		return true, ""
	}
	if req.rows, why = r.rowsWhere(req, named); why != "" {
		return false, why
	}
	req.byRow = true
	return true, ""
}

// refusesRows reports whether a step of the rule refuses a row of a batch.
func (r *Rule) refusesRows(op *contract.Operation) bool {
	return op.Batch && r.some(func(s *Step) bool { return refusesRow(op, s) })
}

func refusesRow(op *contract.Operation, s *Step) bool {
	outcome, ok := op.Outcome(s.Outcome)
	return ok && outcome.Row != nil
}

// rowsEach is how many rows are looked through for the price of one row of an
// expression.
const rowsEach = 16

// rowsFor are the rows that have the values of `for`. What no row has a field for is of the
// whole request.
func (r *ruleInForce) rowsFor(req *request) (named []int, why string) {
	rows, budget := req.RowValues(), req.budgetOf()
	budget.Begin()
	for i, row := range rows {
		if i%rowsEach == 0 {
			if err := budget.Row(); err != nil {
				return nil, "for: row " + strconv.Itoa(i) + ": " + firstLine(err)
			}
		}
		if !slices.ContainsFunc(r.For, func(m Meeting) bool { return m.ofRows(req.Operation) && !m.inRow(row) }) {
			named = append(named, i)
		}
	}
	if len(named) == 0 {
		return nil, fmt.Sprintf("for: no row of %d has all of it", len(rows))
	}
	return named, ""
}

// ofRows reports whether a field is one of a batch's rows, and not of the path.
func (m Meeting) ofRows(op *contract.Operation) bool {
	return !slices.Contains(pathVariables(op), m.Field)
}

func (m Meeting) inRow(row any) bool {
	names := []string{m.Field}
	if slices.Contains(subjectFields, m.Field) {
		names = subjectFields
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(contract.FieldValuesIn(row, name), func(v string) bool { return m.plain[document.PlainNumber(v)] })
	})
}

// rowsWhere the expression holds, of some rows.
func (r *ruleInForce) rowsWhere(req *request, named []int) (met []int, why string) {
	env, budget := rowEnv{requestEnv: *req.environment(r.Rows.views)}, req.budgetOf()
	budget.Begin()
	rows := req.RowValues()
	for _, i := range named {
		err := budget.Row()
		var fits any
		if env.Row = plainNumbers(rows[i]); err == nil {
			fits, err = r.Rows.clauses[0].whole.Run(env)
		}
		if err != nil {
			return nil, fmt.Sprintf("rows %s: row %d: %s", r.Rows.Text, i, firstLine(err))
		}
		if fits == true {
			met = append(met, i)
		}
	}
	if len(met) == 0 {
		return nil, fmt.Sprintf("rows %s: no row of %d is such", r.Rows.Text, len(named))
	}
	return met, ""
}

// planRows makes an outcome that refuses rows one of the rows that the rule meets.
func (r *ruleInForce) planRows(req *request, step *Step, plan *Plan) {
	if req.byRow && (r.Rows != nil || refusesRow(req.Operation, step)) {
		plan.Rows, plan.Outcome = rowOutcomes(req.rows, plan.Outcome), nil
	}
}

// of names the rows that the rule meets; nothing if it meets whole requests.
func (r *ruleInForce) of(req *request, step *Step) string {
	if !req.byRow || r.Rows == nil && !refusesRow(req.Operation, step) {
		return ""
	}
	shown := make([]string, len(req.rows))
	for i, row := range req.rows {
		shown[i] = "[" + strconv.Itoa(row) + "]"
	}
	return fmt.Sprintf(", of the rows %s", inShort(shown))
}

// rowOutcomes are the outcome for each of the rows; nil for pass.
func rowOutcomes(rows []int, outcome *contract.Outcome) map[int]*contract.Outcome {
	if outcome == nil {
		return nil
	}
	all := make(map[int]*contract.Outcome, len(rows))
	for _, i := range rows {
		all[i] = outcome
	}
	return all
}
