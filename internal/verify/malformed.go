package verify

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/schema"
)

// malformed requests are derived from the operation's request schema: each breaks
// it in one point.
func malformed(op *contract.Operation, shape schema.Shape, r sample.Request) ([]testCase, error) {
	o, _ := op.Outcome(op.Service().Dialect.Malformed.Name)
	b := breaker{request: r, expect: expectation{outcome: o, assumed: true, malformed: true}}
	if !op.ReadsQuery() {
		if err := b.breakText(); err != nil {
			return nil, err
		}
		b.add("a root of another type", b.withBody(otherType(shape)))
	}
	if !shape.Allows("object") {
		return append(b.cases, rowCases(op, shape, r)...), nil
	}
	for _, name := range shape.Always() {
		b.add("without "+name, b.edited(name, nil))
	}
	if !op.ReadsQuery() {
		for _, name := range shape.Always() {
			field, _ := shape.Field(name)
			b.add(name+" of another type", b.edited(name, otherType(field)))
		}
	}
	return append(b.cases, rowCases(op, shape, r)...), nil
}

// otherType is a value that a shape, of one type, does not allow.
func otherType(shape schema.Shape) any {
	if shape.Allows("array") {
		return map[string]any{}
	}
	return []any{}
}

type breaker struct {
	request sample.Request
	expect  expectation
	cases   []testCase
}

func (b *breaker) add(name string, c call) {
	b.cases = append(b.cases, testCase{kind: Malformed, name: "malformed: " + name, call: c, expect: b.expect})
}

// breakText makes the mistakes of the documents' own samples, a comma too much
// (ledger 1), and sends nothing at all.
func (b *breaker) breakText() error {
	text, err := b.request.Encode()
	if err != nil {
		return err
	}
	last := len(text) - 1
	comma := slices.Concat(text[:last], []byte(","), text[last:])
	b.add("a comma too much", call{request: b.request, raw: comma})
	b.add("broken off", call{request: b.request, raw: bytes.Clone(text[:last])})
	b.add("an empty body", call{request: b.request, raw: []byte{}})
	return nil
}

func (b *breaker) withBody(body any) call {
	r := b.request
	r.Body = body
	return call{request: r}
}

// edited is the request with another value of a field at its root, or without the
// field.
func (b *breaker) edited(name string, value any) call {
	if b.request.Operation.ReadsQuery() {
		r := b.request.Fill(nil)
		delete(r.Query, name)
		return call{request: r}
	}
	body, _ := sample.Copy(b.request.Body).(map[string]any)
	delete(body, name)
	if value != nil {
		body[name] = value
	}
	return b.withBody(body)
}

// rowCases are batches with a row that lacks a required field. Such a row is
// refused alone, where the table has an outcome for it.
func rowCases(op *contract.Operation, shape schema.Shape, r sample.Request) []testCase {
	o, ok := op.Outcome("bad-row")
	if !ok || !op.Batch {
		return nil
	}
	row := shape.Item(0)
	for _, name := range shape.Fields() {
		if field, _ := shape.Field(name); field.Allows("array") {
			row = field.Item(0)
		}
	}
	var all []testCase
	for _, name := range row.Always() {
		broken := r.With(map[string]any{name: nil})
		delete(broken.Object(), name)
		all = append(all, testCase{
			kind: Malformed, name: fmt.Sprintf("malformed: a row without %s", name), call: call{request: broken},
			expect: expectation{outcome: o, assumed: true, malformed: true},
		})
	}
	return all
}
