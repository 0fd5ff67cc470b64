package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// MaxDepth is how deep a body may nest. The documents' deepest has five levels.
const MaxDepth = 64

// ParseBody decodes a JSON text, numbers as json.Number. What stands in the way
// comes back as a Problem with Syntax set: it says the line and column.
func ParseBody(raw []byte) (any, error) {
	if at := invalidUTF8(raw); at >= 0 {
		return nil, syntaxProblem(raw, at, "a byte that is not UTF-8", "UTF-8 text")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, Problem{Syntax: true, Found: "an empty body", Expected: "a JSON body"}
	}
	if at := tooDeep(raw); at >= 0 {
		return nil, syntaxProblem(raw, at, fmt.Sprintf("nesting beyond %d levels", MaxDepth), "a flatter body")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var body any
	if err := dec.Decode(&body); err != nil {
		return nil, explainSyntax(raw, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, syntaxProblem(raw, int(dec.InputOffset()), "text after the JSON value", "one JSON value")
	}
	return body, nil
}

func explainSyntax(raw []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		at := max(int(syntax.Offset)-1, 0)
		return syntaxProblem(raw, at, syntax.Error(), expectedAt(raw, at))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return syntaxProblem(raw, len(raw), "the end of the body", "the rest of the JSON value")
	}
	return Problem{Syntax: true, Found: err.Error(), Expected: "a JSON body"}
}

// expectedAt names the repair for the three mistakes that the documents' own
// samples make (ledger 1, 33, 55).
func expectedAt(raw []byte, at int) string {
	before := bytes.TrimRight(raw[:min(at, len(raw))], " \t\r\n")
	switch {
	case at < len(raw) && (raw[at] == '}' || raw[at] == ']') && bytes.HasSuffix(before, []byte(",")):
		return "no comma before the closing bracket: remove it"
	case at < len(raw) && raw[at] == '"' && len(before) > 0:
		return "a comma between two members: add it"
	case at < len(raw) && raw[at] == '/':
		return "no comments: JSON has none, remove it"
	}
	return "valid JSON"
}

func syntaxProblem(raw []byte, at int, found, expected string) Problem {
	at = min(at, len(raw))
	line := 1 + bytes.Count(raw[:at], []byte("\n"))
	column := at - bytes.LastIndexByte(raw[:at], '\n')
	return Problem{
		Syntax: true, Expected: expected,
		Found: fmt.Sprintf("%s at line %d, column %d", found, line, column),
	}
}

func invalidUTF8(raw []byte) int {
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// tooDeep answers where the nesting passes MaxDepth, before anything recurses
// into it; -1 if nowhere.
func tooDeep(raw []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}
