package scenario_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/scenarios"
)

// onlyTheChecker is what no schema of editors can know, by kind, with the findings that
// say so.
var onlyTheChecker = []struct {
	kind    string
	finding *regexp.Regexp
}{
	{"how long a list may be", regexp.MustCompile(`found a list of \d+, expected a list of at most`)},
	{"names that stand twice", regexp.MustCompile(`a second time, expected another name`)},
	{"values that no request has", regexp.MustCompile(`which has \d+ digits, expected|(for|with)\.document_type: found`)},
	{"the list of currencies", regexp.MustCompile(`expected a currency of ISO 4217`)},
	{"things that are given twice", regexp.MustCompile(`a second time, after line`)},
	{"which operations a pattern names", regexp.MustCompile(`on: found "[^"]*[*?\[][^"]*", expected an operation, or a pattern`)},
	{"what an operation answers with a status", regexp.MustCompile(`expected a status of `)},
	{"numbers of the ledger", regexp.MustCompile(`expected the number of a ledger entry`)},
	{"counts that can't be met", regexp.MustCompile(`expected a count that can be met`)},
	{"the calendar", regexp.MustCompile(`(expected an instant |start: found .*expected an instant)`)},
	{"time zones", regexp.MustCompile(`expected a zone of the tz database`)},
	{"windows", regexp.MustCompile(`between: found a window that ends|as the first of the two is one`)},
	{"what expressions say", regexp.MustCompile(`(when|rows|that|save\.[a-z_]+): found`)},
	{"what ${…} names", regexp.MustCompile(`(found [a-z]+ with \d+ values, |found "state", )?expected (an expression over .*pad, uuid|[a-z]+\(|[a-z]+, another one each time|a value that is seen here|a value that an earlier step saved|the name of a var|a closing }|a value without|a call before it that sends|a phone that a call before)`)},
	{"what a value comes to", regexp.MustCompile(`found "[^"]*\$\{.*expected ([a-z]+, but got|value must be one of)`)},
	{"how large something is", regexp.MustCompile(`expected a size such as|; a day is 24h`)},
	{"what a call can meet", regexp.MustCompile(`expected what a call can meet`)},
	{"faults that no rule gives", regexp.MustCompile(`which no rule gives`)},
	{"saved values that no step uses", regexp.MustCompile(`which no step uses`)},
	{"what an operation's answer may hold", regexp.MustCompile(`\.(drift(\.[a-z.]+)?: .*a field of the answer|(patch|reply|reply\.body|body)(\.[^ ]*|\[\d+\][^ ]*)?: (found|warning))`)},
	{"rules behind others", regexp.MustCompile(`never reached`)},
	{"rows of what is no batch", regexp.MustCompile(`an operation that takes a batch|an outcome that refuses a row`)},
	{"names that are empty", regexp.MustCompile(`\.for: found "", expected a field of the request|headers: found nothing, expected a header's name`)},
	{"a count of nothing", regexp.MustCompile(`a rule that counts nothing`)},
	{"states that don't follow", regexp.MustCompile(`expected a state that can follow|no more steps than times`)},
	{"operations without a subject", regexp.MustCompile(`has neither iin nor iinbin`)},
	{"steps before a call", regexp.MustCompile(`a repeat before any call|of a request that is sent by one client`)},
	{"what a scenario's targets call", regexp.MustCompile(`which nothing calls here`)},
	{"whether a call has a body or a query", regexp.MustCompile(`found the (body|query) of a call that has a`)},
	{"what a call may hold", regexp.MustCompile(`try\[\d+\]\.(body|query)[^ ]*: found .*a field of the call|try\[\d+\]\.(body|query)[^ ]*: found a (list|mapping), expected`)},
	{"what an each makes", regexp.MustCompile(`^\S+ \S*\]\.item[.:[]`)},
	{"what stands beside an each in a body or below a key that there isn't", regexp.MustCompile(`try\[\d+\]\.(with|body|\d+)[^ ]*: found "[^"]*", expected one of the keys each, as, item beside each`)},
	{"how much an each makes", regexp.MustCompile(`more than \d+ values that each makes`)},
	{"what the range of an each comes to", regexp.MustCompile(`each: found "[^"]*\$\{.*expected a range such as`)},
	{"files", regexp.MustCompile(`use\[\d+\]: found`)},
	{"the world", regexp.MustCompile(`(given\.k2\.incoming\[\d+\]\.document: found|number of a loan|the code of a demand|a duration with its unit, such as 30s|such as 77011234567|BIC of a bank|account of a known bank|another (code|trn_id|refer)$|an account in another bank|for_bank: true beside it)`)},
	{"the relation of a fault's numbers", regexp.MustCompile(`expected (a duration above p50|the shorter duration first|a duration above 0|no size)`)},
	{"paths of fields", regexp.MustCompile(`expected the path of a field`)},
	{"the range of a number in quotes", regexp.MustCompile(`found "[+]?[0-9.]+", expected (a whole number|a number above|a share)`)},
	{"the form of a text that is written as a number or a truth value", regexp.MustCompile(`given\..*found "?([-0-9.]+(e[0-9]+)?|[Tt]rue)"?, expected`)},
	{"how a number is spelled", regexp.MustCompile(`found "([-+]?0[xob0-9][0-9a-fA-F]*|[-+0-9._]+([eE][-+]?[0-9]+)?|[-+]?\.(inf|nan))", expected`)},
	{"how a truth value is spelled", regexp.MustCompile(`found "[A-Za-z]+", expected true or false|found "(True|TRUE|False|FALSE)", expected a name in kebab-case`)},
}

