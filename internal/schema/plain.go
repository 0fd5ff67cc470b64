package schema

import (
	"regexp"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// verdict is what a plain checker says of a value.
type verdict int

const (
	unsure verdict = iota // the validator has to be asked
	fits
	unfit
)

// plain checks a value by the keywords that most schemas have, and allocates nothing. It
// says whether the value fits; in what it doesn't the validator says. It is unsure of a
// schema that has other keywords.
type plain struct {
	of      *jsonschema.Schema
	unknown bool // there are keywords that it doesn't know
	types   kinds
	format  func(any) bool
	bounds  []bound
	pattern *regexp.Regexp

	members []member        // properties
	needs   []string        // required members that are no properties
	known   map[string]bool // members that are evaluated, where others may not be there; nil where they may
	others  *plain          // of members that are no properties; nil for any
	first   []*plain        // prefixItems
	items   *plain          // of the elements behind them; nil for any

	all          []*plain // $ref, allOf
	not          *plain
	anyOf, oneOf []*plain
	condition    *plain // if
	then, or     *plain // then, else
}

// member is a property.
type member struct {
	name   string
	needed bool // required
	*plain
}

// check a decoded value, numbers as json.Number.
func (p *plain) check(v any) verdict {
	if p.unknown {
		return unsure
	}
	if p.of.Always != nil {
		return verdictOf(*p.of.Always)
	}
	said := p.scalar(v)
	if said == unfit {
		return unfit
	}
	switch v := v.(type) {
	case map[string]any:
		said = both(said, p.object(v))
	case []any:
		said = both(said, p.list(v))
	}
	if said == unfit {
		return unfit
	}
	return both(said, p.combined(v))
}

func verdictOf(ok bool) verdict {
	if ok {
		return fits
	}
	return unfit
}

// both verdicts about a value in one.
func both(a, b verdict) verdict {
	switch {
	case a == unfit || b == unfit:
		return unfit
	case a == fits && b == fits:
		return fits
	}
	return unsure
}

// scalar checks the keywords that look at no members and elements.
func (p *plain) scalar(v any) verdict {
	said := fits
	if p.types != 0 {
		said = p.types.have(v)
	}
	if len(p.of.Constant) > 0 {
		said = both(said, equal(v, p.of.Constant[0]))
	}
	if len(p.of.Enum) > 0 {
		said = both(said, isOneOf(v, p.of.Enum))
	}
	if said == unfit || p.format != nil && !p.format(v) {
		return unfit
	}
	if text, ok := v.(string); ok {
		return both(said, verdictOf(p.fitsText(text)))
	}
	for _, b := range p.bounds {
		said = both(said, b.holds(v))
	}
	return said
}

func (p *plain) fitsText(text string) bool {
	if p.of.MinLength >= 0 || p.of.MaxLength >= 0 {
		n := utf8.RuneCountInString(text)
		if n < p.of.MinLength || p.of.MaxLength >= 0 && n > p.of.MaxLength {
			return false
		}
	}
	return p.pattern == nil || p.pattern.MatchString(text)
}

func (p *plain) object(v map[string]any) verdict {
	if len(v) < p.of.MinProperties || p.of.MaxProperties >= 0 && len(v) > p.of.MaxProperties {
		return unfit
	}
	if !hasAll(v, p.needs) {
		return unfit
	}
	for name, needs := range p.of.DependentRequired {
		if _, is := v[name]; is && !hasAll(v, needs) {
			return unfit
		}
	}
	said, met := fits, 0
	for i := range p.members {
		m := &p.members[i]
		value, is := v[m.name]
		if !is && m.needed {
			return unfit
		}
		if is {
			met++
			if said = both(said, m.check(value)); said == unfit {
				return unfit
			}
		}
	}
	if p.known == nil || met == len(v) {
		return said
	}
	for name, value := range v {
		if !p.known[name] {
			if said = both(said, p.others.check(value)); said == unfit {
				return unfit
			}
		}
	}
	return said
}

func hasAll(v map[string]any, names []string) bool {
	for _, name := range names {
		if _, is := v[name]; !is {
			return false
		}
	}
	return true
}

func (p *plain) list(v []any) verdict {
	if len(v) < p.of.MinItems || p.of.MaxItems >= 0 && len(v) > p.of.MaxItems {
		return unfit
	}
	said := fits
	for i, element := range v {
		of := p.items
		if i < len(p.first) {
			of = p.first[i]
		}
		if of == nil {
			break
		}
		if said = both(said, of.check(element)); said == unfit {
			return unfit
		}
	}
	return said
}

// combined checks the keywords that let other schemas judge the same value.
func (p *plain) combined(v any) verdict {
	said := fits
	for _, other := range p.all {
		if said = both(said, other.check(v)); said == unfit {
			return unfit
		}
	}
	if p.not != nil {
		said = both(said, opposite(p.not.check(v)))
	}
	if len(p.anyOf) > 0 {
		said = both(said, anyOf(p.anyOf, v))
	}
	if len(p.oneOf) > 0 {
		said = both(said, oneOfThem(p.oneOf, v))
	}
	if p.condition == nil || said == unfit {
		return said
	}
	follows := p.or
	switch p.condition.check(v) {
	case unsure:
		return unsure
	case fits:
		follows = p.then
	}
	if follows == nil {
		return said
	}
	return both(said, follows.check(v))
}

func opposite(v verdict) verdict {
	switch v {
	case fits:
		return unfit
	case unfit:
		return fits
	}
	return unsure
}

func anyOf(all []*plain, v any) verdict {
	said := unfit
	for _, p := range all {
		switch p.check(v) {
		case fits:
			return fits
		case unsure:
			said = unsure
		}
	}
	return said
}

func oneOfThem(all []*plain, v any) verdict {
	said := unfit
	for _, p := range all {
		switch p.check(v) {
		case unsure:
			return unsure
		case fits:
			if said == fits {
				return unfit
			}
			said = fits
		}
	}
	return said
}
