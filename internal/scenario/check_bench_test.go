package scenario_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/scenario"
)

// costly are documents that are as large as they may be, each in another way.
var costly = map[string]string{
	"loans": `given: {k2: {loans: [{each: 1..5000, item: {contract_number: "KD${pad(i, 10)}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: "${i}"}}]}}`,
	"demands": `given: {k2: {loans: [{contract_number: KD1, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 5}],
  demands: [{each: 1..5000, item: {code: "PTPJ${pad(i, 12)}", contract_number: KD1, amount: 5}}]}}`,
	"incoming":            `given: {k2: {incoming: [{each: 1..5000, item: {reference: "PTP${i}"}}]}}`,
	"people":              `given: {subjects: [{each: 1..5000, item: {iin: "9011233${pad(i, 5)}", phone: "77${pad(i, 9)}"}}]}`,
	"rules of people":     `rules: [{each: 1..5000, item: {on: kyc.address.get, for: {iin: "${pad(i, 12)}"}, do: 503}}]`,
	"rules of everything": `rules: [{each: 1..5000, item: {on: "*", for: {iin: "${pad(i, 12)}"}, do: 503}}]`,
	"rules that count":    `rules: [{each: 1..5000, item: {name: "n${i}", on: "*", times: 1, do: 503}}]`,
	"conditions":          `rules: [{each: 1..1500, item: {on: kyc.address.get, when: 'body.iin == "${pad(i, 12)}"', do: 503}}]`,
	"steps":               `try: [{each: 1..5000, item: {call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}}]`,
	"a patch":             `rules: [{on: kyc.info.exec_proc, do: {patch: [{each: 1..5000, item: {exec_proc_num: "${i}", recovery_amount: "${i}"}}]}}]`,
	"a body":              `try: [{call: kyc.info.exec_proc, expect: {outcome: found, body: [` + strings.Repeat(`{exec_proc_num: "1"}, `, 24_000) + `{}]}}]`,
	"values":              `x-a: [` + strings.Repeat("1, ", 99_000) + `1]`,
	"mistakes":            `rules: [{each: 1..5000, item: {on: kyc.adress.get, do: found}}]`,
}

// BenchmarkParse is what it costs to check the largest documents: each less than a second.
func BenchmarkParse(b *testing.B) {
	for name, source := range costly {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				scenario.Parse("test.yaml", []byte(head+source+"\n"), options())
			}
		})
	}
}

// TestCostlyDocumentsAreWithinTheBounds: but for the mistakes, each of them is a scenario.
func TestCostlyDocumentsAreWithinTheBounds(t *testing.T) {
	t.Parallel()
	for name, source := range costly {
		if s, findings := scenario.Parse("test.yaml", []byte(head+source+"\n"), options()); (s == nil) != (name == "mistakes") {
			t.Errorf("%s: %v", name, findings[:min(len(findings), 3)])
		}
	}
}
