package ledger_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract/ledger"
)

// services says which service a document describes.
var services = map[string]string{
	"KZ Info": "kyc", "Address": "kyc", "E-Document": "kyc", "K2": "k2", "ABS": "abs",
}

// switches are all keys and the entries that they belong to. The numbers are
// cited elsewhere, so an entry that moved shows here.
var switches = map[string][]int{
	"kyc.officer_secondname": {2},
	"kyc.no_cases":           {8},
	"kyc.error_envelope":     {10},
	"kyc.address_wait":       {12},
	"kyc.answer_timeout":     {16},
	"kyc.token_life":         {16},
	"kyc.cmdb_spelling":      {19},
	"kyc.file_type":          {20},
	"kyc.document_file":      {21},
	"kyc.document_size":      {21},
	"kyc.wrong_code":         {23},
	"kyc.otp_life":           {23},
	"kyc.phone":              {25},
	"kyc.failure_reason":     {27},
	"kyc.extra_fields":       {28},
	"k2.rows":                {38},
	"k2.root":                {39},
	"k2.unknown":             {41, 44},
	"k2.demand_step":         {91},
	"k2.refresh":             {121, 129},
	"k2.reconciliation":      {130},
	"k2.demand_item":         {131, 132, 133, 134, 135, 136},
	"k2.getfile":             {99},
	"k2.http_status":         {32},
	"k2.login":               {50},
	"k2.withdrawal":          {123},
	"k2.sense":               {125},
	"k2.payment_debt":        {126},
	"abs.scan":               {54},
	"abs.list":               {58},
	"abs.all_count":          {59},
	"abs.unknown":            {51, 53, 56, 60, 111, 117},
	"strict_ids":             {26, 62},
}

func TestNumbersHaveNoGaps(t *testing.T) {
	all := ledger.Entries()
	if len(all) < 62 {
		t.Fatalf("%d entries, want the 62 that are cited and more", len(all))
	}
	for i, e := range all {
		if e.Number != i+1 {
			t.Fatalf("entry %d stands at place %d", e.Number, i+1)
		}
	}
}

func TestEntriesAreComplete(t *testing.T) {
	for _, e := range ledger.Entries() {
		if service, ok := services[e.Document]; !ok || service != e.Service {
			t.Errorf("ledger %d: document %q of service %q", e.Number, e.Document, e.Service)
		}
		if e.Quote == "" && e.Silence == "" {
			t.Errorf("ledger %d has neither a quote nor a silence", e.Number)
		}
		if e.Quote == "" && e.Beside != "" {
			t.Errorf("ledger %d has a second passage and no first", e.Number)
		}
		if e.Section == "" {
			t.Errorf("ledger %d names no section", e.Number)
		}
		known := []ledger.Confidence{ledger.Documented, ledger.Observed, ledger.Assumed}
		if !slices.Contains(known, e.Confidence) {
			t.Errorf("ledger %d: confidence %q", e.Number, e.Confidence)
		}
		if len(e.Switches) > 0 && !strings.Contains(strings.ToLower(e.Decision), "switch") {
			t.Errorf("ledger %d has a switch that its decision does not speak of", e.Number)
		}
	}
}

// TestProseIsSentences catches a text that YAML cut short or left a mark in.
func TestProseIsSentences(t *testing.T) {
	begins := regexp.MustCompile("^[A-Z`]")
	for _, e := range ledger.Entries() {
		for name, text := range map[string]string{"finding": e.Finding, "decision": e.Decision, "silence": e.Silence} {
			if text == "" && name == "silence" {
				continue
			}
			if !begins.MatchString(text) || !strings.HasSuffix(text, ".") {
				t.Errorf("ledger %d: the %s is no sentence: %q", e.Number, name, text)
			}
			if strings.Contains(text, "  ") || strings.Contains(text, "\n") || strings.Count(text, "`")%2 != 0 {
				t.Errorf("ledger %d: stray marks in the %s: %q", e.Number, name, text)
			}
		}
	}
}

func TestSwitches(t *testing.T) {
	got := map[string][]int{}
	for _, e := range ledger.Entries() {
		for _, key := range e.Switches {
			got[key] = append(got[key], e.Number)
		}
	}
	if diff := cmp.Diff(switches, got); diff != "" {
		t.Errorf("switches and their entries (-want +got):\n%s", diff)
	}
	for key, numbers := range got {
		service, _, dotted := strings.Cut(key, ".")
		if e, _ := ledger.ByNumber(numbers[0]); dotted && e.Service != service {
			t.Errorf("%s belongs to ledger %d of %s", key, e.Number, e.Service)
		}
	}
}

func TestOperationsAreIDsOrPatterns(t *testing.T) {
	form := regexp.MustCompile(`^(kyc|k2|abs)(\.[a-z0-9_]+)*\.([a-z0-9_]+|\*)$`)
	for _, e := range ledger.Entries() {
		if len(e.Operations) == 0 {
			t.Errorf("ledger %d concerns no operation", e.Number)
		}
		own := func(op string) bool { return strings.HasPrefix(op, e.Service+".") }
		if !slices.ContainsFunc(e.Operations, own) {
			t.Errorf("ledger %d of %s concerns only %v", e.Number, e.Service, e.Operations)
		}
		for _, op := range e.Operations {
			if !form.MatchString(op) {
				t.Errorf("ledger %d: %q is neither an id nor a pattern", e.Number, op)
			}
		}
	}
}

func TestEveryDocumentAndConfidenceIsThere(t *testing.T) {
	documents, confidences := map[string]bool{}, map[ledger.Confidence]bool{}
	for _, e := range ledger.Entries() {
		documents[e.Document], confidences[e.Confidence] = true, true
	}
	want := slices.Sorted(maps.Keys(services))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(documents))); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	if len(confidences) != 3 {
		t.Errorf("confidences: %v, want all three", confidences)
	}
}

func TestByNumber(t *testing.T) {
	for _, want := range ledger.Entries() {
		got, ok := ledger.ByNumber(want.Number)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("ByNumber(%d): %v (-want +got):\n%s", want.Number, ok, diff)
		}
	}
	for _, n := range []int{-1, 0, len(ledger.Entries()) + 1} {
		if e, ok := ledger.ByNumber(n); ok {
			t.Errorf("ByNumber(%d) answered ledger %d", n, e.Number)
		}
	}
}

func TestEntriesAreCopies(t *testing.T) {
	before, _ := ledger.ByNumber(16)
	first := ledger.Entries()
	first[15].Operations[0], first[15].Switches[0], first[15].Decision = "x", "x", "x"
	single, _ := ledger.ByNumber(16)
	single.Operations[0], single.Switches[0] = "x", "x"
	after, _ := ledger.ByNumber(16)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a caller changed the ledger (-before +after):\n%s", diff)
	}
}
