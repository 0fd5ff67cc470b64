package faults_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
)

func TestKindsAreDocumented(t *testing.T) {
	for _, k := range faults.Kinds() {
		if k.About == "" || k.Imitates == "" || len(k.Examples) == 0 {
			t.Errorf("%s lacks a description, what it imitates or an example", k.Name)
		}
		for _, p := range k.Params {
			if p.About == "" || p.Type == "" {
				t.Errorf("%s: parameter %s lacks a description or a type", k.Name, p.Name)
			}
		}
	}
}

// Each example, and each bare word, is what the parser and the schema take; both
// as a scenario's text and as an editor's typed values.
func TestExamplesParseAndFitTheSchema(t *testing.T) {
	for _, k := range faults.Kinds() {
		schema := compile(t, k.Schema)
		for _, example := range k.Examples {
			f, err := faults.Parse(k.Name, yamlValue(t, example))
			if err != nil {
				t.Errorf("%s: %s: %v", k.Name, example, err)
				continue
			}
			if f.Kind() != k.Name {
				t.Errorf("%s: %s: made a %s", k.Name, example, f.Kind())
			}
			for _, value := range []any{yamlValue(t, example), editorValue(t, example)} {
				if err := schema.Validate(value); err != nil {
					t.Errorf("%s: %s: the schema refuses %#v: %v", k.Name, example, value, err)
				}
			}
		}
		if _, err := faults.Parse(k.Name, nil); (err == nil) != k.Word {
			t.Errorf("%s as a bare word: error %v, but Word is %v", k.Name, err, k.Word)
		}
		if err := schema.Validate(nil); (err == nil) != k.Word {
			t.Errorf("%s as a bare word: the schema says %v, but Word is %v", k.Name, err, k.Word)
		}
	}
}

func compile(t *testing.T, schema map[string]any) *jsonschema.Schema {
	t.Helper()
	raw, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("kind.json", bytes.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("kind.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ kind, value, want string }{
		{"dellay", "1s", `dellay: found "dellay", expected a fault: ` + strings.Join(faults.Names(), ", ") + `; did you mean "delay"?`},
		{"delay", "300", `delay: fixed: found "300", expected a duration with its unit, up to 24h, such as 300ms or 2s`},
		{"delay", "-1s", `delay: fixed: found "-1s", expected a duration with its unit, up to 24h, such as 300ms or 2s`},
		{"delay", "25h", `delay: fixed: found "25h", expected a duration with its unit, up to 24h, such as 300ms or 2s`},
		{"delay", "[1s, 2s]", `delay: fixed: found a list, expected a duration with its unit, up to 24h, such as 300ms or 2s`},
		{"delay", "{p55: 1s}", `delay: found the parameter "p55", expected one of fixed, uniform, normal, p50, p99; did you mean "p50"?`},
		{"delay", "{p50: 1s}", `delay: p99: found nothing, expected a value: p50 and p99 go together`},
		{"delay", "{p99: 1s}", `delay: p50: found nothing, expected a value: p99 and p50 go together`},
		{"delay", "{p50: 2s, p99: 1s}", `delay: p99: found "1s", expected a duration above p50, which is 2s`},
		{"delay", "{p50: 0s, p99: 1s}", `delay: p50: found "0s", expected a duration above 0`},
		{"delay", "{p50: 1s, p99: 2s, fixed: 1s}", `delay: found fixed and p50, expected one of fixed, p50`},
		{"delay", "{fixed: 1s, uniform: [1s, 2s]}", `delay: found fixed and uniform, expected one of fixed, uniform`},
		{"delay", "{uniform: 1s}", `delay: uniform: found "1s", expected a list of two durations, such as [100ms, 2s]`},
		{"delay", "{uniform: [1s]}", `delay: uniform: found a list of 1, expected a list of two durations, such as [100ms, 2s]`},
		{"delay", "{uniform: [2s, 1s]}", `delay: uniform: found 2s before 1s, expected the shorter duration first`},
		{"delay", "{normal: 1s}", `delay: normal: found "1s", expected a mapping with mean and sd`},
		{"delay", "{normal: {mean: 1s}}", `delay: normal.sd: found nothing, expected a value: it is required`},
		{"delay", "{normal: {mean: 1s, sdd: 1s}}", `delay: normal: found the parameter "sdd", expected one of mean, sd; did you mean "sd"?`},
		{"hang", "0s", `hang: for: found "0s", expected a duration above 0`},
		{"reset", "1s", `reset: found "1s", expected no parameters`},
		{"close", "{after: 1s}", `close: found the parameter "after", expected no parameters`},
		{"truncate", "100%", `truncate: at: found "100%", expected a number of bytes such as 20, or a share below 100% such as 50%`},
		{"truncate", "nan%", `truncate: at: found "nan%", expected a number of bytes such as 20, or a share below 100% such as 50%`},
		{"truncate", "half", `truncate: at: found "half", expected a number of bytes such as 20, or a share below 100% such as 50%`},
		{"truncate", "[1]", `truncate: at: found a list, expected a number of bytes such as 20, or a share below 100% such as 50%`},
		{"dribble", "{over: 1s, every: 1s}", `dribble: found over and every, expected one of over, every`},
		{"dribble", "{chunk: 0}", `dribble: chunk: found "0", expected a whole number from 1 to 1048576`},
		{"garbage", "htm", `garbage: as: found "htm", expected one of html, bytes, json; did you mean "html"?`},
		{"garbage", "{size: 5}", `garbage: size: found "5", expected no size: it goes with bytes, and this is html`},
		{"status", "", `status: found no parameters, expected one of code, page, retry_after`},
		{"status", "{page: html}", `status: code: found nothing, expected a value: it is required`},
		{"status", "200", `status: code: found "200", expected a whole number from 400 to 599`},
		{"status", "{code: 502, page: xml}", `status: page: found "xml", expected one of html, json, empty`},
		{"lost-reply", "rst", `lost-reply: how: found "rst", expected one of close, reset, hang, 504`},
		{"stale-read", "{of: 1}", `stale-read: found the parameter "of", expected no parameters`},
		{"drift", "droop", `drift: change: found "droop", expected one of drop, rename, retype, null, add, enum; did you mean "drop"?`},
		{"drift", "{drop: 'items[x].a'}", `drift: drop: found "items[x].a", expected the path of a field, such as status, items.amount or items[0].amount`},
		{"drift", "{drop: 'items[0]'}", `drift: drop: found "items[0]", expected the path of a field, such as status, items.amount or items[0].amount`},
		{"drift", "{rename: a}", `drift: rename: found "a", expected a mapping with from and to`},
		{"drift", "{rename: {from: a}}", `drift: rename.to: found nothing, expected a value: it is required`},
		{"drift", "{change: drop, null: a}", `drift: found change and null, expected one of change, null`},
	} {
		_, err := faults.Parse(c.kind, yamlValue(t, c.value))
		var refused document.Findings
		if !errors.As(err, &refused) {
			t.Errorf("%s: %s: error %v, want findings", c.kind, c.value, err)
			continue
		}
		got := c.kind + ": " + strings.TrimPrefix(refused.Error(), ":0:0: ")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.kind, c.value, diff)
		}
	}
}

