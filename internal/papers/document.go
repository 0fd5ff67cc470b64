package papers

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Document is an electronic document as it is drawn. What stands on it is read
// from its JSON by the description of its type.
type Document struct {
	Type string         // "identity_card"
	Data map[string]any // result_json
	Form Form           `json:"-"` // of the type; the zero value shows what all documents have
	Face Face           // of the owner; only documents with a photo show it
	Code string         // what the QR code on it says
	Bars string         // what the code 128 on it says
	Made time.Time      // the day of issue
	Size int            // bytes that its files are to have, filled up with white space; 0 for what is drawn
}

// PDF draws the document as a PDF of one page.
func (d Document) PDF() []byte {
	return keptFiles.cached("pdf", d, func() []byte {
		padding := 0
		if d.Size > 0 {
			usual := d
			usual.Size = 0
			padding = max(0, d.Size-len(usual.PDF())-packetBytes)
		}
		return pdfOf([]page{d.page()}, about{title: d.title().both(), language: "kk-KZ", made: d.Made, padding: padding})
	})
}

// JPEG draws the same page as a picture with 200 dots an inch. The picture is kept without
// what makes it larger, which is quickly written.
func (d Document) JPEG() []byte {
	size := d.Size
	d.Size = 0
	file := keptFiles.cached("jpeg", d, func() []byte {
		picture := d.page().picture()
		defer pictures.Put(picture)
		return jpegOf(picture)
	})
	return padJPEG(file, size-len(file))
}

func (d Document) page() page {
	if len(d.Form.Parts) == 0 {
		d.Form = common
	}
	return layouts[d.Form.Layout](drawing{Document: d, accent: rgb(d.Form.Accent)})
}

func (d Document) title() text {
	object, _ := d.value("common.docType").(map[string]any)
	return textOf(object)
}

// text is in the two languages of a document.
type text struct{ kk, ru string }

// textOf reads an object with nameKk and nameRu.
func textOf(object map[string]any) text {
	kk, _ := object["nameKk"].(string)
	ru, _ := object["nameRu"].(string)
	return text{kk, ru}
}

func (l Label) text() text { return text{l.Kk, l.Ru} }

func (t text) both() string {
	switch {
	case t.kk == t.ru, t.ru == "":
		return t.kk
	case t.kk == "":
		return t.ru
	}
	return t.kk + " / " + t.ru
}

// value is what the data has at a path, such as "common.docOwner.iin"; nil if it
// has nothing there.
func (d Document) value(path string) any { return valueAt(d.Data, path) }

func valueAt(from any, path string) any {
	if path == "" {
		return from
	}
	for key := range strings.SplitSeq(path, ".") {
		object, _ := from.(map[string]any)
		from = object[key]
	}
	return from
}

// shown is how a document prints a value.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return shownText(v)
	case bool:
		if v {
			return "иә / да"
		}
		return "жоқ / нет"
	case map[string]any:
		if text := textOf(v); text.both() != "" {
			return text.both()
		}
		return shownName(v)
	case []any:
		all := make([]string, len(v))
		for i := range v {
			all[i] = shown(v[i])
		}
		return strings.Join(all, ", ")
	}
	return fmt.Sprint(v)
}

// shownText writes days as documents do, and the sexes in both languages.
func shownText(s string) string {
	switch s {
	case "male":
		return "ер / мужской"
	case "female":
		return "әйел / женский"
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.Format("02.01.2006")
	}
	return s
}

// shownName joins the parts of a person's name.
func shownName(v map[string]any) string {
	var parts []string
	for _, key := range []string{"lastName", "firstName", "middleName"} {
		if part, _ := v[key].(string); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// grouped writes a whole number with spaces between the thousands.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	return digits
}
