package expression_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/expr-lang/expr"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// requests are what the expressions below are evaluated over: their fields have values of
// every kind, so that an expression meets the types that it doesn't expect, too.
var requests = func() (all []env) {
	values := []any{
		nil, true, false, 0, 5, 1000, -3, 1 << 60, 5.0, 2.5, math.Inf(1), "", "a", "abc", "901123300258", strings.Repeat("a", 5000),
		map[string]any{}, map[string]any{"b": 5}, map[string]any{"b": "abc", "": "a"}, []any{}, []any{5}, []any{"a", nil, 2.5}, []any{map[string]any{"b": 2.5}},
	}
	for i, v := range values {
		header := map[string]string{"X-Run": fmt.Sprint(i), "A": "abc"}
		all = append(all, env{Body: map[string]any{"a": v, "b": values[(i+7)%len(values)]}, Header: header, Hour: i, Weekday: "mon", State: states}, env{Body: v})
	}
	return all
}()

// states are functions that answer what they are asked with, or fail.
var states = expression.Looks{
	"thing": func(with ...any) (any, error) { return map[string]any{"a": with[0]}, nil },
	"error": func(with ...any) (any, error) { return nil, fmt.Errorf("no state of %v", with) },
}

// random is an expression of the given depth that a shortcut may have.
func random(r *rand.Rand, depth int) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	if depth > 0 {
		x, y := random(r, depth-1), random(r, depth-1)
		return one(x+" && "+y, x+" || "+y, "not ("+x+")", "("+x+") and ("+y+")", "("+x+") or ("+y+")", "("+x+") == ("+y+")")
	}
	field := func() string {
		return one("body", "body.a", "body.b", "body.a.b", "body.a[0]", "body.a[-1]", "body.a[0].b", `body["b"]`, `body[""]`, `header["X-Run"]`, "header.A", "header.none", "hour", "weekday", `state.thing("abc").a`, "state.thing(body.a).a", `state.thing("abc", state.thing(body.a).a).a`, "state.error(hour)", "state.none(5)")
	}
	literal := func() string {
		return one("0", "5", "-3", "5.0", "2.5", `""`, `"a"`, `"abc"`, `"7"`, "true", "nil", `"mon"`, "(0/0)")
	}
	switch r.IntN(8) {
	case 0:
		return field()
	case 1:
		return field() + one(" in ", " not in ") + one(`["a", "abc"]`, `["", "7"]`, "[5, 0]", `[5, "a", 2.5, true]`, "[2.5]", `["mon"]`)
	case 2:
		return literal() + one(" == ", " != ", " < ") + field()
	case 3:
		return field() + one(" == ", " != ", " < ", " contains ", " startsWith ") + field()
	}
	return field() + one(" == ", " != ", " < ", " <= ", " > ", " >= ", " contains ", " startsWith ", " endsWith ") + literal()
}

// agree compares an expression's shortcut with the library's machine over all requests: the
// value, the error, and what is spent.
func agree(t *testing.T, text string) (short bool) {
	for _, options := range [][]expr.Option{nil, {expr.AsBool()}} {
		p, err := expression.Compile(text, env{}, options...)
		if err != nil {
			continue
		}
		short = short || p.IsShort()
		for _, in := range requests {
			run := func(by func(env any) (any, error)) (any, string, [2]int) {
				budget := new(expression.Budget)
				in.Scope = budget.Scope()
				v, err := by(in)
				said := ""
				if err != nil {
					said = err.Error()
				}
				steps, bytes := budget.Spent()
				return v, said, [2]int{steps, bytes}
			}
			want, wantErr, wantSpent := run(p.RunOnMachine)
			got, gotErr, spent := run(p.Run)
			if wantErr != gotErr || wantSpent != spent || fmt.Sprintf("%T %[1]v", want) != fmt.Sprintf("%T %[1]v", got) {
				t.Fatalf("%s over %.200v: %v (%s) for %v, want %v (%s) for %v", text, in.Body, got, gotErr, spent, want, wantErr, wantSpent)
			}
			holds, _, spent := run(func(env any) (any, error) { return p.Holds(env), nil })
			if holds != (wantErr == "" && want == true) || wantSpent != spent {
				t.Fatalf("%s over %.200v holds: %v for %v, want %v (%s) for %v", text, in.Body, holds, spent, want, wantErr, wantSpent)
			}
		}
	}
	return short
}

// TestShortcuts: what is evaluated without the library's machine comes to the same.
func TestShortcuts(t *testing.T) {
	for _, text := range plain {
		agree(t, text)
	}
	const seeds, each = 8, 150
	for seed := range uint64(seeds) {
		r, short := rand.New(rand.NewPCG(seed, 1)), 0
		for i := range each {
			if agree(t, random(r, i%3)) {
				short++
			}
		}
		if short < each/3 {
			t.Errorf("seed %d: %d of %d expressions have a shortcut", seed, short, each)
		}
	}
}

// FuzzShortcuts is TestShortcuts over other seeds, and other texts.
func FuzzShortcuts(f *testing.F) {
	f.Add(uint64(1), `body.a in ["a"] || header["X-Run"] > "1"`)
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		agree(t, text)
		agree(t, random(rand.New(rand.NewPCG(seed, 2)), int(seed%4)))
	})
}

// TestShortcutsAllocateNothing: whatever an evaluation comes to.
func TestShortcutsAllocateNothing(t *testing.T) {
	for _, text := range []string{
		`body.a > 1000`, `body.a == 5 and body.b != "x" or not (body.b == 2.5)`, `body.a.b < 2.5`, `body.a in ["a", "b"]`, `body.a in [1, 2.5]`,
		`header["X-Run"] == "7"`, `header["X-Run"] startsWith "7"`, `header.A in ["x"]`, `weekday == "sun"`, `hour > 20`, `body.a contains "x"`,
	} {
		p := compile(t, text)
		if !p.IsShort() {
			t.Errorf("%s has no shortcut", text)
		}
		for _, in := range requests {
			in.Scope = new(expression.Budget).Scope()
			var boxed any = in
			if n := testing.AllocsPerRun(10, func() { p.Holds(boxed) }); n > 0 {
				t.Errorf("%s over %.200v: %g allocations", text, in.Body, n)
			}
		}
	}
}
