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
			"for: {iin: "+iin()+"}, between: [0s, 2h]", fmt.Sprintf(`for: {api_key: %s}, when: 'body.iin == "%s"'`, key(), iin()),
		)
		decides := one("times: 1, do: timeout", "per: subject, times: 2, do: 503", "per: api_key, over: 2/1m, do: [pending, valid]", "probability: 0.3, do: [pass, 504]")
		if i < mostExplained { // they leave most requests to the others
			decides = one("times: 1, do: timeout", "probability: 0.01, do: pass")
		}
		all = append(all, fmt.Sprintf("{name: r%d, on: kyc.address.%s, %s, %s}", i, one("approve", "approve", "*"), criterion, decides))
	}
	return all
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
	later := 0
	for seed := range uint64(12) {
		later += manyRulesDecideAsEachAlone(t, seed)
	}
	if later < 100 {
		t.Errorf("rules beyond those that are explained have decided %d times", later)
	}
}

// FuzzManyRules is that over other seeds.
func FuzzManyRules(f *testing.F) {
	f.Add(uint64(99))
	f.Fuzz(func(t *testing.T, seed uint64) { manyRulesDecideAsEachAlone(t, seed) })
}

// manyRulesDecideAsEachAlone answers how many requests a rule has decided that an explanation
// has no room for.
func manyRulesDecideAsEachAlone(t *testing.T, seed uint64) (later int) {
	r := rand.New(rand.NewPCG(seed, 0))
	rules := randomRules(r, 40+r.IntN(90))
	whole := runtimeOf(t, "rules: ["+strings.Join(rules, ", ")+"]\n")
	var alone []*force
	for _, rule := range rules {
		alone = append(alone, runtimeOf(t, "rules: ["+rule+"]\n"))
	}
	for i := range 60 {
		c := randomRequest(t, r)
		got, want := whole.Decide(c), scenario.Plan{}
		for at, one := range alone {
			plan := one.Decide(c)
			if at < mostExplained {
				plan.Why = append(want.Why, plan.Why...)
			} else {
				plan.Why = want.Why
			}
			if want = plan; plan.Rule != "" {
				if at >= mostExplained {
					later++
				}
				break
			}
		}
		if diff := cmp.Diff(want.Why, got.Why); diff != "" || got.Rule != want.Rule || met(got) != met(want) {
			t.Fatalf("seed %d, request %d %s: %s decides, %s, want %s, %s (-want +got):\n%s", seed, i, c.Raw, got.Rule, met(got), want.Rule, met(want), diff)
		}
	}
	return later
}
