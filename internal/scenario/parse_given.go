package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
)

// fixtures of all services, in the order in which they are made true.
func fixtures(table *contract.Table) []contract.Fixture {
	var all []contract.Fixture
	for _, s := range table.Services {
		all = append(all, s.Fixtures...)
	}
	return all
}

// given are the items of all fixtures in a group: subjects, and those of k2 for k2.loans.
// Values in them see what a scope has.
func (p *checker) given(group value, name string, in *scope) []Given {
	var all []Given
	known := fixtures(p.table)
	for _, e := range group.entries {
		name := document.Below(name, e.key.Value)
		at := slices.IndexFunc(known, func(f contract.Fixture) bool { return f.Name == name })
		if at < 0 {
			all = append(all, p.given(e, name, in)...)
			continue
		}
		all = append(all, p.fixture(e, known[at], in)...)
	}
	return all
}

// wordsBelow a group are the next words of the fixtures' names.
func wordsBelow(known []contract.Fixture, group string) []string {
	prefix := ""
	if group != "" {
		prefix = group + "."
	}
	var words []string
	for _, f := range known {
		rest, inside := strings.CutPrefix(f.Name, prefix)
		word, _, _ := strings.Cut(rest, ".")
		if inside && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

func (p *checker) fixture(list value, f contract.Fixture, in *scope) []Given {
	var given []Given
	lines := map[string]int{} // of the items, by their keys
	s := p.shapes.Of(f.Schema)
	for _, one := range list.items {
		item, before, values := one.node, len(*p.findings), len(in.made)
		v := p.value(item, s, reading{strict: true, scope: in})
		wrong := (*p.findings)[before:]
		valued := len(in.made) > values
		misfits := p.fixtureMisfits(item, f, v, valued)
		if len(wrong) > 0 {
			misfits = slices.DeleteFunc(misfits, func(m schema.Misfit) bool { return p.follows(m, item, wrong) })
		}
		if p.refuseMisfits(item, misfits, ""); len(*p.findings) > before {
			continue
		}
		one := Given{Position: p.at(item.Node), Path: item.path, Fixture: f, Item: v, valued: valued}
		p.refuseSecond(item, one, lines)
		given = append(given, one)
		p.items[one.File+one.Path] = item
	}
	return given
}

// follows reports whether a misfit of an item comes of what is wrong there already: a key that is missing beside one
// that is misspelt.
func (p *checker) follows(m schema.Misfit, item node, wrong document.Findings) bool {
	doc, at := &document.Document{Root: item.Node, Below: item.path}, m.Path
	switch m.Keyword {
	case "additionalProperties", "unevaluatedProperties":
		return true // it has been told
	case "required":
		at = at[:strings.LastIndexByte(at, '/')]
	}
	return slices.ContainsFunc(wrong, func(f document.Finding) bool { return f.Path == doc.Path(at) })
}

// fixtureMisfits of an item. Of one with values that aren't known yet only what is missing is known.
func (p *checker) fixtureMisfits(item node, f contract.Fixture, v any, valued bool) []schema.Misfit {
	if !valued {
		misfits, _ := p.shapes.Check(f.Schema, v) // the table has compiled it
		return misfits
	}
	misfits, _ := p.shapes.Check(f.Schema, document.Value(item.Node))
	return slices.DeleteFunc(misfits, func(m schema.Misfit) bool { return m.Keyword != "required" })
}

// refuseSecond finds an item that is about the same thing as one before it in the list:
// only the later one would hold.
func (p *checker) refuseSecond(at node, one Given, lines map[string]int) {
	key := one.key()
	line, before := lines[key]
	switch {
	case key == "":
	case before:
		place, _ := at.child(one.Fixture.Key)
		p.refuse(place, fmt.Sprintf("%s %s a second time, after line %d", one.Fixture.Key, key, line), "one item that says all of it")
	default:
		lines[key] = one.Line
	}
}

// key by which an item is found again.
func (g Given) key() string {
	item, _ := g.Item.(map[string]any)
	switch key := item[g.Fixture.Key].(type) {
	case string:
		return key
	case json.Number:
		return key.String()
	}
	return ""
}

// refuseMisfits reports where in the document a value doesn't fit a schema.
func (p *checker) refuseMisfits(n node, misfits []schema.Misfit, why string) {
	doc := &document.Document{File: p.file, Root: n.Node, Below: n.path}
	for _, f := range together(p.shapes.Explain(doc, misfits)) {
		f.Expected += why
		p.find(f)
	}
}

// mostMissing keys of a mapping are reported in a line each; more of them in one line.
const mostMissing = 3

// together are findings with one of a mapping that lacks many keys.
func together(all document.Findings) document.Findings {
	missing := map[string][]string{}
	for _, f := range all {
		if name, ok := missingKey(f); ok {
			missing[f.Path] = append(missing[f.Path], name)
		}
	}
	told := map[string]bool{}
	var less document.Findings
	for _, f := range all {
		if _, ok := missingKey(f); ok && len(missing[f.Path]) > mostMissing {
			if told[f.Path] {
				continue
			}
			told[f.Path] = true
			f.Found, f.Expected = "no "+strings.Join(missing[f.Path], ", "), "these keys"
		}
		less = append(less, f)
	}
	return less
}

// missingKey that a finding is about.
func missingKey(f document.Finding) (name string, ok bool) {
	name, ok = strings.CutPrefix(f.Found, "no ")
	return name, ok && f.Expected == "the key "+name
}

// refuseProblem is about a part of a value.
func (p *checker) refuseProblem(n node, problem contract.Problem, why string) {
	at := n
	for step := range document.Steps(problem.Path) {
		next, ok := at.child(step)
		if !ok {
			break
		}
		at = next
	}
	found := problem.Found
	if found == "" {
		found = at.describe()
	}
	p.refuseMeant(at, found, problem.Expected+why, problem.Nearest)
}
