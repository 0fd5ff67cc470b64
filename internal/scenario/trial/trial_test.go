package trial_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/scenario/trial"
	"github.com/kzsim/kzsim/scenarios"
	"github.com/kzsim/kzsim/schemas"
)

var table = sync.OnceValue(func() *contract.Table {
	t, err := contract.New(schemas.FS, kyc.Service(), k2.Service(), abs.Service())
	if err != nil {
		panic(err)
	}
	return t
})

func newRunner(t testing.TB) *trial.Runner {
	t.Helper()
	c, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	pool := sandbox.NewPool(sandbox.Options{Clock: c, Collections: table().Collections()})
	r := trial.New(trial.Options{Table: table(), Pool: pool, Handler: gateway.New(gateway.Options{Table: table(), Pool: pool})})
	t.Cleanup(r.Close)
	return r
}

func run(t testing.TB, source string) []trial.Report {
	t.Helper()
	s, findings := scenario.Parse("test.yaml", []byte(source), scenario.Options{Table: table(), Library: scenarios.FS})
	for _, f := range findings {
		t.Errorf("%s", f)
	}
	if s == nil {
		t.FailNow()
	}
	return newRunner(t).Run(context.Background(), s)
}

func TestLibraryPasses(t *testing.T) {
	entries, err := scenarios.FS.ReadDir(".")
	if err != nil || len(entries) == 0 {
		t.Fatal("no library", err)
	}
	r := newRunner(t)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".yaml") {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			s, findings := scenario.ParseFile(scenarios.FS, e.Name(), scenario.Options{Table: table(), Library: scenarios.FS})
			for _, f := range findings {
				t.Errorf("%s", f)
			}
			if s == nil {
				t.FailNow()
			}
			for _, report := range r.Run(context.Background(), s) {
				for _, step := range report.Steps {
					if !step.Passed {
						t.Errorf("%s: %s", step.Title, step.Failure)
					}
				}
				if !report.Passed || report.Error != "" {
					t.Errorf("%s did not pass %s", report.Scenario, report.Error)
				}
			}
		})
	}
}
