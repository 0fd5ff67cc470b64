package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Handler is an operation's behaviour. If arrange is given it first brings the
// state to where the outcome that was asked for is true.
type Handler func(c *Call, arrange Arranger) (Reply, error)

// Arranger changes state or input so that a success can be answered.
type Arranger func(c *Call, in any) error

// JSON makes a Handler of a function that takes the request's body, or its query
// as an object of strings, in its own type. The gateway has checked it against
// the operation's request schema, but for rows (Call.RowProblems).
func JSON[T any](fn func(*Call, T) (Reply, error)) Handler {
	return func(c *Call, arrange Arranger) (Reply, error) {
		var in T
		if err := Fill(c.input(), &in); err != nil {
			return Reply{}, err
		}
		if arrange != nil {
			if err := arrange(c, &in); err != nil {
				return Reply{}, fmt.Errorf("arrange: %w", err)
			}
		}
		return fn(c, in)
	}
}

// Arrange makes an Arranger of a function for the same input type as the
// operation's handler. It may change the input, too: a batch whose bad rows are
// in the way of an asked-for success loses them.
func Arrange[T any](fn func(*Call, *T) error) Arranger {
	return func(c *Call, in any) error {
		typed, ok := in.(*T)
		if !ok {
			return fmt.Errorf("operation %s decodes into %T, its outcome arranges a %T", c.Operation.ID, in, typed)
		}
		return fn(c, typed)
	}
}

// Given makes a fixture's Apply of a function that takes the item in its own type.
func Given[T any](apply func(*Call, T) error) func(*Call, any) error {
	return func(c *Call, item any) error {
		var typed T
		if err := Fill(item, &typed); err != nil {
			return err
		}
		return apply(c, typed)
	}
}

// input is what the handler's type is filled from: what the request schema has
// judged, which isn't to the byte what was sent. Rows that don't have a row's shape
// may not fit the type either; they come as null.
func (c *Call) input() any {
	if c.Operation.ReadsQuery() {
		return QueryObject(c.Query)
	}
	return c.goodRows()
}

// goodRows is the body with null instead of the rows that are wrong.
func (c *Call) goodRows() any {
	if len(c.RowProblems) == 0 {
		return c.Body
	}
	rows := slices.Clone(c.RowValues())
	for i := range c.RowProblems {
		rows[i] = nil
	}
	return replaced(c.Body, c.Operation.rowsAt, rows)
}

// replaced is a copy of a body with another value where the names of members lead.
func replaced(body any, at []string, value any) any {
	object, ok := body.(map[string]any)
	if len(at) == 0 || !ok {
		return value
	}
	object = maps.Clone(object)
	object[at[0]] = replaced(object[at[0]], at[1:], value)
	return object
}

// QueryObject is a query string as an object: the first value of each name. An
// empty one counts as absent, since callers fill in their template's parameters
// whether or not they have a value.
func QueryObject(query map[string][]string) map[string]any {
	object := make(map[string]any, len(query))
	for name, values := range query {
		if len(values) > 0 && values[0] != "" {
			object[name] = values[0]
		}
	}
	return object
}

// Encode is a body as the services send it: UTF-8, compact, <, > and & as
// themselves, no line end.
func Encode(body any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.out.Reset()
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	encoded := bytes.Clone(bytes.TrimSuffix(e.out.Bytes(), []byte("\n")))
	if e.out.Cap() <= keptBuffer {
		encoders.Put(e)
	}
	return encoded, nil
}

// encoder is used for one body after the other.
type encoder struct {
	*json.Encoder
	out bytes.Buffer
}

// keptBuffer is the largest buffer that is used again, in bytes.
const keptBuffer = 16 << 10

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.Encoder = json.NewEncoder(&e.out)
	e.SetEscapeHTML(false)
	return e
}}
