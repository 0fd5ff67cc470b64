// Package sample makes well-formed requests of the requests that the documents
// print: the OpenAPI document shows them as examples, the contract suite sends
// them. A sample is kept letter for letter, but for the values that are set.
package sample

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/schemas"
)

// Request is a request of an operation, before it is written to the wire. It is
// a value: the methods that set something answer another one.
type Request struct {
	Operation *contract.Operation
	Path      map[string]string // values of the path's variables
	Query     map[string]string // of a GET
	Body      any               // of a POST, decoded, numbers as json.Number
}

// Requests are the operation's requests that its document prints and that fit
// their schema, in the document's order. A path variable has its first documented
// value. An operation without a printed request is an error.
func Requests(op *contract.Operation) ([]Request, error) {
	samples, err := schemas.Samples()
	if err != nil {
		return nil, err
	}
	var all []Request
	for _, s := range samples {
		if s.Operation != op.ID || s.Kind != "request" || !s.Valid {
			continue
		}
		text, err := schemas.FS.ReadFile(s.File)
		if err != nil {
			return nil, err
		}
		r, err := parse(op, text)
		if err != nil {
			return nil, fmt.Errorf("sample %s: %w", s.File, err)
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("operation %s: no document prints a request", op.ID)
	}
	return all, nil
}

func parse(op *contract.Operation, text []byte) (Request, error) {
	r := Request{Operation: op, Path: map[string]string{}}
	if op.Variants.Variable != "" {
		r.Path[op.Variants.Variable] = op.Variants.Values[0]
	}
	if !op.ReadsQuery() {
		body, err := contract.ParseBody(text)
		r.Body = body
		return r, err
	}
	values, err := url.ParseQuery(strings.TrimSpace(string(text)))
	if err != nil {
		return r, err
	}
	r.Query = map[string]string{}
	for name := range values {
		r.Query[name] = values.Get(name)
	}
	return r, nil
}

// Fill sets fields wherever the request has one of that name, in the path, the
// query, the body or its rows, and leaves the others alone. A value takes the
// JSON type of the one that it replaces.
func (r Request) Fill(fields map[string]string) Request {
	r = r.clone()
	for name, value := range fields {
		if _, ok := r.Path[name]; ok {
			r.Path[name] = value
		}
		if _, ok := r.Query[name]; ok {
			r.Query[name] = value
		}
		fill(r.Body, name, value)
	}
	return r
}

func fill(at any, name, value string) {
	switch at := at.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(at)) {
			if key == name && isScalar(at[key]) {
				at[key] = like(at[key], value)
				continue
			}
			fill(at[key], name, value)
		}
	case []any:
		for _, row := range at {
			fill(row, name, value)
		}
	}
}

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// like is a text as a JSON value of another one's type, or as a string where it
// can't be of that type.
func like(old any, text string) any {
	switch old.(type) {
	case bool:
		if document.IsTruth(text) {
			return text == "true"
		}
	case json.Number:
		if json.Valid([]byte(text)) && !strings.ContainsAny(text, `"[{tfn`) {
			return json.Number(text)
		}
	}
	return text
}

// With sets fields as Fill does and adds those that the request has not: to the
// query, or to the body, where that is a list to its first row. A batch keeps
// its first row only, so that what names one thing doesn't name two.
func (r Request) With(fields map[string]any) Request {
	if len(fields) == 0 {
		return r
	}
	r = r.clone()
	r.keepFirstRow()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		r.set(name, fields[name])
	}
	return r
}

func (r Request) set(name string, value any) {
	if _, ok := r.Path[name]; ok {
		r.Path[name] = fmt.Sprint(value)
		return
	}
	if r.Operation.ReadsQuery() {
		r.Query[name] = fmt.Sprint(value)
		return
	}
	object := r.Object()
	if object == nil {
		return
	}
	if old, ok := object[name]; ok && isScalar(old) {
		switch text := value.(type) {
		case string:
			value = like(old, text)
		case json.Number:
			value = like(old, text.String())
		}
	}
	object[name] = value
}

// Without leaves fields out of the query, or of the body or its first row.
func (r Request) Without(names ...string) Request {
	if len(names) == 0 {
		return r
	}
	r = r.clone()
	for _, name := range names {
		delete(r.Query, name)
		delete(r.Object(), name)
	}
	return r
}

func (r *Request) keepFirstRow() {
	if !r.Operation.Batch {
		return
	}
	if rows, ok := r.Body.([]any); ok && len(rows) > 1 {
		r.Body = rows[:1]
	}
	at, ok := r.Body.(map[string]any)
	name := strings.TrimPrefix(r.Operation.Rows, "/")
	if rows, isList := at[name].([]any); ok && isList && len(rows) > 1 {
		at[name] = rows[:1]
	}
}

// Object is the object that holds the request's fields: the body, or its first
// row where the operation takes rows. It is the request's own, not a copy; nil if
// there is none.
func (r Request) Object() map[string]any {
	at := r.Body
	if r.Operation.Batch && r.Operation.Rows != "" {
		body, _ := at.(map[string]any)
		at = body[strings.TrimPrefix(r.Operation.Rows, "/")]
	}
	if rows, ok := at.([]any); ok && len(rows) > 0 {
		at = rows[0]
	}
	object, _ := at.(map[string]any)
	return object
}

// Placeholders are the names of fields that hold a document's placeholder, such
// as <subjects_iin>, instead of a value.
func (r Request) Placeholders() []string {
	var names []string
	for name, value := range r.Object() {
		text, _ := value.(string)
		if strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Target is the request's path, its variables in place.
func (r Request) Target() string {
	target := r.Operation.Path
	for name, value := range r.Path {
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(value))
	}
	return target
}

// Values of the query.
func (r Request) Values() url.Values {
	values := url.Values{}
	for name, value := range r.Query {
		values.Set(name, value)
	}
	return values
}

// Encode is the body as it is sent; nil for a GET.
func (r Request) Encode() ([]byte, error) {
	if r.Operation.ReadsQuery() {
		return nil, nil
	}
	return contract.Encode(r.Body)
}

func (r Request) clone() Request {
	r.Path, r.Query, r.Body = maps.Clone(r.Path), maps.Clone(r.Query), Copy(r.Body)
	return r
}

// Copy of a decoded JSON value that shares nothing with it.
func Copy(v any) any { return document.Mapped(v, func(v any) any { return v }) }
