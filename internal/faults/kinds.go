package faults

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Kind describes one kind of fault: the checker, the reference page and the JSON
// Schema of scenarios are derived from it.
type Kind struct {
	Name     string
	About    string // what it does
	Imitates string // the real behaviour, and why a client must survive it
	Russian  Texts  // of both
	Word     bool   // it may stand as a bare word, with its defaults
	Params   []Param
	Examples []string       // the fault's value, as YAML
	Schema   map[string]any // JSON Schema of the fault's value, draft 2020-12

	lone    string // the parameter that a lone scalar stands for; "" for none
	work    int
	repeats bool // several in one request all count
	parse   func(*arguments) effect
}

// Texts of a kind in another language than English.
type Texts struct{ About, Imitates string }

// registry holds the kinds by their names.
var registry []*Kind

// register a kind whose parameters are the fields of a struct. Make turns them into the
// fault, and may refuse what the tags can't say.
func register[P any](k Kind, make func(a *arguments, params P) effect) {
	k.Params = paramsOf(reflect.TypeFor[P]())
	for _, p := range k.Params {
		if p.lone {
			k.lone = p.Name
		}
	}
	k.Schema = k.schema()
	k.parse = func(a *arguments) effect {
		var params P
		a.fill(reflect.ValueOf(&params).Elem())
		if a.err != nil {
			return nil
		}
		return make(a, params)
	}
	registry = append(registry, &k)
	slices.SortFunc(registry, func(a, b *Kind) int { return cmp.Compare(a.Name, b.Name) })
}

// registerPlain is register for a fault that is its own parameters.
func registerPlain[F effect](k Kind) { register(k, func(_ *arguments, f F) effect { return f }) }

// Kinds of faults that there are, by their names.
func Kinds() []Kind {
	kinds := make([]Kind, len(registry))
	for i, k := range registry {
		kinds[i] = *k
	}
	return kinds
}

// Names of the kinds.
func Names() []string {
	names := make([]string, len(registry))
	for i, k := range registry {
		names[i] = k.Name
	}
	return names
}

// Words are the names of the kinds that need no parameters.
func Words() []string {
	var words []string
	for _, k := range registry {
		if k.Word {
			words = append(words, k.Name)
		}
	}
	return words
}

// Lookup a kind by its name.
func Lookup(name string) (Kind, bool) {
	k, ok := find(name)
	if !ok {
		return Kind{}, false
	}
	return *k, true
}

func find(name string) (*Kind, bool) {
	i := slices.IndexFunc(registry, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil, false
	}
	return registry[i], true
}

// Parse makes a fault of its kind and parameters: nil for a bare word, a scalar
// (string, number, bool) for the kind's lone parameter, or a map of parameters.
// Scalars within may be strings: "300ms", "502", "50%". The error is
// document.Findings: one, whose path is the parameter's and which has no place.
func Parse(kind string, params any) (Fault, error) {
	k, ok := find(kind)
	if !ok {
		return Fault{}, refused("", document.Quote(kind), "a fault: "+strings.Join(Names(), ", "), document.Meant(kind, Names()))
	}
	a := &arguments{}
	if a.take(k, params); a.err != nil {
		return Fault{}, a.err
	}
	f := Fault{k, k.parse(a)}
	return f, a.err
}
