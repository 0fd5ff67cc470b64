package schemas_test

import (
	"encoding/json"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/schemas"
)

func samples(t *testing.T) []schemas.Sample {
	t.Helper()
	all, err := schemas.Samples()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func text(t *testing.T, name string) []byte {
	t.Helper()
	content, err := schemas.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// value is a sample as its schema judges it: a query string is an object of
// strings.
func value(t *testing.T, sample schemas.Sample) any {
	t.Helper()
	content := text(t, sample.File)
	if !strings.HasSuffix(sample.File, ".query.txt") {
		return decode(t, content)
	}
	query, err := url.ParseQuery(string(content))
	if err != nil {
		t.Fatalf("%s: %v", sample.File, err)
	}
	object := map[string]any{}
	for name := range query {
		object[name] = query.Get(name)
	}
	return object
}

func TestSamplesFitAsDeclared(t *testing.T) {
	schema := compiled(t)
	for _, sample := range samples(t) {
		t.Run(strings.TrimPrefix(sample.File, "samples/"), func(t *testing.T) {
			judge := schema[sample.Schema]
			if judge == nil {
				t.Fatalf("no schema %q", sample.Schema)
			}
			err := judge.Validate(value(t, sample))
			if fits := err == nil; fits != sample.Valid {
				t.Errorf("valid is %v, but: %#v", sample.Valid, err)
			}
			if !sample.Valid && sample.Reason == "" {
				t.Error("not valid without a reason")
			}
		})
	}
}

// TestRepairsWereNeeded: a text that is JSON is left as it is, unless what it
// says is no message, and then it is listed as that.
func TestRepairsWereNeeded(t *testing.T) {
	all := samples(t)
	for _, sample := range all {
		if sample.Verbatim == "" {
			continue
		}
		if sample.Reason == "" {
			t.Errorf("%s is a repair without a reason", sample.File)
		}
		if strings.HasSuffix(sample.Verbatim, ".verbatim.txt") {
			if json.Valid(text(t, sample.Verbatim)) {
				t.Errorf("%s is JSON as it stands", sample.Verbatim)
			}
			continue
		}
		listed := slices.ContainsFunc(all, func(other schemas.Sample) bool {
			return other.File == sample.Verbatim && !other.Valid
		})
		if !listed {
			t.Errorf("%s is JSON, but not listed as an invalid sample", sample.Verbatim)
		}
	}
}

// TestRepairsKeepTheText compares only letters and digits outside comments: a
// repair adds and drops punctuation, never a word.
func TestRepairsKeepTheText(t *testing.T) {
	for _, sample := range samples(t) {
		if sample.Verbatim == "" {
			continue
		}
		want := words(withoutComments(string(text(t, sample.Verbatim))))
		got := words(strings.ReplaceAll(string(text(t, sample.File)), "<br />", " "))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-verbatim +repaired):\n%s", sample.File, diff)
		}
	}
}

func withoutComments(s string) string {
	for {
		before, rest, found := strings.Cut(s, "/*")
		if !found {
			return s
		}
		_, after, _ := strings.Cut(rest, "*/")
		s = before + after
	}
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\t{}[]\",:", r) })
}

func TestManifestListsEveryFileOnce(t *testing.T) {
	listed := map[string]int{"samples/samples.yaml": 1}
	for _, sample := range samples(t) {
		listed[sample.File]++
		if strings.HasSuffix(sample.Verbatim, ".txt") {
			listed[sample.Verbatim]++
		}
	}
	want := map[string]int{}
	err := fs.WalkDir(schemas.FS, "samples", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			want[name] = 1
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("files (-there +listed):\n%s", diff)
	}
}

// TestEveryOperationHasSamples: the documents show a request of each operation,
// and an answer of each but these.
func TestEveryOperationHasSamples(t *testing.T) {
	noAnswer := []string{"kyc.edocument.request", "kyc.edocument.approve", "k2.getfile", "abs.get_pdf"}
	documents := map[string][]string{"kyc": {"KZ Info", "Address", "E-Document"}, "k2": {"K2"}, "abs": {"ABS"}}
	requests, answers := map[string]bool{}, map[string]bool{}
	for _, sample := range samples(t) {
		service, _, _ := strings.Cut(sample.Operation, ".")
		if !slices.Contains(documents[service], sample.Document) || sample.Section == "" {
			t.Errorf("%s stands in %q, section %q", sample.File, sample.Document, sample.Section)
		}
		switch {
		case sample.Kind == "request" && sample.Outcome == "":
			requests[sample.Operation] = requests[sample.Operation] || sample.Valid
		case sample.Kind == "response" && sample.Outcome != "":
			answers[sample.Operation] = true
		default:
			t.Errorf("%s is a %q with outcome %q", sample.File, sample.Kind, sample.Outcome)
		}
	}
	for _, op := range operations(t) {
		if !requests[op.id] {
			t.Errorf("%s has no valid sample of a request", op.id)
		}
		if answers[op.id] == slices.Contains(noAnswer, op.id) {
			t.Errorf("%s: a sample of an answer is there: %v", op.id, answers[op.id])
		}
	}
}
