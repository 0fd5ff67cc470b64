package contract_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/inprocess"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// The suite of `sim verify` is pointed at other endpoints with these flags:
//
//	go test ./contract_test -run TestEndpoints -kyc-url URL -k2-url URL -abs-url URL
//
// Without any of them it verifies the simulator, in process. A file says what may
// be done to an endpoint; without one nothing is called that does more than read.
var (
	targetFile = flag.String("target", "", "file that says where the services are and what may be done to them")
	kycURL     = flag.String("kyc-url", "", "address of KYC")
	k2URL      = flag.String("k2-url", "", "address of K2")
	absURL     = flag.String("abs-url", "", "address below which the ABS operations lie")
)

func TestEndpoints(t *testing.T) {
	opts := verify.Options{Table: served.Table}
	urls := map[string]string{"kyc": *kycURL, "k2": *k2URL, "abs": *absURL}
	switch {
	case *targetFile != "":
		content, err := os.ReadFile(*targetFile)
		if err != nil {
			t.Fatal(err)
		}
		if opts.Target, err = target.Read(*targetFile, content, served.Table, os.Getenv); err != nil {
			t.Fatal(err)
		}
	case *kycURL+*k2URL+*absURL != "":
		opts.Target = target.Of(urls)
	default:
		fresh, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		const here = "http://127.0.0.1"
		opts.Target = target.Of(map[string]string{"kyc": here, "k2": here, "abs": here + "/abs"})
		opts.Transport = inprocess.Transport(fresh.Handler())
	}
	report, err := verify.Run(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	tell(t, report)
}

// tell the findings as failures and the notes as remarks, by operation.
func tell(t *testing.T, report *verify.Report) {
	for _, f := range report.Findings {
		t.Run(f.Operation, func(t *testing.T) {
			t.Errorf("%s %s\ndocument: %s (%s, «%s»)\nexpected: %s\nseen: %s\nin: %s",
				f.Path, f.Kind, f.Quote, f.Document, f.Section, f.Expected, f.Seen, strings.Join(f.Cases, "; "))
		})
	}
	for _, s := range report.Services {
		for _, line := range s.Unverified {
			t.Errorf("nothing of %s was verified: %s", s.Name, line)
		}
	}
	for _, f := range report.Notes {
		t.Logf("note: %s %s %s: expected %s, seen %s (ledger %v)", f.Operation, f.Path, f.Kind, f.Expected, f.Seen, f.Ledger)
	}
	for _, r := range report.Results {
		if r.Verdict == verify.Skipped {
			t.Logf("skipped: %s, %s: %s", r.Operation, r.Case, r.Why)
		}
	}
}
