package expression_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// BenchmarkHolds is what one evaluation costs, by its shortcut if there is one, and on the
// library's machine.
func BenchmarkHolds(b *testing.B) {
	in := env{Scope: new(expression.Budget).Scope(), Body: small, Header: map[string]string{"X-Run": "7"}, Now: noon, Weekday: "fri"}
	for _, text := range []string{
		`body.amount > 2000`, `body.text == "x"`, `body.items[0].amount > 1000`, `body.none > 1`, `header["X-Run"] == "8"`, `body.text in ["a", "b"]`, `weekday == "sun"`,
		`body.amount > 2000 or body.text contains "x"`, `len(body.text) > 100`, `any(body.items, .amount > 5000)`, `body.text matches "^x"`, `now.Hour() == 3`,
	} {
		p := compile(b, text)
		for name, holds := range map[string]func(env any) bool{
			"holds": p.Holds, "machine": func(env any) bool { v, _ := p.RunOnMachine(env); return v == true },
		} {
			b.Run(text+"/"+name, func(b *testing.B) {
				var boxed any = in
				b.ReportAllocs()
				for b.Loop() {
					holds(boxed)
				}
			})
		}
	}
}
