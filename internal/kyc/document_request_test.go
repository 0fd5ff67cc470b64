package kyc_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/kyc"
)

func TestDocumentRequestIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		subject       string
		document, iin string
		want          string
		ledgers       []int
	}{
		"unknown type":       {"", "identity-card", citizen, "unknown-document-type", nil},
		"eleven digits":      {"", "passport", "90112330025", "invalid-iin", nil},
		"thirteen digits":    {"", "passport", "9011233002588", "invalid-iin", nil},
		"letters":            {"", "passport", "9011233OO258", "invalid-iin", nil},
		"not registered":     {`{"iin": "901123300258", "registered": false}`, "passport", citizen, "not-in-cmdb", []int{19}},
		"an organisation":    {"", "passport", "940140000385", "not-in-cmdb", []int{19}},
		"no profile":         {`{"iin": "901123300258", "failure": "profile-not-found"}`, "passport", citizen, "profile-not-found", nil},
		"no connection":      {`{"iin": "901123300258", "failure": "cannot-connect"}`, "passport", citizen, "cannot-connect", nil},
		"not available":      {`{"iin": "901123300258", "failure": "unavailable"}`, "passport", citizen, "unavailable", nil},
		"too slow":           {`{"iin": "901123300258", "failure": "upstream-timeout"}`, "passport", citizen, "upstream-timeout", nil},
		"nonsense":           {`{"iin": "901123300258", "failure": "government-error"}`, "passport", citizen, "government-error", nil},
		"a failure to come":  {`{"iin": "901123300258", "failure": "document-failed"}`, "passport", citizen, "requested", nil},
		"another's failure":  {`{"iin": "901123300258", "failure": "upstream-down"}`, "passport", citizen, "requested", nil},
		"no such document":   {`{"iin": "901123300258", "documents": []}`, "passport", citizen, "requested", []int{22}},
		"none by the people": {"", "hunter", citizen, "requested", []int{22}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if tc.subject != "" {
				b.give("subjects", tc.subject)
			}
			before := b.State()
			got := b.request(tc.document, tc.iin, myPhone, "")
			expect(t, got, tc.want)
			same(t, ledgers(got), tc.ledgers)
			if got.Status != 200 {
				same(t, b.State(), before)
			}
		})
	}
}

func TestSpellingOfTheBase(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.cmdb_spelling", "mcdb")
	b.give("subjects", `{"iin": "901123300258", "registered": false}`)
	same(t, b.request("passport", citizen, myPhone, "").Body, `{"detail":"Subject not found in MCDB"}`)
	same(t, b.request("passport", citizen, myPhone, "not-in-cmdb").Body, `{"detail":"Subject not found in MCDB"}`)
}

// A missing document doesn't show: the same answer, and no message (ledger 22).
func TestMissingDocument(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "documents": []}`)
	got := b.request("passport", citizen, myPhone, "")
	expect(t, got, "requested")
	same(t, b.messages(myPhone), []kyc.Message(nil))
	fields := map[string]any{"backend_session_id": field(t, got, "backend_session_id"), "code": "", "file": false, "file_type": "pdf"}
	expect(t, b.confirm(fields, ""), "government-error")
	expect(t, b.confirm(with(fields, "code", "123456"), ""), "government-error")
}

func TestDocumentPhones(t *testing.T) {
	for phone, tc := range map[string]struct {
		arrives bool
		strict  bool
		ledgers []int
	}{
		"77011234567":        {true, true, nil},
		"+77011234567":       {true, false, nil},
		"87011234567":        {true, false, nil},
		"+7 (701) 123-45-67": {true, false, nil},
		"8 701 123 45 67":    {true, false, nil},
		"7011234567":         {false, false, []int{25}},
		"+87011234567":       {false, false, []int{25}},
		"97011234567":        {false, false, []int{25}},
		"7701123456x":        {false, false, []int{25}},
		"<subjects_phone>":   {false, false, []int{25}},
		"":                   {false, false, []int{25}},
		"770112345678":       {false, false, []int{25}},
		"\u0667\u0667\u0660": {false, false, []int{25}},
	} {
		t.Run(phone, func(t *testing.T) {
			b := newBench(t)
			got := b.request("passport", citizen, phone, "")
			expect(t, got, "requested")
			same(t, ledgers(got), tc.ledgers)
			same(t, len(b.messages(myPhone)) == 1, tc.arrives)

			b = newBench(t)
			b.Set("kyc.phone", "strict")
			got = b.request("passport", citizen, phone, "")
			if tc.strict {
				expect(t, got, "requested")
				return
			}
			expect(t, got, "malformed")
			same(t, got.Body, `{"phone":["Enter a valid phone number."]}`)
		})
	}
}

// Unrelated traffic shifts neither sessions nor codes.
func TestDocumentsArePredictable(t *testing.T) {
	quiet, busy := newBench(t), newBench(t)
	busy.request("passport", another, myPhone, "")
	busy.granted("driver_license")
	busy.approve(anyKey, citizen, "")
	for range 3 {
		same(t, busy.granted("passport"), quiet.granted("passport"))
	}
}

// No code that is sent is one of the reserved ones.
func TestCodesAreNotReserved(t *testing.T) {
	b := newBench(t)
	for range 200 {
		code := b.granted("passport")["code"].(string)
		if len(code) != 6 || code[0] == '0' || strings.Trim(code, "0123456789") != "" {
			t.Fatalf("code %q", code)
		}
	}
}