// A scalar is the same fault whatever type a decoder has given it.
func TestScalarsOfAnyType(t *testing.T) {
	want := faults.Combine([]faults.Fault{fault(t, "status", "502")}, pageInput(t))
	for _, value := range []any{502, int64(502), uint64(502), 502.0, json.Number("502"), "502"} {
		f, err := faults.Parse("status", value)
		if err != nil {
			t.Errorf("%T: %v", value, err)
			continue
		}
		if diff := cmp.Diff(want, faults.Combine([]faults.Fault{f}, pageInput(t))); diff != "" {
			t.Errorf("%T (-want +got):\n%s", value, diff)
		}
	}
	for _, value := range []any{502.5, true, []byte("502")} {
		if _, err := faults.Parse("status", value); err == nil {
			t.Errorf("%T %v is a status", value, value)
		}
	}
}

// Whatever is written, Parse answers a fault or an error; a fault does its work
// on any answer and does it alike each time.
func FuzzParse(f *testing.F) {
	for _, k := range faults.Kinds() {
		for _, example := range k.Examples {
			raw, err := json.Marshal(yamlValue(f, example))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(k.Name, raw, []byte(pageBody))
		}
	}
	in := pageInput(f)
	f.Fuzz(func(t *testing.T, kind string, params, body []byte) {
		var value any
		if json.Unmarshal(params, &value) != nil {
			value = string(params)
		}
		one, err := faults.Parse(kind, value)
		var refused document.Findings
		if err != nil {
			if !errors.As(err, &refused) || refused[0].Found == "" || refused[0].Expected == "" {
				t.Fatalf("error %#v doesn't say what was found and expected", err)
			}
			return
		}
		in := in
		in.Body = body
		first := faults.Combine([]faults.Fault{one, one}, in)
		if diff := cmp.Diff(first, faults.Combine([]faults.Fault{one, one}, in)); diff != "" {
			t.Fatalf("the same input meets another fault (-first +second):\n%s", diff)
		}
		if first.Delay < 0 || first.For < 0 {
			t.Fatalf("a negative time: %+v", first)
		}
		if first.Cut != nil && len(body) > 0 && first.Cut.Of(len(body)) >= len(body) {
			t.Fatalf("nothing is cut off: %+v", first.Cut)
		}
		if first.Pace != nil {
			if chunk, every := first.Pace.Of(len(body)); chunk < 1 || every < 0 {
				t.Fatalf("pace of %d bytes, pause %s", chunk, every)
			}
		}
	})
}
