package trial

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// memory is what a client knows by now: what it has sent, the sessions that it
// was given, and what its test data is.
type memory struct {
	sessions []string       // the names of fields that hold a session
	sent     map[string]any // by field, the last value
	received map[string]any // sessions only
	given    map[string]any // by field, the first value in `given`
}

// sameThing are fields that mean the same under several names.
var sameThing = [][]string{{"iin", "iinbin"}, {"refer", "reference"}}

func newMemory(table *contract.Table, given []any) memory {
	m := memory{sent: map[string]any{}, received: map[string]any{}, given: map[string]any{}}
	for _, op := range table.Operations() {
		if op.Session != "" && !slices.Contains(m.sessions, op.Session) {
			m.sessions = append(m.sessions, op.Session)
		}
	}
	for _, item := range given {
		eachField(item, func(name string, v any) {
			if _, known := m.given[name]; !known {
				m.given[name] = v
			}
		})
	}
	// What K2 calls the code of a demand is its reference in every request.
	for _, one := range given {
		if item, ok := one.(map[string]any); ok && m.given["refer"] == nil && item["code"] != nil {
			m.given["refer"] = item["code"]
		}
	}
	delete(m.given, "code")
	return m
}

// send remembers the fields of a request.
func (m *memory) send(values any) {
	eachField(values, func(name string, v any) { m.sent[name] = v })
}

// receive remembers the sessions of an answer.
func (m *memory) receive(body any) {
	eachField(body, func(name string, v any) {
		if slices.Contains(m.sessions, name) && v != nil {
			m.received[name] = v
		}
	})
}

// recall a field's value: from the steps before, else from what is given.
func (m *memory) recall(name string) (any, bool) {
	for _, from := range []map[string]any{m.received, m.sent, m.given} {
		for _, alias := range aliases(name) {
			if v, ok := from[alias]; ok {
				return v, true
			}
		}
	}
	return nil, false
}

func aliases(name string) []string {
	for _, group := range sameThing {
		if slices.Contains(group, name) {
			return append([]string{name}, group...)
		}
	}
	return []string{name}
}

// eachField goes through the scalars of an object and of the rows in it.
func eachField(v any, see func(name string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			switch value.(type) {
			case map[string]any, []any:
				eachField(value, see)
			case nil:
			default:
				see(name, value)
			}
		}
	case []any:
		for _, row := range v {
			eachField(row, see)
		}
	}
}
