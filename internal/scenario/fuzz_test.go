package scenario_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/scenarios"
)

// FuzzParse: whatever the document, there is a scenario or an error that says
// where, and both of the same document are the same.
func FuzzParse(f *testing.F) {
	for _, source := range []string{designFull, everyday, everything, bomb(3, 3), "", "{", "\xff", "a: &a [*a]"} {
		f.Add([]byte(source))
	}
	for _, table := range [][]broken{brokenDocuments, brokenRules, brokenCounts, brokenTries} {
		for _, b := range table {
			f.Add([]byte(b.source))
		}
	}
	opts := options()
	opts.Library = scenarios.FS
	f.Fuzz(func(t *testing.T, source []byte) {
		s, findings := scenario.Parse("fuzz.yaml", source, opts)
		if (s == nil) != findings.Broken() {
			t.Fatalf("scenario %v with findings %v", s, findings)
		}
		for _, finding := range findings {
			if finding.Line < 1 || finding.Column < 1 || finding.Found == "" || finding.Expected == "" || finding.File == "" {
				t.Fatalf("a finding without a place or words: %+v", finding)
			}
		}
		if s != nil {
			(&force{store.New(), scenario.NewSettings(contract.Profile{}, s, noon)}).Decide(approve(t, zarina))
		}
		scenario.ParseExpectation(source, opts)
		scenario.ParseFault(source, opts)
		scenario.ParseChaos(source, opts)
		scenario.ParseGiven(source, opts)
	})
}
