package scenario

import "fmt"

var caseKeys = []string{"name", "about", "seed", "clock", "profile", "given", "rules", "must", "try"}

// cases are scenarios of their own that share what their file says: it is true in
// each case, and the case's own rules go first.
func (p *checker) cases(e entry, shared *Scenario) []*Scenario {
	if e.Node == nil {
		return nil
	}
	var all []*Scenario
	lines := map[string]int{}
	list := p.items(e.node, "a list of cases")
	if len(list) > maxCases {
		p.refuse(e.node, fmt.Sprintf("%d cases", len(list)), fmt.Sprintf("at most %d in a file", maxCases))
		return nil
	}
	for _, n := range list {
		fields, ok := p.fields(n, "a case: a mapping with name, given, rules, try", caseKeys...)
		if !ok {
			continue
		}
		name := p.name(n, fields, "name")
		if line, twice := lines[name]; twice && name != "" {
			p.refuse(fields["name"].node, quote(name)+" a second time", fmt.Sprintf("another name: the case on line %d has it", line))
		}
		lines[name] = n.Line
		c := *shared
		c.Name, c.Cases, c.Try = shared.Name+"/"+name, nil, nil
		if e, ok := fields["about"]; ok {
			c.About, _ = p.text(e.node, "a sentence about what the case shows")
		}
		own := Scenario{Seed: c.Seed, Clock: c.Clock, Profile: c.Profile}
		p.sections(fields, &own)
		c.Seed, c.Clock, c.Profile, c.Try = own.Seed, own.Clock, own.Profile, own.Try
		c.Given = concat(shared.Given, own.Given)
		c.Rules = concat(own.Rules, shared.Rules)
		c.Must = concat(own.Must, shared.Must)
		all = append(all, &c)
	}
	return all
}

func concat[T any](a, b []T) []T {
	return append(append(make([]T, 0, len(a)+len(b)), a...), b...)
}
