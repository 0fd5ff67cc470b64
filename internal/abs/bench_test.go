package abs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/population"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/world"
	"github.com/kzsim/kzsim/schemas"
)

const ok = `{"error_text":"","error_code":0}`

// people is the population of the bench's seed.
var people = population.New(1)

// somebody is an ordinary client, with the one loan of theirs.
func somebody(t *testing.T) (iin string, loan population.Loan) {
	t.Helper()
	const ordinary = "901123300258"
	loans := people.Loans(ordinary)
	if len(loans) != 1 {
		t.Fatalf("%s has %d loans", ordinary, len(loans))
	}
	return ordinary, loans[0]
}

func newBench(t testing.TB, profile ...string) *calltest.Bench {
	t.Helper()
	b := calltest.New(t, abs.Service())
	b.Set(profile...)
	return b
}

// sample is the document's request of an operation: a body or a query.
func sample(t testing.TB, operation string) string {
	t.Helper()
	all, err := schemas.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Operation == operation && s.Kind == "request" && s.Valid {
			text, err := schemas.FS.ReadFile(s.File)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
	t.Fatalf("no sample request of %s", operation)
	return ""
}

// with is the sample demand with other fields; a nil value leaves one out.
func with(t testing.TB, fields map[string]any) string {
	t.Helper()
	body := map[string]any{}
	if err := json.Unmarshal([]byte(sample(t, "abs.reg_pt")), &body); err != nil {
		t.Fatal(err)
	}
	for name, value := range fields {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// give states a fixture, judged by its schema as a scenario's would be.
func give(t testing.TB, b *calltest.Bench, name, item string) error {
	t.Helper()
	value, err := contract.ParseBody([]byte(item))
	if err != nil {
		t.Fatal(err)
	}
	service, _ := b.Table.ServiceOf("/abs/")
	for _, fixture := range service.Fixtures {
		if fixture.Name != name {
			continue
		}
		if problems := b.Table.Schemas.Check(fixture.Schema, value); len(problems) > 0 {
			return problems[0]
		}
		var failed error
		b.Update(func(c *contract.Call) error { failed = fixture.Apply(c, value); return nil })
		return failed
	}
	t.Fatalf("no fixture %s", name)
	return nil
}

func mustGive(t testing.TB, b *calltest.Bench, name, item string) {
	t.Helper()
	if err := give(t, b, name, item); err != nil {
		t.Fatalf("given %s %s: %v", name, item, err)
	}
}

// incoming is what both services know of a demand.
func incoming(b *calltest.Bench, refer string) (i world.Incoming) {
	b.Update(func(c *contract.Call) error { i, _ = world.Of(c).Incoming(refer); return nil })
	return i
}

// putLoan stores a loan as K2 does when it is told of one.
func putLoan(b *calltest.Bench, l population.Loan) {
	b.Update(func(c *contract.Call) error {
		world.Of(c).PutLoan(world.Loan{Loan: l, Loaded: true})
		return nil
	})
}

// check an answer: outcome, body, and the fields that its findings name.
func check(t *testing.T, got calltest.Answer, outcome, body string, about ...string) {
	t.Helper()
	if got.Outcome != outcome {
		t.Errorf("outcome %s, want %s", got.Outcome, outcome)
	}
	if body != "" {
		if diff := cmp.Diff(body, got.Body); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
	var paths []string
	for _, f := range got.Findings {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff(strings.Join(about, " "), strings.Join(paths, " ")); diff != "" {
		t.Errorf("findings about (-want +got):\n%s\n%v", diff, got.Findings)
	}
}

// compact is a JSON text without the spaces between its parts.
func compact(t testing.TB, text string) string {
	t.Helper()
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		if text[i] == '"' && text[max(i-1, 0)] != '\\' {
			quoted = !quoted
		}
		if quoted || !strings.ContainsRune(" \n\t", rune(text[i])) {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// response is a sample answer, compact as the services send it.
func response(t testing.TB, file string) string {
	t.Helper()
	text, err := schemas.FS.ReadFile("samples/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return compact(t, string(text))
}

// wanted is a request for an outcome by name.
func wanted(operation, input, outcome string) calltest.Request {
	return calltest.Request{Operation: operation, Body: input, Query: input, Want: outcome}
}
