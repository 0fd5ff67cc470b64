package reference_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// TestEveryWordHasAnExampleAndABrokenTwin: each word of the language stands in an example of
// the reference that runs; and in that example, with something else in its place, it is
// refused with the message in the golden file. The words are those of the grammar, so that a
// new one needs both.
func TestEveryWordHasAnExampleAndABrokenTwin(t *testing.T) {
	tbl := table(t)
	examples := runningExamples(t, tbl)
	var told strings.Builder
	for _, word := range append(keyWords(tbl), namedWords(t, tbl)...) {
		said := ""
		for _, e := range examples {
			if said = word.twin(tbl, e); said != "" {
				break
			}
		}
		if said == "" {
			t.Errorf("%s: no example in internal/reference/examples has a use of it that is refused when it is broken", word.name)
			continue
		}
		fmt.Fprintf(&told, "%s\n%s", word.name, said)
	}
	testgolden.Compare(t, "testdata/words.txt", told.String())
}

// sample is an example's name and text.
type sample struct{ name, source string }

// runningExamples are those of the reference; each is run.
func runningExamples(t *testing.T, tbl *contract.Table) (all []sample) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{States: simulator.NoBound})
	if err != nil {
		t.Fatal(err)
	}
	runner := trial.New(trial.Options{Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle})
	defer runner.Close()
	files, err := filepath.Glob("examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, findings := parsed(tbl, string(source))
		if s == nil {
			t.Fatalf("%s: %v", file, findings)
		}
		for _, report := range runner.Run(t.Context(), s.Variants()...) {
			if !report.Passed {
				t.Errorf("%s: %s does not pass: %s %+v", file, report.Scenario, report.Error, report.Steps)
			}
		}
		all = append(all, sample{filepath.Base(file), string(source)})
	}
	return all
}

func parsed(tbl *contract.Table, source string) (*scenario.Scenario, []string) {
	s, findings := scenario.Parse("twin.yaml", []byte(source), scenario.Options{Table: tbl, Library: scenarios.FS})
	var all []string
	for _, f := range findings {
		all = append(all, f.String())
	}
	return s, all
}

// word of the language. Twin answers what is said of an example that has it with something
// else in its place; empty if the example doesn't have it.
type word struct {
	name string
	twin func(tbl *contract.Table, in sample) string
}

// within are the places of the mappings that the reference explains, by name.
var within = map[string]*regexp.Regexp{
	"document": regexp.MustCompile(`^$`),
	"case":     regexp.MustCompile(`^cases\[\d+\]$`),
	"clock":    regexp.MustCompile(`(^|\.)clock$`),
	"rule":     regexp.MustCompile(`(^|\.)rules\[\d+\]$`),
	"step":     regexp.MustCompile(`(^|\.)rules\[\d+\]\.do(\[\d+\])?$`),
	"moment":   regexp.MustCompile(`(^|\.)(rules|must)\[\d+\]\.(once|until)$`),
	"must":     regexp.MustCompile(`(^|\.)must\[\d+\]$`),
	"try":      regexp.MustCompile(`(^|\.)try\[\d+\]$`),
	"expect":   regexp.MustCompile(`(^|\.)try\[\d+\]\.expect$`),
	"var":      regexp.MustCompile(`^vars\.\w+$`),
	"each":     regexp.MustCompile(`\[\d+\]$`),
}

// instead are values that stand for a key's own, in this order: the first that is refused.
var instead = []string{"[[nonsense]]", "{nonsense: 1}", "nonsense"}

