package scenario_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
)

// mostExplained is how many rules an explanation tells of.
const mostExplained = 50

// skipped is the header with which a request is left to a rule before those of randomRules
// that stand alone: another one has decided it. What is drawn goes by the number of requests.
const skipped = "X-Skipped"

const skip = `{name: skip, on: "*", when: 'header["x-skipped"] == "yes"', do: pass}`

// randomRules are rules that ask the same few things of a request in many ways. Each has a
// name, so that it draws and counts the same wherever it stands.
func randomRules(r *rand.Rand, count int) (all []string) {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	iin := func() string { return one(zarina, arman, "850101300001", "900000000001") }
	key := func() string { return fmt.Sprint("k", r.IntN(3)) }
	for i := range count {
		criterion := one(
			"for: {iin: "+iin()+"}", "for: {iin: ["+iin()+", "+iin()+"], api_key: "+key()+"}", "for: {api_key: "+key()+", iinbin: "+iin()+"}",
			fmt.Sprintf(`when: 'body.iin == "%s"'`, iin()), fmt.Sprintf(`when: '"%s" == body.iin and body.api_key == "%s"'`, iin(), key()),
			fmt.Sprintf(`when: 'body.api_key == "%s" && body.iin == "%s"'`, key(), iin()), fmt.Sprintf(`when: 'body.iin != "%s" and body.iin == "%s"'`, iin(), iin()),
			fmt.Sprintf(`when: 'header["x-run"] == "%d"'`, r.IntN(9)), fmt.Sprintf(`when: 'hour %s %d'`, one("<", ">=", "!=", "=="), 11+r.IntN(3)),
			fmt.Sprintf(`when: '"%s" %s body.iin and header["x-run"] %s "%d"'`, iin(), one("<", ">=", "!="), one("<", ">", "startsWith", "endsWith"), r.IntN(9)),
			fmt.Sprintf(`when: 'minute %s %d.5 and body.iin != nil and len(body.iin) > 11'`, one("<", ">"), r.IntN(2)), fmt.Sprintf(`when: 'header["x-run"] in ["%d"] or body.iin == "%s" and hour > 13'`, r.IntN(9), iin()),
			fmt.Sprintf(`when: 'body.iin > "%s" and len(body.iin) == 11'`, iin()), fmt.Sprintf(`when: 'body.iin == "%s" or body.api_key == "k9"'`, iin()),
			`when: 'body.api_key == nil'`, fmt.Sprintf(`when: 'body.api_key == "" or header.none == "%s"'`, one("", "x")),
			"between: "+one("[1h, 2h]", `["2024-03-01T11:00:00+05:00", "2024-03-01T11:30:00+05:00"]`),
			fmt.Sprintf(`when: 'body.iin in ["%s", "%s"] and body.api_key in ["%s", ""]'`, iin(), iin(), key()), fmt.Sprintf(`when: 'hour in [%d, 12.5] or len(body.iin) == %d'`, 11+r.IntN(3), 11+r.IntN(2)),
			fmt.Sprintf(`when: 'len(body.iin) in [%d, 3] and lower(body.api_key) == "%s"'`, 11+r.IntN(2), key()), fmt.Sprintf(`when: 'any([body.iin, body.api_key], # == "%s")'`, one(iin(), key())),
			fmt.Sprintf(`when: 'state.count("kyc.address.approve") %s %d'`, one("<", "=="), r.IntN(2)), fmt.Sprintf(`when: 'state.person(body.iin) %s nil or body.iin[0:3] == "%d"'`, one("==", "!="), 850+r.IntN(2)),
			"share: 30%, per: api_key", "share: 30%, per: subject, for: {iin: "+iin()+"}",
			"for: {iin: "+iin()+"}, between: [0s, 2h]", fmt.Sprintf(`for: {api_key: %s}, when: 'body.iin == "%s"'`, key(), iin()),
		)
		decides := one("times: 1, do: timeout", "per: subject, times: 2, do: 503", "per: api_key, over: 2/1m, do: [pending, valid]", "per: api_key, over: 1/1m, probability: 0.5, do: 503", "probability: 0.3, do: [pass, 504]")
		if i < mostExplained { // they leave most requests to the others
			decides = one("times: 1, do: timeout", "probability: 0.01, do: pass")
		}
		if strings.Contains(criterion, "share") {
			decides = one("do: timeout", "probability: 0.5, do: 503")
		}
		all = append(all, fmt.Sprintf("{name: r%d, on: kyc.address.%s, %s, %s}", i, one("approve", "approve", "*"), criterion, decides))
	}
	return all
}

