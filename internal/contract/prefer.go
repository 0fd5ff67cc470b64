package contract

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Unmet is the error of a preference that an operation can't meet.
type Unmet struct {
	Operation  *Operation
	Preference string // outcome or code
	Value      string // that was asked for
}

func (e Unmet) Error() string {
	op := e.Operation
	if e.Preference == preferOutcome {
		return fmt.Sprintf("Prefer asks for the outcome %q; %s has %s; the nearest is %q",
			e.Value, op.ID, strings.Join(op.OutcomeNames(), ", "), document.Nearest(e.Value, op.OutcomeNames()))
	}
	var statuses []string
	for _, o := range op.Outcomes {
		if s := strconv.Itoa(o.Status); !slices.Contains(statuses, s) {
			statuses = append(statuses, s)
		}
	}
	return fmt.Sprintf("Prefer asks for the status %q; the outcomes of %s have %s", e.Value, op.ID, strings.Join(statuses, ", "))
}

// The preferences that choose an outcome: by its name, or the first with a status.
const (
	preferOutcome = "outcome"
	preferCode    = "code"
)

// Preferred is the outcome that the values of a request's Prefer headers ask for by
// `outcome=NAME` or `code=STATUS` (RFC 7240); nil if they ask for none. The first of
// these preferences counts, others are passed over. The error is Unmet.
func (o *Operation) Preferred(headers []string) (*Outcome, error) {
	for name, value := range preferences(headers) {
		switch name {
		case preferOutcome:
			if outcome, ok := o.Outcome(value); ok {
				return outcome, nil
			}
			return nil, Unmet{o, name, value}
		case preferCode:
			status, _ := strconv.Atoi(value)
			if outcome, ok := o.OutcomeByStatus(status); ok {
				return outcome, nil
			}
			return nil, Unmet{o, name, value}
		}
	}
	return nil, nil
}

// preferences are the names, in lower case, and the values of a header Prefer,
// without their parameters. Commas and semicolons within quotes separate nothing.
func preferences(headers []string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, header := range headers {
			for _, item := range splitUnquoted(header, ',') {
				item = splitUnquoted(item, ';')[0]
				name, value, _ := strings.Cut(item, "=")
				name, value = strings.ToLower(strings.TrimSpace(name)), unquotedWord(strings.TrimSpace(value))
				if name != "" && !yield(name, value) {
					return
				}
			}
		}
	}
}

// splitUnquoted splits a header at the separators outside of its quoted strings.
func splitUnquoted(text string, separator byte) (parts []string) {
	from, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			parts, from = append(parts, text[from:i]), i+1
		}
	}
	return append(parts, text[from:])
}

// unquotedWord is a token as it is, or what a quoted string says (RFC 9110, 5.6.4).
func unquotedWord(word string) string {
	if len(word) < 2 || word[0] != '"' || word[len(word)-1] != '"' {
		return word
	}
	var b strings.Builder
	for i := 1; i < len(word)-1; i++ {
		if word[i] == '\\' && i+1 < len(word)-1 {
			i++
		}
		b.WriteByte(word[i])
	}
	return b.String()
}
