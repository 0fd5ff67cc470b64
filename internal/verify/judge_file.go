package verify

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"mime"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// withSchema are the outcomes that are JSON.
func withSchema(candidates []*contract.Outcome) []*contract.Outcome {
	return slices.DeleteFunc(slices.Clone(candidates), func(o *contract.Outcome) bool { return o.Schema == "" })
}

// isJSON reports whether the answer says of itself that it is.
func (ex *examination) isJSON() bool {
	media, _, err := mime.ParseMediaType(ex.answer.contentType())
	return err == nil && media == "application/json"
}

// begins are the first bytes of the kinds of files that are known to be sent.
var begins = map[string][][]byte{
	"application/pdf": {[]byte("%PDF-")},
	"image/tiff":      {[]byte("II*\x00"), []byte("MM\x00*")},
	"image/jpeg":      {{0xff, 0xd8, 0xff}},
	"image/png":       {[]byte("\x89PNG")},
}

// isWhole reports whether a file is of its type from beginning to end, as far as that
// shows without reading it.
func isWhole(media string, body []byte) bool {
	if !beginsAs(media, body) || isMangled(body) {
		return false
	}
	const tail = 1024 // bytes in which readers look for the end of a PDF
	switch media {
	case "application/pdf":
		return bytes.Contains(body, []byte(" obj")) && bytes.Contains(body[max(0, len(body)-tail):], []byte("%%EOF"))
	case "image/tiff":
		return hasDirectory(body)
	case "image/jpeg":
		return bytes.HasSuffix(bytes.TrimRight(body, "\x00\r\n"), []byte{0xff, 0xd9})
	case "image/png":
		return bytes.Contains(body, []byte("IEND"))
	}
	return true
}

// isMangled reports whether a file was read as UTF-8 text: each byte that is no text has
// become U+FFFD then. A few may be there by chance.
func isMangled(body []byte) bool {
	const share = 20
	return bytes.Count(body, []byte("\uFFFD"))*share > len(body)
}

// hasDirectory reports whether the header of a TIFF leads to a directory in the file.
func hasDirectory(body []byte) bool {
	const header = 8
	if len(body) < header {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if body[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(body[4:header]))
	return at >= header && at+2 <= int64(len(body)) && order.Uint16(body[at:]) > 0
}

// examineFile judges an answer that isn't JSON. What a file's type is and whether
// it has a name the ABS document says; of K2's file no document says a word
// (ledger 99), so only that it is one is a finding there.
func (ex *examination) examineFile(candidates []*contract.Outcome) {
	o := ex.classify(candidates, true)
	ex.outcome = o
	ex.success = ex.answer.status < 400 && ex.read(decoded(ex.answer.body)).Code == 0
	if ex.answer.status >= 400 {
		return // ledger 107: nothing is said of the body
	}
	given := ex.answer.contentType()
	media, _, err := mime.ParseMediaType(given)
	switch {
	case ex.read(decoded(ex.answer.body)).Code != 0:
		// Something else than a file may be said by an error, but no document does.
		ex.outcome = nil
		ex.said = ex.read(decoded(ex.answer.body))
		if ex.expect.known != "" {
			ex.notASuccess()
			return
		}
		ex.add(Finding{
			Kind: WrongOutcome, Path: PathBody, Expected: "a file, or HTTP 404", Seen: short(string(ex.answer.body)),
			Quote: ex.fileQuote(), Ledger: o.Ledger, note: true,
		})
	case len(ex.answer.body) == 0:
		ex.add(Finding{Kind: WrongBody, Path: PathBody, Expected: "a file", Seen: "an empty body", Quote: ex.fileQuote()})
	case err != nil || begins[media] == nil:
		ex.add(Finding{
			Kind: WrongHeader, Path: pathHeader + "Content-Type", Expected: "application/pdf or image/tiff",
			Seen: fmt.Sprintf("%q", given), Quote: ex.fileQuote(), note: !ex.isDescribed() && err == nil && media != "text/html",
		})
	case !beginsAs(media, ex.answer.body):
		ex.add(Finding{
			Kind: WrongBody, Path: PathBody, Expected: "a file of the type " + media,
			Seen: fmt.Sprintf("%q", short(string(ex.answer.body[:min(len(ex.answer.body), 16)]))), Quote: ex.fileQuote(),
		})
	case isMangled(ex.answer.body):
		ex.add(Finding{
			Kind: WrongBody, Path: PathBody, Expected: "the bytes of the file as they are", Quote: ex.fileQuote(),
			Seen: fmt.Sprintf("%d times U+FFFD: it was read as UTF-8 text", bytes.Count(ex.answer.body, []byte("\uFFFD"))),
		})
	case !isWhole(media, ex.answer.body):
		ex.add(Finding{
			Kind: WrongBody, Path: PathBody, Expected: "a whole file of the type " + media,
			Seen: fmt.Sprintf("%d bytes: %s", len(ex.answer.body), short(string(ex.answer.body))), Quote: ex.fileQuote(),
		})
	default:
		ex.checkFileName()
	}
}

func decoded(body []byte) any {
	if !json.Valid(body) {
		return nil
	}
	v, _ := contract.ParseBody(body)
	return v
}

func beginsAs(media string, body []byte) bool {
	return slices.ContainsFunc(begins[media], func(first []byte) bool { return bytes.HasPrefix(body, first) })
}

func (ex *examination) checkFileName() {
	given := ex.answer.header.Get("Content-Disposition")
	way, params, err := mime.ParseMediaType(given)
	if err == nil && way == "attachment" && params["filename"] != "" {
		return
	}
	ex.add(Finding{
		Kind: WrongHeader, Path: pathHeader + "Content-Disposition", Expected: `attachment; filename="…"`,
		Seen: fmt.Sprintf("%q", given), Quote: ex.fileQuote(), Ledger: []int{54}, note: !ex.isDescribed(),
	})
}

// isDescribed reports whether the operation's document prints the headers of its
// file.
func (ex *examination) isDescribed() bool { return ex.op.Source.Document == "ABS" }

func (ex *examination) fileQuote() string {
	if !ex.isDescribed() {
		return ""
	}
	return `Content-Type: application/pdf Content-Disposition: attachment; filename="Имяфайла.pdf" RAW данные в формате PDF,TIFF`
}
