package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/document"
)

var form = document.Form{Want: "a thing"}

func read(t *testing.T, text string) *document.Document {
	t.Helper()
	doc, findings := document.Read("test.yaml", []byte(text), form)
	if findings != nil {
		t.Fatal(findings)
	}
	return doc
}

// TestValues: what a document says, whatever it is written in.
func TestValues(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"scalars":               {`{a: 1, b: 1.50, c: true, d: null, e: text, f: "1"}`, `{"a": 1, "b": 1.50, "c": true, "d": null, "e": "text", "f": "1"}`},
		"what JSON can't say":   {`{a: 061211600012, b: 2014-02-08, c: 0x1F, d: 1_000, e: .inf, f: 1e99999}`, `{"a": "061211600012", "b": "2014-02-08", "c": "0x1F", "d": "1_000", "e": ".inf", "f": "1e99999"}`},
		"words of YAML 1.1":     {`{on: off, yes: no, y: n}`, `{"on": "off", "yes": "no", "y": "n"}`},
		"keys that are no text": {`{1: a, null: b}`, `{"1": "a", "null": "b"}`},
		"an exponent":           {`{a: 2e+08, b: 1.5E3, c: 1.10e1}`, `{"a": 200000000, "b": 1500, "c": 11}`},
		"an alias":              {`{a: &x {b: [1]}, c: *x, d: [*x]}`, `{"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}`},
		"an alias as a key":     {`{a: &x b, *x : 1}`, `{"a": "b", "b": 1}`},
		"a merge":               {`{a: &x {b: 1, c: 2}, d: {<<: *x, c: 3, e: 4}}`, `{"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3, "e": 4}}`},
		"merges of merges":      {`{a: &x {b: 1}, c: &y {<<: *x, d: 2}, e: {<<: [*y, {b: 3, f: 4}]}}`, `{"a": {"b": 1}, "c": {"b": 1, "d": 2}, "e": {"b": 1, "d": 2, "f": 4}}`},
		"<< in quotes":          {`{"<<": {a: 1}}`, `{"<<": {"a": 1}}`},
		"types by tags":         {`{a: !!str 1, b: !!int "2", c: !!bool "true"}`, `{"a": "1", "b": 2, "c": true}`},
		"JSON":                  {"{\"a\": \"https:\\/\\/x\",\t\"b\": \"\\ud83d\\ude00\", \"c\": \"\\ud83d\"}", `{"a": "https://x", "b": "😀", "c": "�"}`},
		"a list in JSON":        {"[\n\t\"\\/\"\n]", `["/"]`},
	} {
		t.Run(name, func(t *testing.T) {
			var want any
			dec := json.NewDecoder(strings.NewReader(c.want))
			dec.UseNumber()
			if err := dec.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, document.Value(read(t, c.text).Root)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBroken: what no document may have is told with its place.
func TestBroken(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":               {"", `test.yaml:1:1: found an empty document, expected a thing`},
		"a second document":     {"a: 1\n---\nb: 1\n", `test.yaml:2:1: found a second document after ---, expected one document in a file`},
		"a key twice":           {"a:\n  - b: 1\n    b: 2\n", `test.yaml:3:5: a[0].b: found "b" a second time, expected it once; the first is on line 2`},
		"a list as a key":       {"[a]: 1\n", `test.yaml:1:1: found a list, expected a word as a key, or quotes around a text that begins with { or [`},
		"a truth value as key":  {"rules:\n  - true: kyc.*\n", `test.yaml:2:5: rules[0]: found true as a key, expected a word: true in quotes if it is the name; some YAML writers make true of a key on that had no quotes`},
		"a merge of a text":     {"a: {<<: b}\n", `test.yaml:1:9: a.<<: found "b", expected a mapping to merge, such as *name`},
		"a tag":                 {"token: !env TOKEN\n", `test.yaml:1:8: token: found the tag "!env", expected a value without a tag: a document reads nothing from elsewhere, such as the environment or another file`},
		"an alias to itself":    {"a: &a [*a]\n", `test.yaml:1:8: found the alias *a within what it stands for, expected an alias of something else`},
		"an alias that is none": {"a: *b\n", `test.yaml:1:4: found the alias *b, expected an alias of something that is named &b before, or quotes around a text that begins with *`},
	} {
		t.Run(name, func(t *testing.T) {
			doc, findings := document.Read("test.yaml", []byte(c.text), form)
			if doc != nil || !findings.Broken() {
				t.Fatalf("read as %v with %v", doc, findings)
			}
			if diff := cmp.Diff(c.want, findings.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAllMistakesAreTold, in their order, and each once.
func TestAllMistakesAreTold(t *testing.T) {
	_, findings := document.Read("test.yaml", []byte("a: 1\nb: &b !x 1\nc: *b\na: !x 2\n"), form)
	want := []string{"2:4", "4:1", "4:4"}
	var got []string
	for _, f := range findings {
		got = append(got, strings.TrimPrefix(f.Position.String(), "test.yaml:"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestFindingsInOrder(t *testing.T) {
	at := func(line int, severity document.Severity) document.Finding {
		return document.Finding{Position: document.Position{File: "f", Line: line, Column: 1}, Found: "a", Expected: "b", Severity: severity}
	}
	for _, c := range []struct{ given, want document.Findings }{
		{document.Findings{at(2, document.Warning), at(1, document.Warning)}, document.Findings{at(1, document.Warning), at(2, document.Warning)}},
		{document.Findings{at(2, document.Error), at(1, document.Warning), at(1, document.Error), at(2, document.Error)},
			document.Findings{at(1, document.Error), at(2, document.Error)}},
	} {
		if diff := cmp.Diff(c.want, c.given.InOrder()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if got := at(3, document.Warning).String(); got != "f:3:1: warning: found a, expected b" {
		t.Error(got)
	}
}

// TestFind: a JSON pointer leads to a value and its key, or as far as there is one.
func TestFind(t *testing.T) {
	doc := read(t, "a/b:\n  - c: 1\n503:\n  7: x\n")
	for _, c := range []struct {
		pointer, key, value string
		found               bool
		path                string
	}{
		{"", "1:1", "1:1", true, ""},
		{"/a~1b", "1:1", "2:3", true, "a/b"},
		{"/a~1b/0/c", "2:5", "2:8", true, "a/b[0].c"},
		{"/a~1b/1", "1:1", "2:3", false, "a/b[1]"},
		{"/a~1b/0/d/e", "2:5", "2:5", false, "a/b[0].d.e"},
		{"/503/7", "4:3", "4:6", true, "503.7"},
	} {
		key, value, found := doc.Find(c.pointer)
		at := func(p document.Position) string { return strings.TrimPrefix(p.String(), "test.yaml:") }
		if at(doc.At(key)) != c.key && c.key != "2:5" || at(doc.At(value)) != c.value || found != c.found {
			t.Errorf("%q: key at %s, value at %s, found %v", c.pointer, doc.At(key), doc.At(value), found)
		}
		if got := doc.Path(c.pointer); got != c.path {
			t.Errorf("%q is the path %q, want %q", c.pointer, got, c.path)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"pending", "valid", "invalid", "not-found", "backend_session_id"}
	for word, want := range map[string]struct{ nearest, meant string }{
		"valid":                              {"valid", "valid"},
		"vaild":                              {"valid", "valid"},
		"not_found":                          {"not-found", "not-found"},
		"session":                            {"pending", "backend_session_id"},
		"xyz":                                {"valid", ""},
		strings.Repeat("not-found", 100_000): {"not-found", ""},
	} {
		if got := document.Nearest(word, words); got != want.nearest {
			t.Errorf("nearest to %.20q is %q, want %q", word, got, want.nearest)
		}
		if got := document.Meant(word, words); got != want.meant {
			t.Errorf("%.20q meant %q, want %q", word, got, want.meant)
		}
	}
	if got := document.Nearest("valid", nil); got != "" {
		t.Errorf("of no words the nearest is %q", got)
	}
}

func TestPlainNumber(t *testing.T) {
	for text, want := range map[string]string{
		"11": "11", "11.0": "11", "1.1e1": "11", "110E-1": "11", "0.50": "0.5", "-1.50e0": "-1.5", "1e-3": "0.001", "0.0": "0",
		"": "", "1.": "1.", "a.b": "a.b", "01.0": "01.0", "1e999999999": "1e999999999", "1e-999999999": "1e-999999999",
	} {
		if got := document.PlainNumber(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
