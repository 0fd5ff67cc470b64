package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// BenchmarkDecide is what a request costs that no rule, the last rule or a counting one
// of many decides.
func BenchmarkDecide(b *testing.B) {
	for _, rules := range []int{1, 1000} {
		for name, last := range map[string]string{
			"of others": "{on: kyc.info.exec_proc, do: 503}",
			"the last":  "{on: kyc.address.approve, do: pass}",
			"a quota":   "{on: kyc.address.approve, per: api_key, over: 100/1m, do: 503}",
		} {
			b.Run(fmt.Sprintf("%d rules, %s", rules, name), func(b *testing.B) {
				on := "kyc.address.approve"
				if name == "of others" {
					on = "kyc.info.exec_proc"
				}
				r, c := manyRules(b, rules-1, on, last), approve(b, zarina)
				b.ReportAllocs()
				for b.Loop() {
					r.Decide(c)
				}
			})
		}
	}
}

// manyRules that meet nobody, and another one: half of them are a case's.
func manyRules(b *testing.B, others int, on, last string) *force {
	b.Helper()
	list := func(from, to int) string {
		var rules strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&rules, "{on: %s, for: {iin: %q}, do: 503}, ", on, fmt.Sprintf("%012d", i))
		}
		return rules.String()
	}
	s := parse(b, head+"rules: ["+list((others+1)/2, others)+last+"]\ncases: [{name: one, rules: ["+list(0, (others+1)/2)+"]}]\n")
	return &force{store.New(), scenario.NewSettings(contract.Profile{}, s.Cases[0], noon)}
}
