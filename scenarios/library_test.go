package scenarios_test

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// least is how many scenarios make a library.
const least = 80

// TestLibrary checks and tries every scenario twice, in two simulators: both
// times it passes, with the same journal.
func TestLibrary(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(scenarios.FS, "*.yaml")
	if err != nil || len(names) < least {
		t.Fatalf("%d scenarios (%v), want at least %d", len(names), err, least)
	}
	first, second := newRunner(t), newRunner(t)
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			once, again := first.run(t, name), second.run(t, name)
			if raced(once) {
				return // which of several clients is the first differs
			}
			machines := cmpopts.IgnoreFields(journal.Exchange{}, "Started", "Took", "Remote")
			if diff := cmp.Diff(once, again, machines, wholeBytes); diff != "" {
				t.Errorf("the second run's journal is another (-first +second):\n%s", diff)
			}
		})
	}
}

// wholeBytes compares bodies as wholes: byte by byte takes longer than the runs.
var wholeBytes = cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) })

// raced reports whether the requests are those of the scenario whose clients send at once.
func raced(all []*journal.Exchange) bool {
	return slices.ContainsFunc(all, func(x *journal.Exchange) bool { return strings.Contains(x.URL, "/s/try-parallel-payments/") })
}

// TestRulesMatter: what a scenario shows is not so without its rules.
func TestRulesMatter(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	names, _ := fs.Glob(scenarios.FS, "*.yaml") // the pattern is well-formed
	for _, name := range names {
		s, findings := scenario.ParseFile(scenarios.FS, name, scenario.Options{Table: r.sim.Table, Beside: scenarios.FS, Library: scenarios.FS})
		if s == nil {
			t.Fatal(findings)
		}
		for _, one := range s.Variants() {
			if len(one.Rules) == 0 {
				continue
			}
			without := *one
			without.Rules = nil
			if report := r.trials.Run(t.Context(), &without)[0]; report.Passed {
				t.Errorf("%s: its try passes without its rules, too", one.Name)
			}
		}
	}
}

// cases that a debt collection team asked for, and the scenario of the library that says each.
var cases = map[string]string{
	"KYC is down after the third payment":     "kyc-down-after-payments",
	"a fault depends on the state":            "fault-by-debt",
	"a rate limit for each key and minute":    "quota-per-key",
	"one bad row by a rule":                   "one-bad-row",
	"a large document":                        "large-answer",
	"the real answer with another header":     "answer-with-another-header",
	"rows are added between a client's pages": "rows-between-pages",
	"an exclusion ends":                       "exclusion-ends",
	"parallel calls":                          "parallel-payments",
	"Retry-After is honoured":                 "retry-after-honoured",
	"brownouts by client":                     "brownout-by-client",
	"weights":                                 "weighted-answers",
	"weekdays":                                "weekend",
	"generated batches":                       "generated-batch",
	"each payment is lost once":               "each-payment-lost-once",
	"the first poll of each person fails":     "first-poll-fails",
	"a batch times out by its size":           "large-batches-time-out",
	"an hour of the day":                      "lunch-break",
	"a field that no document knows":          "answer-with-a-new-field",
}

// mostLines of a scenario that says one case, the line for the editor left out.
const mostLines = 20

// TestCasesAreShort: each case takes few lines, and each of its rules matters.
func TestCasesAreShort(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	for about, name := range cases {
		source, err := fs.ReadFile(scenarios.FS, name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(source), "\n") - 1; lines > mostLines {
			t.Errorf("%s: %d lines of %s, want at most %d", about, lines, name, mostLines)
		}
		s, findings := scenario.Parse(name, source, scenario.Options{Table: r.sim.Table})
		if s == nil {
			t.Fatal(findings)
		}
		if len(s.Rules) == 0 {
			t.Errorf("%s: %s has no rule", about, name)
		}
		for i, rule := range s.Rules {
			without := *s
			without.Rules = slices.Delete(slices.Clone(s.Rules), i, i+1)
			if report := r.trials.Run(t.Context(), &without)[0]; report.Passed {
				t.Errorf("%s: the try of %s passes without the rule at %s, too", about, name, rule.Position)
			}
		}
	}
}

