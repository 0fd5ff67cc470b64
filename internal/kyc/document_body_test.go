package kyc_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/population"
)

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

func TestDocumentWithoutItsFile(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.document_file", "missing")
	fields := b.granted("passport")
	fields["file"] = true
	got := b.confirm(fields, "")
	expect(t, got, "document")
	var document map[string]any
	decode(t, got.Body, &document)
	same(t, []any{document["document_pdf"], document["document_image"], document["failure_reason"]}, []any{nil, nil, nil})
}

func TestDocumentSizes(t *testing.T) {
	for size, megabytes := range map[string]int{"1MB": 1, "20MB": 20} {
		for fileType, field := range map[string]string{"pdf": "document_pdf", "image": "document_image"} {
			b := newBench(t)
			b.Set("kyc.document_size", size)
			fields := b.granted("passport")
			fields["file"], fields["file_type"] = true, fileType
			var document map[string]any
			decode(t, b.confirm(fields, "").Body, &document)
			if got := len(document[field].(string)) / 4 * 3; got > megabytes*1_000_000+2 || got < megabytes*1_000_000-100 {
				t.Errorf("%s as %s has %d bytes", size, fileType, got)
			}
		}
	}
}

// answerKeys are the fields that the document lists, in its order.
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
				Type      string  `json:"document_type"`
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
	same(t, answer.Extra, map[string]string{
		"date_of_birth":  known.Owner.BirthDate.Format(population.DayLayout),
		"date_of_issue":  known.Issued.Format(population.DayLayout),
		"date_of_expire": known.Expires.Format(population.DayLayout),
	})
	same(t, answer.Gender, "male")
	same(t, topKeys(t, got.Body), append(slices.Clone(answerKeys), "extra", "gender"))
}

// topKeys are the keys of an answer that are its own, in their order.
func topKeys(t *testing.T, body string) []string {
	t.Helper()
	var keys []string
	dec := json.NewDecoder(strings.NewReader(body))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		key, err := dec.Token()
		var value json.RawMessage
		if err := errors.Join(err, dec.Decode(&value)); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
	}
	return keys
}

func TestExtraFieldsCanBeOff(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.extra_fields", "off")
	got := b.confirm(b.granted("identity_card"), "")
	same(t, topKeys(t, got.Body), answerKeys)
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

func TestFailureReason(t *testing.T) {
	for value, want := range map[string]string{
		"string": `"Не удалось сформировать цифровой документ"`,
		"object": `{"type":"SERVICE_ERROR","detail":"Не удалось сформировать цифровой документ"}`,
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
