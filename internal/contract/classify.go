package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Mark is a place in an answer's body by which an outcome is recognised.
type Mark struct {
	At    string // JSON pointer, through members of objects
	Value any    // that is there: a string, a truth value, or nil for null
	Not   bool   // anything but the value is there
}

func (m Mark) String() string {
	value, _ := json.Marshal(m.Value) // a string, a truth value or null
	if m.Not {
		return "anything but " + string(value)
	}
	return string(value)
}

func (m Mark) holds(body any) bool { return reflect.DeepEqual(at(body, m.At), m.Value) != m.Not }

// at is the value at a JSON pointer that leads through members of objects; nil if
// nothing is there.
func at(body any, pointer string) any {
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		object, _ := body.(map[string]any)
		body = object[name]
	}
	return body
}

// Report is the state of a machine that an outcome has for the client.
type Report struct {
	Machine *Machine
	State   string
	At      string // JSON pointer of the state in the body; the outcome is recognised by it
}

// marks of the outcome, the state that it reports among them.
func (o *Outcome) marks() []Mark {
	if o.Reports.Machine == nil {
		return o.Marks
	}
	return append(slices.Clip(o.Marks), Mark{At: o.Reports.At, Value: o.Reports.State})
}

// Says reports whether a text is the outcome's.
func (o *Outcome) Says(text string) bool {
	return text != "" && (text == o.Text || text == o.OtherText)
}

// Answer is what a client gets, as far as it distinguishes one outcome from another.
type Answer struct {
	Status int // HTTP
	Body   []byte
	Value  any  // what ParseBody makes of Body, where that is known; nil where it isn't
	File   bool // the body is a file: it isn't meant to be JSON
}

// Class is what an answer is recognised as.
type Class struct {
	// Outcomes that the answer can be; several if the answer alone does not decide
	// them apart. They are in the order of the table, but a batch's in the order of
	// its refused rows. If it is no outcome of the operation, they are those that it
	// comes closest to: of its status, with the fewest problems. There are none if
	// the operation does not answer with that status.
	Outcomes []*Outcome
	// Problems keep the answer from being the first of Outcomes. None if it is.
	Problems []Problem
	Said     Said // what the body says of an error, whether or not it is an outcome's
}

// Outcome that the answer is; of several, the first. It reports false if the answer
// is no outcome of the operation.
func (c Class) Outcome() (*Outcome, bool) {
	if len(c.Outcomes) == 0 || len(c.Problems) > 0 {
		return nil, false
	}
	return c.Outcomes[0], true
}

// Classify says which of an operation's outcomes an answer is. An outcome is
// recognised by all that the table says of it: the status and the schema, the code
// and the text of an error, the code of a refused row, the body that is always the
// same, the marks.
func (t *Table) Classify(op *Operation, a Answer) Class {
	seen := read(op, a)
	c := Class{Said: seen.said}
	for i := range op.Outcomes {
		o := &op.Outcomes[i]
		if !op.mayAnswer(o, a.Status) {
			continue
		}
		problems := t.misfits(o, seen)
		switch {
		case len(c.Outcomes) > 0 && len(problems) > len(c.Problems):
			continue
		case len(problems) < len(c.Problems):
			c.Outcomes = nil
		}
		if len(c.Outcomes) == 0 {
			c.Problems = problems
		}
		c.Outcomes = append(c.Outcomes, o)
	}
	if len(c.Problems) == 0 {
		// The first refused row gives a batch its outcome (ledger 37).
		slices.SortStableFunc(c.Outcomes, func(a, b *Outcome) int { return cmp.Compare(seen.rowOf(a), seen.rowOf(b)) })
	}
	return c
}

// mayAnswer reports whether an outcome can have an HTTP status: its own or, where a profile
// may say so, that of its code.
func (o *Operation) mayAnswer(out *Outcome, status int) bool {
	return out.Status == status || out.Code == status && o.service.Dialect.StatusOf != nil
}

// seen is an answer that has been read.
type seen struct {
	Answer
	operation *Operation
	body      any
	isJSON    bool
	said      Said
	problems  map[string][]Problem // of the body, by the schema
}

func read(op *Operation, a Answer) seen {
	s := seen{Answer: a, operation: op, problems: map[string][]Problem{}}
	if a.File {
		return s
	}
	s.body, s.isJSON = a.Value, true
	if a.Value == nil {
		var err error
		s.body, err = ParseBody(a.Body)
		s.isJSON = err == nil
	}
	s.said = op.service.Dialect.Envelope.Read(s.body)
	return s
}

// rowOf is the first refused row that is of the outcome; 0 if the outcome says
// nothing of rows, -1 if there is no such row.
func (s seen) rowOf(o *Outcome) int {
	if o.Row == nil {
		return 0
	}
	return slices.IndexFunc(s.said.Rows, func(r RowError) bool { return r.Code == o.Row.Code })
}

// misfits are what keeps an answer with the outcome's status from being it.
func (t *Table) misfits(o *Outcome, s seen) []Problem {
	switch {
	case o.Schema == "" && (s.File || len(s.Body) == 0):
		return nil
	case o.Schema == "":
		return []Problem{{Found: "a body", Expected: "none: the answer is a file"}}
	case len(s.Body) == 0:
		return []Problem{{Found: "no body", Expected: "a JSON body"}}
	case s.File:
		return []Problem{{Found: "a file", Expected: "a JSON body"}}
	case !s.isJSON:
		return []Problem{{Found: "a text that is not JSON", Expected: "a JSON body"}}
	}
	problems, known := s.problems[o.Schema]
	if !known {
		problems = t.Schemas.Check(o.Schema, s.body)
		s.problems[o.Schema] = problems
	}
	if len(problems) > 0 {
		return problems
	}
	return s.unsaid(o)
}

// unsaid is what distinguishes the outcome from others of its schema and is not in the body.
func (s seen) unsaid(o *Outcome) []Problem {
	var problems []Problem
	miss := func(at, what string) {
		problems = append(problems, Problem{Path: at, Expected: what + " of the outcome " + o.Name})
	}
	envelope := s.operation.service.Dialect.Envelope
	if o.Code != 0 && s.said.Code != o.Code {
		miss("", fmt.Sprintf("the %s %d", envelope.Code, o.Code))
	}
	if o.Text != "" && !o.Says(s.said.Text) {
		miss("", fmt.Sprintf("the text %q", o.Text))
	}
	if s.rowOf(o) < 0 {
		miss("/"+envelope.Rows, fmt.Sprintf("a row with the %s %d", envelope.Code, o.Row.Code))
	}
	for _, m := range o.marks() {
		if !m.holds(s.body) {
			miss(m.At, m.String())
		}
	}
	return append(problems, s.fixed(o)...)
}

// fixed is what is wrong with a body where an outcome has always the same one.
func (s seen) fixed(o *Outcome) []Problem {
	if o.fixed != nil && !reflect.DeepEqual(s.body, o.fixed) {
		return []Problem{{Expected: "the body of the outcome " + o.Name + ", which is always the same"}}
	}
	for i := range s.operation.Outcomes {
		other := &s.operation.Outcomes[i]
		if o.fixed == nil && other.fixed != nil && other.Status == o.Status && reflect.DeepEqual(s.body, other.fixed) {
			return []Problem{{Expected: "another body than that of the outcome " + other.Name}}
		}
	}
	return nil
}
