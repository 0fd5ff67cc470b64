package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

// Refused is the error of parameters that no fault can be made of.
type Refused struct {
	Kind     string // as it was written
	Param    string // with a dot where it lies deeper (normal.sd); empty for the value as a whole
	Found    string
	Expected string
	Nearest  string // the word that was most likely meant; empty if there is none
}

func (r Refused) Error() string {
	var b strings.Builder
	b.WriteString(r.Kind + ": ")
	if r.Param != "" {
		b.WriteString(r.Param + ": ")
	}
	fmt.Fprintf(&b, "found %s, expected %s", r.Found, r.Expected)
	if r.Nearest != "" {
		fmt.Fprintf(&b, "; the nearest is %q", r.Nearest)
	}
	return b.String()
}

// arguments are a fault's parameters while a fault is made of them. They keep the
// first thing that is wrong; whatever is read after that is zero.
type arguments struct {
	kind  string
	under string // of parameters that a parameter holds: "normal."
	given map[string]any
	err   error
}

// take sorts out which form the parameters have and refuses unknown ones.
func (a *arguments) take(k *Kind, params any) {
	switch p := params.(type) {
	case nil:
		if !k.Word {
			a.refuse("", "no parameters", "one of "+strings.Join(k.paramNames(), ", "), "")
		}
	case map[string]any:
		a.given = p
		a.known(k.paramNames())
		for _, name := range k.required() {
			if !a.has(name) {
				a.refuse(name, "nothing", "a value: it is required", "")
			}
		}
	default:
		if k.lone == "" {
			a.refuse("", describe(params), k.expectedForm(), "")
			return
		}
		a.given = map[string]any{k.lone: params}
	}
}

func (k *Kind) expectedForm() string {
	if len(k.Params) == 0 {
		return "no parameters"
	}
	return "a mapping with " + strings.Join(k.paramNames(), ", ")
}

func (a *arguments) known(names []string) {
	for _, name := range slices.Sorted(maps.Keys(a.given)) {
		if slices.Contains(names, name) {
			continue
		}
		if len(names) == 0 {
			a.refuse("", "the parameter "+quote(name), "no parameters", "")
			return
		}
		a.refuse("", "the parameter "+quote(name), "one of "+strings.Join(names, ", "), document.Nearest(name, names))
	}
}

func (a *arguments) refuse(param, found, expected, nearest string) {
	if a.err == nil {
		a.err = Refused{Kind: a.kind, Param: strings.TrimSuffix(a.under+param, "."), Found: found, Expected: expected, Nearest: nearest}
	}
}

func (a *arguments) has(name string) bool { return a.given[name] != nil }

// alone refuses parameters that exclude each other.
func (a *arguments) alone(names ...string) {
	var found []string
	for _, name := range names {
		if a.has(name) {
			found = append(found, name)
		}
	}
	if len(found) > 1 {
		a.refuse("", strings.Join(found, " and "), "one of "+strings.Join(names, ", "), "")
	}
}

// mapping reads a parameter that holds these parameters, all of them.
func (a *arguments) mapping(name string, names ...string) *arguments {
	m, ok := a.given[name].(map[string]any)
	if !ok {
		a.refuse(name, describe(a.given[name]), "a mapping with "+strings.Join(names, " and "), "")
		return &arguments{err: a.err}
	}
	inner := &arguments{kind: a.kind, under: a.under + name + ".", given: m, err: a.err}
	inner.known(names)
	for _, n := range names {
		if !inner.has(n) {
			inner.refuse(n, "nothing", "a value: it is required", "")
		}
	}
	a.err = inner.err
	return inner
}

// text reads a scalar as it was written.
func (a *arguments) text(name, fallback string) string {
	if !a.has(name) {
		return fallback
	}
	s, ok := scalar(a.given[name])
	if !ok || s == "" {
		a.refuse(name, describe(a.given[name]), "a text", "")
	}
	return s
}

func (a *arguments) word(name string, words []string, fallback string) string {
	if !a.has(name) {
		return fallback
	}
	s, ok := scalar(a.given[name])
	if !ok || !slices.Contains(words, s) {
		a.refuse(name, describe(a.given[name]), "one of "+strings.Join(words, ", "), document.Nearest(s, words))
	}
	return s
}

// longest bounds durations: beyond a day nobody means it.
const longest = 24 * time.Hour

const durationExpected = "a duration with its unit, up to 24h, such as 300ms or 2s"

func (a *arguments) duration(name string, fallback time.Duration) time.Duration {
	if !a.has(name) {
		return fallback
	}
	return a.durationOf(name, a.given[name])
}

func (a *arguments) durationOf(name string, value any) time.Duration {
	s, _ := scalar(value)
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > longest {
		a.refuse(name, describe(value), durationExpected, "")
		return 0
	}
	return d
}

// positive is a duration above zero.
func (a *arguments) positive(name string, fallback time.Duration) time.Duration {
	d := a.duration(name, fallback)
	if d == 0 && a.err == nil {
		a.refuse(name, describe(a.given[name]), "a duration above 0", "")
	}
	return d
}

func (a *arguments) integer(name string, lowest, highest, fallback int) int {
	if !a.has(name) {
		return fallback
	}
	s, _ := scalar(a.given[name])
	n, err := strconv.Atoi(s)
	if err != nil || n < lowest || n > highest {
		a.refuse(name, describe(a.given[name]), fmt.Sprintf("a whole number from %d to %d", lowest, highest), "")
		return 0
	}
	return n
}

// scalar is the text of a scalar, whatever its type has become on the way.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case uint64:
		return strconv.FormatUint(v, 10), true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64), true
		}
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

func describe(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	}
	if s, ok := scalar(v); ok {
		return quote(s)
	}
	return fmt.Sprintf("a value of type %T", v)
}

// quote shortens what somebody wrote to what a message bears.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
