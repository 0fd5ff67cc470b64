package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/schemas"
)

// requestShape is what a request schema says that can be broken.
type requestShape struct {
	Type     string
	Required []string
	Items    struct {
		Ref string `json:"$ref"`
	}
	Properties map[string]struct {
		Type  any
		Items struct {
			Ref string `json:"$ref"`
		}
	}
}

func shapeOf(name string) (requestShape, error) {
	var s requestShape
	raw, err := schemas.FS.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	return s, err
}

// malformed requests are derived from the operation's request schema: each breaks
// it in one point.
func malformed(op *contract.Operation, r sample.Request) ([]testCase, error) {
	shape, err := shapeOf(op.Request)
	if err != nil {
		return nil, err
	}
	o, _ := op.Outcome(op.Service().Dialect.Malformed.Name)
	b := breaker{request: r, expect: expectation{outcome: o, assumed: true, malformed: true}}
	if !op.ReadsQuery() {
		if err := b.breakText(); err != nil {
			return nil, err
		}
		b.add("a root of another type", b.withBody(map[bool]any{true: map[string]any{}, false: []any{}}[shape.Type == "array"]))
	}
	if shape.Type == "object" {
		for _, name := range shape.Required {
			b.add("without "+name, b.edited(name, nil))
		}
	}
	if shape.Type == "object" && !op.ReadsQuery() {
		for _, name := range shape.Required {
			b.add(name+" of another type", b.edited(name, otherType(shape.Properties[name].Type)))
		}
	}
	return append(b.cases, rowCases(op, shape, r)...), nil
}

// otherType is a value that is certainly not of a type.
func otherType(t any) any {
	if t == "array" {
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
func rowCases(op *contract.Operation, shape requestShape, r sample.Request) []testCase {
	o, ok := op.Outcome("bad-row")
	ref := shape.Items.Ref
	for _, p := range shape.Properties {
		if p.Items.Ref != "" {
			ref = p.Items.Ref
		}
	}
	if !ok || !op.Batch || ref == "" {
		return nil
	}
	row, err := shapeOf(ref[1:])
	if err != nil {
		return nil
	}
	var all []testCase
	for _, name := range row.Required {
		broken := r.With(map[string]any{name: nil})
		delete(broken.Object(), name)
		all = append(all, testCase{
			kind: Malformed, name: fmt.Sprintf("malformed: a row without %s", name), call: call{request: broken},
			expect: expectation{outcome: o, assumed: true, malformed: true},
		})
	}
	return all
}
