package architecture

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// machineTime are the functions of package time that ask the machine what time it
// is, or wait in its time. Whatever needs them in a sandbox has the sandbox's clock.
var machineTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// exempt is who may use the machine's time all the same, and why.
var exempt = []struct {
	pkg       string
	functions []string
	why       string
}{
	{"internal/clock", []string{"Now", "NewTimer"}, "it is where a sandbox's time comes from"},
	{"internal/simulator", []string{"Now", "Since", "AfterFunc"}, "deadlines of connections are in the machine's time"},
	{"bench", []string{"Now", "Since"}, "what it measures is the machine's time"},
	{"internal/execution", []string{"After"}, "a child process runs in the machine's time"},
}

// uses lists the places where a file names one of a package's members; of nil
// members, any but those in but.
func (s source) uses(of func(imported string) bool, members, but []string) []string {
	names := map[string]bool{}
	for _, i := range s.imports() {
		if of(i.of) {
			names[i.name] = true
		}
	}
	var found []string
	if names["."] {
		found = append(found, fmt.Sprintf("%s: an import whose members can't be told apart", s.line(s.syntax.Package)))
	}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name, ok := selector.X.(*ast.Ident)
		if !ok || !names[name.Name] || slices.Contains(but, selector.Sel.Name) {
			return true
		}
		if members == nil || slices.Contains(members, selector.Sel.Name) {
			found = append(found, fmt.Sprintf("%s: %s.%s", s.line(n.Pos()), name.Name, selector.Sel.Name))
		}
		return true
	})
	return found
}

func exactly(path string) func(string) bool {
	return func(imported string) bool { return imported == path }
}

// timeTakers are the places outside of tests that take time from the machine.
func timeTakers(all []source) []string {
	var found []string
	for _, s := range all {
		if s.test || strings.HasPrefix(s.path, "examples/") { // clients, which know no sandbox
			continue
		}
		var allowed []string
		for _, e := range exempt {
			if e.pkg == s.pkg() {
				allowed = append(allowed, e.functions...)
			}
		}
		for _, use := range s.uses(exactly("time"), machineTime, allowed) {
			found = append(found, use+": time comes from a sandbox's clock")
		}
	}
	return found
}

// sleepers are the tests that wait for time to pass.
func sleepers(all []source) []string {
	var found []string
	for _, s := range all {
		if s.test {
			for _, use := range s.uses(exactly("time"), []string{"Sleep"}, nil) {
				found = append(found, use+": a test that sleeps is slow or fails at times: advance a clock, or wait for what it waits for")
			}
		}
	}
	return found
}

// gamblers are the places that draw from what isn't a pure function of the seed.
func gamblers(all []source) []string {
	random := func(imported string) bool { return imported == "math/rand" || imported == "math/rand/v2" }
	var found []string
	for _, s := range all {
		if s.test || s.pkg() == "internal/chance" {
			continue
		}
		for _, use := range s.uses(random, nil, nil) {
			found = append(found, use+": every draw is chance's, so that nothing shifts another's")
		}
	}
	return found
}

func TestTimeComesFromTheClock(t *testing.T)  { report(t, timeTakers(theProject(t))) }
func TestNoTestSleeps(t *testing.T)           { report(t, sleepers(theProject(t))) }
func TestChanceComesFromTheSeed(t *testing.T) { report(t, gamblers(theProject(t))) }

// An exemption that is not needed may be taken by mistake.
func TestExemptionsAreNeeded(t *testing.T) {
	for _, e := range exempt {
		for _, function := range e.functions {
			used := slices.ContainsFunc(theProject(t), func(s source) bool {
				return !s.test && s.pkg() == e.pkg && len(s.uses(exactly("time"), []string{function}, nil)) > 0
			})
			if !used {
				t.Errorf("%s doesn't use time.%s (%s)", e.pkg, function, e.why)
			}
		}
	}
}

func TestTimeAndChanceAreFound(t *testing.T) {
	all := sources(t, map[string]string{
		"internal/a/now.go":     "package a\nimport \"time\"\nvar now = time.Now\n",
		"internal/a/alias.go":   "package a\nimport clock \"time\"\nfunc f() { <-clock.After(clock.Second) }\n",
		"internal/a/dot.go":     "package a\nimport . \"time\"\nvar x = Now()\n",
		"internal/a/fine.go":    "package a\nimport \"time\"\nvar x = time.Date\ntype c struct{ time struct{ Now int } }\n",
		"internal/a/other.go":   "package a\nimport \"github.com/x/time\"\nvar x = time.Now\n",
		"internal/a/a_test.go":  "package a\nimport \"time\"\nvar a = time.Now()\nfunc f() { time.Sleep(time.Second) }\n",
		"internal/clock/c.go":   "package clock\nimport \"time\"\nvar a, b = time.Now, time.Sleep\n",
		"internal/a/rand.go":    "package a\nimport \"math/rand\"\nvar x = rand.New(nil)\n",
		"internal/a/rand2.go":   "package a\nimport \"math/rand/v2\"\nvar x rand.Source\n",
		"internal/chance/c.go":  "package chance\nimport \"math/rand/v2\"\nvar x rand.Source\n",
		"internal/a/b_test.go":  "package a\nimport \"math/rand\"\nvar x = rand.Int()\n",
		"examples/go/client.go": "package main\nimport \"time\"\nvar x = time.Now\n",
	})
	expect(t, timeTakers(all), "alias.go:3: clock.After", "dot.go:1", "now.go:3: time.Now", "c.go:3: time.Sleep")
	expect(t, sleepers(all), "a_test.go:4: time.Sleep")
	expect(t, gamblers(all), "rand.go:3: rand.New", "rand2.go:3: rand.Source")
}
