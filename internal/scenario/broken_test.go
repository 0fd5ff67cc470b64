package scenario_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/scenario"
)

// broken is a document that is no scenario, and what a tester is told of it.
type broken struct {
	name   string
	source string
	want   []string
}

func TestBrokenScenarios(t *testing.T) {
	for _, table := range [][]broken{brokenDocuments, brokenRules, brokenTries, brokenUsually} {
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
				if diff := cmp.Diff(b.want, got); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
		}
	}
}
