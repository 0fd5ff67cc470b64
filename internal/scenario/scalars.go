package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
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
	if numbers != nil {
		maps.Copy(editor, numbers)
		editor["type"] = anys("string", numbers["type"].(string))
	}
	s := &scalar{words: words, what: what, form: pattern, editor: same(editor)}
	return s.converted(func(m []string) (any, bool) { return m[0], true }, nil)
}

// converted makes the value of a scalar that has a form of what its groups match. A hint says what
// is expected in place of a text that hasn't, where there is more to say than usual.
func (s *scalar) converted(make func(m []string) (any, bool), hint func(text string) string) *scalar {
	expected := s.what
	read := func(text string) (v any, ok bool) {
		m := s.form.FindStringSubmatch(text)
		if m == nil {
			return nil, false
		}
		return make(m)
	}
	s.fits = func(text string) bool {
		_, ok := read(text)
		return ok
	}
	s.parse = func(p *checker, n node) (any, bool) {
		if v, ok := read(n.Value); ok {
			return v, true
		}
		say := expected
		if hint != nil {
			say = hint(n.Value)
		}
		p.refuseMeant(n, quote(n.Value), say, document.Respelt(n.Value, s.fits))
		return nil, false
	}
	return s
}

// same is a schema that doesn't depend on the operation.
func same(o object) func(*schemaWriter) object { return func(*schemaWriter) object { return o } }

// text is any scalar but nothing.
func text(words, what string) *scalar {
	return &scalar{
		words: words, what: what, editor: same(object{"type": anys("string", "number", "boolean"), "minLength": 1}),
		parse: func(_ *checker, n node) (any, bool) { return n.Value, true },
	}
}

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

// expecting is the scalar with what is expected where there is no text.
func (s *scalar) expecting(what string) *scalar {
	s.what = what
	return s
}

// oneOf is one of a few words.
func oneOf(known ...string) *scalar {
	expected := "one of " + strings.Join(known, ", ")
	s := word("`"+strings.Join(known, "`, `")+"`", func(*checker) []string { return known }, func(*checker, string) string { return expected })
	s.what = expected
	return s
}

var (
	digits       = regexp.MustCompile(`^\+?[0-9]+$`)
	decimal      = regexp.MustCompile(`^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	kebab        = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	durationForm = regexp.MustCompile(`^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|^[+-]?0$`)
	timeOfDay    = regexp.MustCompile(`^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$`)
	instantForm  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`)
)

// whole is a number without a fraction, from one to another.
func whole(what string, least, most uint64) *scalar {
	s := formed("whole number", what, digits, object{"type": "integer", "minimum": least, "maximum": most})
	return s.converted(func(m []string) (any, bool) {
		v, err := strconv.ParseUint(strings.TrimPrefix(m[0], "+"), 10, 64)
		return v, err == nil && v >= least && v <= most
	}, func(text string) string {
		if v, err := strconv.ParseUint(text, 10, 64); errors.Is(err, strconv.ErrRange) || v > most {
			return fmt.Sprintf("a whole number from %d to %d", least, most)
		}
		return what
	})
}

// above is a number above 0, up to another.
func above(words, what string, most float64) *scalar {
	s := formed(words, what, decimal, object{"type": "number", "exclusiveMinimum": 0, "maximum": most})
	return s.converted(func(m []string) (any, bool) {
		v, err := strconv.ParseFloat(m[0], 64)
		return v, err == nil && v > 0 && v <= most
	}, nil)
}

// kebabName may also be a number or a truth value: 7 is written like a name.
func kebabName() *scalar {
	s := formed("name", "a name in kebab-case: small letters, digits and single hyphens", kebab, object{"type": "integer", "minimum": 0})
	s.editor(nil)["type"] = anys("string", "integer", "boolean") // true is written like a name, too
	s.what = "a name in kebab-case"
	s.editor = same(object{"type": anys("string", "integer", "boolean"), "pattern": kebab.String(), "minimum": 0})
	return s
}

// duration is one that is not negative, with its unit.
func duration() *scalar {
	s := formed("duration", "a duration such as 30s", durationForm,
		object{"type": "number", "minimum": 0, "maximum": 0, "examples": anys("300ms", "30s", "5m", "1h30m")})
	return s.converted(func(m []string) (any, bool) {
		d, err := time.ParseDuration(m[0])
		return d, err == nil
	}, func(text string) string {
		if _, err := time.ParseDuration(text); err == nil {
			return "a duration that is not negative: a clock never goes back"
		}
		if document.IsNumber(text) {
			return fmt.Sprintf("a duration with its unit, such as %ss or %[1]sm", text)
		}
		const any = "a duration such as 300ms, 30s, 5m or 1h30m"
		if days, isDays := strings.CutSuffix(text, "d"); isDays && schema.IsInteger(days) {
			return any + "; a day is 24h"
		}
		return any
	})
}