// randomBatchRules are rules that ask the same few things of the rows of a batch.
func randomBatchRules(r *rand.Rand, count int) (all []string) {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	iin := func() string { return one(zarina, arman, "850101300001") }
	for i := range count {
		debt := one("==", ">", "<=", "!=") + fmt.Sprint(" ", r.IntN(6))
		criterion := one(
			"any(body, .debt "+debt+")", fmt.Sprintf(`any(body, .iinbin == "%s" and .debt %s)`, iin(), debt), fmt.Sprintf(`any(body, .iinbin in ["%s", "x"])`, iin()),
			fmt.Sprintf(`any(body, .iinbin startsWith "%d")`, r.IntN(10)), "any(body, .contract_number > 3)", fmt.Sprintf("len(body) == %d and body[1].debt %s", r.IntN(4), debt),
			"body[1].debt "+debt+" or any(body, .debt > 4)", "count(body, .debt "+debt+") > 1", "sum(body, .debt) "+debt, "not any(body, .debt "+debt+")",
			fmt.Sprintf(`len(filter(body, .iinbin == "%s")) in [1, 2]`, iin()), fmt.Sprintf("state.loan(body[0].contract_number) == nil and first(body).debt == %d", r.IntN(6)),
		)
		decides := one("probability: 0.3, do: 503", "times: 1, do: bad-row", "for: {iinbin: "+iin()+"}, per: row, share: 50%, do: bad-row", "per: subject, times: 2, do: [pass, 504]")
		if i < mostExplained {
			decides = one("times: 1, do: bad-row", "probability: 0.01, do: 503")
		}
		all = append(all, fmt.Sprintf("{name: r%d, on: k2.k2loan_from_eko, when: '%s', %s}", i, criterion, decides))
	}
	return all
}

// randomBatch has up to three rows.
func randomBatch(t *testing.T, r *rand.Rand) *contract.Call {
	var rows []string
	for range r.IntN(4) {
		row := []string{fmt.Sprintf(`"contract_number": "KD%d"`, r.IntN(3))}
		for _, field := range [][]string{{"iinbin", `"` + zarina + `"`, `"` + arman + `"`, "5", "null"}, {"debt", "0", "1", "3", "5.5", `"5"`, "null"}} {
			if i := r.IntN(len(field)); i > 0 {
				row = append(row, fmt.Sprintf("%q: %s", field[0], field[i]))
			}
		}
		rows = append(rows, "{"+strings.Join(row, ", ")+"}")
	}
	return call(t, "k2.k2loan_from_eko", "["+strings.Join(rows, ", ")+"]")
}

// randomRequest has one of a few values where the rules look, or nothing.
func randomRequest(t *testing.T, r *rand.Rand) *contract.Call {
	body := []string{`"x": 1`}
	for _, field := range [][]string{
		{"iin", `"` + zarina + `"`, `"` + arman + `"`, `"850101300001"`, "5", "null"}, {"api_key", `"k0"`, `"k1"`, `"k2"`, `"k9"`, "null"},
	} {
		if i := r.IntN(len(field)); i > 0 {
			body = append(body, fmt.Sprintf("%q: %s", field[0], field[i]))
		}
	}
	c := call(t, "kyc.address.approve", "{"+strings.Join(body, ", ")+"}")
	c.Header.Set("X-Run", fmt.Sprint(r.IntN(12)))
	return c
}

// TestManyRulesDecideAsEachAlone: of rules in a scenario the first one decides that decides
// where it stands alone, with the same explanations, wherever an index leaves rules out.
func TestManyRulesDecideAsEachAlone(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]drawn{"requests": {randomRules, randomRequest}, "batches": {randomBatchRules, randomBatch}} {
		later := 0
		for seed := range uint64(12) {
			later += of.decideAsEachAlone(t, seed)
		}
		if later < 100 {
			t.Errorf("%s: rules beyond those that are explained have decided %d times", name, later)
		}
	}
}

// FuzzManyRules is that over other seeds.
func FuzzManyRules(f *testing.F) {
	f.Add(uint64(99))
	f.Fuzz(func(t *testing.T, seed uint64) {
		drawn{randomRules, randomRequest}.decideAsEachAlone(t, seed)
		drawn{randomBatchRules, randomBatch}.decideAsEachAlone(t, seed)
	})
}

// drawn are rules and requests.
type drawn struct {
	rules   func(r *rand.Rand, count int) []string
	request func(t *testing.T, r *rand.Rand) *contract.Call
}

