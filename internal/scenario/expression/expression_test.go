package expression_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/builtin"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/scenario/expression"
	_ "github.com/kzsim/kzsim/internal/testgc"
)

// env is what the expressions of these tests see.
type env struct {
	expression.Scope
	Body    any               `expr:"body"`
	Header  map[string]string `expr:"header"`
	Now     time.Time         `expr:"now"`
	Hour    int               `expr:"hour"`
	Weekday string            `expr:"weekday"`
	State   expression.Looks  `expr:"state"`
}

var noon = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)

func compile(t testing.TB, text string) *expression.Program {
	t.Helper()
	p, err := expression.Compile(text, env{})
	if err != nil {
		t.Fatalf("%.200s: %.200v", text, err)
	}
	return p
}

// evaluate within a whole budget, which comes back with what is spent.
func evaluate(p *expression.Program, body any) (any, error, *expression.Budget) {
	budget := new(expression.Budget)
	v, err := p.Run(env{Scope: budget.Scope(), Body: body, Header: map[string]string{"X-Run": "7"}, Now: noon})
	return v, err, budget
}

// said is the error's first line.
func said(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// small is a body with one of everything.
var small = map[string]any{
	"text": "Алматы, Abay 10", "amount": 1500, "rate": 2.5, "yes": true, "nothing": nil, "list": []any{3, 1, 2, 3}, "texts": []any{"b", "a", "b"},
	"items": []any{
		map[string]any{"iin": "901123300258", "amount": 10, "cur": "KZT"},
		map[string]any{"iin": "031231500126", "amount": 2000.5, "cur": "USD"},
		map[string]any{"iin": "901123300258", "amount": 30, "cur": "KZT"},
	},
	"nested": []any{[]any{1, []any{2}}, []any{}, 3},
}

// plain expressions: every operator and function, as scenarios use them.
var plain = []string{
	`body.amount > 1000`, `body.items[0].amount > 1000`, `body.items[-1].amount == 30`, `header["X-Run"] == "7"`, `header.x ?? "none"`,
	`any(body.items, .amount > 1000)`, `all(body.items, .amount > 1000)`, `none(body.items, .cur == "EUR")`, `one(body.items, .cur == "USD")`,
	`count(body.items, .cur == "KZT")`, `count(body.items, .cur == "KZT") >= 2`, `count([true, false])`, `sum(body.items, .amount)`, `sum(body.list)`, `sum([1, 2, body.amount])`,
	`sum(["a", body.text])`, `sum(map(body.items, .amount))`, `sum([])`,
	`find(body.items, .amount > 20).iin`, `findIndex(body.items, .amount > 20)`, `findLast(body.items, .cur == "KZT").amount`, `findLastIndex(body.list, # == 3)`,
	`filter(body.items, .amount > 20)`, `len(filter(body.items, .amount > 20))`, `filter(body.items, .amount > 20)[0].iin`, `first(filter(body.items, .amount > 20))`,
	`map(filter(body.items, .amount > 20), .iin + "!")`, `map(body.items, {.amount * 2})`, `map(body.list, #index)`, `filter(filter(body.list, # > 1), # > 2)`,
	`all(body.items, .amount > 1) && all(body.items, .amount < 5000)`, `any(body.items, .amount > 1) or any(body.items, .cur == "X")`,
	`reduce(body.list, #acc + #)`, `reduce(body.list, #acc + #, 10)`, `sortBy(body.items, .amount, "desc")[0].iin`, `sortBy(body.texts, #)`,
	`sort(body.list)`, `sort(body.texts, "desc")`, `uniq(body.list)`, `uniq(body.texts)`, `uniq([1, 1.0, "1", nil, nil, [1], [1]])`, `len(uniq(map(body.items, .iin))) < len(body.items)`,
	`reverse(body.list)`, `concat(body.list, body.texts)`, `flatten(body.nested)`, `flatten(map(body.items, [.iin]))`, `take(body.list, 2)`, `first(body.list)`, `last(body.list)`, `first([])`,
	`min(body.list)`, `max(1, body.amount, 2.5)`, `mean(body.list)`, `median(body.list)`, `min(body.nested)`,
	`keys(header)`, `values(header)`, `"amount" in body`, `"x" in body`, `get(body, "amount")`, `get(body, "none")`, `get(body.list, 9)`,
	`body.amount in [1, 1500]`, `body.text in ["a", "b"]`, `body.amount not in body.list`, `"b" in body.texts`, `body.items[0] in body.items`, `header["X-Run"] in ["7", "8"]`,
	`body.text contains "Abay"`, `body.text startsWith "Алматы"`, `body.text endsWith "11"`, `not (body.text contains "x")`, `body.text matches "^[А-я]+, [A-Za-z]+ [0-9]{2}$"`, `"x" matches "y|x"`,
	`body.text == "x"`, `body.text != body.cur`, `body.items == body.items`, `body.list == [3, 1, 2, 3]`, `body.text < "b"`, `1 < body.amount < 2000`, `"a" < lower(body.text) < "я"`,
	`len(body.text)`, `len(body.list)`, `len(body)`, `upper(body.text)`, `lower(body.text)`, `trim("  x ")`, `trim("xxaxx", "x")`, `trimPrefix(body.text, "Алматы")`, `trimSuffix(body.text, "10")`, `trimPrefix(" x")`,
	`hasPrefix(body.text, "А")`, `hasSuffix(body.text, "0")`, `indexOf(body.text, ",")`, `lastIndexOf(body.text, "a")`,
	`split(body.text, " ")`, `split(body.text, "", 3)`, `split(body.text, ", ")[1]`, `splitAfter(body.text, ",")`, `splitAfter(body.text, " ", 2)`, `join(body.texts)`, `join(body.texts, "-")`, `join(split(body.text, " "), "")`,
	`replace(body.text, "a", "b")`, `replace(body.text, "", "-")`, `replace(body.text, "a", "", 1)`, `replace(body.text, "a", "bb", 0)`, `replace(body.text, "a", "bb", 1000000000)`,
	`toBase64(body.text)`, `fromBase64("eA==")`, `string(body.items)`, `string(1.5)`, `int("12")`, `int(2.9)`, `float("1e3")`, `type(body.list)`,
	`abs(-3)`, `ceil(body.rate)`, `floor(body.rate)`, `round(body.rate)`, `bitand(6, 3)`, `bitor(6, 3)`, `bitxor(6, 3)`, `bitnand(6, 3)`, `bitnot(6)`, `bitshl(1, 3)`, `bitshr(8, 1)`, `bitushr(8, 1)`,
	`duration("1h") > duration("30m")`, `date("2024-03-01")`, `date("01.03.2024", "02.01.2006")`, `date("2024-03-01", "2006-01-02", "Asia/Almaty") < now`, `date("2024-03-01") < now`, `now.Hour() == 12`,
	`now.Format("2006-01-02")`, `now.Add(duration("24h")).Weekday().String()`, `now.In(timezone("Asia/Almaty")).Hour()`, `now - date("2024-02-29")`,
	`body.amount + 1`, `body.amount - 1.5`, `body.amount * body.rate`, `body.amount / 7`, `body.amount % 7`, `2 ** 10`, `-body.amount`, `+body.amount`, `"a" + body.text + "b"`,
	`body.yes ? body.text : 1`, `body.nothing ?? "none"`, `body?.nothing?.deep`, `if body.yes { 1 } else { 2 }`, `let x = body.amount; x * x`, `body.amount | max(7)`, `[body.amount, body.text]`, `{a: body.amount, (body.text): 1}`, `{"KZT": 1, "USD": 450}[body.items[1].cur]`,
	`body.text[1:4]`, `body.list[1:]`, `body.list[:-1]`, `body.list[5:9]`, `true and body.yes`, `not body.yes || false`, `body.items[0]["cur"]`, `body[body.texts[0]]`,
	// These fail as they do in the library.
	`body.list[9]`, `body.amount.x`, `body.text + 1`, `int(body.text)`, `upper(body.amount)`, `body.amount()`, `date(body.text)`, `body.text matches "("`, `sort(body.items)`, `mean(body.texts)`, `body.list > 1`,
	`replace(body.amount, "a", "b")`, `split(body.list, ",")`, `uniq(body.amount)`, `keys(body.list)`, `join(body.list)`, `trim(nil)`, `replace(body.text, "a", "b", "c")`, `reduce([], #acc)`,
}

// TestPlainExpressions: metering changes no value and no error of the library's.
func TestPlainExpressions(t *testing.T) {
	for _, text := range plain {
		want, wantErr := unmetered(text, small)
		p, err := expression.Compile(text, env{})
		var got any
		if err == nil {
			got, err, _ = evaluate(p, small)
		}
		switch {
		case (err == nil) != (wantErr == nil), err != nil && said(err) != said(wantErr):
			t.Errorf("%s: error %v, want %v", text, err, wantErr)
		case cmp.Diff(want, got) != "":
			t.Errorf("%s (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	}
}

// unmetered is what the library alone makes of an expression.
func unmetered(text string, body any) (any, error) {
	p, err := expr.Compile(text, expr.Env(env{}), expr.DisableBuiltin("now"))
	if err != nil {
		return nil, err
	}
	return expr.Run(p, env{Body: body, Header: map[string]string{"X-Run": "7"}, Now: noon})
}

// TestPlainExpressionsUseEveryFunction keeps the table above complete.
func TestPlainExpressionsUseEveryFunction(t *testing.T) {
	all := strings.Join(plain, " ")
	for _, name := range expression.Functions() {
		if !strings.Contains(all, name+"(") {
			t.Errorf("no plain expression calls %s", name)
		}
	}
}

// TestFunctions: a function that a new version of the library brings is no function of
// the language until it has a price.
func TestFunctions(t *testing.T) {
	known := expression.Functions()
	var left []string
	for _, name := range builtin.Names {
		if slices.Contains(known, name) {
			continue
		}
		left = append(left, name)
		if _, err := expression.Compile(name+`("1", 1)`, env{}); err == nil {
			t.Errorf("%s can be called", name)
		}
	}
	slices.Sort(left)
	want := []string{"fromJSON", "fromPairs", "groupBy", "now", "repeat", "toJSON", "toPairs"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	chain := func(n int) string {
		text := "1"
		for range n {
			text = "len([1 < " + text + " < 3])"
		}
		return text + " == 1"
	}
	in := func(n int, open, close string) string {
		return strings.Repeat(open, n) + "true" + strings.Repeat(close, n)
	}
	for _, test := range []struct{ name, text, want string }{
		{"the longest", `"` + strings.Repeat("ж", expression.MaxSource-8) + `" == ""`, ""},
		{"too long", `"` + strings.Repeat("ж", expression.MaxSource-7) + `" == ""`, "0: found an expression of 4001 characters, expected at most 4000"},
		{"the deepest", in(expression.MaxDepth, "(", ")"), ""},
		{"too deep", in(expression.MaxDepth+1, "(", ")"), "50: found a bracket within more than 50 others, expected fewer brackets within brackets"},
		{"lists too deep", "true or " + in(expression.MaxDepth+1, "[", "]"), "58: found a bracket within more than 50 others, expected fewer brackets within brackets"},
		{"brackets in texts", `"` + strings.Repeat("(", 100) + `" == ""`, ""},
		{"half a million brackets", in(500_000, "(", ")"), "0: found an expression of 1000004 characters, expected at most 4000"},
		{"brackets that nothing closes", strings.Repeat("(", 3900), "50: found a bracket within more than 50 others, expected fewer brackets within brackets"},
		{"signs", strings.Repeat("-", 3900) + "1 == 1", "0: found an expression of more than 500 values and operators, expected a shorter expression"},
		{"many values", strings.Repeat("1 == 1 and ", 200) + "true", "0: found an expression of more than 500 values and operators, expected a shorter expression"},
		{"few comparisons of three", chain(3), ""},
		{"comparisons of three within each other", chain(20), "0: found an expression of more than 500 values and operators, expected a shorter expression"},
		{"defaults within each other", strings.Repeat("(", 40) + "body" + strings.Repeat(" ?: 1)", 40) + " == 1", "0: found an expression of more than 500 values and operators, expected a shorter expression"},
		{"a range", "sum(1..1000000000) > 1", "5: found a range, expected an expression without ranges"},
		{"a range of values", "body.a in body.b..body.c", "16: found a range, expected an expression without ranges"},
		{"a search within a search", "all(body, any(body, # > 1))", "10: found a search within a search, expected one search over a list"},
		{"everything at once", `string($env) == ""`, `7: found "$env", expected the name of a value`},
		{"a pattern from the request", "body.a matches body.b", "20: found a pattern that is not written out, expected a pattern in quotes after matches"},
		{"a pattern of two texts", `body.a matches "a" + "b"`, "19: found a pattern that is not written out, expected a pattern in quotes after matches"},
		{"a long pattern", `body.a matches "` + strings.Repeat("a", 501) + `"`, "15: found a pattern of 501 bytes, expected at most 500"},
		{"a pattern that repeats", `body.a matches "a{500}"`, "15: found a pattern of 502 instructions, expected at most 500: a{100} is a hundred"},
		{"repeat", `repeat("a", 9) == ""`, "0: found the function repeat, expected a function of the language: " + strings.Join(expression.Functions(), ", ")},
		{"toJSON", `len(body | toJSON()) > 1`, "11: found the function toJSON, expected a function of the language: " + strings.Join(expression.Functions(), ", ")},
		{"groupBy", `len(groupBy(body, #)) > 1`, "4: found the function groupBy, expected a function of the language: " + strings.Join(expression.Functions(), ", ")},
	} {
		got := ""
		var refused *expression.Refusal
		_, err := expression.Compile(test.text, env{})
		if errors.As(err, &refused) {
			got = fmt.Sprintf("%d: %v", refused.From, err)
		} else if err != nil {
			got = said(err)
		}
		if got != test.want {
			t.Errorf("%s: %.200s\nwant %.200s", test.name, got, test.want)
		}
	}
}

// TestSharedOperand: the middle of a < b < c stands twice in the tree, and each time it
// is paid for.
func TestSharedOperand(t *testing.T) {
	spent := func(text string) int {
		_, err, budget := evaluate(compile(t, text), small)
		if err != nil {
			t.Fatal(err)
		}
		_, bytes := budget.Spent()
		return bytes
	}
	once, twice := spent(`"0" < replace(body.text, "a", "b")`), spent(`"0" < replace(body.text, "a", "b") < "x"`)
	if once == 0 || twice != 2*once {
		t.Errorf("once it makes %d bytes, twice %d", once, twice)
	}
}

// TestOrderOfFields: an object's fields come in any order, but a verdict doesn't.
func TestOrderOfFields(t *testing.T) {
	fields := map[string]any{}
	for i := range 50 {
		fields[fmt.Sprint("field", i)] = []any{i, strings.Repeat("x", i*100)}
	}
	deep := any(1)
	for range 600 {
		deep = []any{deep}
	}
	wide := map[string]any{"fields": fields, "both": map[string]any{"deep": deep, "list": make([]any, 200_000)}, "texts": slices.Repeat([]any{fields}, 400)}
	for _, text := range []string{
		`keys(body.fields)[0] + "," + keys(body.fields)[49]`, `values(body.fields)[3][0]`, `string(body.fields)`,
		`string(body.texts) == ""`, `flatten([body.texts, body.fields]) == body.texts`, `body.texts[1] in body.texts`, `string(body.both)`,
	} {
		p := compile(t, text)
		seen := map[string]int{}
		for range 100 {
			v, err, budget := evaluate(p, wide)
			steps, bytes := budget.Spent()
			if err != nil {
				seen[said(err)]++
				continue
			}
			seen[fmt.Sprint(v, steps, bytes)]++
		}
		if len(seen) != 1 {
			t.Errorf("%s has %d verdicts: %.200v", text, len(seen), slices.Sorted(maps.Keys(seen)))
		}
	}
}
