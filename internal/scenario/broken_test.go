package scenario_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/scenario"
)

// broken is a document that is no scenario, and what a tester is told of it. {faults}
// stands for the names of the faults, {rule} for the keys of a rule, and so on.
type broken struct {
	name   string
	source string
	want   []string
}

// spelledOut are findings with the words of the grammar in place of their names.
func spelledOut(findings ...string) []string {
	names := []string{"{faults}", strings.Join(faults.Names(), ", ")}
	for part, keys := range scenario.Keys(table()) {
		var words []string
		for _, key := range keys {
			words = append(words, key.Name)
		}
		names = append(names, "{"+part+"}", strings.Join(words, ", "))
	}
	all := make([]string, len(findings))
	for i, f := range findings {
		all[i] = strings.NewReplacer(names...).Replace(f)
	}
	return all
}

func TestBrokenScenarios(t *testing.T) {
	for _, table := range [][]broken{brokenDocuments, brokenRules, brokenValues, brokenCounts, brokenTries, brokenUsually, brokenWords, brokenAsElsewhere, brokenAsWritten} {
		for _, b := range table {
			t.Run(b.name, func(t *testing.T) {
				s, findings := scenario.Parse("test.yaml", []byte(b.source), options())
				if s != nil {
					t.Error("it was taken for a scenario")
				}
				var got []string
				for _, f := range findings {
					got = append(got, f.String())
				}
				if diff := cmp.Diff(spelledOut(b.want...), got); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
		}
	}
}
