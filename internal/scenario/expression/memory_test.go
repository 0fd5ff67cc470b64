package expression_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// randomComparison is an expression that asks one of a few things of a request.
func randomComparison(r *rand.Rand) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	field := one("body", "body.a", "body.b", "body.a[0]", "header.A", "hour", "state.thing(body.a).a", "state.thing(hour, state.thing(body.a).a).a", "state.error(body.a)")
	part := one(field, field, "len("+field+")", "upper("+field+")", "int("+field+")", "first("+field+")", field+" + "+field, "type([5, 2.5][0])", "type([5.0, 2.5][0])", "(hour - hour) / (hour - hour)")
	with := one("0", "3", "5", "5.0", "2.5", `""`, `"a"`, `"abc"`, `"ABC"`, `"int"`, "true", "nil")
	list := one("[5, 0]", "[5, 2.5]", `["a", "abc", ""]`, `[true, "a", 5]`, "[nil]")
	operator := one("==", "==", "!=", "<", ">=", "contains", "startsWith", "endsWith")
	item := one("#", ".b", ".a.b", ".b[0]", "#[0]") + " "
	return one(
		part+" "+operator+" "+with, part+" in "+list, with+" "+operator+" "+part, part+" == "+field,
		"any("+field+", "+item+operator+" "+with+")", "any("+field+", "+item+"in "+list+")", "any("+field+", "+item+operator+" "+with+" and len(.b) > 0)",
	)
}

// inShort is an error as explanations tell it.
func inShort(err error) string {
	if err == nil {
		return ""
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return said(err)
}

// program is an expression that compiles.
type program struct {
	text string
	*expression.Program
}

// compiled are the expressions that compile, of any type and as conditions.
func compiled(texts ...string) (all []program) {
	for _, text := range texts {
		for _, options := range [][]expr.Option{nil, {expr.AsBool()}} {
			if p, err := expression.Compile(text, env{}, options...); err == nil {
				all = append(all, program{text, p})
			}
		}
	}
	return all
}

// remembered compares what expressions come to with a memory and without, over one request and
// more than once: value, error, and what is spent. Where one is true, an index has to find it.
func remembered(t *testing.T, in env, programs []program) (answers int) {
	var memory expression.Memory
	for _, p := range programs {
		budget := new(expression.Budget)
		in.Scope = budget.Scope()
		run := func(v any, err error) string {
			steps, bytes := budget.Spent()
			budget.Begin()
			return fmt.Sprintf("%T %[1]v, %s, %d steps, %d bytes", v, inShort(err), steps, bytes)
		}
		v, err := p.RunOnMachine(in)
		want := run(v, err)
		if diff := cmp.Diff(want, run(memory.Run(p.Program, in))); diff != "" {
			t.Fatalf("%s over %.200v (-machine +memory):\n%s", p.text, in.Body, diff)
		}
		if holds := memory.Holds(p.Program, in); holds != (v == true) {
			t.Fatalf("%s over %.200v holds: %v, want %s", p.text, in.Body, holds, want)
		}
		run(nil, nil)
		may := p.May()
		found := func(c expression.Comparison) bool { return finds(t, &memory, &c, in) }
		if v == true && may != nil && !slices.ContainsFunc(may, found) {
			t.Fatalf("%s is true of %.200v, and isn't found", p.text, in.Body)
		}
		if v != true && may != nil && !slices.ContainsFunc(may, found) {
			answers++
		}
		if steps, bytes := budget.Spent(); steps != 0 || bytes != 0 {
			t.Fatalf("%s: to ask spends %d and %d of the request's budget", p.text, steps, bytes)
		}
	}
	return answers
}

// finds reports whether a comparison may hold of what a memory answers.
func finds(t *testing.T, memory *expression.Memory, c *expression.Comparison, in env) bool {
	values, known := memory.Ask(c, in, 1)
	return !known || slices.ContainsFunc(values, func(v any) bool {
		key, known := expression.KeyOf(v)
		byKey := len(c.Keys()) == 0 || !known || slices.Contains(c.Keys(), key)
		if c.MayHold(v) && !byKey {
			t.Fatalf("%v may be equal to %v", v, c.Keys())
		}
		bound := c.Bound()
		number, is, known := expression.NumberOf(v)
		if c.MayHold(v) && bound.Side != 0 && known && (!is || float64(bound.Side)*(number-bound.Number) < 0) {
			t.Fatalf("%v may be within %v", v, bound)
		}
		edge := c.Edge()
		text, _ := v.(string)
		within := edge.Text == "" || !known || edge.Begins && strings.HasPrefix(text, edge.Text) || !edge.Begins && strings.HasSuffix(text, edge.Text)
		if c.MayHold(v) && !within {
			t.Fatalf("%v may have the edge %v", v, edge)
		}
		return c.MayHold(v)
	})
}

// TestMemory: a part that is evaluated once comes to the same wherever it stands, and costs
// the same.
func TestMemory(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 3))
		const none = "(hour - hour) / (hour - hour)" // 0/0
		texts := []string{none + " < 5", "5 > " + none, none + " <= 5.5", none + " >= 5", none + " == 5", "11 < hour", "12.5 > hour", "hour >= 11", "13 >= hour"}
		for i := range 60 {
			text := randomComparison(r)
			if i%3 == 0 {
				text = randomComparison(r) + " " + []string{"and", "or"}[r.IntN(2)] + " " + text
			}
			texts = append(texts, text)
		}
		programs, answers := compiled(texts...), 0
		for _, in := range requests {
			answers += remembered(t, in, programs)
		}
		if most := len(requests) * len(texts); answers < most/4 {
			t.Errorf("seed %d: %d of %d expressions are left out", seed, answers, most)
		}
	}
}

