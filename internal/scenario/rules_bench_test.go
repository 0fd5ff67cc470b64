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
// of many decides; and what others cost that name another person, or hold at another time.
func BenchmarkDecide(b *testing.B) {
	named, moment := "for: {iin: \"%012d\"}", "once: {on: kyc.address.get, count: 3}"
	for _, test := range []struct{ name, others, last string }{
		{"of others", named, "{on: kyc.info.exec_proc, do: 503}"},
		{"the last", named, "{on: kyc.address.approve, do: pass}"},
		{"a quota", named, "{on: kyc.address.approve, per: api_key, over: 100/1m, do: 503}"},
		{"the last, once", named + ", " + moment, "{on: kyc.address.approve, do: pass}"},
		{"the last, until", named + ", until" + strings.TrimPrefix(moment, "once"), "{on: kyc.address.approve, do: pass}"},
		{"the last, of quotas", named + ", per: api_key, over: 1/1m", "{on: kyc.address.approve, do: pass}"},
		{"the last, of windows", "name: n%d, between: [1000h, 2000h]", "{on: kyc.address.approve, do: pass}"},
		{"the last, of conditions", "when: 'body.iin == \"%012d\"'", "{on: kyc.address.approve, do: pass}"},
	} {
		for _, rules := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%d rules, %s", rules, test.name), func(b *testing.B) {
				on := "kyc.address.approve"
				if test.name == "of others" {
					on = "kyc.info.exec_proc"
				}
				r, c := manyRules(b, rules-1, "on: "+on+", "+test.others, test.last), approve(b, zarina)
				b.ReportAllocs()
				for b.Loop() {
					r.Decide(c)
				}
			})
		}
	}
}

// manyRules that meet nobody, and another one: half of them are a case's.
func manyRules(b *testing.B, others int, other, last string) *force {
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
