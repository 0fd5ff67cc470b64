package scenario_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// payment with a value as the reference of its only row.
func payment(t testing.TB, refer any) *contract.Call {
	t.Helper()
	body, err := json.Marshal(map[string]any{"items": []any{map[string]any{"trn_id": "11", "refer": refer, "amount": 5}}})
	if err != nil {
		t.Fatal(err)
	}
	return call(t, "k2.k2extreq_pay_from_eko", string(body))
}

// TestSpentBudget: a rule whose condition costs too much decides nothing and says why;
// the next one decides. A hundred times it is the same.
func TestSpentBudget(t *testing.T) {
	r := runtimeOf(t, `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'len(replace(body.items[0].refer, "", body.items[0].refer)) > 1', do: 503}
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].amount == 5 and body.items[0].refer + body.items[0].refer + upper(body.items[0].refer) + lower(body.items[0].refer) == ""', do: 503}
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].amount == 5', do: 504}
`)
	want := []string{
		`rule 1: when len(replace(body.items[0].refer, "", body.items[0].refer)) > 1 is false: the budget of an evaluation is spent: 2000000 steps`,
		`rule 2: when body.items[0].refer + body.items[0].refer + upper(body.items[0].refer) + lower(body.items[0].refer) == "" is false: ` +
			`the budget of an evaluation is spent: 6 MiB for the texts and lists that it makes`,
		"rule 3: decided: 504",
	}
	c := payment(t, strings.Repeat("a", 1<<20))
	for range 100 {
		plan := r.Decide(c)
		if diff := cmp.Diff(want, plan.Why); diff != "" || met(plan) != "reply 504" {
			t.Fatalf("met %s (-want +got):\n%s", met(plan), diff)
		}
	}
}

// TestRulesShareABudget: three rules may spend all that an evaluation may, and those
// after them nothing more: whatever the number of rules is, a request's cost is bounded.
func TestRulesShareABudget(t *testing.T) {
	var rules strings.Builder
	for i := range 40 {
		fmt.Fprintf(&rules, `  - {on: k2.k2extreq_pay_from_eko, when: 'len(replace(body.items[0].refer, "", body.items[0].refer)) > %d', do: 503}`+"\n", i)
	}
	r := runtimeOf(t, "rules:\n"+rules.String()+"  - {on: k2.k2extreq_pay_from_eko, do: 504}\n")
	plan := r.Decide(payment(t, strings.Repeat("a", 1<<20)))
	if met(plan) != "reply 504" {
		t.Errorf("the rule without a condition wasn't reached: %s", met(plan))
	}
	for i, why := range plan.Why[:40] {
		of := "an evaluation is spent: 2000000 steps"
		if i >= 3 {
			of = "a request is spent: 6000000 steps for all its expressions"
		}
		if !strings.HasSuffix(why, " is false: the budget of "+of) {
			t.Errorf("rule %d: %s", i+1, why)
		}
	}
}

// TestClausesShareABudget: to divide an expression into clauses makes it no cheaper.
func TestClausesShareABudget(t *testing.T) {
	clause := `body.items[0].refer + "x" != ""`
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, when: '"+clause+strings.Repeat(" and "+clause, 9)+"', do: 504}]\n")
	for size, want := range map[int]string{1 << 10: "reply 504", 1 << 20: "nothing"} {
		if got := met(r.Decide(payment(t, strings.Repeat("a", size)))); got != want {
			t.Errorf("with a text of %d: %s, want %s", size, got, want)
		}
	}
}

// TestValuesShareTheBudget: what a rule's ${…} make has the budget of the request, too,
// wherever they stand, and what is spent is told.
func TestValuesShareTheBudget(t *testing.T) {
	const value = `"${replace(body.items[0].refer, '', body.items[0].refer)}"`
	for place, step := range map[string]string{
		"patch":   "{patch: {text: " + value + "}, off_contract: true}",
		"reply":   "{reply: {status: 200, body: {text: " + value + "}}, off_contract: true}",
		"headers": "{headers: {X-Text: " + value + "}}",
		"given":   "{given: {k2: {incoming: [{reference: " + value + "}]}}}",
	} {
		r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, do: "+step+"}]\n")
		for size, want := range map[int]string{1: "", 1 << 20: "the budget of an evaluation is spent: 2000000 steps"} {
			plan := r.Decide(payment(t, strings.Repeat("a", size)))
			if !strings.HasSuffix(plan.Wrong, want) || (plan.Wrong == "") != (want == "") {
				t.Errorf("%s, of %d bytes: %q, want %q", place, size, plan.Wrong, want)
			}
		}
	}
}

