package kyc_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/schemas"
)

func TestMalformed(t *testing.T) {
	for name, tc := range map[string]struct{ operation, body, want string }{
		"missing":           {execProc, `{"api_key": "k"}`, `{"iin":["This field is required."]}`},
		"null":              {execProc, `{"api_key": "k", "iin": null}`, `{"iin":["This field may not be null."]}`},
		"a number":          {execProc, `{"api_key": "k", "iin": 901123300258}`, `{"iin":["Not a valid string."]}`},
		"a Boolean key":     {addressGet, `{"api_key": true, "iin": "1", "backend_session_id": "s"}`, `{"api_key":["Not a valid string."]}`},
		"a list as a field": {addressApprove, `{"api_key": "k", "iin": ["1"]}`, `{"iin":["Not a valid string."]}`},
		"no Boolean":        {documentApprove, `{"backend_session_id": "s", "code": "1", "file": "yes", "file_type": "pdf"}`, `{"file":["Must be a valid boolean."]}`},
		"no choice":         {documentApprove, `{"backend_session_id": "s", "code": "1", "file": true, "file_type": "jpg"}`, `{"file_type":["\"jpg\" is not a valid choice."]}`},
		"no phone":          {documentRequest, `{"api_key": "k", "iin": "1"}`, `{"phone":["This field is required."]}`},
		"a list":            {execProc, `[]`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`},
		"a text":            {execProc, `"x"`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}`},
		"an int":            {execProc, `1`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}`},
		"a float":           {execProc, `1.5`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got float."]}`},
		"a bool":            {execProc, `true`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got bool."]}`},
		"nothing":           {execProc, `null`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got NoneType."]}`},
		"empty":             {execProc, ``, `{"detail":"JSON parse error - an empty body"}`},
		"cut off":           {execProc, `{"api_key": `, `{"detail":"JSON parse error - the end of the body at line 1, column 13"}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			got := b.Do(calltest.Request{Operation: tc.operation, Body: tc.body, Path: map[string]string{"document_type": "passport"}})
			same(t, []any{got.Outcome, got.Status, got.Body}, []any{"malformed", 400, tc.want})
		})
	}
}

// The documents' own curl samples are no JSON (ledger 1): the finding names the
// repair.
func TestMalformedSamples(t *testing.T) {
	for operation, file := range map[string]string{
		execProc:   "samples/kyc/exec_proc.request.verbatim.txt",
		addressGet: "samples/kyc/address_get.request.verbatim.txt",
	} {
		text, err := schemas.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t)
		got := b.Ask(operation, string(text))
		expect(t, got, "malformed")
		same(t, keysOf(got.Body), []string{"detail"})
		if len(got.Findings) == 0 {
			t.Errorf("%s: no finding", operation)
		}
	}
}

func TestParseErrorsHaveTheEnvelope(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.error_envelope", "message")
	same(t, b.Ask(execProc, ``).Body, `{"message":"JSON parse error - an empty body"}`)
}

func TestTransport(t *testing.T) {
	say := kyc.Service().Dialect.SayTransport
	for _, tc := range []struct {
		status     int
		text, want string
	}{
		{404, "/api/v1/backend/nowhere/", `{"detail":"Not found."}`},
		{405, "GET", `{"detail":"Method \"GET\" not allowed."}`},
		{415, "text/plain", `{"detail":"Unsupported media type \"text/plain\" in request."}`},
		{413, "", `{"detail":"Request body is too large."}`},
		{429, "Request was throttled.", `{"detail":"Request was throttled."}`},
		{503, "", `{"detail":"Service Unavailable"}`},
	} {
		status, body := say(tc.status, tc.text)
		encoded, err := contract.Encode(body)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{status, string(encoded)}, []any{tc.status, tc.want})
	}
}
