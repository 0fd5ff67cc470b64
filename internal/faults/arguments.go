package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

// arguments are a fault's parameters while a fault is made of them. They keep the
// first thing that is wrong; all that is read after that is zero.
type arguments struct {
	under string // of parameters that a parameter holds: "normal."
	given map[string]any
	err   error
}

// take sorts out which form the parameters have and refuses unknown ones.
func (a *arguments) take(k *Kind, params any) {
	switch p := params.(type) {
	case nil:
		if !k.Word {
			a.refuse("", "no parameters", "one of "+strings.Join(namesOf(k.Params), ", "), "")
		}
	case map[string]any:
		a.given = p
		a.known(namesOf(k.Params))
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
	return "a mapping with " + strings.Join(namesOf(k.Params), ", ")
}

func (a *arguments) known(names []string) {
	for _, name := range slices.Sorted(maps.Keys(a.given)) {
		if slices.Contains(names, name) {
			continue
		}
		if len(names) == 0 {
			a.refuse("", "the parameter "+document.Quote(name), "no parameters", "")
			return
		}
		a.refuse("", "the parameter "+document.Quote(name), "one of "+strings.Join(names, ", "), document.Meant(name, names))
	}
}

// refused is about a parameter, with dots where it lies deeper (normal.sd), or about the
// value as a whole.
func refused(param, found, expected, nearest string) error {
	return document.Findings{{Path: param, Found: found, Expected: expected, Nearest: nearest, Severity: document.Error}}
}

func (a *arguments) refuse(param, found, expected, nearest string) {
	if a.err == nil {
		a.err = refused(strings.TrimSuffix(a.under+param, "."), found, expected, nearest)
	}
}

func (a *arguments) has(name string) bool { return a.given[name] != nil }

// fill a struct of parameters with what is given, or with the defaults.
func (a *arguments) fill(into reflect.Value) {
	for i, p := range paramsOf(into.Type()) {
		value := a.given[p.Name]
		if value == nil {
			if p.Required {
				a.refuse(p.Name, "nothing", "a value: it is required", "")
			}
			if p.Default == "" {
				continue
			}
			value = p.Default
		}
		for _, other := range p.excludes {
			if a.has(p.Name) && a.has(other) {
				a.refuse("", p.Name+" and "+other, "one of "+p.Name+", "+other, "")
			}
		}
		if p.needs != "" && !a.has(p.needs) {
			a.refuse(p.needs, "nothing", "a value: "+p.Name+" and "+p.needs+" go together", "")
		}
		a.set(into.Field(i), p, value)
	}
}

// set a field by its type.
func (a *arguments) set(field reflect.Value, p Param, value any) {
	text, isText := scalar(value)
	switch into := field.Addr().Interface().(type) {
	case *time.Duration:
		*into = a.duration(p, value)
	case *[2]time.Duration:
		*into = a.durations(p, value)
	case *int:
		fits := func(text string) bool {
			n, err := strconv.Atoi(text)
			*into = n
			return err == nil && n >= p.least && n <= p.most
		}
		if !fits(text) {
			a.refuse(p.Name, describe(value), fmt.Sprintf("a whole number from %d to %d", p.least, p.most), document.Respelt(text, fits))
		}
	case *string:
		*into = text
		if len(p.Words) > 0 && !slices.Contains(p.Words, text) {
			a.refuse(p.Name, describe(value), "one of "+strings.Join(p.Words, ", "), document.Meant(text, p.Words))
		} else if !isText || text == "" {
			a.refuse(p.Name, describe(value), "a text", "")
		}
	case *path:
		if *into = parsePath(text); *into == nil || !isText {
			a.refuse(p.Name, describe(value), "the path of a field, such as status, items.amount or items[0].amount", "")
		}
	case *Cut:
		*into = a.cut(p, value)
	default:
		a.inner(field, p, value)
	}
}

// inner fills the parameters that a parameter holds.
func (a *arguments) inner(field reflect.Value, p Param, value any) {
	names := namesOf(paramsOf(field.Type()))
	m, ok := value.(map[string]any)
	if !ok {
		a.refuse(p.Name, describe(value), "a mapping with "+strings.Join(names, " and "), "")
		return
	}
	inner := &arguments{under: a.under + p.Name + ".", given: m, err: a.err}
	inner.known(names)
	inner.fill(field)
	a.err = inner.err
}

// longest bounds durations: more than a day is a mistake.
const longest = 24 * time.Hour

func (a *arguments) duration(p Param, value any) time.Duration {
	text, _ := scalar(value)
	d, _ := time.ParseDuration(text)
	switch {
	case !isDuration(text):
		a.refuse(p.Name, describe(value), "a duration with its unit, up to 24h, such as 300ms or 2s", document.Respelt(text, isDuration))
		return 0
	case d == 0 && p.positive:
		a.refuse(p.Name, describe(value), "a duration above 0", "")
	}
	return d
}

func isDuration(text string) bool {
	d, err := time.ParseDuration(text)
	return err == nil && d >= 0 && d <= longest
}

func (a *arguments) durations(p Param, value any) (pair [2]time.Duration) {
	list, _ := value.([]any)
	if len(list) != len(pair) {
		found := describe(value)
		if list != nil {
			found = fmt.Sprintf("a list of %d", len(list))
		}
		a.refuse(p.Name, found, "a list of two durations, such as [100ms, 2s]", "")
		return pair
	}
	for i := range pair {
		pair[i] = a.duration(p, list[i])
	}
	if pair[1] < pair[0] {
		a.refuse(p.Name, fmt.Sprintf("%s before %s", pair[0], pair[1]), "the shorter duration first", "")
	}
	return pair
}

// cut is a number of bytes, or a share of the body.
func (a *arguments) cut(p Param, value any) Cut {
	text, _ := scalar(value)
	if number, ok := strings.CutSuffix(text, "%"); ok {
		if share, err := strconv.ParseFloat(number, 64); err == nil && share >= 0 && share < 100 {
			return Cut{Percent: share}
		}
	} else if bytes, err := strconv.Atoi(text); err == nil && bytes >= 0 {
		return Cut{Bytes: bytes}
	}
	a.refuse(p.Name, describe(value), "a number of bytes such as 20, or a share below 100% such as 50%", "")
	return Cut{}
}

// scalar is the text of a scalar, also if YAML has read it as another type.
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
		return document.Quote(s)
	}
	return fmt.Sprintf("a value of type %T", v)
}
