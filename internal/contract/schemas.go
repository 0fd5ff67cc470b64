package contract

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/kzsim/kzsim/internal/schema"
)

// Schemas judge the services' bodies; what doesn't fit is a Problem.
type Schemas struct{ set *schema.Set }

// NewSchemas are those in the files. Each is compiled when it is first used: together they
// take as long as the rest of a start. A reference to anything outside the files is an error.
func NewSchemas(files fs.FS) *Schemas { return &Schemas{set: schema.New(files)} }

// Has reports whether there is a schema of that name.
func (s *Schemas) Has(name string) bool { return s.set.Has(name) }

// Check answers in what a decoded body does not fit a schema, in the order of
// the body's paths; nothing if it fits.
func (s *Schemas) Check(name string, body any) []Problem {
	of, err := s.set.Schema(name)
	if err != nil {
		return []Problem{{Expected: err.Error()}}
	}
	return problemsOf(of.Check(body))
}

func problemsOf(misfits []schema.Misfit) []Problem {
	if len(misfits) == 0 {
		return nil
	}
	problems := make([]Problem, len(misfits))
	for i, m := range misfits {
		problems[i] = problemOf(m, "")
	}
	return problems
}

// CheckValue is Check for a value that isn't decoded JSON yet.
func (s *Schemas) CheckValue(name string, encoded []byte) []Problem {
	body, err := ParseBody(encoded)
	if err != nil {
		return []Problem{{Expected: err.Error()}}
	}
	return s.Check(name, body)
}

// problemOf a misfit of what lies at a JSON pointer of the body.
func problemOf(m schema.Misfit, at string) Problem {
	p := Problem{Path: at + m.Path, Field: firstField(at + m.Path), Keyword: m.Keyword, Expected: m.Message}
	if m.Keyword == "required" {
		p.Missing, p.Found, p.Expected = true, "nothing", "a value: the field is required"
	}
	return p
}

// firstField is the first name in a JSON pointer that isn't an index.
func firstField(pointer string) string {
	for part := range strings.SplitSeq(pointer, "/") {
		if part != "" && strings.Trim(part, "0123456789") != "" {
			return part
		}
	}
	return ""
}

// asked is what judges an operation's requests. It is compiled when the first one comes: for all operations together that
// takes a fifth of a start.
type asked struct {
	request   *schema.Schema
	row       *schema.Schema // of one row of a batch
	takesNone bool           // the body is the rows and nothing else, and there may be none
	failed    error
}

func (s *Schemas) asked(op *Operation) (a asked) {
	if a.request, a.failed = s.set.Schema(op.Request); a.failed == nil {
		a.row = a.request.Items(op.Rows)
		a.takesNone = op.Batch && op.Rows == "" && len(a.request.CheckAll(noRows)) == 0
	}
	return a
}

// hasRows reports whether an operation's requests have a list at Rows.
func (s *Schemas) hasRows(op *Operation) bool {
	rows := s.set.Of(op.Request).At(op.Rows)
	return rows.Known() && rows.Item(0).Known()
}

// CheckRequest judges a call's body or query by the operation's schema. Problems
// within a row of a batch are kept with the call, for the behaviour to refuse that
// row alone; the others are answered, with the problems of all alternatives: the services name
// the first field by its name, whichever alternative it is of.
func (s *Schemas) CheckRequest(c *Call) []Problem {
	op := c.Operation
	if op.Normalise != nil {
		op.Normalise(c)
	}
	if op.Request == "" {
		return nil
	}
	c.dropMisnamed()
	c.fields = nil // the body is the one that stays
	a := op.asked()
	if a.failed != nil {
		return []Problem{{Expected: a.failed.Error()}}
	}
	if op.ReadsQuery() {
		return problemsOf(a.request.CheckAll(QueryObject(c.Query)))
	}
	rows := c.RowValues()
	if !op.Batch || rows == nil {
		return problemsOf(a.request.CheckAll(c.Body))
	}
	c.checkRows(a.row, rows)
	if a.takesNone {
		return nil
	}
	return problemsOf(c.checkAroundRows(a.request, rows))
}

// checkAroundRows judges the body as if it had no rows. Those of a member are taken out of the body for
// that time: a copy of the body would cost more.
func (c *Call) checkAroundRows(whole *schema.Schema, rows []any) []schema.Misfit {
	op := c.Operation
	body, ok := c.Body.(map[string]any)
	if !ok || len(op.rowsAt) != 1 {
		return whole.CheckAll(replaced(c.Body, op.rowsAt, noRows))
	}
	body[op.rowsAt[0]] = noRows
	defer func() { body[op.rowsAt[0]] = rows }()
	return whole.CheckAll(body)
}

// noRows stands for the rows where what is around them is judged.
var noRows any = []any{}

// checkRows judges the rows of a batch one by one: what the validator makes for a
// wrong row is gone before the next.
func (c *Call) checkRows(of *schema.Schema, rows []any) {
	for i, row := range rows {
		misfits := of.CheckAll(row)
		if len(misfits) == 0 {
			continue
		}
		if c.RowProblems == nil {
			c.RowProblems = map[int]Problem{}
		}
		c.RowProblems[i] = problemOf(misfits[0], fmt.Sprintf("%s/%d", c.Operation.Rows, i))
	}
}
