package simtest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/coverage"
)

// Gate says how many of the services' answers the tests of a package have to have
// met together.
type Gate struct {
	Percent float64     // of the outcomes
	Of      []string    // operations, or patterns such as kyc.address.*: those that the client calls
	Except  []Exception // what it needn't meet
}

// Exception is outcomes that a client needn't meet.
type Exception struct {
	On      string // an operation, or a pattern
	Outcome string // a name or a pattern; empty for all
	Reason  string // required
}

// Main runs the tests of a package from its TestMain and answers the exit code: that
// of the tests, or 1 if they pass and have met too few outcomes in all their
// sandboxes. What they have not met is written to standard error. A run that -run or
// -skip narrows down passes no gate.
//
//	func TestMain(m *testing.M) {
//		os.Exit(simtest.Main(m, simtest.Gate{Percent: 90, Of: []string{"kyc.address.*"}}))
//	}
func Main(m interface{ Run() int }, gate Gate) int {
	if code := m.Run(); code != 0 || narrowed() {
		return code
	}
	in, err := process()
	if err == nil {
		err = gate.check(in.Table, in.Pool.Coverage())
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "simtest: %v\n", err)
		return 1
	}
	return 0
}

// narrowed reports whether the command runs less than all tests.
func narrowed() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return true
		}
	}
	return false
}

// check what was met. The error says what is missing.
func (g Gate) check(table *contract.Table, met *coverage.Tally) error {
	scope, err := g.scope(table)
	if err != nil {
		return fmt.Errorf("the coverage gate: %w", err)
	}
	met.SetScope(scope)
	report := met.Report("the tests", table, &g.Percent)
	if report.Pass {
		return nil
	}
	lines := []string{fmt.Sprintf("the tests have met %.1f %% of the outcomes, %d of %d; %g %% are asked for. Not met:",
		report.Outcomes.Percent, report.Outcomes.Met, report.Outcomes.InScope, g.Percent)}
	for _, op := range report.ByOperation {
		for _, o := range op.Outcomes {
			if o.Count == 0 && o.OutOfScope == "" {
				lines = append(lines, fmt.Sprintf("  %s %s", op.ID, o.Name))
			}
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// scope is all that the client needn't meet: the exceptions, and every operation
// that it doesn't call.
func (g Gate) scope(table *contract.Table) ([]coverage.Exclusion, error) {
	var scope []coverage.Exclusion
	for _, x := range g.Except {
		excluded := coverage.Exclusion{On: x.On, Outcome: x.Outcome, Reason: x.Reason}
		if err := excluded.Check(table); err != nil {
			return nil, err
		}
		scope = append(scope, excluded)
	}
	for _, pattern := range g.Of {
		called := coverage.Exclusion{On: pattern, Reason: "it is called"}
		if err := called.Check(table); err != nil {
			return nil, err
		}
	}
	for _, op := range table.Operations() {
		if !slices.ContainsFunc(g.Of, func(pattern string) bool { return contract.Fits(pattern, op.ID) }) {
			scope = append(scope, coverage.Exclusion{On: op.ID, Reason: "the client does not call it"})
		}
	}
	return scope, nil
}
