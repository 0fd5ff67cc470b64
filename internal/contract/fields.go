package contract

import (
	"encoding/json"
	"slices"
)

// maxFieldDepth bounds the search for a named field: the documents' requests hold
// their fields at the top or in the rows of one array.
const maxFieldDepth = 4

// FieldValues are the values of a request's field, wherever it has one of that
// name: the path, the query, the body or its rows. Numbers are as they were sent.
// They are looked for once: a body doesn't change once its shape is checked.
func (c *Call) FieldValues(name string) []string {
	for _, f := range c.fields {
		if f.name == name {
			return f.values
		}
	}
	isMember := c.members == nil || slices.Contains(c.members, name)
	if !isMember && len(c.Path) == 0 && len(c.Query) == 0 {
		return nil
	}
	var values []string
	if v, ok := c.Path[name]; ok {
		values = append(values, v)
	}
	values = append(values, c.Query[name]...)
	if isMember {
		values = appendFields(values, c.Body, name, c.fieldDepth())
	}
	values = slices.Clip(values)
	if c.fields == nil {
		c.fields = make([]fieldValues, 0, usualFields)
	}
	c.fields = append(c.fields, fieldValues{name, values})
	return values
}

// fieldDepth is how deep the body's fields may lie.
func (c *Call) fieldDepth() int {
	if c.members == nil {
		return maxFieldDepth
	}
	return min(c.depth, maxFieldDepth)
}

// fieldValues are the values of a request's field of one name.
type fieldValues struct {
	name   string
	values []string
}

// usualFields is how many names a request is asked for mostly.
const usualFields = 4

func appendFields(values []string, at any, name string, depth int) []string {
	if depth == 0 {
		return values
	}
	switch at := at.(type) {
	case map[string]any:
		switch v := at[name].(type) {
		case string:
			values = append(values, v)
		case json.Number:
			values = append(values, v.String())
		}
		if depth == 1 {
			break
		}
		for _, key := range containers(at) {
			values = appendFields(values, at[key], name, depth-1)
		}
	case []any:
		for _, row := range at {
			values = appendFields(values, row, name, depth-1)
		}
	}
	return values
}

// containers are the names of an object's members that hold others, sorted.
func containers(object map[string]any) []string {
	var names []string
	for name, v := range object {
		switch v.(type) {
		case map[string]any, []any:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// subjectFields are the names under which the documents have a person or an
// organisation whom a request is about.
var subjectFields = []string{"iin", "iinbin"}

// Subjects are the IINs and BINs that the request is about, each once.
func (c *Call) Subjects() []string {
	iins, either := c.FieldValues(subjectFields[0]), c.FieldValues(subjectFields[1])
	if len(iins)+len(either) < 2 {
		return append(iins, either...)
	}
	var all []string
	seen := map[string]bool{} // a batch may be about tens of thousands
	for _, values := range [][]string{iins, either} {
		for _, v := range values {
			if !seen[v] {
				seen[v] = true
				all = append(all, v)
			}
		}
	}
	return all
}

// ReservedIn answers the reserved value that decides a whole request, if it carries
// one for this operation. In a batch it decides its row alone: see ReservedRow.
func (t *Table) ReservedIn(c *Call) (Reserved, bool) {
	if c.Operation.Batch {
		return Reserved{}, false
	}
	for i := range c.Operation.reserved {
		if r := &c.Operation.reserved[i]; slices.Contains(c.FieldValues(r.Field), r.Value) {
			return *r, true
		}
	}
	return Reserved{}, false
}

// ReservedRow answers the reserved value that a row of a batch carries, if it
// carries one for this operation.
func (c *Call) ReservedRow(index int) (Reserved, bool) {
	row := c.RowValues()[index]
	depth := maxFieldDepth
	if c.members != nil {
		depth = max(1, min(depth, c.depth-len(c.Operation.rowsAt)-1))
	}
	var few [4]string
	field, values := "", few[:0]
	for i := range c.Operation.reserved {
		r := &c.Operation.reserved[i]
		if field != r.Field {
			field, values = r.Field, appendFields(few[:0], row, r.Field, depth)
		}
		if slices.Contains(values, r.Value) {
			return *r, true
		}
	}
	return Reserved{}, false
}

// FieldValuesIn a part of a decoded body, such as a row of a batch.
func FieldValuesIn(part any, name string) []string {
	return appendFields(nil, part, name, maxFieldDepth)
}
