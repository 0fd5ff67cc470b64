package expression_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/expr-lang/expr"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// mebibyte is the size of the bodies below as JSON.
const mebibyte = 1 << 20

// The bodies of a mebibyte.
func oneText() any { return map[string]any{"text": strings.Repeat("a", mebibyte)} }

func twoTexts() any {
	return map[string]any{"text": strings.Repeat("a", mebibyte/2), "same": strings.Repeat("a", mebibyte/2)}
}

func cyrillic() any { return map[string]any{"text": strings.Repeat("ж", mebibyte/2)} }

func parts() any { return map[string]any{"text": strings.Repeat("a,", mebibyte/2)} }

// rows of some hundred bytes.
func rows() any {
	items := make([]any, 10_000)
	for i := range items {
		items[i] = map[string]any{"iin": fmt.Sprintf("%012d", i), "amount": i, "cur": "KZT", "refer": fmt.Sprintf("%040d", i)}
	}
	return map[string]any{"items": items}
}

// numbers of two bytes, and the comma.
func numbers() any {
	items := make([]any, mebibyte/3)
	for i := range items {
		items[i] = 10 + i*7919%90
	}
	return map[string]any{"items": items}
}

// mixed has large texts beside many items: few enough to go through them at all.
func mixed() any {
	items := make([]any, 15_000)
	for i := range items {
		items[i] = i * 7919 % 100
	}
	return map[string]any{"items": items, "text": strings.Repeat("a", mebibyte*2/5), "same": strings.Repeat("a", mebibyte*2/5)}
}

const (
	steps   = "the budget of an evaluation is spent: 2000000 steps"
	memory  = "the budget of an evaluation is spent: 6 MiB for the texts and lists that it makes"
	refused = "refused"
	value   = "a value"
)

// attack is an expression over a large body. Want is how it ends: refused when it is
// compiled, with an error that begins so, or with a value.
type attack struct {
	body       func() any
	text, want string
}

