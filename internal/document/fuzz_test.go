package document_test

import (
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/document"
)

// FuzzRead: whatever the text, there is a value that JSON can hold, or findings that say
// where and what.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"a: [1, {b: c}]\n", "a: &x {b: 1}\nc: {<<: *x}\n", "{\"a\": \"\\/\"}", "%YAML 1.2\n---\na: 1\n", "a: 'it's'\n", "a: [\n", "a: *\n",
		"when: {a[0: \"b\n", "a:\n  - b\n c: |\n   d\n", "\ta", "\u00a0a: 1", "a: #b", "“a”: “b”", "a:b\nc", "\xff",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, findings := document.Read("f", text, form)
		if (doc == nil) != findings.Broken() {
			t.Fatalf("document %v with findings %v", doc, findings)
		}
		for _, finding := range findings {
			if finding.File != "f" || finding.Line < 1 || finding.Column < 1 || finding.Found == "" || finding.Expected == "" {
				t.Fatalf("a finding without a place or words: %+v", finding)
			}
		}
		if doc != nil {
			if _, err := json.Marshal(document.Value(doc.Root)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