// decideAsEachAlone answers how many requests a rule has decided that an explanation has no
// room for.
func (d drawn) decideAsEachAlone(t *testing.T, seed uint64) (later int) {
	r := rand.New(rand.NewPCG(seed, 0))
	rules := d.rules(r, 40+r.IntN(90))
	whole := runtimeOf(t, "rules: ["+strings.Join(rules, ", ")+"]\n")
	var alone []*force
	for _, rule := range rules {
		alone = append(alone, runtimeOf(t, "rules: ["+skip+", "+rule+"]\n"))
	}
	for i := range 60 {
		c := d.request(t, r)
		got, want := whole.Decide(c), scenario.Plan{}
		for at, one := range alone {
			if want.Rule != "" {
				c.Header.Set(skipped, "yes")
			}
			plan := one.Decide(c)
			switch {
			case want.Rule != "":
				continue
			case at < mostExplained && len(plan.Why) > 0:
				plan.Why = append(want.Why, plan.Why[1:]...)
			default:
				plan.Why = want.Why
			}
			if want = plan; plan.Rule != "" && at >= mostExplained {
				later++
			}
		}
		if diff := cmp.Diff(want.Why, got.Why); diff != "" || got.Rule != want.Rule || met(got) != met(want) {
			t.Fatalf("seed %d, request %d %s: %s decides, %s, want %s, %s (-want +got):\n%s", seed, i, c.Raw, got.Rule, met(got), want.Rule, met(want), diff)
		}
	}
	return later
}

// TestWhatIsNotAskedIsEvaluated: an index that would cost too much leaves no rule out.
func TestWhatIsNotAskedIsEvaluated(t *testing.T) {
	var rules, rows []string
	for i := range 260 {
		rules = append(rules, fmt.Sprintf("{on: k2.k2loan_from_eko, when: 'any(body, .debt > %d)', do: 503}", 5000-i))
	}
	for i := range 2000 {
		rows = append(rows, fmt.Sprintf(`{"debt": %d}`, i+2775))
	}
	r := runtimeOf(t, "rules: ["+strings.Join(rules, ", ")+"]\n")
	if plan := r.Decide(call(t, "k2.k2loan_from_eko", "["+strings.Join(rows, ", ")+"]")); plan.Rule != "rule 228" {
		t.Errorf("%q decides, want rule 228", plan.Rule)
	}
}

// amongOthers compares what a rule decides alone with what it does beyond those that are
// explained, with others beside it that ask the same of a request.
func amongOthers(t *testing.T, c *contract.Call, rule, beside string) {
	t.Helper()
	var others strings.Builder
	for i := range mostExplained {
		fmt.Fprintf(&others, "{on: %s, for: {iinbin: %012d}, do: 504}, ", c.Operation.ID, i)
	}
	of := func(when string) string { return "{on: " + c.Operation.ID + ", when: '" + when + "', do: 503}" }
	all := runtimeOf(t, "rules: ["+others.String()+of(beside)+", "+of(rule)+"]\n")
	if got, want := met(all.Decide(c)), met(runtimeOf(t, "rules: ["+of(rule)+"]\n").Decide(c)); got != want {
		t.Errorf("%s: %s among others, %s alone", rule, got, want)
	}
}

// TestRulesAreFoundByTheirBounds, on whichever side of which number a rule wants one.
func TestRulesAreFoundByTheirBounds(t *testing.T) {
	debts := call(t, "k2.k2loan_from_eko", `[{"debt": 11}, {"debt": 12.5}, {"debt": "12"}, {"debt": null}]`)
	for _, of := range []struct{ text, never string }{
		{"hour %s %s", ">"}, {"%[2]s %[1]s hour", "<"}, {"any(body, .debt %s %s)", ">"}, {"any(body, %[2]s %[1]s .debt)", "<"},
	} {
		for _, operator := range []string{"<", "<=", ">", ">=", "==", "!="} {
			for _, number := range []string{"10", "11", "11.0", "12", "12.5", "13", "13.5"} {
				amongOthers(t, debts, fmt.Sprintf(of.text, operator, number), fmt.Sprintf(of.text, of.never, "50"))
			}
		}
	}
}

// TestRulesAreFoundByTheirEdges, with whichever text a rule wants one to begin or to end.
func TestRulesAreFoundByTheirEdges(t *testing.T) {
	loan := call(t, "k2.k2loan_from_eko", `[{"contract_number": "кабак", "debt": 5, "cur": null}]`)
	for _, of := range []string{"body[0].contract_number %s %q", "any(body, .contract_number %s %q)", "body[0].debt %s %q", "body[0].cur %s %q", "%[2]q %[1]s body[0].contract_number"} {
		for _, operator := range []string{"startsWith", "endsWith", "contains"} {
			for _, text := range []string{"", "к", "ка", "ак", "а", "каб", "бак", "кабак", "кабаки"} {
				amongOthers(t, loan, fmt.Sprintf(of, operator, text), fmt.Sprintf(of, operator, "none"))
			}
		}
	}
}