type runner struct {
	sim    *simulator.Simulator
	trials *trial.Runner
}

func newRunner(t *testing.T) runner {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	trials := trial.New(trial.Options{Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle})
	t.Cleanup(trials.Close)
	return runner{sim, trials}
}

func (r runner) run(t *testing.T, name string) []*journal.Exchange {
	t.Helper()
	s, findings := scenario.ParseFile(scenarios.FS, name, scenario.Options{
		Table: r.sim.Table, Beside: scenarios.FS, Library: scenarios.FS,
	})
	for _, f := range findings {
		t.Error(f)
	}
	if s == nil {
		t.FailNow()
	}
	if s.Name+".yaml" != name || s.About == "" || len(s.Tags) == 0 {
		t.Errorf("the scenario calls itself %q (%q) with the tags %v, its file is %s", s.Name, s.About, s.Tags, name)
	}
	var exchanges []*journal.Exchange
	for _, report := range r.trials.Run(t.Context(), s.Variants()...) {
		if len(report.Steps) == 0 {
			t.Errorf("%s tries nothing", report.Scenario)
		}
		for _, step := range report.Steps {
			if !step.Passed {
				t.Error(step.Failure)
			}
		}
		if report.Error != "" {
			t.Error(report.Error)
		}
		for _, must := range report.Verdict.Must {
			if !must.Passed {
				t.Errorf("%s: must: %s", must.Position, must)
			}
		}
		exchanges = append(exchanges, report.Exchanges...)
	}
	return exchanges
}

// TestLibraryShowsTheUnusual: what the library is for is the unusual; of
// the documented errors and statuses it shows at least these.
func TestLibraryShowsTheUnusual(t *testing.T) {
	sources := ""
	names, _ := fs.Glob(scenarios.FS, "*.yaml")
	for _, name := range names {
		source, err := fs.ReadFile(scenarios.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		sources += string(source)
	}
	want := []string{
		"pending", "valid", "invalid", "timeout", "NOT_FOUND", "token-expired", "already-received", "upstream-down",
		"not-in-cmdb", "cannot-connect", "upstream-timeout", "government-error", "invalid-iin", "not-requested",
		"bad-iin-length", "bad-row", "duplicate-trn-id", "unknown-refer", "unknown-reference", "unknown-status",
		"unknown-reason", "title-too-long", "lost-reply", "duplicate-refer", "wrong-state",
	}
	missing := slices.DeleteFunc(want, func(word string) bool { return strings.Contains(sources, word) })
	if len(missing) > 0 {
		t.Errorf("the library shows nothing of %v", missing)
	}
}

// TestLostReplyWasStored: the journal shows that the payment whose reply was lost
// is in the state, and that the retry met it.
func TestLostReplyWasStored(t *testing.T) {
	exchanges := newRunner(t).run(t, "payment-lost-reply.yaml")
	lost, retry := exchanges[0], exchanges[1]
	if lost.Fault != "lost-reply" || lost.Outcome != "accepted" || lost.Status != 0 {
		t.Errorf("the first payment: fault %q, outcome %q, HTTP %d on the wire", lost.Fault, lost.Outcome, lost.Status)
	}
	var stored []string
	for _, change := range lost.Changes {
		if change.Before == nil {
			stored = append(stored, change.Collection)
		}
	}
	if !slices.Contains(stored, "k2.payments") {
		t.Errorf("the first payment stored %v, want one of k2.payments", stored)
	}
	const text = `pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"`
	if !strings.Contains(string(retry.Response.Body), text) {
		t.Errorf("the retry was answered %s", retry.Response.Body)
	}
}
