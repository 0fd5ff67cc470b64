package schema

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// plainOf makes checkers of compiled schemas, one of each: schemas may refer to
// themselves.
type plainOf map[*jsonschema.Schema]*plain

func (made plainOf) schema(s *jsonschema.Schema) *plain {
	if s == nil {
		return nil
	}
	if p := made[s]; p != nil {
		return p
	}
	p := &plain{of: s, unknown: hasOtherKeywords(s), pattern: s.Pattern, format: formatOf(s.Format)}
	made[s] = p
	for _, name := range s.Types {
		p.types |= kindNames[name]
	}
	p.bounds = boundsOf(s)
	for name, of := range s.Properties {
		p.members = append(p.members, member{name, slices.Contains(s.Required, name), made.schema(of)})
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			p.needs = append(p.needs, name)
		}
	}
	made.closed(p)
	p.first, p.items = made.schemas(s.PrefixItems), made.schema(s.Items2020)
	p.all = made.schemas(s.AllOf)
	if s.Ref != nil {
		p.all = append(p.all, made.schema(s.Ref))
	}
	p.not, p.anyOf, p.oneOf = made.schema(s.Not), made.schemas(s.AnyOf), made.schemas(s.OneOf)
	p.condition, p.then, p.or = made.schema(s.If), made.schema(s.Then), made.schema(s.Else)
	return p
}

func (made plainOf) schemas(all []*jsonschema.Schema) []*plain {
	var plains []*plain
	for _, s := range all {
		plains = append(plains, made.schema(s))
	}
	return plains
}

func boundsOf(s *jsonschema.Schema) (all []bound) {
	if s.Minimum != nil {
		all = append(all, newBound(s.Minimum, false, false))
	}
	if s.ExclusiveMinimum != nil {
		all = append(all, newBound(s.ExclusiveMinimum, false, true))
	}
	if s.Maximum != nil {
		all = append(all, newBound(s.Maximum, true, false))
	}
	if s.ExclusiveMaximum != nil {
		all = append(all, newBound(s.ExclusiveMaximum, true, true))
	}
	return all
}

// closed finds what is said of members that are no properties.
func (made plainOf) closed(p *plain) {
	s := p.of
	switch of := s.AdditionalProperties.(type) {
	case bool:
		if of {
			break
		}
		always := false
		p.others = &plain{of: &jsonschema.Schema{Always: &always}}
	case *jsonschema.Schema:
		p.others = made.schema(of)
	}
	switch {
	case p.others != nil && s.UnevaluatedProperties != nil:
		p.unknown = true
	case p.others != nil:
		p.known = namesOf(s.Properties)
	case s.UnevaluatedProperties != nil:
		p.known = namesOf(s.Properties)
		p.others = made.schema(s.UnevaluatedProperties)
		p.unknown = p.unknown || !evaluates(s, p.known)
	}
}

func namesOf(properties map[string]*jsonschema.Schema) map[string]bool {
	names := make(map[string]bool, len(properties))
	for name := range properties {
		names[name] = true
	}
	return names
}

// evaluates adds the members that a schema evaluates by those that it refers to. It is
// false where which ones these are depends on the value.
func evaluates(s *jsonschema.Schema, names map[string]bool) bool {
	if s.AdditionalProperties != nil || s.AnyOf != nil || s.OneOf != nil || s.If != nil || s.Not != nil {
		return false
	}
	others := s.AllOf
	if s.Ref != nil {
		others = append(others[:len(others):len(others)], s.Ref)
	}
	for _, other := range others {
		if other.UnevaluatedProperties != nil || hasOtherKeywords(other) || !evaluates(other, names) {
			return false
		}
		for name := range other.Properties {
			names[name] = true
		}
	}
	return true
}

// hasOtherKeywords reports whether a schema has keywords that a plain checker doesn't know.
func hasOtherKeywords(s *jsonschema.Schema) bool {
	return s.RecursiveRef != nil || s.DynamicRef != nil || s.PropertyNames != nil || s.RegexProperties ||
		len(s.PatternProperties) > 0 || len(s.Dependencies) > 0 || len(s.DependentSchemas) > 0 ||
		s.Items != nil || s.AdditionalItems != nil || s.UniqueItems || s.Contains != nil || s.UnevaluatedItems != nil ||
		s.ContentSchema != nil || s.MultipleOf != nil || len(s.Extensions) > 0 || hasOtherTypes(s)
}

func hasOtherTypes(s *jsonschema.Schema) bool {
	return slices.ContainsFunc(s.Types, func(name string) bool { return kindNames[name] == 0 })
}
