package contract

import (
	"fmt"
	"strings"
)

// The bounds of a request's body. Every value costs time and memory at each step of
// a request's path. A megabyte holds some 2,300 rows that have all their fields, and
// the documents' bodies have one value in 15 bytes or more.
const (
	MaxElements   = 5_000   // of one list (the rows of a batch) or one object
	MaxValues     = 100_000 // in all, names of members not counted
	BytesForValue = 10      // in a body longer than 1 MB: one value in so many bytes
)

// ParseRequest is ParseBody for what a client sends: within the bounds.
func ParseRequest(raw []byte) (any, error) {
	if err := CheckBounds(raw); err != nil {
		return nil, err
	}
	return ParseBody(raw)
}

// CheckBounds answers the Problem of a JSON text that has more values than a request
// may have, before anything is made of them. Of a text that is no JSON, or too deep,
// it says nothing.
func CheckBounds(raw []byte) error {
	total, largest, ok := countValues(raw)
	most := mostValues(raw)
	switch {
	case !ok:
		return nil
	case largest.elements > MaxElements:
		found := fmt.Sprintf("a list of %d elements", largest.elements)
		if raw[largest.at] == '{' {
			found = fmt.Sprintf("an object of %d members", largest.elements)
		}
		return syntaxProblem(raw, largest.at, found,
			fmt.Sprintf("at most %d rows or other elements in a list, and members in an object", MaxElements))
	case total > most:
		return Problem{Syntax: true, Found: fmt.Sprintf("%d values", total),
			Expected: fmt.Sprintf("at most %d values in a body of this length", most)}
	}
	return nil
}

// mostValues that a text may have.
func mostValues(raw []byte) int { return max(MaxValues, len(raw)/BytesForValue) }

// container is a list or an object of a JSON text.
type container struct{ at, elements int }

// countValues of a JSON text, and find its largest list or object. It is false for
// a text that is too deep.
func countValues(raw []byte) (total int, largest container, ok bool) {
	var open [MaxDepth + 1]container // by depth; the first stands for the text itself
	depth, first := 0, true          // first: nothing but space since the last opening bracket
	for i, c := range unquoted(raw) {
		if strings.IndexByte(space, c) >= 0 {
			continue
		}
		in := &open[depth]
		if closes := c == '}' || c == ']'; c == ',' && depth > 0 || first && !closes {
			in.elements++
			total++
		}
		if in.elements > largest.elements {
			largest = *in
		}
		first = false
		switch c {
		case '{', '[':
			if depth++; depth > MaxDepth {
				return total, largest, false
			}
			open[depth], first = container{at: i}, true
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return total, largest, true
}
