package kyc

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
)

// electronicDocument is the answer to an approval, its keys in the document's
// order. Files and pictures are base64; only the file that was asked for is
// filled (ledger 21).
type electronicDocument struct {
	Type          string  `json:"document_type"`
	Result        any     `json:"result_json"`
	FacePhoto     *string `json:"face_photo"`
	QRCode        *string `json:"qrcode"`
	Barcode       *string `json:"barcode"`
	DocumentImage *string `json:"document_image"`
	DocumentPDF   *string `json:"document_pdf"`
	FailureReason any     `json:"failure_reason"` // null, a string or a reason

	// Not listed by the document, but read by public clients (ledger 28).
	Extra  *dates `json:"extra,omitempty"`
	Gender string `json:"gender,omitempty"`
}

type dates struct {
	Birth  string  `json:"date_of_birth"`
	Issue  string  `json:"date_of_issue"`
	Expire *string `json:"date_of_expire"` // null for what never expires
}

// reason is failure_reason as a sister service has it (ledger 27).
type reason struct {
	Type   string `json:"type"`
	Detail string `json:"detail"`
}

const (
	failureType   = "SERVICE_ERROR"
	failureDetail = "Не удалось сформировать цифровой документ"
)

// documentBody is the answer without a file.
func documentBody(c *contract.Call, d population.Document) electronicDocument {
	body := electronicDocument{
		Type: d.Type, Result: d.JSON(),
		QRCode:  encoded(papers.QR(codeOf(d))),
		Barcode: encoded(papers.Barcode(d.Number)),
	}
	if d.Page.Photo {
		body.FacePhoto = encoded(papers.FacePhoto(faceOf(c, d)))
	}
	if c.Profile.Is(switchExtraFields, on) {
		body.Extra, body.Gender = datesOf(d), string(d.Owner.Sex)
	}
	return body
}

// failedDocument is the answer of a document that can't be made.
func failedDocument(c *contract.Call, documentType string) electronicDocument {
	body := electronicDocument{Type: documentType, FailureReason: failureDetail}
	if c.Profile.Is(switchFailureReason, reasonObject) {
		body.FailureReason = reason{Type: failureType, Detail: failureDetail}
	}
	return body
}

func datesOf(d population.Document) *dates {
	all := &dates{
		Birth: d.Owner.BirthDate.Format(population.DayLayout),
		Issue: d.Issued.Format(population.DayLayout),
	}
	if !d.Expires.IsZero() {
		expires := d.Expires.Format(population.DayLayout)
		all.Expire = &expires
	}
	return all
}

func encoded(content []byte) *string {
	text := base64.StdEncoding.EncodeToString(content)
	return &text
}

// codeOf is what the QR code of a document says.
func codeOf(d population.Document) string {
	return fmt.Sprintf("%s;%s;%s", d.Owner.IIN, d.Type, d.Number)
}

// faceOf is the owner's as it was on the day of issue. The drawing stays the same
// for a person but for the age.
func faceOf(c *contract.Call, d population.Document) papers.Face {
	return papers.Face{
		Seed:  c.Seed.Draw("kyc.face", d.Owner.IIN, 0),
		Woman: d.Owner.Sex == population.Female,
		Age:   d.Issued.Year() - d.Owner.BirthDate.Year(),
	}
}

// paperOf is the document as it is drawn.
func paperOf(c *contract.Call, d population.Document) papers.Document {
	return papers.Document{
		Type: d.Type, Data: d.JSON(), Form: d.Page, Face: faceOf(c, d), Code: codeOf(d), Bars: d.Number, Made: d.Issued,
		Size: sizeOf(c),
	}
}

// sizeOf the file of a document, in bytes; 0 for what is drawn, which is less than a megabyte.
func sizeOf(c *contract.Call) int {
	const megabyte = 1_000_000
	megabytes, _ := strconv.Atoi(strings.TrimSuffix(c.Profile.Value(switchDocumentSize), "MB")) // "usual" is 0
	return megabytes * megabyte
}