// whichOperation is the kind of findings that depend on the operations of a pattern or of
// the step before.
const whichOperation = "the operations of a pattern, and of a repeat"

var dependsOnOperation = regexp.MustCompile(`expected (an outcome of |a field of the request|whose requests are counted)`)

// kindOf what only the checker knows; empty if a schema could know it.
func kindOf(f document.Finding, document any) string {
	if dependsOnOperation.MatchString(f.String()) && !namesOperation(document, f.Path) {
		return whichOperation
	}
	for _, one := range onlyTheChecker {
		if one.finding.MatchString(f.String()) {
			return one.kind
		}
	}
	return ""
}

// namesOperation reports whether the rule, expectation or step around a place names one
// operation.
func namesOperation(document any, path string) bool {
	at, named := document, false
	for _, step := range steps.FindAllString(path, -1) {
		if object, ok := at.(map[string]any); ok {
			for _, key := range []string{"on", "call", "delivered"} {
				if id, ok := object[key].(string); ok {
					_, named = table().Operation(id)
				}
			}
			at = object[step]
		}
		if list, ok := at.([]any); ok {
			if i, err := strconv.Atoi(strings.Trim(step, "[]")); err == nil && i < len(list) {
				at = list[i]
			}
		}
	}
	return named
}

var steps = regexp.MustCompile(`\[\d+\]|[^.\[]+`)

// TestEditorsAndTheCheckerAgree: what the schema refuses the checker refuses at the same
// place, and the other way round but for what only the checker knows.
func TestEditorsAndTheCheckerAgree(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	documents := corpus(t)
	met, read, refused := map[string]int{}, 0, 0
	for _, source := range documents {
		doc, unread := document.Read("test.yaml", []byte(source), document.Form{})
		if unread != nil {
			continue // it has no structure
		}
		read++
		document := document.Value(doc.Root)
		_, findings := scenario.Parse("test.yaml", []byte(source), options())
		places := placesOf(doc, schema.Validate(document))
		if strings.Contains(source, "each:") {
			findings = asWritten(doc.Root, findings, places)
		}
		if len(places) > 0 {
			refused++
		}
		for _, disagreement := range disagreements(findings, places, document, met) {
			t.Errorf("%s in\n%s", disagreement, source)
		}
	}
	if read < 300 || refused < 300 {
		t.Errorf("%d documents were read, %d of them refused", read, refused)
	}
	t.Logf("%d documents, %d refused by the schema", read, refused)
	for _, one := range onlyTheChecker {
		if met[one.kind] == 0 {
			t.Errorf("no document shows that only the checker knows %s", one.kind)
		}
	}
}

