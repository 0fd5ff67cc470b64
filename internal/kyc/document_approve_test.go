package kyc_test

import (
	"maps"
	"testing"
	"time"
)

// with is a copy of an approval's fields with one changed; nil leaves it out.
func with(fields map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(fields)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

func TestDocumentIsReceivedOnce(t *testing.T) {
	b := newBench(t)
	fields := b.granted("identity_card")
	expect(t, b.confirm(fields, ""), "document")
	expect(t, b.confirm(fields, ""), "already-received")
	expect(t, b.confirm(with(fields, "code", "1"), ""), "already-received")
	b.pass(time.Hour)
	expect(t, b.confirm(fields, ""), "already-received")
	if again := b.granted("identity_card")["backend_session_id"]; again == fields["backend_session_id"] {
		t.Errorf("a second request has the session %s of the first", again)
	}
}

func TestDocumentApprovalIsRefused(t *testing.T) {
	failure := func(name string) func(*bench) {
		return func(b *bench) { b.give("subjects", `{"iin": "901123300258", "failure": "`+name+`"}`) }
	}
	wait := func(d time.Duration) func(*bench) { return func(b *bench) { b.pass(d) } }
	for name, tc := range map[string]struct {
		first  func(*bench)
		change string
		value  any
		want   []string
	}{
		"unknown session":    {nil, "backend_session_id", "no", []string{"not-requested", "not-requested"}},
		"wrong code":         {nil, "code", "000001", []string{"government-error", "government-error", "government-error"}},
		"empty code":         {nil, "code", "", []string{"government-error"}},
		"in time":            {wait(5*time.Minute - 1), "", nil, []string{"document", "already-received"}},
		"expired":            {wait(5 * time.Minute), "", nil, []string{"government-error", "already-requested", "already-requested"}},
		"wrong and expired":  {wait(time.Hour), "code", "1", []string{"government-error", "already-requested"}},
		"can't be made":      {failure("document-failed"), "", nil, []string{"document-failed", "already-requested"}},
		"wrong, can't":       {failure("document-failed"), "code", "1", []string{"government-error"}},
		"no connection":      {failure("cannot-connect"), "", nil, []string{"cannot-connect", "cannot-connect"}},
		"not available":      {failure("unavailable"), "", nil, []string{"unavailable"}},
		"too slow":           {failure("upstream-timeout"), "", nil, []string{"upstream-timeout"}},
		"nonsense":           {failure("government-error"), "", nil, []string{"government-error"}},
		"no file type":       {nil, "file_type", nil, []string{"malformed"}},
		"unknown file type":  {nil, "file_type", "docx", []string{"malformed"}},
		"file is not a bool": {nil, "file", "true", []string{"malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			fields := b.granted("passport")
			if tc.first != nil {
				tc.first(&b)
			}
			if tc.change != "" {
				fields = with(fields, tc.change, tc.value)
			}
			for _, want := range tc.want {
				expect(t, b.confirm(fields, ""), want)
			}
		})
	}
}

// A wrong code ends nothing: the right one still gets the document.
func TestWrongCodeThenRight(t *testing.T) {
	b := newBench(t)
	fields := b.granted("passport")
	for range 10 {
		expect(t, b.confirm(with(fields, "code", "1"), ""), "government-error")
	}
	expect(t, b.confirm(fields, ""), "document")
}

func TestWrongCodeSwitch(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.wrong_code", "wrong-code", "kyc.otp_life", "10s")
	fields := b.granted("passport")
	expect(t, b.confirm(with(fields, "code", "1"), ""), "wrong-code")
	b.pass(10 * time.Second)
	expect(t, b.confirm(fields, ""), "wrong-code")
	expect(t, b.confirm(fields, ""), "already-requested")
}

func TestFileTypeSwitch(t *testing.T) {
	b := newBench(t)
	without := with(b.granted("passport"), "file_type", nil)
	got := b.confirm(without, "")
	expect(t, got, "malformed")
	same(t, got.Body, `{"file_type":["This field is required."]}`)
	b.Set("kyc.file_type", "optional")
	expect(t, b.confirm(with(without, "file", true), ""), "malformed")
	expect(t, b.confirm(without, ""), "document")
}

// After a forced success the service goes on from there.
func TestForcedDocuments(t *testing.T) {
	b := newBench(t)
	got := b.request("hunter", "12", myPhone, "requested")
	expect(t, got, "requested")
	expect(t, b.request("hunter", "12", myPhone, ""), "requested")

	fields := b.granted("passport")
	expect(t, b.confirm(with(fields, "code", "1"), "document-failed"), "document-failed")
	expect(t, b.confirm(fields, ""), "already-requested")
	expect(t, b.confirm(fields, "document-image"), "document-image")
	expect(t, b.confirm(fields, ""), "already-received")

	unknown := with(fields, "backend_session_id", "nobody's")
	expect(t, b.confirm(unknown, "document"), "document")
	expect(t, b.confirm(unknown, ""), "already-received")
}

// A subscription that has ended since is noticed by the approval, too.
func TestSessionIsTheCredential(t *testing.T) {
	b := newBench(t)
	fields := b.granted("passport")
	b.give("keys", `{"api_key": "another"}`)
	expect(t, b.confirm(fields, ""), "no-subscription")
	b.give("keys", `{"api_key": "`+anyKey+`"}`)
	expect(t, b.confirm(fields, ""), "document")
}
