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

// errorTables are the documents' tables of errors, to the byte, and the assumed
// ones beside them.
var errorTables = map[string][]struct {
	outcome string
	status  int
	text    string
}{
	execProc: {
		{"not-found", 404, "Subject not found"},
		{"unavailable", 503, "KZ Citizen Info service is not available now"},
		{"no-access", 400, "Client does not have access to KZ Info technology"},
		{"subscription-not-started", 400, "Subscription has not started"},
		{"no-subscription-for-technology", 400, "No active or future subscription for technology"},
		{"no-subscription", 400, "Client does not have subscription"},
		{"malformed", 400, "Malformed request."},
	},
	addressApprove: {
		{"upstream-down", 409, "Could not send request to address service"},
		{"subscription-not-started", 400, "Subscription has not started"},
		{"no-subscription-for-technology", 400, "No active or future subscription for technology"},
		{"no-subscription", 400, "Client does not have subscription"},
		{"malformed", 400, "Malformed request."},
	},
	addressGet: {
		{"upstream-down", 409, "Could not send request to address service"},
		{"already-received", 400, "Address data is empty or data already recieved"},
		{"token-expired", 400, "Token Expired"},
		{"subscription-not-started", 400, "Subscription has not started"},
		{"no-subscription-for-technology", 400, "No active or future subscription for technology"},
		{"no-subscription", 400, "Client does not have subscription"},
		{"malformed", 400, "Malformed request."},
	},
	documentRequest: {
		{"not-in-cmdb", 404, "Subject not found in CMDB"},
		{"profile-not-found", 404, "Profile is not found"},
		{"cannot-connect", 503, "Can`t connect to e-document service"},
		{"unavailable", 503, "EDocument service is not available now"},
		{"upstream-timeout", 504, "Could not send request to e-document service"},
		{"government-error", 424, "Government service error"},
		{"invalid-iin", 400, "Invalid IIN"},
		{"already-requested", 400, "You have already requested a document for this session"},
		{"no-access", 400, "Client does not have access to E-Document technology"},
		{"subscription-not-started", 400, "Subscription has not started"},
		{"no-subscription-for-technology", 400, "No active or future subscription for technology"},
		{"no-subscription", 400, "Client does not have subscription"},
		{"unknown-document-type", 404, "Not found."},
		{"malformed", 400, "Malformed request."},
	},
	documentApprove: {
		{"already-received", 400, "EDocument for this session has already been received"},
		{"not-requested", 400, "You have not sent a request for access to an e-document"},
		{"already-requested", 400, "You have already requested a document for this session"},
		{"no-access", 400, "Client does not have access to E-Document technology"},
		{"subscription-not-started", 400, "Subscription has not started"},
		{"no-subscription-for-technology", 400, "No active or future subscription for technology"},
		{"no-subscription", 400, "Client does not have subscription"},
		{"cannot-connect", 503, "Can`t connect to e-document service"},
		{"unavailable", 503, "EDocument service is not available now"},
		{"upstream-timeout", 504, "Could not send request to e-document service"},
		{"government-error", 424, "Government service error"},
		{"wrong-code", 400, "Invalid OTP code"},
		{"malformed", 400, "Malformed request."},
	},
}

var successes = map[string][]string{
	execProc:        {"found"},
	addressApprove:  {"pending", "valid", "invalid", "not-found", "timeout"},
	addressGet:      {"found"},
	documentRequest: {"requested"},
	documentApprove: {"document", "document-pdf", "document-image", "document-failed"},
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
		if s.Kind != "request" || errorTables[s.Operation] == nil {
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
	if len(requests) != len(errorTables) {
		t.Fatalf("samples for %d operations, want %d", len(requests), len(errorTables))
	}
	return requests
}

func TestErrorsByName(t *testing.T) {
	for operation, request := range sampleRequests(t) {
		for _, want := range errorTables[operation] {
			t.Run(operation+"/"+want.outcome, func(t *testing.T) {
				b := newBench(t)
				b.granted("passport")
				b.approve(anyKey, citizen, "")
				before := b.State()
				request.Want = want.outcome
				got := b.Do(request)
				same(t, []any{got.Outcome, got.Status, got.Body}, []any{want.outcome, want.status, `{"detail":"` + want.text + `"}`})
				same(t, b.State(), before)
			})
		}
	}
}

func TestSuccessesByNameFromNothing(t *testing.T) {
	for _, preset := range contract.Presets() {
		for operation, request := range sampleRequests(t) {
			for _, outcome := range successes[operation] {
				t.Run(preset+"/"+operation+"/"+outcome, func(t *testing.T) {
					b := newBench(t)
					b.Set("preset", preset)
					request.Want = outcome
					got := b.Do(request)
					same(t, []any{got.Outcome, got.Status}, []any{outcome, 200})
				})
			}
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
	b, requests := newBench(t), sampleRequests(t)
	for name, setUp := range odds {
		for operation, outcomes := range successes {
			var fields map[string]any
			if err := json.Unmarshal([]byte(requests[operation].Body), &fields); err != nil {
				t.Fatal(err)
			}
			maps.Copy(fields, map[string]any{
				"api_key": anyKey, "iin": citizen, "phone": "+7 701 123-45-67", "backend_session_id": "x", "code": "1", "file": true,
			})
			for _, outcome := range outcomes {
				t.Run(name+"/"+operation+"/"+outcome, func(t *testing.T) {
					b.reset()
					setUp(&b)
					got := b.Do(calltest.Request{
						Operation: operation, Want: outcome, Path: map[string]string{"document_type": "no_such_type"}, Body: body(t, fields),
					})
					expect(t, got, outcome)
				})
			}
		}
	}
}

func TestTableIsWhole(t *testing.T) {
	b := newBench(t)
	for operation, errors := range errorTables {
		want := append([]string{}, successes[operation]...)
		for _, e := range errors {
			want = append(want, e.outcome)
		}
		op, _ := b.Table.Operation(operation)
		same(t, op.OutcomeNames(), want)
		for _, o := range op.Outcomes {
			if o.When == "" || o.Confidence == "" {
				t.Errorf("%s/%s says not when it happens or how sure that is: %+v", operation, o.Name, o)
			}
		}
	}
	if got := len(kyc.Service().Operations); got != len(errorTables) {
		t.Errorf("%d operations, want %d", got, len(errorTables))
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
			for operation, request := range sampleRequests(t) {
				for _, want := range errorTables[operation] {
					request.Want = want.outcome
					same(t, b.Do(request).Body, strings.ReplaceAll(form, "%", want.text))
				}
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