func disagreements(findings []document.Finding, places []string, document any, met map[string]int) []string {
	var all, checked []string
	for _, f := range findings {
		path := whole(f.Path)
		checked = append(checked, path)
		if slices.Contains(places, path) || slices.Contains(places, withoutField.FindString(path)) {
			continue
		}
		kind := kindOf(f, document)
		if kind == "" {
			all = append(all, fmt.Sprintf("only the checker: %s (the schema: %v)", f, places))
			continue
		}
		met[kind]++
	}
	if slices.Contains(checked, "version") {
		return all // the checker reads no further
	}
	for _, place := range places {
		field := withoutField.FindString(place)
		if !slices.ContainsFunc(checked, func(path string) bool { return strings.HasPrefix(path, place) || path == field }) {
			all = append(all, fmt.Sprintf("only the schema: %s (the checker: %v)", place, findings))
		}
	}
	return all
}

// withoutField is the place of a `for`: what refuses a field there doesn't look at its value.
var withoutField = regexp.MustCompile(`^.*\.for\b`)

// whole is a place as far as both tell all mistakes: of a fixture's item and of a fault's
// parameters the checker names the first that is wrong.
func whole(path string) string {
	if m := first.FindString(path); m != "" {
		return m
	}
	return path
}

var first = regexp.MustCompile(`^.*(given(\.[a-z0-9_]+)+\[\d+\]|fault(\[\d+\])*\.[a-z-]+)`)

// placesOf what a schema refuses, as the checker writes them.
func placesOf(doc *document.Document, err error) []string {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	if len(invalid.Causes) == 0 {
		at := invalid.InstanceLocation
		if strings.Contains(invalid.KeywordLocation, "/propertyNames/") {
			at = at[:strings.LastIndexByte(at, '/')]
		}
		return []string{whole(doc.Path(strings.ReplaceAll(at, "%20", " ")))}
	}
	var all []string
	for _, cause := range invalid.Causes {
		all = append(all, placesOf(doc, cause)...)
	}
	return all
}

// corpus is the library, the broken documents of the tests, the examples of the
// reference, and what comes of the good ones by mutations that their names select: another document
// beside them changes no other's.
func corpus(t *testing.T) []string {
	t.Helper()
	good := map[string]string{"designFull": designFull, "everyday": everyday, "everything": everything}
	for _, files := range []struct {
		of string
		in fs.FS
	}{{"library", scenarios.FS}, {"reference", os.DirFS(filepath.Join("..", "reference", "examples"))}} {
		names, err := fs.Glob(files.in, "*.yaml")
		if err != nil || len(names) == 0 {
			t.Fatalf("no documents of the %s (%v)", files.of, err)
		}
		for _, name := range names {
			raw, err := fs.ReadFile(files.in, name)
			if err != nil {
				t.Fatal(err)
			}
			good[files.of+"/"+name] = string(raw)
		}
	}
	all := slices.Clone(subtle)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		all = append(all, good[name])
		for n := range 20 {
			all = append(all, mutated(t, good[name], chance.Seed(chance.Seed(1).Draw("document", name, n))))
		}
	}
	for _, table := range [][]broken{brokenDocuments, brokenRules, brokenValues, brokenCounts, brokenTries, brokenUsually, brokenWords, brokenAsElsewhere} {
		for _, b := range table {
			all = append(all, b.source)
		}
	}
	return all
}

