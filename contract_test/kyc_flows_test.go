package contract_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// TestAddress goes the whole way of an address: asked for, approved, fetched once;
// and, left alone, until the right to fetch it has expired.
func TestAddress(t *testing.T) {
	r := newRun(t, operationOf("kyc.address.approve"))
	r.do(steps(ask(), wantOutcome("pending"), save("session", "backend_session_id"), step(keep)))
	r.do(steps(ask(), wantOutcome("pending"), step(same))) // polling is the same request again
	r.do(steps(advance("5s"), ask(), wantOutcome("valid"), step(keep)))
	var valid struct {
		Session string `json:"backend_session_id"`
		Expires string `json:"expire_date"`
	}
	r.last.decode(t, &valid)
	if valid.Session != r.saved["session"] || valid.Expires != "2024-03-01T04:05:05Z" {
		t.Errorf("VALID has session %s until %s, want %s until 2024-03-01T04:05:05Z", valid.Session, valid.Expires, r.saved["session"])
	}
	r.do(steps(ask(), step(same))) // it stays VALID until it is fetched
	r.do(steps(askOf("kyc.address.get", `/iin: "780204403060"`), wantOutcome("already-received")))
	r.do(steps(askOf("kyc.address.get", `/api_key: "a stranger's"`), wantOutcome("already-received")))
	r.do(steps(askOf("kyc.address.get"), wantOutcome("found")))
	var got struct{ IIN string }
	r.last.decode(t, &got)
	if got.IIN != citizen {
		t.Errorf("the address is %s's", got.IIN)
	}
	r.do(steps(askOf("kyc.address.get"), wantOutcome("already-received")))

	r.do(steps(ask(), wantOutcome("pending"), save("session", "backend_session_id"), advance("5m4s")))
	r.do(steps(ask(), wantOutcome("valid"), advance("1s"), askOf("kyc.address.get"), wantOutcome("token-expired")))
}

// TestAddressByPhone answers with the message's code, and with another text.
func TestAddressByPhone(t *testing.T) {
	for reply, want := range map[string]string{"${code}": "valid", "нет": "invalid"} {
		t.Run(want, func(t *testing.T) {
			r := newRun(t, operationOf("kyc.address.approve"))
			r.do(steps(subject(`"answers": "ignore", "phone": "${phone}"`), ask(), wantOutcome("pending"), step(readCode)))
			r.control("POST", "/phones/"+phone+"/reply", fmt.Sprintf(`{"text": %q}`, filled(t, reply, r.saved)))
			r.do(steps(ask(), wantOutcome(want)))
		})
	}
}

// TestAddressHeld: with kyc.address_wait=hold the one request is answered when the
// subject has answered, however the clock gets there.
func TestAddressHeld(t *testing.T) {
	r := newRun(t, operationOf("kyc.address.approve"))
	r.do(steps(profile("kyc.address_wait", "hold")))
	done := make(chan answer, 1)
	body := filled(t, sampleRequest(r.op).body, r.saved)
	go func() {
		a, err := try("POST", r.base+r.op.Path, body)
		if err != nil {
			t.Error(err)
		}
		done <- a
	}()
	for r.held() == 0 {
		select {
		case a := <-done:
			t.Fatalf("answered %q without waiting", a.outcome())
		default:
		}
	}
	r.do(steps(advance("5s")))
	if a := <-done; a.outcome() != "valid" {
		t.Errorf("outcome %q, want valid", a.outcome())
	}
}

// held is how many requests the sandbox holds.
func (s *sandbox) held() int {
	s.t.Helper()
	var info struct{ Held int }
	s.control("GET", "", "").decode(s.t, &info)
	return info.Held
}

// TestDocument goes the whole way of an electronic document, for all types: an OTP
// on the phone of the request, then the document with just the file asked for.
func TestDocument(t *testing.T) {
	types := operationOf("kyc.edocument.request").Variants
	if len(types) != 24 {
		t.Errorf("%d document types, want 24", len(types))
	}
	for _, documentType := range types {
		t.Run(documentType, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, operationOf("kyc.edocument.approve"))
			r.do(steps(subject(fmt.Sprintf(`"documents": [%q]`, documentType))))
			for _, want := range []struct{ edit, outcome, pdf, image string }{
				{`/file: true`, "document-pdf", "%PDF-", ""},
				{`/file_type: "image"`, "document-image", "", "\xff\xd8\xff"},
				{`/file: false`, "document", "", ""},
			} {
				r.do(steps(askOf("kyc.edocument.request", "{document_type}: "+documentType), wantOutcome("requested"),
					save("session", "backend_session_id"), step(readCode)))
				r.do(steps(ask(`/code: "111111"`), wantOutcome("government-error")))
				r.do(steps(ask(want.edit), wantOutcome(want.outcome)))
				checkFiles(t, r.last, documentType, want.pdf, want.image)
				r.do(steps(ask(want.edit), wantOutcome("already-received")))
			}
		})
	}
}

// checkFiles checks which files a document comes with, by the bytes they begin
// with.
func checkFiles(t *testing.T, a answer, documentType, pdf, image string) {
	t.Helper()
	var body struct {
		Type  string  `json:"document_type"`
		PDF   *string `json:"document_pdf"`
		Image *string `json:"document_image"`
	}
	a.decode(t, &body)
	if body.Type != documentType {
		t.Errorf("document_type is %s, want %s", body.Type, documentType)
	}
	for _, file := range []struct {
		content *string
		begins  string
	}{{body.PDF, pdf}, {body.Image, image}} {
		switch {
		case file.begins == "" && file.content != nil:
			t.Error("a file came that no one asked for")
		case file.begins == "":
		case file.content == nil:
			t.Errorf("no file that begins with %q", file.begins)
		default:
			raw, err := base64.StdEncoding.DecodeString(*file.content)
			if err != nil || !bytes.HasPrefix(raw, []byte(file.begins)) {
				t.Errorf("the file begins with %.8q, want %q (%v)", raw, file.begins, err)
			}
		}
	}
}

// TestMissingDocument: the answer doesn't tell whether there is such a document,
// and no message is sent (ledger 22). The OTP goes to the phone in the request.
func TestMissingDocument(t *testing.T) {
	r := newRun(t, operationOf("kyc.edocument.request"))
	r.do(steps(subject(`"documents": ["passport"], "phone": "77770000000"`), ask(), wantOutcome("requested")))
	if all := r.messages(phone); len(all) > 0 {
		t.Errorf("messages about a document that isn't there: %v", all)
	}
	r.do(steps(ask(`{document_type}: passport`, `/phone: "8 (701) 123-45-67"`), wantOutcome("requested")))
	all := r.messages(phone)
	if len(all) != 1 || all[0].From != "1414" || all[0].Kind != "otp" || !strings.Contains(all[0].Text, all[0].Code) {
		t.Errorf("messages on the request's phone: %v", all)
	}
	if others := r.messages("77770000000"); len(others) > 0 {
		t.Errorf("messages on the phone that the state knows: %v", others)
	}
}
