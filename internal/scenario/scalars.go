package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
)

// formed is the scalar of a text that matches a pattern. Numbers describes to editors
// the numbers that such a text may be when it is written without quotes; nil for none.
func formed(words, what string, pattern *regexp.Regexp, numbers object) *scalar {
	editor := object{"type": "string", "pattern": pattern.String()}
	for keyword, v := range numbers {
		editor[keyword] = v
	}
	if numbers != nil {
		editor["type"] = anys("string", numbers["type"].(string))
	}
	return &scalar{words: words, what: what, editor: same(editor), parse: func(p *checker, n node) (any, bool) {
		if !pattern.MatchString(n.Value) {
			p.refuse(n, quote(n.Value), what)
			return nil, false
		}
		return n.Value, true
	}}
}

// same is a schema that doesn't depend on the operation.
func same(o object) func(*schemaWriter) object { return func(*schemaWriter) object { return o } }

// text is any scalar but nothing.
func text(words, what string) *scalar {
	return &scalar{
		words: words, what: what, editor: same(textSchema()),
		parse: func(_ *checker, n node) (any, bool) { return n.Value, true },
	}
}

func textSchema() object { return object{"type": anys("string", "number", "boolean"), "minLength": 1} }

// word is one of some words. Expected says which; they and it may depend on the
// operations.
func word(words string, known func(p *checker) []string, expected func(p *checker, word string) string) *scalar {
	return &scalar{
		words: words, what: words,
		editor: func(w *schemaWriter) object { return enum(known(w.checker)) },
		parse: func(p *checker, n node) (any, bool) {
			all := known(p)
			if !slices.Contains(all, n.Value) {
				p.refuseWord(n, n.Value, expected(p, n.Value), all)
				return nil, false
			}
			return n.Value, true
		},
	}
}

// oneOf is one of a few words.
func oneOf(known ...string) *scalar {
	expected := "one of " + strings.Join(known, ", ")
	s := word("`"+strings.Join(known, "`, `")+"`", func(*checker) []string { return known }, func(*checker, string) string { return expected })
	s.what = expected
	return s
}

// whole is a number without a fraction, from one to another.
func whole(what string, least, most uint64) *scalar {
	s := formed("whole number", what, regexp.MustCompile(`^\+?[0-9]+$`), object{"type": "integer", "minimum": least, "maximum": most})
	s.parse = func(p *checker, n node) (any, bool) {
		v, err := strconv.ParseUint(strings.TrimPrefix(n.Value, "+"), 10, 64)
		if err != nil || v < least || v > most {
			p.refuse(n, quote(n.Value), what)
			return nil, false
		}
		return v, true
	}
	return s
}

// decimal is how a number is written that may have a fraction.
var decimal = regexp.MustCompile(`^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// above is a number above 0, up to another.
func above(words, what string, most float64) *scalar {
	s := formed(words, what, decimal, object{"type": "number", "exclusiveMinimum": 0, "maximum": most})
	s.parse = func(p *checker, n node) (any, bool) {
		v, err := strconv.ParseFloat(n.Value, 64)
		if decimal.MatchString(n.Value) && err == nil && v > 0 && v <= most {
			return v, true
		}
		expected := what
		if percent, is := strings.CutSuffix(n.Value, "%"); is && document.IsNumber(percent) {
			expected += fmt.Sprintf(" (%s is written as a fraction)", n.Value)
		}
		p.refuse(n, quote(n.Value), expected)
		return nil, false
	}
	return s
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// kebabName has no spelling of its own for numbers and truth values, so it takes them.
func kebabName() *scalar {
	const expected = "a name in kebab-case: small letters, digits and single hyphens"
	s := formed("name", expected, kebab, object{"type": "integer", "minimum": 0})
	s.what = "a name in kebab-case"
	return s
}

var durationForm = regexp.MustCompile(`^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|^[+-]?0$`)

const anyDuration = "a duration such as 300ms, 30s, 5m or 1h30m"

// duration is one that is not negative, with its unit.
func duration() *scalar {
	s := formed("duration", "a duration such as 30s", durationForm, object{"type": "number", "minimum": 0, "maximum": 0, "examples": anys("300ms", "30s", "5m", "1h30m")})
	s.parse = func(p *checker, n node) (any, bool) {
		d, err := time.ParseDuration(n.Value)
		expected := anyDuration
		switch days, isDays := strings.CutSuffix(n.Value, "d"); {
		case err == nil && durationForm.MatchString(n.Value):
			return d, true
		case err == nil && d < 0:
			expected = "a duration that is not negative: a clock never goes back"
		case document.IsNumber(n.Value):
			expected = fmt.Sprintf("a duration with its unit, such as %ss or %[1]sm", n.Value)
		case isDays && schema.IsInteger(days):
			expected += "; a day is 24h"
		}
		p.refuse(n, quote(n.Value), expected)
		return nil, false
	}
	return s
}

var instantForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`)