// subtle documents have mistakes that only the checker knows, and that no mutation is sure
// to make.
var subtle = []string{
	head + "use: [" + strings.Repeat("a.yaml, ", 501) + "]\n",
	head + "clock: {zone: Mars/Base}\n",
	head + "given: {k2: {incoming: [{reference: P, document: {refer: P, iinbin: '901123300258', amount: 1, cu: KZT}}]}}\n",
	head + "try: [{call: kyc.address.get, expect: found, save: {iin: body.iin}}]\n",
	head + "rules: [{on: kyc.address.get, do: {fault: {delay: {p50: 2s, p99: 1s}}}}]\n",
	head + "rules: [{on: kyc.address.get, do: {fault: {drift: {drop: 'items[x]'}}}}]\n",
	head + "rules: [{on: kyc.address.get, for: {'': [A]}, do: found}]\n",
	head + "rules: [{on: kyc.address.get, probability: '2', do: found}]\n",
	head + "rules: [{on: kyc.address.get, times: 1e3, do: found}]\n",
	head + "rules: [{on: kyc.address.get, do: {patch: {}, off_contract: True}}]\n",
}

// strange are values that stand where another is expected.
var strange = []string{
	"", "~", "[]", "{}", "[1]", "{a: 1}", "true", "True", "off", "0", "-1", "1", "7", "1.5", "1e3", "007", "0x10", "150", "503", "999", "9999999999",
	`"7"`, `"0.5"`, `"1e3"`, `"503"`, `""`, "5s", "-5s", ".5s", "0.25", "2", "5%", "text", "found", "reset", "status", "pass", "stаtus", "2024-03-01T09:00:00+05:00", "2024-02-31T09:00:00+05:00",
	"2024-03-01", `"${now}"`, "kyc.*", "kyc.address.get", "901123300258", "{delay: 2s}", "{fault: {delay: 5}}", "{reply: {status: 150}}", "{outcome: found, reply: {status: 200}}",
	"{off_contract: true}", "{delay: {p50: 1s}}", "{status: {code: 200}}", "{iin: 1}", "[5m, 1m]", "[5m, 10m, 15m]", "{x: {y: z}}", "{otp: body}", `{"a b": c}`, "!!str 5", "!!int 5",
}

// keys that stand where they don't belong.
var strangeKeys = []string{
	"on", "do", "for", "fault", "delay", "loans", "IIN", "reply", "patch", "outcome", "off_contract", "status", "header", "headers", "advance", "seed", "x", "version", "expect",
}

// mutated is a document in which one thing, or two, stand otherwise.
func mutated(t *testing.T, source string, seed chance.Seed) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil {
		t.Fatal(err)
	}
	for n := range 1 + seed.Intn(2, "mutations", "", 0) {
		var places []*yaml.Node
		var collect func(*yaml.Node)
		collect = func(at *yaml.Node) {
			places = append(places, at)
			for _, child := range at.Content {
				collect(child)
			}
		}
		collect(doc.Content[0])
		mutate(t, places[seed.Intn(len(places), "place", "", n)], seed, n)
	}
	raw, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func mutate(t *testing.T, at *yaml.Node, seed chance.Seed, n int) {
	t.Helper()
	pick := func(list []string, what string) *yaml.Node {
		var doc yaml.Node
		text := list[seed.Intn(len(list), what, "", n)]
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if len(doc.Content) == 0 {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
		}
		return doc.Content[0]
	}
	how := seed.Intn(4, "how", "", n)
	switch {
	case at.Kind == yaml.MappingNode && how == 0 && len(at.Content) > 1: // a key is missing
		i := 2 * seed.Intn(len(at.Content)/2, "key", "", n)
		at.Content = slices.Delete(at.Content, i, i+2)
	case at.Kind == yaml.MappingNode && how < 3: // a key too many
		at.Content = append(at.Content, pick(strangeKeys, "key"), pick(strange, "value"))
	case at.Kind == yaml.ScalarNode && how == 0 && len(at.Value) > 1: // a letter is missing
		_, size := utf8.DecodeLastRuneInString(at.Value)
		at.Value = at.Value[:len(at.Value)-size]
	default:
		*at = *pick(strange, "value")
	}
}
