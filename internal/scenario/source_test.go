package scenario_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

func findingsOf(source []byte, opts scenario.Options) []string {
	var all []string
	_, findings := scenario.Parse("test.yaml", source, opts)
	for _, f := range findings {
		all = append(all, f.String())
	}
	return all
}

// bomb is a document whose aliases come to width to the power of height values.
func bomb(width, height int) string {
	var b strings.Builder
	b.WriteString(head + "rules:\n  - on: kyc.address.get\n    do:\n")
	b.WriteString("      - {outcome: found, patch: {l0: &l0 [boom]")
	for i := 1; i <= height; i++ {
		fmt.Fprintf(&b, ", l%d: &l%d [%s]", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d,", i-1), width), ","))
	}
	b.WriteString("}}\n")
	return b.String()
}

// The time of these tests is that of the whole suite: had a bomb gone off, it
// would not end.
func TestBombsAreRefused(t *testing.T) {
	deep := head + "about: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n"
	for name, test := range map[string]struct{ source, want string }{
		"aliases of aliases":  {bomb(10, 30), `test.yaml:6:258: found more than 100000 values, aliases followed, expected a smaller document`},
		"a large document":    {head + "about: " + strings.Repeat("x", document.MaxSize), `test.yaml:1:1: found a document of 1048609 bytes, expected at most 1048576 bytes (1 MiB)`},
		"many small values":   {head + "rules: [" + strings.Repeat("1,", 300_000) + "1]\n", `test.yaml:3:199996: found more than 100000 lines, commas and brackets, expected at most 100000 values in a document`},
		"many lines":          {head + "about: |\n" + strings.Repeat("  x\n", 200_000), `test.yaml:99997:4: found more than 100000 lines, commas and brackets, expected at most 100000 values in a document`},
		"many directives":     {strings.Repeat("%TAG !a! tag:a\n", 20_000) + "---\n" + head, `test.yaml:11:1: found more than 10 lines that begin with %, expected a document without directives of YAML`},
		"levels upon levels":  {deep, `test.yaml:3:71: found nesting beyond 64 levels, expected a flatter document`},
		"levels by an alias":  {head + "about: &a " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\nuse: " + strings.Repeat("[", 40) + "*a" + strings.Repeat("]", 40) + "\n", `test.yaml:4:46: found nesting beyond 64 levels, expected a flatter document`},
		"merges upon merges":  {strings.ReplaceAll(bomb(10, 30), "[boom]", "{<<: *l0}"), `test.yaml:6:47: found the alias *l0 within what it stands for, expected an alias of something else`},
		"fifty million bytes": {strings.Repeat("- x\n", 12_500_000), `test.yaml:1:1: found a document of 50000000 bytes, expected at most 1048576 bytes (1 MiB)`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{test.want}, findingsOf([]byte(test.source), options())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// unreadable is a large file that must not be read.
type unreadable struct {
	fstest.MapFS
	t *testing.T
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	u.t.Errorf("%s was read", name)
	return nil, fs.ErrInvalid
}

func TestALargeFileIsNotRead(t *testing.T) {
	files := unreadable{fstest.MapFS{"large.yaml": {Data: make([]byte, 50_000_000)}}, t}
	s, findings := scenario.ParseFile(files, "large.yaml", options())
	want := "large.yaml:1:1: found a file of 50000000 bytes, expected a file of at most 1048576 bytes (1 MiB)"
	if s != nil || len(findings) != 1 || findings[0].String() != want {
		t.Errorf("findings %v, want %s", findings, want)
	}
}

func TestUse(t *testing.T) {
	files := fstest.MapFS{
		"own.yaml": {Data: []byte(head + "use: [base/people.yaml]\ngiven: {subjects: [{iin: 901123300258, cases: 2}]}\n" +
			"rules: [{name: own, on: kyc.address.get, do: found}]\ntry: [{call: kyc.address.approve, expect: invalid}]\n")},
		"base/people.yaml": {Data: []byte("version: 1\nscenario: people\nuse: [deeper.yaml]\nseed: 9\n" +
			"given: {subjects: [{iin: 901123300258, answers: reject}]}\n" +
			"rules: [{name: shared, on: kyc.address.*, do: 503}]\nmust: [{on: kyc.*}]\n")},
		"deeper.yaml": {Data: []byte("version: 1\nscenario: deeper\nrules: [{name: deepest, on: \"*\", do: pass}]\n")},
	}
	opts := options()
	opts.Beside, opts.Library = files, nil
	s, findings := scenario.ParseFile(files, "own.yaml", opts)
	if s == nil {
		t.Fatal(findings)
	}
	var rules, given []string
	for _, r := range s.Rules {
		rules = append(rules, r.Name+" "+r.File)
	}
	for _, g := range s.Given {
		given = append(given, fmt.Sprint(g.File, " ", g.Line))
	}
	if diff := cmp.Diff([]string{"own own.yaml", "shared base/people.yaml", "deepest deeper.yaml"}, rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"base/people.yaml 5", "own.yaml 4"}, given); diff != "" {
		t.Errorf("given (-want +got):\n%s", diff)
	}
	if s.Seed != nil || len(s.Must) > 0 {
		t.Error("a used file's seed or must was taken over")
	}
}

func TestUsedFilesHaveFindingsOfTheirOwn(t *testing.T) {
	opts := options()
	opts.Beside = fstest.MapFS{
		"broken.yaml": {Data: []byte("version: 1\nscenario: broken\nrules: [{on: kyc.address.get, do: fond}]\n")},
		"circle.yaml": {Data: []byte("version: 1\nscenario: circle\nuse: [circle.yaml]\n")},
		"large.yaml":  {Data: make([]byte, document.MaxSize+1)},
	}
	for use, want := range map[string]string{
		"broken.yaml": `broken.yaml:3:35: rules[0].do: found "fond"`,
		"circle.yaml": `circle.yaml:3:7: use[0]: found "circle.yaml", which leads back here`,
		"large.yaml":  `test.yaml:3:7: use[0]: found a file of 1048577 bytes, expected a file of at most 1048576 bytes (1 MiB)`,
	} {
		got := findingsOf([]byte(head+"use: ["+use+"]\n"), opts)
		if len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %q, want %s…", use, got, want)
		}
	}
}

func TestJSONIsYAML(t *testing.T) {
	s, findings := scenario.Parse("test.json", []byte("{\n\t\"version\": 1, \"scenario\": \"test\",\n\t\"rules\": [{\"on\": \"kyc.address.get\", \"do\": [503, \"found\"]}]\n}"), options())
	if s == nil || len(s.Rules) != 1 || len(s.Rules[0].Do) != 2 {
		t.Errorf("a document in JSON: %v", findings)
	}
}

// TestTheLargestDocument: whatever fits the bounds is checked in a moment; what
// doesn't is refused. The test's time is the assertion.
func TestTheLargestDocument(t *testing.T) {
	var rules, subjects, cases strings.Builder
	for i := range 500 {
		fmt.Fprintf(&rules, "  - {on: \"*\", for: {iin: %012d}, when: 'header[\"a\"] == \"%d\" and now.Hour() > 3', do: [503, pass]}\n", i, i)
		fmt.Fprintf(&subjects, "    - {iin: %012d, cases: 1}\n", i)
	}
	for i := range 50 {
		seed := ""
		if i < 9 { // what is given is made true in each of them anew
			seed = fmt.Sprintf(", seed: %d", i)
		}
		fmt.Fprintf(&cases, "  - {name: c%d%s}\n", i, seed)
	}
	source := head + "given:\n  subjects:\n" + subjects.String() + "rules:\n" + rules.String() + "cases:\n" + cases.String()
	if got := findingsOf([]byte(source), options()); len(got) > 0 {
		t.Errorf("the largest: %s", got[0])
	}
	more := head + "rules:\n" + rules.String() + "  - {on: \"*\", do: 503}\ncases:\n" + cases.String() + "  - {name: more}\n"
	want := []string{
		"test.yaml:4:3: rules: found a list of 501, expected a list of at most 500",
		"test.yaml:506:3: cases: found a list of 51, expected a list of at most 50",
	}
	if diff := cmp.Diff(want, findingsOf([]byte(more), options())); diff != "" {
		t.Errorf("one more (-want +got):\n%s", diff)
	}
}

func TestUseIsBoundedInAll(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 7 {
		use := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("l%d.yaml,", i+1), 30), ",")
		files[fmt.Sprintf("l%d.yaml", i)] = &fstest.MapFile{Data: []byte("version: 1\nscenario: level\nuse: [" + use + "]\n")}
	}
	files["l7.yaml"] = &fstest.MapFile{Data: []byte("version: 1\nscenario: level\n")}
	opts := options()
	opts.Beside = files
	got := findingsOf([]byte(head+"use: [l0.yaml]\n"), opts)
	if len(got) == 0 || !strings.Contains(got[0], "at most 32, with those that they use in turn") {
		t.Errorf("findings %v", got)
	}
}