var attacks = []attack{
	// Texts that grow.
	{oneText, `len(replace(body.text, "", body.text)) > 1`, steps},
	{twoTexts, `len(replace(body.text, "a", body.same)) > 1`, steps},
	{parts, `replace(body.text, ",", "` + strings.Repeat("x", 3000) + `") == ""`, steps},
	{parts, `replace(body.text[0:2000], ",", body.text[0:9000]) == ""`, memory},
	{oneText, `len(join(split(body.text, ""), body.text)) > 1`, steps},
	{parts, `len(join(split(body.text, ","), body.text)) > 1`, memory},
	{rows, `len(join(map(body.items, .refer), string(body.items))) > 1`, memory},
	{twoTexts, `len(join(split(body.text[0:40], ""), body.same)) > 1`, memory},
	{twoTexts, `len(join([body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text, body.text])) > 1`, memory},
	{rows, `body.items[0].amount[body:1] == 1`, memory},
	{rows, `body.items[0].amount[1:body] == 1`, memory},
	{mixed, `all(body.items[0:9000], ({(body.text): 1}) != nil)`, memory},
	{oneText, `len(repeat(body.text, 1000000)) > 1`, refused},
	{rows, `len(toJSON(map(body.items, body.items))) > 1`, refused},
	{oneText, `let a = body.text + body.text; let b = a + a; let c = b + b; let d = c + c; let e = d + d; len(e) > 1`, memory},
	{oneText, `let a = (false ? 1 : body.text); let b = a + a; let c = b + b; len(c + c) > 1`, memory},
	{oneText, `sum([body.text, body.text, body.text, body.text, body.text, body.text, body.text]) == ""`, memory},
	{rows, `reduce(body.items, #acc + .refer, "") == ""`, memory},
	{rows, `reduce(map(body.items, .refer), # + #acc) == ""`, memory},
	{oneText, `toBase64(toBase64(toBase64(body.text))) == ""`, memory},
	{oneText, `string([body.text, body.text, body.text]) == ""`, memory},
	{oneText, `let a = [body, body, body, body, body, body]; let b = [a, a, a, a, a, a]; string([b, b, b, b]) == ""`, steps},
	{oneText, `upper(lower(upper(body.text))) == ""`, memory},
	{cyrillic, `upper(lower(upper(body.text))) == ""`, memory},
	{oneText, `now.Format(body.text) == ""`, memory},
	{oneText, `duration(body.text) > duration("1s")`, memory},
	{oneText, `date(body.text) < now`, memory},
	{oneText, `int(body.text) == 1`, memory},
	{oneText, `"a" < replace(body.text, "", "b") < "b"`, steps},
	// Lists and objects that grow.
	{numbers, `len(flatten(map(body.items, body.items))) > 1`, steps},
	{numbers, `len(flatten([body.items, body.items, body.items])) > 1`, steps},
	{rows, `let a = body.items; let b = concat(a, a, a, a); let c = concat(b, b, b, b); len(concat(c, c, c, c)) > 1`, memory},
	{numbers, `map(body.items, [#, #, #, #, #, #, #, #]) == []`, steps},
	{numbers, `map(body.items[0:100000], [#, #]) == []`, memory},
	{mixed, `len(map(body.items, ({a: #, b: #}))) > 1`, memory},
	{numbers, `len(map(body.items[0:200000], # * 1.5)) > 1`, memory},
	{mixed, `map(filter(body.items[0:9000], # > 1), body.text + "x") == []`, memory},
	{parts, `len(split(body.text, "")) > 1`, steps},
	{parts, `len(map(split(body.text, ","), # + "x")) > 1`, memory},
	{numbers, `reverse(reverse(body.items)) == []`, memory},
	{numbers, `sort(body.items)[0] == 1`, memory},
	{rows, `let a = reduce(body.items, [#acc, #], 0); string(a) == ""`, "a value with more than 500 levels"},
	{rows, `let a = reduce(body.items, [#acc, #], 0); let b = reduce(body.items, [#acc, #], 0); a == b`, "a value with more than 500 levels"},
	// Work that grows with the square of the body.
	{rows, `all(body.items, any(body.items, .amount >= 0))`, refused},
	{numbers, `count(body.items, # in body.items) == 0`, steps},
	{numbers, `len(map(body.items, sum(body.items))) == 0`, steps},
	{rows, `count(body.items, # in body.items) == 0`, steps},
	{rows, `count(body.items, body.items == body.items) == 0`, steps},
	{mixed, `count(body.items, body == body) == 0`, steps},
	{mixed, `count(body.items, body.text == body.same) == 0`, steps},
	{mixed, `count(body.items, body.text < body.same) == 0`, steps},
	{mixed, `count(body.items, body.text startsWith body.same) == 0`, steps},
	{mixed, `count(body.items, body.text contains "ab") == 0`, steps},
	{mixed, `count(body.items, body.text in ["a", "b"]) == 1`, steps},
	{mixed, `count(body.items, body[body.text] == nil) == 0`, memory},
	{mixed, `count(body.items, len(body.text) == 1) == 1`, steps},
	{mixed, `count(body.items, upper(body.text) == "") == 1`, memory},
	{mixed, `count(body.items, string((false ? 1 : body.items)) == "") == 1`, memory},
	{mixed, `count(body.items, trimPrefix(body.text, body.same) == "") == 1`, steps},
	{mixed, `count(body.items, lastIndexOf(body.text, "b") == 1) == 1`, steps},
	{mixed, `count(body.items, max(body.items) == 1) == 1`, steps},
	{numbers, `count(body.items[0:60000], now.Format("2006") == "") == 1`, steps},
	{numbers, `findLast(body.items[0:200000], # == 1) == 1`, memory},
	{mixed, `count(body.items, timezone("Asia/Almaty") == nil) == 1`, steps},
	{mixed, `count(body.items, date("2024-01-02", "2006-01-02", "Asia/Almaty") == now) == 1`, steps},
	{mixed, `count(body.items, keys({a: 1})[0] == "a") == 1`, memory},
	{numbers, `uniq(map(body.items, #index))[0] == 1`, memory},
	{numbers, `uniq(map(body.items[0:9000], #index))[0] == 1`, steps},
	{rows, `uniq(body.items)[0] == 1`, steps},
	{numbers, `median(body.items) == 1`, steps},
	{oneText, `trim(body.text, body.text) == ""`, steps},
	{numbers, `sortBy(body.items, -#)[0] == 1`, memory},
	{numbers, `sortBy(body.items[0:60000], -#)[0] == 1`, steps},
	{mixed, `sortBy(body.items[0:2000], body.text + string(#))[0] == 1`, steps},
	{numbers, `sum(1..1000000000) > 1`, refused},
	// Patterns.
	{twoTexts, `body.text matches "(x+x+)+y|(a|aa)+$|(a*)*b"`, steps},
	{twoTexts, `body.text matches "[a-z]{100}x"`, steps},
	{twoTexts, `body.text matches "(a?){40}a{40}b"`, steps},
	{mixed, `count(body.items, body.text matches "^a*$") == 0`, steps},
	{mixed, `count(body.items, "` + strings.Repeat("a", 200) + `" matches "(a*)*b") == 0`, steps},
	{oneText, `"a" matches body.text`, refused},
	{oneText, `body.text matches "((a{20}){20}){20}"`, `error parsing regexp: invalid repeat count`},
	// What large bodies are for.
	{rows, `all(body.items, .amount >= 0 and .cur == "KZT" and .iin != "901123300258")`, value},
	{rows, `any(body.items, .iin matches "^9011[0-9]{8}$" or .refer contains "KZ")`, value},
	{rows, `count(body.items, .amount > 1000) > 5 and sum(body.items, .amount * 1.5) > 100000`, value},
	{rows, `len(uniq(map(body.items, .iin))) == len(body.items)`, value},
	{rows, `sortBy(body.items, .amount, "desc")[0].iin == "000000009999"`, value},
	{rows, `any(body.items, date("2024-01-02") > now)`, value},
	{rows, `any(body.items, upper(.refer) == "X" or split(.iin, "1")[0] == "0" or now.Hour() == 3)`, value},
	{oneText, `lower(body.text) contains "b" or len(body.text) == 3 or body.text endsWith "x"`, value},
	{oneText, `len(fromBase64(body.text)) > 1`, value},
}