// FuzzMemory is TestMemory over other seeds, and other texts.
func FuzzMemory(f *testing.F) {
	f.Add(uint64(1), `any(body.a, .b > 5) or len(body.a) in [1, 2]`)
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		r := rand.New(rand.NewPCG(seed, 4))
		remembered(t, requests[r.IntN(len(requests))], compiled(text, randomComparison(r), randomComparison(r)+" or "+text, text))
	})
}

// TestAskIsBounded: what asking costs has a bound of its own, and where that is reached the
// answer isn't known. The budget of the request is as it was.
func TestAskIsBounded(t *testing.T) {
	large := make([]any, 10_000)
	for i := range large {
		large[i] = map[string]any{"b": i}
	}
	budget := new(expression.Budget)
	in := env{Scope: budget.Scope(), Body: map[string]any{"list": large, "text": strings.Repeat("a", 1<<20), "a": 5}}
	ask := func(memory *expression.Memory, text string, comparisons int) bool {
		p, err := expression.Compile(text, env{}, expr.AsBool())
		if err != nil {
			t.Fatal(err)
		}
		_, known := memory.Ask(&p.May()[0], in, comparisons)
		return known
	}
	for _, tt := range []struct {
		text        string
		comparisons int
		want        bool
	}{
		{`body.a == 5`, 1000, true}, {`any(body.list, .b == 5)`, 10, true}, {`any(body.list, .b == 5)`, 1000, false},
		{`len(replace(body.text, "", body.text)) == 5`, 1, false}, {`upper(body.text) == "A"`, 1, false},
	} {
		if got := ask(new(expression.Memory), tt.text, tt.comparisons); got != tt.want {
			t.Errorf("%s with %d comparisons: %v, want %v", tt.text, tt.comparisons, got, tt.want)
		}
	}
	var memory expression.Memory
	answers := 0
	for ask(&memory, `any(body.list, .b == 5)`, 10) {
		answers++
	}
	if most := expression.MaxAskSteps / len(large) / 10; answers < 1 || answers > most {
		t.Errorf("%d answers, want at most %d", answers, most)
	}
	if steps, bytes := budget.Spent(); steps != 0 || bytes != 0 {
		t.Errorf("%d steps and %d bytes of the request's budget are spent", steps, bytes)
	}
}
