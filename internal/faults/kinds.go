package faults

import (
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
	Word     bool   // it may stand as a bare word, with its defaults
	Params   []Param
	Examples []string       // the fault's value, as YAML
	Schema   map[string]any // JSON Schema of the fault's value, draft 2020-12

	lone    string // the parameter that a lone scalar stands for; "" for none
	work    int
	repeats bool // several in one request all count
	parse   func(*arguments) Fault
}

// Param is one parameter of a kind.
type Param struct {
	Name     string
	Type     string // in a few words: duration, bytes or percent, path…
	About    string
	Default  string // as it would be written; empty for none
	Required bool
	Words    []string // all that it may be, if these are words

	schema map[string]any
}

// registry holds the kinds as they are documented: from late over broken to wrong.
var registry = []*Kind{
	&delayKind, &hangKind, &resetKind, &closeKind, &truncateKind, &dribbleKind,
	&garbageKind, &statusKind, &lostReplyKind, &staleReadKind, &driftKind,
}

func init() {
	for _, k := range registry {
		k.Schema = k.schema()
	}
}

// Kinds of faults that there are, in the order in which they are explained.
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
// Scalars within may be strings: "300ms", "502", "50%". The error is a Refused.
func Parse(kind string, params any) (Fault, error) {
	k, ok := find(kind)
	if !ok {
		return nil, Refused{
			Kind: kind, Found: quote(kind), Expected: "a fault: " + strings.Join(Names(), ", "),
			Nearest: document.Nearest(kind, Names()),
		}
	}
	a := &arguments{kind: kind}
	a.take(k, params)
	if a.err != nil {
		return nil, a.err
	}
	f := k.parse(a)
	if a.err != nil {
		return nil, a.err
	}
	return f, nil
}

func (k *Kind) paramNames() []string {
	names := make([]string, len(k.Params))
	for i, p := range k.Params {
		names[i] = p.Name
	}
	return names
}

// required are the parameters without which the kind is none.
func (k *Kind) required() []string {
	var names []string
	for _, p := range k.Params {
		if p.Required {
			names = append(names, p.Name)
		}
	}
	return names
}
