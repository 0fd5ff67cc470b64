package faults_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

func TestNamedDriftsChangeThatAndNothingElse(t *testing.T) {
	for _, c := range []struct{ value, want, note string }{
		{"{drop: status}", `{"error_code":0,"items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: drop status"},
		{"{drop: items.amount}", `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>"},{"refer":"B"}],"remark":null}`, "drift: drop items.amount"},
		{"{drop: 'body.items[1].amount'}", `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B"}],"remark":null}`, "drift: drop items[1].amount"},
		{"{rename: {from: error_code, to: code}}", `{"code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: rename error_code to code"},
		{"{retype: error_code}", `{"error_code":"0","status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: retype error_code"},
		{"{retype: items.amount}", `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":10.00},{"refer":"B","amount":2}],"remark":null}`, "drift: retype items.amount"},
		{"{retype: items}", `{"error_code":0,"status":"OPEN","items":{"items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}]},"remark":null}`, "drift: retype items"},
		{"{retype: status}", `{"error_code":0,"status":["OPEN"],"items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: retype status"},
		{"{retype: remark}", `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":""}`, "drift: retype remark"},
		{"{null: items}", `{"error_code":0,"status":"OPEN","items":null,"remark":null}`, "drift: null items"},
		{"{add: items.version}", `{"error_code":0,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00","version":"2"},{"refer":"B","amount":"2","version":"2"}],"remark":null}`, "drift: add items.version"},
		{"{enum: status}", `{"error_code":0,"status":"OPEN_NEW","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: enum status"},
		{"{enum: error_code}", `{"error_code":99099,"status":"OPEN","items":[{"refer":"A<1>","amount":"10.00"},{"refer":"B","amount":"2"}],"remark":null}`, "drift: enum error_code"},
		{"{drop: itms.amount}", pageBody, "drift: drop itms.amount: the answer has no such field; the nearest is items.amount"},
		{"{drop: 'items[7].amount'}", pageBody, "drift: drop items[7].amount: the answer has no such field; the nearest is items.amount"},
		{"{add: status}", pageBody, "drift: add status: the answer has no such field; the nearest is status"},
	} {
		w := combine(t, pageInput(t), pair{"drift", c.value})
		if diff := cmp.Diff(c.want, string(w.Replace.Body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.value, diff)
		}
		if diff := cmp.Diff([]string{c.note}, w.Notes); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", c.value, diff)
		}
	}
}

func TestDriftThroughARootArray(t *testing.T) {
	in := pageInput(t)
	in.Body = []byte(`[{"all_count":2},{"refer":"A"},{"refer":"B"}]`)
	for value, want := range map[string]string{
		"{drop: refer}":       `[{"all_count":2},{},{}]`,
		"{drop: '[2].refer'}": `[{"all_count":2},{"refer":"A"},{}]`,
		"{add: version}":      `[{"all_count":2,"version":"2"},{"refer":"A","version":"2"},{"refer":"B","version":"2"}]`,
	} {
		if got := string(combine(t, in, pair{"drift", value}).Replace.Body); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// A drift that is left to the schema is one that a client may stumble over, and
// the same for all answers of an outcome.
func TestChosenDrifts(t *testing.T) {
	in := pageInput(t)
	seen := map[string]bool{}
	for seed := range chance.Seed(60) {
		in.Seed, in.Key = seed, "one"
		w := combine(t, in, pair{"drift", ""})
		word, _, _ := strings.Cut(strings.TrimPrefix(w.Notes[0], "drift: "), " ")
		seen[word] = true
		if problems := in.Table.Schemas.CheckValue("demo/page.json", w.Replace.Body); word != "add" && len(problems) == 0 {
			t.Errorf("seed %d: %s: %s still fits the schema", seed, w.Notes[0], w.Replace.Body)
		}
		in.Key = "another"
		if diff := cmp.Diff(w, combine(t, in, pair{"drift", ""})); diff != "" {
			t.Errorf("seed %d: another request drifts otherwise:\n%s", seed, diff)
		}
	}
	for _, word := range []string{"drop", "rename", "retype", "null", "add", "enum"} {
		if !seen[word] {
			t.Errorf("no seed of sixty drifts by %s; seen %v", word, seen)
		}
	}
}

func TestChosenDriftOfOneWord(t *testing.T) {
	in := pageInput(t)
	for seed := range chance.Seed(10) {
		in.Seed = seed
		for word, want := range map[string][]string{
			"enum": {"drift: enum status"},
			"drop": {"drift: drop error_code", "drift: drop status", "drift: drop items", "drift: drop items.refer", "drift: drop items.amount"},
			"rename": {"drift: rename error_code to errorCode", "drift: rename status to Status", "drift: rename items to Items",
				"drift: rename items.refer to Refer", "drift: rename items.amount to Amount", "drift: rename remark to Remark"},
		} {
			w := combine(t, in, pair{"drift", word})
			if len(w.Notes) != 1 || !slices.Contains(want, w.Notes[0]) {
				t.Errorf("seed %d: %s: %v, want one of %v", seed, word, w.Notes, want)
			}
		}
	}
}

func TestDriftWithoutASchemaStillDrifts(t *testing.T) {
	for _, in := range []faults.Input{
		{Body: []byte(`{"a":1,"b":[{"c":"x"}]}`)},
		{Body: []byte(`{"a":1}`), Table: testTable(t), Outcome: &contract.Outcome{Name: "file"}},
	} {
		if w := combine(t, in, pair{"drift", ""}); w.Replace == nil || string(w.Replace.Body) == string(in.Body) {
			t.Errorf("%s: nothing has changed: %+v", in.Body, w)
		}
	}
	for _, body := range []string{"", "%PDF-1.4", `"text"`, "{", "[]", "{}"} {
		w := combine(t, faults.Input{Body: []byte(body)}, pair{"drift", ""})
		if w.Replace != nil && string(w.Replace.Body) != body {
			t.Errorf("%q became %q", body, w.Replace.Body)
		}
	}
}

func TestGarbage(t *testing.T) {
	in := pageInput(t)
	w := combine(t, in, pair{"garbage", "bytes"})
	if len(w.Replace.Body) != len(pageBody) || string(w.Replace.Body) == pageBody {
		t.Errorf("%d random bytes, want %d that are not the answer's", len(w.Replace.Body), len(pageBody))
	}
	if w := combine(t, in, pair{"garbage", "{as: bytes, size: 7}"}); len(w.Replace.Body) != 7 {
		t.Errorf("%d random bytes, want 7", len(w.Replace.Body))
	}
	if w := combine(t, in, pair{"garbage", ""}); w.Replace.Status != 0 || w.Replace.Header != nil {
		t.Errorf("a gateway's page changes the status or the headers: %+v", w.Replace)
	}
	how := map[string]bool{}
	for seed := range chance.Seed(40) {
		in.Seed = seed
		for _, body := range []string{pageBody, "", "[]", "1", `"a"`, "null", "not JSON"} {
			in.Body = []byte(body)
			w := combine(t, in, pair{"garbage", "json"})
			if json.Valid(w.Replace.Body) {
				t.Errorf("seed %d: %q became %q, which is JSON", seed, body, w.Replace.Body)
			}
			how[w.Notes[0]] = true
			if string(in.Body) != body {
				t.Fatalf("the service's answer was changed: %q", in.Body)
			}
		}
	}
	if len(how) < 4 {
		t.Errorf("forty seeds break JSON in %d ways: %v", len(how), how)
	}
}

// Same seed, same request: the same bytes.
func TestEveryExampleIsDeterministic(t *testing.T) {
	for _, k := range faults.Kinds() {
		for _, example := range k.Examples {
			p := pair{k.Name, example}
			first, second := combine(t, pageInput(t), p), combine(t, pageInput(t), p)
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("%v (-first +second):\n%s", p, diff)
			}
		}
	}
}