// instant is a day and a time with their offset from UTC.
func instant(or string) *scalar {
	s := formed("instant with its offset", "an instant with its offset, such as 2024-03-01T09:00:00+05:00"+or, instantForm, nil)
	return s.converted(func(m []string) (any, bool) {
		at, err := clock.ParseInstant(m[0])
		return at, err == nil
	}, nil)
}

// moment is an instant, or a duration in these words.
func moment(or string) *scalar {
	length, at := duration(), instant(or)
	return &scalar{
		words: "duration or instant", what: at.what,
		editor: func(w *schemaWriter) object { return either(length.schema(w), at.schema(w)) },
		parse: func(p *checker, n node) (any, bool) {
			if _, err := time.ParseDuration(n.Value); err == nil || document.IsNumber(n.Value) || document.Respelt(n.Value, length.fits) != "" {
				return length.parse(p, n)
			}
			if timeOfDay.MatchString(n.Value) {
				p.refuse(n, quote(n.Value), "an instant or a duration from the start; a time of each day goes into when, such as hour == 9")
				return nil, false
			}
			return at.parse(p, n)
		},
	}
}

// httpStatus is a number from one to 599.
func httpStatus(least int) *scalar {
	form := regexp.MustCompile(fmt.Sprintf("^0*[%d-5][0-9]{2}$", least/100))
	s := formed("HTTP status", fmt.Sprintf("an HTTP status from %d to 599", least), form, object{"type": "integer", "minimum": least, "maximum": 599})
	return s.converted(func(m []string) (any, bool) {
		status, err := strconv.Atoi(m[0])
		return status, err == nil
	}, nil)
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
			if status := document.Respelt(n.Value, statusKind.kind.(*scalar).fits); status != "" {
				p.refuseMeant(n, quote(n.Value), "the number of a status alone", status)
				return nil, false
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
			if !document.IsTruth(n.Value) {
				p.refuseMeant(n, n.describe(), "true or false", document.Respelt(n.Value, document.IsTruth))
				return true, false
			}
			return n.Value == "true", true
		},
	}
}

// operation by its id; with patterns several at once.
func operation(patternsToo bool) *scalar {
	ids := (*checker).operationIDs
	if !patternsToo {
		return &scalar{
			words: "operation", what: "an operation, such as kyc.address.get",
			editor: func(w *schemaWriter) object { return enum(ids(w.checker)) },
			parse: func(p *checker, n node) (any, bool) {
				if !slices.Contains(ids(p), n.Value) {
					expected, nearest := p.operationAlone(n.Value, ids(p))
					p.refuseMeant(n, quote(n.Value), expected, nearest)
					return nil, false
				}
				return n.Value, true
			},
		}
	}
	return &scalar{
		words: "operation or pattern", what: "an operation, such as kyc.address.get, or a pattern, such as kyc.address.*",
		editor: func(w *schemaWriter) object {
			return either(enum(ids(w.checker)), object{"type": "string", "pattern": `[*?\[\\]`, "examples": anys("kyc.address.*", "k2.*")})
		},
		parse: func(p *checker, n node) (any, bool) {
			if len(p.fitting(n.Value)) == 0 {
				p.refuseMeant(n, quote(n.Value), "an operation, or a pattern such as kyc.address.*",
					p.operationMeant(n.Value, slices.Concat(ids(p), patterns(ids(p)))))
				return nil, false
			}
			return n.Value, true
		},
	}
}

// operationAlone is what is expected in place of a text that is no operation, and the one that was meant
// by it: of a text with more than that behind a dash, the operation alone.
func (p *checker) operationAlone(text string, known []string) (expected, nearest string) {
	word, rest, more := strings.Cut(text, " - ")
	i := slices.IndexFunc(known, func(id string) bool { return id == word || strings.HasPrefix(id, word+".") })
	switch {
	case !more || i < 0:
		return "an operation", p.operationMeant(text, known)
	case strings.Contains(rest, "://"):
		return "an operation alone, such as " + known[i] + "; the URL of a system that is called goes to --target NAME=URL", ""
	}
	return "an operation alone, such as " + known[i] + "; each step is an item of its own, which begins with -", ""
}

// operationMeant by a word that is none: the one whose path it has, else the nearest.
func (p *checker) operationMeant(word string, known []string) string {
	if p.full() {
		return ""
	}
	best, length := "", 0
	for _, op := range p.table.Operations() {
		path, _, _ := strings.Cut(op.Path, "{")
		if strings.Contains(word+"/", path) && len(path) > length {
			best, length = op.ID, len(path)
		}
	}
	return cmp.Or(best, document.Meant(word, known))
}

func (p *checker) operationIDs() []string {
	var all []string
	for _, op := range p.table.Operations() {
		all = append(all, op.ID)
	}
	return all
}

// fitting are the operations that an id or a pattern names. They are looked for once.
func (p *checker) fitting(pattern string) []*contract.Operation {
	found, known := p.fits[pattern]
	if known {
		return found
	}
	for _, op := range p.table.Operations() {
		if contract.Fits(pattern, op.ID) {
			found = append(found, op)
		}
	}
	p.fits[pattern] = found
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
