package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repeatedItems of a list of exclusions make so many findings: each item after the
// first repeats its id.
func repeatedItems(findings int) string {
	const item = `{"for_bank":"0","for_extreq":"0","for_iban":"0","for_refuse":"0","id":"19","iin":"981217450830","is_active":"1"}`
	return "[" + item + strings.Repeat(","+item, findings) + "]"
}

// TestFindingsInHeaders: ten findings stand in headers, then how many more there are.
// The journal has all of them.
func TestFindingsInHeaders(t *testing.T) {
	for _, findings := range []int{1, 9, 10, 11, 12, 30} {
		t.Run(fmt.Sprint(findings), func(t *testing.T) {
			r := newRun(t, operationOf("abs.post_all_loan_exclude_to_eko"))
			a := r.ask(sampleRequest(r.op).edited(t, "/items: "+repeatedItems(findings)))
			var want []string
			for i := range findings {
				want = append(want, fmt.Sprintf("ledger 61: /items/%d/id: the list has this id before; the later item stands", i+1))
			}
			if diff := cmp.Diff(want, r.findingsOf(a)); diff != "" {
				t.Errorf("journal (-want +got):\n%s", diff)
			}
			if more := findings - 10; more > 0 {
				want = append(want[:10], fmt.Sprintf("and %d more: see the journal", more))
			}
			if diff := cmp.Diff(want, a.header.Values("Sim-Finding")); diff != "" {
				t.Errorf("Sim-Finding (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongFindingInHeader: a header has the first 500 characters of a finding, in
// ASCII. The journal has the finding as it is.
func TestLongFindingInHeader(t *testing.T) {
	const begin, end = `ledger 109: 1 fields that the document does not have, such as "`, `", are not kept`
	for name, field := range map[string]string{
		"499":       strings.Repeat("x", 499-len(begin+end)),
		"500":       strings.Repeat("x", 500-len(begin+end)),
		"501":       strings.Repeat("x", 501-len(begin+end)),
		"far":       strings.Repeat("x", 5000),
		"not ASCII": strings.Repeat("ф", 100),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, operationOf("abs.reg_pt"))
			a := r.ask(sampleRequest(r.op).edited(t, fmt.Sprintf("/%s: 1", field)))
			if diff := cmp.Diff([]string{begin + field + end}, r.findingsOf(a)); diff != "" {
				t.Errorf("journal (-want +got):\n%s", diff)
			}
			want := begin + strings.ReplaceAll(field, "ф", `\u0444`) + end
			if diff := cmp.Diff([]string{want[:min(len(want), 500)]}, a.header.Values("Sim-Finding")); diff != "" {
				t.Errorf("Sim-Finding (-want +got):\n%s", diff)
			}
		})
	}
}

// findingsOf an answer as the journal has them, in the form that headers have.
func (r *run) findingsOf(a answer) (all []string) {
	r.t.Helper()
	var exchange struct {
		Findings []struct {
			Ledger     int
			Path, Text string
		}
	}
	r.control("GET", "/requests/"+a.header.Get("Sim-Request"), "").decode(r.t, &exchange)
	for _, f := range exchange.Findings {
		text := fmt.Sprintf("ledger %d: ", f.Ledger)
		if f.Path != "" {
			text += f.Path + ": "
		}
		all = append(all, text+f.Text)
	}
	return all
}
