package kyc_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/schemas"
)

// outcomeOf one operation.
type outcomeOf struct {
	operation string
	contract.Outcome
}

// allOutcomes of KYC's operations: the errors, or the successes.
func allOutcomes(t *testing.T, areErrors bool) []outcomeOf {
	t.Helper()
	var all []outcomeOf
	for _, op := range newBench(t).Table.Operations() {
		for _, o := range op.Outcomes {
			if o.IsError() == areErrors {
				all = append(all, outcomeOf{op.ID, o})
			}
		}
	}
	return all
}

// said is the text of an error that was asked for by name.
func (o outcomeOf) said() string {
	if o.Unshaped {
		return "Malformed request."
	}
	return o.Text
}

// sampleRequests are the documents' own, placeholders and all.
func sampleRequests(t *testing.T) map[string]calltest.Request {
	t.Helper()
	all, err := schemas.Samples()
	if err != nil {
		t.Fatal(err)
	}
	requests := map[string]calltest.Request{}
	for _, s := range all {
		if s.Kind != "request" || !strings.HasPrefix(s.Operation, "kyc.") {
			continue
		}
		text, err := schemas.FS.ReadFile(s.File)
		if err != nil {
			t.Fatal(err)
		}
		requests[s.Operation] = calltest.Request{
			Operation: s.Operation, Body: string(text), Path: map[string]string{"document_type": "identity_card"},
		}
	}
	if want := len(kyc.Service().Operations); len(requests) != want {
		t.Fatalf("samples for %d operations, want %d", len(requests), want)
	}
	return requests
}

func TestErrorsByName(t *testing.T) {
	requests := sampleRequests(t)
	for _, want := range allOutcomes(t, true) {
		t.Run(want.operation+"/"+want.Name, func(t *testing.T) {
			b := newBench(t)
			b.granted("passport")
			b.approve(anyKey, citizen, "")
			before, request := b.State(), requests[want.operation]
			request.Want = want.Name
			got := b.Do(request)
			same(t, []any{got.Outcome, got.Status, got.Body}, []any{want.Name, want.Status, `{"detail":"` + want.said() + `"}`})
			same(t, b.State(), before)
		})
	}
}

func TestSuccessesByNameFromNothing(t *testing.T) {
	requests, successes := sampleRequests(t), allOutcomes(t, false)
	for _, preset := range contract.Presets() {
		for _, want := range successes {
			t.Run(preset+"/"+want.operation+"/"+want.Name, func(t *testing.T) {
				b, request := newBench(t), requests[want.operation]
				b.Set("preset", preset)
				request.Want = want.Name
				got := b.Do(request)
				same(t, []any{got.Outcome, got.Status}, []any{want.Name, 200})
			})
		}
	}
}

// A success that is asked for by name comes whatever stands in its way.
func TestSuccessesByNameAgainstAllOdds(t *testing.T) {
	odds := map[string]func(*bench){
		"strict": func(b *bench) {
			b.Set("preset", "strict", "kyc.otp_life", "0s", "kyc.token_life", "0s", "kyc.answer_timeout", "0s")
		},
		"hold": func(b *bench) { b.Set("kyc.address_wait", "hold") },
		"no subscription": func(b *bench) {
			b.give("keys", `{"api_key": "other"}`)
		},
		"unknown subject": func(b *bench) {
			b.give("subjects", `{"iin": "901123300258", "registered": false, "address": false, "documents": [], "cases": 0}`)
		},
		"upstream down":   func(b *bench) { b.give("subjects", `{"iin": "901123300258", "failure": "upstream-down"}`) },
		"unavailable":     func(b *bench) { b.give("subjects", `{"iin": "901123300258", "failure": "unavailable"}`) },
		"document failed": func(b *bench) { b.give("subjects", `{"iin": "901123300258", "failure": "document-failed"}`) },
		"at once":         func(b *bench) { b.give("subjects", `{"iin": "901123300258", "after": "0s"}`) },
		"fetched":         func(b *bench) { b.fetch("x", anyKey, citizen, "found") },
		"confirmed":       func(b *bench) { b.approve(anyKey, citizen, "valid") },
		"rejected":        func(b *bench) { b.approve(anyKey, citizen, "invalid") },
		"expired":         func(b *bench) { b.approve(anyKey, citizen, "valid"); b.pass(24 * time.Hour) },
	}
	b, requests, successes := newBench(t), sampleRequests(t), allOutcomes(t, false)
	for name, setUp := range odds {
		for _, want := range successes {
			var fields map[string]any
			if err := json.Unmarshal([]byte(requests[want.operation].Body), &fields); err != nil {
				t.Fatal(err)
			}
			maps.Copy(fields, map[string]any{
				"api_key": anyKey, "iin": citizen, "phone": "+7 701 123-45-67", "backend_session_id": "x", "code": "1", "file": true,
			})
			t.Run(name+"/"+want.operation+"/"+want.Name, func(t *testing.T) {
				b.reset()
				setUp(&b)
				got := b.Do(calltest.Request{
					Operation: want.operation, Want: want.Name, Path: map[string]string{"document_type": "no_such_type"}, Body: body(t, fields),
				})
				expect(t, got, want.Name)
			})
		}
	}
}

func TestTableIsWhole(t *testing.T) {
	for _, o := range append(allOutcomes(t, true), allOutcomes(t, false)...) {
		if o.When == "" || o.Confidence == "" {
			t.Errorf("%s/%s says not when it happens or how sure that is: %+v", o.operation, o.Name, o)
		}
	}
}

// The switch of the envelope holds for every error, those of the shape included.
func TestErrorEnvelope(t *testing.T) {
	envelopes := map[string]string{
		"detail":  `{"detail":"%"}`,
		"message": `{"message":"%"}`,
		"both":    `{"detail":"%","message":"%"}`,
	}
	for value, form := range envelopes {
		t.Run(value, func(t *testing.T) {
			b := newBench(t)
			b.Set("kyc.error_envelope", value)
			requests := sampleRequests(t)
			for _, want := range allOutcomes(t, true) {
				request := requests[want.operation]
				request.Want = want.Name
				same(t, b.Do(request).Body, strings.ReplaceAll(form, "%", want.said()))
			}
		})
	}
}

func TestPresets(t *testing.T) {
	service := kyc.Service()
	table, err := contract.New(schemas.FS, service)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		contract.PresetDocuments: {
			"kyc.error_envelope": "detail", "kyc.officer_secondname": "array", "kyc.no_cases": "not-found",
			"kyc.address_wait": "poll", "kyc.answer_timeout": "120s", "kyc.token_life": "5m", "kyc.cmdb_spelling": "cmdb",
			"kyc.file_type": "required", "kyc.wrong_code": "government-error", "kyc.otp_life": "5m", "kyc.phone": "lenient",
			"kyc.failure_reason": "string", "kyc.extra_fields": "on", "kyc.document_file": "there", "kyc.document_size": "usual",
		},
		contract.PresetObserved: {"kyc.error_envelope": "both", "kyc.cmdb_spelling": "mcdb", "kyc.failure_reason": "object"},
		contract.PresetStrict:   {"kyc.phone": "strict", "kyc.wrong_code": "wrong-code"},
	}
	for preset, switches := range want {
		profile, err := table.Profile(map[string]string{"preset": preset})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range service.Switches {
			value, changed := switches[s.Key]
			if !changed {
				value = want[contract.PresetDocuments][s.Key]
			}
			same(t, s.Key+"="+profile.Value(s), s.Key+"="+value)
		}
	}
}
