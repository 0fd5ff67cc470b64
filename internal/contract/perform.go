package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"
)

// Result is an answer that has been checked: its outcome is declared and its body
// fits the outcome's schema.
type Result struct {
	Reply
	Status  int    // HTTP
	Encoded []byte // the body as it is sent; nil for a file
	Undo    bool   // nothing that the call has changed may stay
}

// Broken is the error of a behaviour that answered what the table doesn't allow.
// It is a bug of the simulator and never a bug of the client.
type Broken struct {
	Operation, Outcome, Why string
}

func (b Broken) Error() string {
	return fmt.Sprintf("%s answered %q: %s", b.Operation, b.Outcome, b.Why)
}

// Perform lets the call's operation answer: with the wanted outcome if one is
// given, else as its behaviour decides.
func (t *Table) Perform(c *Call, wanted *Outcome) (Result, error) {
	reply, err := c.answer(wanted)
	undo := false
	if err != nil {
		var failure Failure
		if errors.As(err, &failure) {
			reply, undo, err = c.Refuse(failure.Outcome, failure.Rows...), true, nil
		}
	}
	if err != nil {
		return Result{}, Broken{c.Operation.ID, outcomeName(wanted), err.Error()}
	}
	if wanted != nil && outcomeName(reply.Outcome) != wanted.Name {
		return Result{}, Broken{c.Operation.ID, outcomeName(reply.Outcome), "asked for by name was " + wanted.Name}
	}
	return t.check(c, reply, undo)
}

func outcomeName(o *Outcome) string {
	if o == nil {
		return ""
	}
	return o.Name
}

func (c *Call) answer(wanted *Outcome) (Reply, error) {
	switch {
	case wanted == nil:
		return c.Operation.Handle(c, nil)
	case wanted.Name == c.Operation.service.Dialect.Malformed.Name:
		return c.malformed(Problem{Expected: "nothing else: the outcome was asked for by name"}), nil
	case wanted.IsError():
		return Reply{}, Fail(wanted.Name, c.allRows(wanted)...)
	case wanted.Fixed != nil:
		return c.Answer(wanted.Name, wanted.Fixed), nil
	}
	return c.Operation.Handle(c, wanted.Arrange)
}

// Malformed is the answer to a request of the wrong shape. It says to the client
// what the service says, and to its developer what was expected (a finding).
func (t *Table) Malformed(c *Call, p Problem) (Result, error) {
	c.Find(0, p.Path, p.String())
	return t.check(c, c.malformed(p), true)
}

func (c *Call) malformed(p Problem) Reply {
	d := c.Operation.service.Dialect
	return c.Answer(d.Malformed.Name, d.SayMalformed(c, p))
}

// allRows makes every row of a batch wrong in the same way: a forced error has no
// other way to choose.
func (c *Call) allRows(o *Outcome) []RowError {
	if o.Row == nil || !c.Operation.Batch {
		return nil
	}
	var rows []RowError
	for i := range c.RowValues() {
		rows = append(rows, c.RowError(i, o.Row))
	}
	return rows
}

// RowValues are the rows of a batch as they were sent.
func (c *Call) RowValues() []any {
	at := c.Body
	for _, name := range c.Operation.rowsAt {
		if object, ok := at.(map[string]any); ok {
			at = object[name]
		}
	}
	rows, _ := at.([]any)
	return rows
}

// RowError names a row of the batch by its request_id, as it was sent.
func (c *Call) RowError(index int, row *Row) RowError {
	e := RowError{Index: index, Code: row.Code, Text: row.Text}
	if rows := c.RowValues(); index < len(rows) {
		if object, ok := rows[index].(map[string]any); ok {
			e.RequestID = object["request_id"]
		}
	}
	return e
}

// check makes sure that only a declared outcome is sent.
func (t *Table) check(c *Call, reply Reply, undo bool) (Result, error) {
	broken := func(why string) (Result, error) {
		return Result{}, Broken{c.Operation.ID, outcomeName(reply.Outcome), why}
	}
	if reply.Outcome == nil {
		return broken("no outcome")
	}
	declared, ok := c.Operation.Outcome(reply.Outcome.Name)
	if !ok {
		return broken("no such outcome in the table")
	}
	reply.Outcome = declared
	result := Result{Reply: reply, Status: declared.Status, Undo: undo}
	if of := c.Operation.service.Dialect.StatusOf; of != nil {
		result.Status = of(c, *declared)
	}
	if reply.File != nil || reply.Body == nil {
		if declared.Schema != "" {
			return broken("no body, where " + declared.Schema + " describes one")
		}
		return result, nil
	}
	if last := declared.last.Load(); last != nil && last.body != nil && last.body == reply.Body {
		result.Encoded = last.encoded
		return result, nil
	}
	encoded, err := Encode(reply.Body)
	if err != nil {
		return broken(err.Error())
	}
	if problems := t.checkAnswer(declared, reply.Body, encoded); len(problems) > 0 {
		return broken(fmt.Sprintf("the body does not fit %s: %v", declared.Schema, problems[0]))
	}
	result.Encoded = encoded
	return result, nil
}

// known is an answer that fits its schema. Nothing changes it.
type known struct {
	body    any // of a type of which == compares all; nil for another
	encoded []byte
}

// isPlain reports whether == compares all that a body holds.
func isPlain(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !isPlain(v.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		return v.IsNil()
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return false
}

// longestKnown is the longest answer that is kept as one that fits, in bytes.
const longestKnown = 256

// checkAnswer is CheckValue of an outcome's body. The same short body as the last time
// fits as it did then: most of K2's answers, and of those to a client that polls.
func (t *Table) checkAnswer(o *Outcome, body any, encoded []byte) []Problem {
	if last := o.last.Load(); last != nil && bytes.Equal(last.encoded, encoded) {
		return nil
	}
	r := reader{raw: encoded, names: t.names, whole: string(encoded)}
	decoded, ok := r.read()
	if !ok {
		return t.Schemas.CheckValue(o.Schema, encoded)
	}
	problems := t.Schemas.Check(o.Schema, decoded)
	if len(problems) == 0 && len(encoded) <= longestKnown {
		if !isPlain(reflect.ValueOf(body)) {
			body = nil
		}
		o.last.Store(&known{body, slices.Clip(encoded)})
	}
	return problems
}

// Text is a JSON string or number kept as the text that it was sent as, for ids
// that callers write either way.
type Text string

// Fill takes a decoded string or number.
func (t *Text) Fill(value any) bool {
	switch v := value.(type) {
	case string:
		*t = Text(v)
		return utf8.ValidString(v)
	case json.Number:
		*t = Text(v)
		return true
	}
	return false
}

// UnmarshalJSON takes a string or a number.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = Text(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	*t = Text(n)
	return nil
}
