package kyc_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/population"
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

func TestDocumentFiles(t *testing.T) {
	for _, tc := range []struct {
		file     bool
		fileType string
		outcome  string
		filled   string
		magic    string
	}{
		{true, "pdf", "document-pdf", "document_pdf", "%PDF-"},
		{true, "image", "document-image", "document_image", "\xff\xd8\xff"},
		{false, "pdf", "document", "", ""},
		{false, "image", "document", "", ""},
	} {
		t.Run(fmt.Sprint(tc.file, tc.fileType), func(t *testing.T) {
			b := newBench(t)
			fields := b.granted("passport")
			fields["file"], fields["file_type"] = tc.file, tc.fileType
			got := b.confirm(fields, "")
			expect(t, got, tc.outcome)
			var document map[string]any
			decode(t, got.Body, &document)
			for _, name := range []string{"document_pdf", "document_image"} {
				if name != tc.filled {
					same(t, document[name], nil)
					continue
				}
				content, err := base64.StdEncoding.DecodeString(document[name].(string))
				if err != nil || !strings.HasPrefix(string(content), tc.magic) {
					t.Errorf("%s begins with %.8q, error %v", name, content, err)
				}
			}
		})
	}
}

// answerKeys are the fields that the document lists, in its order, and the two
// that it doesn't.
var answerKeys = []string{
	"document_type", "result_json", "face_photo", "qrcode", "barcode", "document_image", "document_pdf", "failure_reason",
}

func TestDocumentOfEveryType(t *testing.T) {
	for _, documentType := range population.DocumentTypes() {
		t.Run(documentType, func(t *testing.T) {
			b := newBench(t)
			b.give("subjects", `{"iin": "901123300258", "documents": ["`+documentType+`"]}`)
			fields := b.granted(documentType)
			fields["file"] = true
			got := b.confirm(fields, "")
			expect(t, got, "document-pdf")
			var document struct {
				Type      string `json:"document_type"`
				Result    map[string]any
				FacePhoto []byte  `json:"face_photo"`
				QRCode    []byte  `json:"qrcode"`
				Barcode   []byte  `json:"barcode"`
				Failure   *string `json:"failure_reason"`
			}
			decode(t, got.Body, &document)
			same(t, []any{document.Type, document.Failure}, []any{documentType, (*string)(nil)})
			for name, content := range map[string][]byte{"qrcode": document.QRCode, "barcode": document.Barcode} {
				if _, err := png.Decode(bytes.NewReader(content)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if document.FacePhoto == nil {
				return
			}
			if _, err := jpeg.Decode(bytes.NewReader(document.FacePhoto)); err != nil {
				t.Errorf("face_photo: %v", err)
			}
		})
	}
}

func TestDocumentIsThePersons(t *testing.T) {
	b := newBench(t)
	got := b.confirm(b.granted("identity_card"), "")
	var answer struct {
		Result map[string]any    `json:"result_json"`
		Extra  map[string]string `json:"extra"`
		Gender string            `json:"gender"`
	}
	decode(t, got.Body, &answer)
	known, _ := population.New(1).Document(citizen, "identity_card")
	want := known.JSON()["common"].(map[string]any)
	common := answer.Result["common"].(map[string]any)
	same(t, common["docNumber"], want["docNumber"])
	same(t, common["docOwner"], want["docOwner"])
	same(t, answer.Extra, known.Extra())
	same(t, answer.Gender, "male")
	order := topKeys(got.Body)
	same(t, order, append(slices.Clone(answerKeys), "extra", "gender"))
}

// topKeys are the keys of an answer that are its own.
func topKeys(body string) []string {
	var keys []string
	for _, key := range keysOf(body) {
		if slices.Contains(answerKeys, key) || key == "extra" {
			keys = append(keys, key)
		}
	}
	if strings.HasSuffix(body, `"gender":"male"}`) {
		keys = append(keys, "gender")
	}
	return keys
}

func TestExtraFieldsCanBeOff(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.extra_fields", "off")
	got := b.confirm(b.granted("identity_card"), "")
	same(t, topKeys(got.Body), answerKeys)
}

// What never expires says null, not an empty text.
func TestExtraWithoutEnd(t *testing.T) {
	b := newBench(t)
	var answer struct {
		Extra map[string]any `json:"extra"`
	}
	decode(t, b.confirm(b.granted("birth_certificate"), "").Body, &answer)
	expires, there := answer.Extra["date_of_expire"]
	same(t, []any{expires, there}, []any{nil, true})
}

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
		"not registered":     {`{"iin": "901123300258", "registered": false}`, "passport", citizen, "not-in-cmdb", nil},
		"an organisation":    {"", "passport", "940140000385", "not-in-cmdb", nil},
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
			before := b.snapshot()
			got := b.request(tc.document, tc.iin, myPhone, "")
			expect(t, got, tc.want)
			same(t, ledgers(got), tc.ledgers)
			if got.Status != 200 {
				same(t, b.snapshot(), before)
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

func TestFailureReason(t *testing.T) {
	for value, want := range map[string]string{
		"string": `"Не удалось сформировать цифровой документ"`,
		"object": `{"type":"document_not_formed","detail":"Не удалось сформировать цифровой документ"}`,
	} {
		b := newBench(t)
		b.Set("kyc.failure_reason", value)
		b.give("subjects", `{"iin": "901123300258", "failure": "document-failed"}`)
		got := b.confirm(b.granted("passport"), "")
		expect(t, got, "document-failed")
		same(t, got.Body, `{"document_type":"passport","result_json":null,"face_photo":null,"qrcode":null,"barcode":null,`+
			`"document_image":null,"document_pdf":null,"failure_reason":`+want+`}`)
	}
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

// A subscription that has ended since is noticed by the approval, too.
func TestSessionIsTheCredential(t *testing.T) {
	b := newBench(t)
	fields := b.granted("passport")
	b.give("keys", `{"api_key": "another"}`)
	expect(t, b.confirm(fields, ""), "no-subscription")
	b.give("keys", `{"api_key": "`+anyKey+`"}`)
	expect(t, b.confirm(fields, ""), "document")
}
