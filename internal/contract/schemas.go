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
	if op.ReadsQuery() {
		return problemsOf(op.request.CheckAll(QueryObject(c.Query)))
	}
	rows := c.RowValues()
	if !op.Batch || rows == nil {
		return problemsOf(op.request.CheckAll(c.Body))
	}
	c.checkRows(rows)
	if op.takesNone {
		return nil
	}
	return problemsOf(c.checkAroundRows(rows))
}

// checkAroundRows judges the body as if it had no rows. Those of a member are taken out of the body for
// that time: a copy of the body would cost more.
func (c *Call) checkAroundRows(rows []any) []schema.Misfit {
	op := c.Operation
	body, ok := c.Body.(map[string]any)
	if !ok || len(op.rowsAt) != 1 {
		return op.request.CheckAll(replaced(c.Body, op.Rows, noRows))
	}
	body[op.rowsAt[0]] = noRows
	defer func() { body[op.rowsAt[0]] = rows }()
	return op.request.CheckAll(body)
}

// noRows stands for the rows where what is around them is judged.
var noRows any = []any{}

// checkRows judges the rows of a batch one by one: what the validator makes for a
// wrong row is gone before the next.
func (c *Call) checkRows(rows []any) {
	for i, row := range rows {
		misfits := c.Operation.row.CheckAll(row)
		if len(misfits) == 0 {
			continue
		}
		if c.RowProblems == nil {
			c.RowProblems = map[int]Problem{}
		}
		c.RowProblems[i] = problemOf(misfits[0], fmt.Sprintf("%s/%d", c.Operation.Rows, i))
	}
}