// keyWords are the keys of the grammar.
func keyWords(tbl *contract.Table) (all []word) {
	keys := scenario.Keys(tbl)
	keys["each"] = []scenario.Key{{Name: "each"}, {Name: "as"}, {Name: "item"}}
	parts := make([]string, 0, len(keys))
	for part := range keys {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	for _, part := range parts {
		for _, key := range keys[part] {
			all = append(all, word{part + "." + key.Name, func(tbl *contract.Table, in sample) string {
				if within[part] == nil {
					return ""
				}
				return brokenKey(tbl, in, within[part], key.Name)
			}})
		}
	}
	return all
}

// brokenKey of a mapping at such a place: what is said once the key holds something else.
func brokenKey(tbl *contract.Table, in sample, where *regexp.Regexp, key string) string {
	for _, other := range instead {
		var root yaml.Node
		if yaml.Unmarshal([]byte(in.source), &root) != nil {
			return ""
		}
		at := find(root.Content[0], "", where, key)
		if at == nil {
			return ""
		}
		was := oneLine(at)
		var value yaml.Node
		if yaml.Unmarshal([]byte(other), &value) != nil {
			return ""
		}
		*at = *value.Content[0]
		broken, err := yaml.Marshal(&root)
		if err != nil {
			return ""
		}
		if s, findings := parsed(tbl, string(broken)); s == nil {
			return fmt.Sprintf("  %s: %s in place of %s\n  %s\n", in.name, other, was, findings[0])
		}
	}
	return ""
}

// find the value of a key of the first mapping at such a place.
func find(n *yaml.Node, path string, where *regexp.Regexp, key string) *yaml.Node {
	for i, child := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			if found := find(child, fmt.Sprintf("%s[%d]", path, i), where, key); found != nil {
				return found
			}
		case n.Kind == yaml.MappingNode && i%2 == 1:
			name := n.Content[i-1].Value
			if name == key && where.MatchString(path) {
				return child
			}
			below := strings.TrimPrefix(path+"."+name, ".")
			if name == "item" {
				below = path // what each makes stands in the list itself
			}
			if found := find(child, below, where, key); found != nil {
				return found
			}
		}
	}
	return nil
}

// oneLine is how a value begins.
func oneLine(n *yaml.Node) string {
	copied := *n
	copied.Style |= yaml.FlowStyle
	text, _ := yaml.Marshal(&copied)
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return fmt.Sprintf("%.60s", line)
}

// namedWords are those that stand in values and expressions: whose requests are counted,
// what is seen of the state and of the time, what values are made by.
func namedWords(t *testing.T, tbl *contract.Table) (all []word) {
	t.Helper()
	for _, per := range countedBy(t) {
		all = append(all, misspelt("per: "+per, `per: `+regexp.QuoteMeta(per)))
	}
	for _, view := range tbl.Views() {
		all = append(all, misspelt("state."+view.Name, `state\.`+view.Name))
	}
	all = append(all, misspelt("state.count", `state\.count`))
	makers := []string{"pad", "uuid", "date", "now"}
	for _, m := range tbl.Makers() {
		makers = append(makers, m.Name)
	}
	for _, name := range makers {
		all = append(all, misspelt("${"+name+"}", `\$\{([^}"]*[^}".\w])?`+name+`\b`))
	}
	for _, name := range []string{"hour", "minute", "weekday"} {
		all = append(all, misspelt(name, `when: [^\n]*\b`+name))
	}
	for _, name := range []string{"status", "headers", "body", "raw"} {
		all = append(all, misspelt("that: "+name, `that: [^\n}]*\b`+name))
	}
	return append(all, misspelt("x-…", `(?m)^x`))
}

// countedBy are the words of `per` in the editors' schema; of the fields of requests one.
func countedBy(t *testing.T) (words []string) {
	t.Helper()
	raw, err := os.ReadFile("../../schemas/scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Defs map[string]struct{ Enum []string } `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for _, w := range doc.Defs["per"].Enum {
		if w, _, isField := strings.Cut(w, "."); !isField || !slices.Contains(words, w+".") {
			if isField {
				w += "."
			}
			words = append(words, w)
		}
	}
	return words
}

// misspelt is a word whose twin has another letter behind it, where the pattern ends.
func misspelt(name, pattern string) word {
	form := regexp.MustCompile(pattern)
	return word{name, func(tbl *contract.Table, in sample) string {
		for _, at := range form.FindAllStringIndex(in.source, -1) {
			broken := in.source[:at[1]] + "zz" + in.source[at[1]:]
			if s, findings := parsed(tbl, broken); s == nil {
				return fmt.Sprintf("  %s: %szz\n  %s\n", in.name, in.source[at[0]:at[1]], findings[0])
			}
		}
		return ""
	}}
}