const anInstant = "an instant with its offset, such as 2024-03-01T09:00:00+05:00"

// instant is a day and a time with their offset from UTC.
func instant() *scalar {
	s := formed("instant with its offset", "an instant such as 2024-03-01T09:00:00+05:00", instantForm, nil)
	s.parse = func(p *checker, n node) (any, bool) {
		at, err := clock.ParseInstant(n.Value)
		if err != nil || !instantForm.MatchString(n.Value) {
			p.refuse(n, quote(n.Value), anInstant)
			return nil, false
		}
		return at, true
	}
	return s
}

// moment is a duration from the start, or an instant.
func moment() *scalar {
	length, at := duration(), instant()
	const expected = anInstant + ", or a duration from the start, such as 10m"
	return &scalar{
		words: "duration or instant", what: expected,
		editor: func(w *schemaWriter) object { return either(length.schema(w), at.schema(w)) },
		parse: func(p *checker, n node) (any, bool) {
			if _, err := time.ParseDuration(n.Value); err == nil || document.IsNumber(n.Value) {
				return length.parse(p, n)
			}
			at, err := clock.ParseInstant(n.Value)
			if err != nil || !instantForm.MatchString(n.Value) {
				p.refuse(n, quote(n.Value), expected)
				return nil, false
			}
			return at, true
		},
	}
}

// httpStatus is a number from one to 599.
func httpStatus(least int) *scalar {
	first := strconv.Itoa(least / 100)
	what := fmt.Sprintf("an HTTP status from %d to 599", least)
	s := formed("HTTP status", what, regexp.MustCompile("^0*["+first+"-5][0-9]{2}$"), object{"type": "integer", "minimum": least, "maximum": 599})
	s.parse = func(p *checker, n node) (any, bool) {
		status, err := strconv.Atoi(n.Value)
		if err != nil || status < least || status > 599 || !allDigits.MatchString(n.Value) {
			p.refuse(n, quote(n.Value), what)
			return nil, false
		}
		return status, true
	}
	return s
}

// orStatus is a status if it is written in digits, else a word.
func orStatus(word *scalar) *scalar {
	return &scalar{
		words: word.words + ", or the status of one", what: word.what,
		editor: func(w *schemaWriter) object { return either(word.schema(w), statusKind.schema(w)) },
		parse: func(p *checker, n node) (any, bool) {
			if allDigits.MatchString(n.Value) {
				v := statusKind.read(p, n)
				return v.scalar, !v.wrong
			}
			return word.parse(p, n)
		},
	}
}

// truth takes what is neither true nor false for true, so that nothing else is said of
// it.
func truth() *scalar {
	return &scalar{
		words: "`true`", what: "true or false", editor: same(object{"enum": []any{true, false, "true", "false"}}),
		parse: func(p *checker, n node) (any, bool) {
			if n.Value != "true" && n.Value != "false" {
				p.refuse(n, n.describe(), "true or false")
				return true, false
			}
			return n.Value == "true", true
		},
	}
}

// operation by its id; with patterns several at once.
func operation(patternsToo bool) *scalar {
	ids := func(p *checker) []string {
		var all []string
		for _, op := range p.table.Operations() {
			all = append(all, op.ID)
		}
		return all
	}
	if !patternsToo {
		s := word("operation", ids, func(*checker, string) string { return "an operation" })
		s.what = "an operation, such as kyc.address.get"
		return s
	}
	return &scalar{
		words: "operation or pattern", what: "an operation, such as kyc.address.get",
		editor: func(w *schemaWriter) object {
			return either(enum(ids(w.checker)), object{"type": "string", "pattern": `[*?\[\\]`, "examples": anys("kyc.address.*", "k2.*")})
		},
		parse: func(p *checker, n node) (any, bool) {
			if len(p.fitting(n.Value)) == 0 {
				p.refuseWord(n, n.Value, "an operation, or a pattern such as kyc.address.*", slices.Concat(ids(p), patterns(ids(p))))
				return nil, false
			}
			return n.Value, true
		},
	}
}

// fitting are the operations that an id or a pattern names.
func (p *checker) fitting(pattern string) []*contract.Operation {
	var found []*contract.Operation
	for _, op := range p.table.Operations() {
		if contract.Fits(pattern, op.ID) {
			found = append(found, op)
		}
	}
	return found
}

// patterns are the usual ones: everything of a service, and of a group.
func patterns(ids []string) []string {
	var all []string
	for _, id := range ids {
		for at, r := range id {
			if pattern := id[:at] + ".*"; r == '.' && !slices.Contains(all, pattern) {
				all = append(all, pattern)
			}
		}
	}
	return all
}
