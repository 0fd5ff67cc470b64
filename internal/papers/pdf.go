package papers

import (
	"bytes"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// page is an A4 sheet in Courier, 6 points a character and 14 points a row.
var page = sheet{label: 26, value: 56, rows: 46}

// printed is the creation date that every PDF carries: the clock must not show
// in the bytes.
var printed = time.Date(2021, time.January, 1, 0, 0, 0, 0, time.UTC)

const (
	pageLeft   = 44.0  // points, as all measures of a page
	pageTop    = 60.0  // of the title's base line
	pageBottom = 800.0 // of the specimen mark's base line
	charWidth  = 6.0   // Courier at 10 points
	rowHeight  = 14.0
)

// PDF prints a paper on one A4 page. The text is stored uncompressed in the
// standard fonts, so a test finds it with a plain search in the bytes, and the
// bytes do not depend on a compressor's version.
func PDF(p Paper) []byte {
	title, rows := page.fill(p)
	doc := fpdf.New("P", "pt", "A4", "")
	doc.SetCompression(false)
	doc.SetCatalogSort(true)
	doc.SetCreationDate(printed)
	doc.SetModificationDate(printed)
	doc.SetTitle(title, false)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()

	doc.SetFont("Helvetica", "B", 14)
	doc.Text(pageLeft, pageTop, title)
	doc.SetFont("Courier", "", 10)
	for i, r := range rows {
		y := pageTop + rowHeight*float64(i+2)
		doc.Text(pageLeft, y, r.label)
		doc.Text(pageLeft+charWidth*float64(page.label+gap), y, r.value)
	}
	doc.SetFont("Helvetica", "", 8)
	doc.Text(pageLeft, pageBottom, specimen)

	var out bytes.Buffer
	_ = doc.Output(&out) // fails only on an unknown font or a full disk, and there is neither
	return out.Bytes()
}
