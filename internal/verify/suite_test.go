package verify_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/kzsim/kzsim/internal/inprocess"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// base is where in-process targets pretend to be.
const base = "http://sim.test"

func served(t testing.TB) *simulator.Simulator {
	t.Helper()
	s, err := simulator.New(simulator.Options{Token: "the token"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func contractTable(t testing.TB) *contract.Table {
	t.Helper()
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// whole is a target of all three services below one address.
func whole(address string) target.Target {
	tg := target.Of(map[string]string{"kyc": address, "k2": address, "abs": address + "/abs"})
	tg.ControlToken = "the token"
	return tg
}

// verified runs the suite against a handler in process.
func verified(t testing.TB, h http.Handler, change ...func(*verify.Options)) *verify.Report {
	t.Helper()
	table := contractTable(t)
	opts := verify.Options{Table: table, Target: whole(base), Transport: inprocess.Transport(h), Seed: 1}
	for _, c := range change {
		c(&opts)
	}
	report, err := verify.Run(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// line is a finding on a line.
func line(f verify.Finding) string { return fmt.Sprintf("%s %s %s", f.Operation, f.Kind, f.Path) }

func lines(all []verify.Finding) []string {
	var text []string
	for _, f := range all {
		text = append(text, line(f))
	}
	return text
}

func TestSimulatorIsRight(t *testing.T) {
	report := verified(t, served(t).Handler())
	for _, f := range report.Findings {
		t.Errorf("finding: %s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
	}
	for _, f := range report.Notes {
		t.Errorf("note: %s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
	}
	for _, r := range report.Results {
		if r.Verdict == verify.Skipped {
			t.Errorf("skipped: %s %s: %s", r.Operation, r.Case, r.Why)
		}
	}
	for _, op := range report.Operations {
		for _, o := range op.Outcomes {
			if o.Cell != verify.CellRight {
				t.Errorf("%s: outcome %s is %s", op.ID, o.Name, o.Cell)
			}
		}
	}
	t.Log(len(report.Results), "results")
}
