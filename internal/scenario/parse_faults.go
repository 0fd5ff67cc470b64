package scenario

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/schema"
)

// faults are a word, a mapping of kinds to their parameters, or a list of both.
func (p *checker) faults(n node) []faults.Fault {
	switch n.Kind {
	case yaml.SequenceNode:
		var all []faults.Fault
		for _, item := range p.items(n, "a list of faults") {
			all = append(all, p.faults(item)...)
		}
		return all
	case yaml.MappingNode:
		entries, _ := p.entries(n, "a mapping of a fault and its parameters")
		if len(entries) == 0 {
			p.refuse(n, "an empty mapping", "a fault, such as {delay: 2s}")
		}
		var all []faults.Fault
		for _, e := range entries {
			params := p.value(e.node, schema.Shape{}, reading{})
			all = append(all, p.faultOf(e, params)...)
		}
		return all
	}
	text, ok := p.text(n, "a fault, such as reset or {delay: 2s}")
	if !ok {
		return nil
	}
	return p.fault(n, text, nil)
}

func (p *checker) faultOf(e entry, params any) []faults.Fault {
	if _, known := faults.Lookup(e.key.Value); !known {
		return p.fault(node{e.key, e.path}, e.key.Value, nil)
	}
	return p.fault(e.node, e.key.Value, params)
}

// spoiling are the kinds after which an answer may hold anything.
var spoiling = []string{"drift", "garbage", "status"}

// fault of a kind. What is wrong with a parameter is put to where it stands.
func (p *checker) fault(n node, kind string, params any) []faults.Fault {
	*p.loose = *p.loose || slices.Contains(spoiling, kind)
	f, err := faults.Parse(kind, params)
	var refused faults.Refused
	switch {
	case errors.As(err, &refused):
		at := n
		for name := range strings.SplitSeq(refused.Param, ".") {
			if next, ok := at.child(name); ok {
				at = next
			}
		}
		p.find(document.Finding{Position: p.at(at.Node), Path: at.path, Found: refused.Found, Expected: refused.Expected, Nearest: refused.Nearest, Severity: document.Error})
		return nil
	case err != nil:
		p.refuse(n, err.Error(), "a fault")
		return nil
	}
	return []faults.Fault{f}
}