// TestLargeValuesAreShownInPart: what is shown of a value is the beginning of its JSON.
func TestLargeValuesAreShownInPart(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, when: 'body.items[0].refer == \"no\"', do: 504}]\n")
	wide, deep := map[string]any{}, any("x")
	for i := range 5000 {
		wide[fmt.Sprint("field ", i)] = i
	}
	for range 50 {
		deep = []any{deep, map[string]any{"a": deep.(any) == nil, "": []any{}}}
	}
	texts := map[string]any{}
	for i := range 100 {
		texts[strings.Repeat("<", i)] = strings.Repeat("ж\n\"", i)
	}
	for _, value := range []any{
		"short", strings.Repeat("ж", 80), strings.Repeat("a", 78), strings.Repeat("a", 79), strings.Repeat("\x01", 200), "", nil, true, 1.5, 1e300,
		[]any{}, map[string]any{}, []any{[]any{}, nil}, wide, deep, texts, []any{wide, wide}, []any{texts, deep}, map[string]any{"": "", "a": wide},
		strings.Split(strings.Repeat("1", 500), ""), make([]int, 40), make([]int, 39), make([]int, 41), map[string]any{strings.Repeat("ж", 90) + "a": 1, strings.Repeat("ж", 90) + "b": 2},
	} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		shown := string(text)
		if characters := []rune(shown); len(characters) > 80 {
			shown = string(characters[:80]) + "…"
		}
		want := []string{`rule 1: when body.items[0].refer == "no" is false: body.items[0].refer is ` + shown}
		if diff := cmp.Diff(want, r.Decide(payment(t, value)).Why); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestLongErrorsAreShownInPart(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, when: 'int(body.items[0].refer) == 1', do: 504}]\n")
	want := []string{"rule 1: when int(body.items[0].refer) == 1 is false: " + ("invalid operation: int(" + strings.Repeat("a", 200))[:200] + "…"}
	if diff := cmp.Diff(want, r.Decide(payment(t, strings.Repeat("a", 100_000))).Why); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSavedValuesHaveABudget: what a step saves is bounded when it is worked out and
// when it is kept.
func TestSavedValuesHaveABudget(t *testing.T) {
	for text, want := range map[string]string{
		"body[0].exec_proc_num":                                    "",
		"upper(lower(upper(body[0].exec_proc_num)))":               "6 MiB",
		"[body, body, body, body, body, body, body, body]":         "6 MiB",
		"let a = [body, body, body]; let b = [a, a, a]; [b, b, b]": "2000000 steps",
	} {
		s := parse(t, head+"try:\n  - {call: kyc.info.exec_proc, expect: found, save: {x: '"+text+"'}}\n  - {call: kyc.info.exec_proc, with: {iin: \"${x}\"}}\n")
		_, err := s.Try[0].Save[0].Value(200, nil, []any{map[string]any{"exec_proc_num": strings.Repeat("a", 1<<20)}})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// BenchmarkCondition is what rules with plain conditions cost a request.
func BenchmarkCondition(b *testing.B) {
	var rows []string
	for i := range 1000 {
		rows = append(rows, fmt.Sprintf(`{"trn_id": "%d", "refer": "PTPJ%012d", "amount": %d}`, i, i, i))
	}
	for _, bench := range []struct{ name, when, body string }{
		{"field", "body.items[0].amount > 1000 and body.items[0].refer == \"x\"", rows[0]},
		{"rows", "any(body.items, .amount > 5000 or .refer contains \"X\" or len(.trn_id) > 9)", strings.Join(rows, ",")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := runtimeOf(b, "rules: [{on: k2.k2extreq_pay_from_eko, when: '"+bench.when+"', do: 504}]\n")
			c := call(b, "k2.k2extreq_pay_from_eko", `{"items": [`+bench.body+`]}`)
			b.ReportAllocs()
			for b.Loop() {
				r.Decide(c)
			}
		})
	}
}