// TestAttacks: an evaluation ends within its budget, whatever the expression, and
// always in the same way.
func TestAttacks(t *testing.T) {
	for _, attack := range attacks {
		attack.judge(t)
	}
}

func (a attack) judge(t *testing.T) {
	t.Helper()
	p, err := expression.Compile(a.text, env{})
	if err != nil {
		var refusal *expression.Refusal
		if a.want != refused && !strings.HasPrefix(said(err), a.want) || a.want == refused && !errors.As(err, &refusal) {
			t.Errorf("%s: %v, want %s", a.text, err, a.want)
		}
		return
	}
	body := a.body()
	got, made := outcome(p, body)
	if !strings.HasPrefix(got, a.want) {
		t.Errorf("%s: %s, want %s", a.text, got, a.want)
	}
	if made > mostMade {
		t.Errorf("%s makes %d MiB", a.text, made>>20)
	}
	if again, _ := outcome(p, body); again != got {
		t.Errorf("%s: %s, then %s", a.text, got, again)
	}
}

// outcome is how an evaluation ends, and how many bytes it has allocated.
func outcome(p *expression.Program, body any) (string, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err, _ := evaluate(p, body)
	runtime.ReadMemStats(&after)
	end := value
	if err != nil {
		end = said(err)
	}
	return end, after.TotalAlloc - before.TotalAlloc
}

// TestEveryFunctionOfLargeValues calls each function with large values, for each item
// of a list, too.
func TestEveryFunctionOfLargeValues(t *testing.T) {
	large := mixed().(map[string]any)
	large["rows"] = rows().(map[string]any)["items"]
	large["texts"] = []any{large["text"], large["same"], large["text"]}
	for _, name := range expression.Functions() {
		for _, args := range []string{
			"body.text", "body.items", "body.rows", "body", "body.texts", "body.text, body.same", "body.items, body.rows", "body.items, #", "body.text, 1",
			`body.texts, body.text`, `body.text, "", body.same`, "body.text, body.same, body.text", `"2024-01-02", "2006-01-02", body.text`,
		} {
			call := name + "(" + args + ")"
			for _, text := range []string{"string(" + call + ") == ''", "count(body.items, " + call + " == 1) == 1"} {
				p, err := expression.Compile(text, env{})
				if err != nil {
					continue // the function takes other arguments
				}
				end, made := outcome(p, large)
				if made > mostMade {
					t.Errorf("%s: %s and %d MiB", text, end, made>>20)
				}
			}
		}
	}
}

// TestMeteringAllocates: the evaluation of a plain expression makes no more values than
// it would without a budget, but for the budget itself.
func TestMeteringAllocates(t *testing.T) {
	body := rows()
	for _, text := range []string{`body.items[0].amount > 1000`, `all(body.items, .amount >= 0 and .cur == "KZT" and len(.iin) == 12)`} {
		p := compile(t, text)
		library, err := expr.Compile(text, expr.Env(env{}))
		if err != nil {
			t.Fatal(err)
		}
		metered := testing.AllocsPerRun(5, func() { evaluate(p, body) })
		free := testing.AllocsPerRun(5, func() { expr.Run(library, env{Body: body}) })
		if metered > free+5 {
			t.Errorf("%s allocates %v times, %v without a budget", text, metered, free)
		}
	}
}
