package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

const (
	approval = "kyc.address.approve"
	loans    = "k2.k2loan_from_eko"
)

// ofKinds are rules that a request at noon doesn't meet, by what they hold for or count:
// zarina's approval, or a loan of hers with a debt of 5. Each rule has a number.
var ofKinds = []struct{ name, on, rule string }{
	{"for", approval, `for: {iin: "%012d"}`},
	{"once", approval, `for: {iin: "%012d"}, once: {on: kyc.address.get, count: 3}`},
	{"until", approval, `for: {iin: "%012d"}, until: {on: kyc.address.get, count: 3}`},
	{"quotas", approval, `for: {iin: "%012d"}, per: api_key, over: 1/1m`},
	{"windows", approval, "name: n%d, between: [1000h, 2000h]"},
	{"equal texts", approval, `when: 'body.iin == "%012d"'`},
	{"headers", approval, `when: 'header["x-run"] startsWith "%d"'`},
	{"numbers", loans, "when: 'body[0].debt > 100%04d'"},
	{"absent fields", loans, "when: 'body[1].debt > %d'"},
	{"lists", approval, `when: 'body.iin in ["%012d", "x"]'`},
	{"alternatives", loans, "when: 'hour > 100%04d or minute > 59'"},
	{"text alternatives", approval, `when: 'weekday startsWith "%d" or weekday endsWith "x"'`},
	{"functions", approval, "when: 'len(body.iin) == 100%04d'"},
	{"searches", loans, "when: 'any(body, .debt > 100%04d)'"},
	{"the state", approval, `when: 'state.count("kyc.address.get") == 100%04d'`},
	{"others' state", approval, `when: 'state.session("%012d") != nil'`},
	{"shares", approval, "name: n%d, per: api_key, share: 0.01%%"},
	{"probability", approval, "name: n%d, probability: 0.000001"},
}

// asking is the request that rules of a kind don't meet.
func asking(t testing.TB, on string) *contract.Call {
	if on == loans {
		return call(t, on, `[{"contract_number": "1", "iinbin": "`+zarina+`", "debt": 5}]`)
	}
	return call(t, on, `{"api_key": "k", "iin": "`+zarina+`"}`)
}

// BenchmarkDecide is what a request costs that no rule, the last rule or a counting one of
// many decides; and what the others cost by their kind.
func BenchmarkDecide(b *testing.B) {
	info := "kyc.info.exec_proc"
	of := func(name, on, others, last string, c *contract.Call) {
		for _, rules := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%d rules, %s", rules, name), func(b *testing.B) {
				r := manyRules(b, rules-1, "on: "+on+", "+others, last)
				b.ReportAllocs()
				for b.Loop() {
					r.Decide(c)
				}
			})
		}
	}
	of("of others", info, ofKinds[0].rule, "{on: "+info+", do: 503}", approve(b, zarina))
	of("a quota", approval, ofKinds[0].rule, "{on: "+approval+", per: api_key, over: 100/1m, do: 503}", approve(b, zarina))
	for _, kind := range ofKinds {
		of("the last, of "+kind.name, kind.on, kind.rule, "{on: "+kind.on+", do: pass}", asking(b, kind.on))
	}
}

// TestRulesThatAreNotMetAllocateNothing: beyond those that are explained, whatever they hold
// for.
func TestRulesThatAreNotMetAllocateNothing(t *testing.T) {
	for _, kind := range ofKinds {
		allocations := func(rules int) float64 {
			r, c := manyRules(t, rules, "on: "+kind.on+", "+kind.rule, "{on: "+kind.on+", do: pass}"), asking(t, kind.on)
			return testing.AllocsPerRun(20, func() { r.Decide(c) })
		}
		if few, many := allocations(60), allocations(400); few != many {
			t.Errorf("%s: 60 rules allocate %g times, 400 %g times", kind.name, few, many)
		}
	}
}

// manyRules that meet nobody, and another one: half of them are a case's.
func manyRules(b testing.TB, others int, other, last string) *force {
	b.Helper()
	list := func(from, to int) string {
		var rules strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&rules, "{"+other+", do: 503}, ", i)
		}
		return rules.String()
	}
	s := parse(b, head+"rules: ["+list((others+1)/2, others)+last+"]\ncases: [{name: one, rules: ["+list(0, (others+1)/2)+"]}]\n")
	return &force{store.New(), scenario.NewSettings(contract.Profile{}, s.Cases[0], noon)}
}
