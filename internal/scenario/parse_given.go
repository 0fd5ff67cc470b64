package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
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
func (p *checker) given(group value, name string) []Given {
	var all []Given
	known := fixtures(p.table)
	for _, e := range group.entries {
		name := document.Below(name, e.key.Value)
		at := slices.IndexFunc(known, func(f contract.Fixture) bool { return f.Name == name })
		if at < 0 {
			all = append(all, p.given(e, name)...)
			continue
		}
		all = append(all, p.fixture(e, known[at])...)
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

func (p *checker) fixture(list value, f contract.Fixture) []Given {
	var given []Given
	s := p.shapes.Of(f.Schema)
	for _, one := range list.items {
		item, before := one.node, len(*p.findings)
		v := p.value(item, s, reading{strict: true})
		if len(*p.findings) > before {
			continue
		}
		if problems := p.table.Schemas.Check(f.Schema, v); len(problems) > 0 {
			p.refuseValue(item, problems[0])
			continue
		}
		one := Given{Position: p.at(item.Node), Path: item.path, Fixture: f, Item: v}
		p.refuseSecond(item, one, given)
		given = append(given, one)
	}
	return given
}

// refuseSecond finds an item that is about the same thing as one before it in the list:
// only the later one would hold.
func (p *checker) refuseSecond(at node, one Given, before []Given) {
	if i := slices.IndexFunc(before, func(b Given) bool { return b.key() != "" && b.key() == one.key() }); i >= 0 {
		place, _ := at.child(one.Fixture.Key)
		p.refuse(place, fmt.Sprintf("%s %s a second time, after line %d", one.Fixture.Key, one.key(), before[i].Line), "one item that says all of it")
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

// refuseValue puts what a schema says about a value to the place in the document
// that it is about.
func (p *checker) refuseValue(n node, problem contract.Problem) {
	at := n
	for step := range document.Steps(problem.Path) {
		next, ok := at.child(step)
		if !ok {
			break
		}
		at = next
	}
	found, expected := inWords(problem)
	if found == "" {
		found = at.describe()
	}
	p.refuse(at, found, expected)
}

// inWords turns what a validator says into what was found and what was expected.
func inWords(problem contract.Problem) (found, expected string) {
	text := problem.Expected
	switch {
	case problem.Missing:
		return "no " + problem.Path[strings.LastIndexByte(problem.Path, '/')+1:], text
	case problem.Keyword == "enum", problem.Keyword == "const":
		return problem.Found, strings.TrimPrefix(text, "value must be ")
	case problem.Keyword == "additionalProperties":
		return "the field " + strings.TrimSuffix(strings.TrimPrefix(text, "additionalProperties "), " not allowed"), "no field of that name"
	case problem.Keyword == "pattern" || problem.Keyword == "format":
		return problem.Found, formInWords(text)
	case problem.Keyword == "type":
		return problem.Found, strings.TrimPrefix(text, "expected ")
	case problem.Keyword != "":
		return problem.Found, "a value that fits: " + text
	}
	return problem.Found, text
}

// forms are the patterns and formats of fixtures in words, with an example.
var forms = map[string]string{
	"^[0-9]{12}$":   "twelve digits",
	"^[0-9]+$":      "digits",
	"^[A-Z0-9]{8}$": "a BIC, such as CASPKZKA",
	"currency":      "a currency of ISO 4217, such as KZT",
	"date":          "a date such as 2014-02-08",
	"date-time":     "an instant such as 2024-03-01T09:00:00+05:00",
}

var quoted = regexp.MustCompile(`'([^']*)'$`)

// formInWords says what a validator wants of a text that hasn't the form.
func formInWords(text string) string {
	m := quoted.FindStringSubmatch(text)
	if m == nil {
		return "a value that fits: " + text
	}
	if words, known := forms[m[1]]; known {
		return words
	}
	return "a text of the form " + m[1]
}
