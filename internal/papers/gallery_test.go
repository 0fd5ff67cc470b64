package papers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png"
	"os"
	"testing"

	xdraw "golang.org/x/image/draw"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// thumbnail is the size of a document on a contact sheet, in pixels.
var thumbnail = image.Pt(300, 400)

const perRow = 6

// contactSheet draws pictures beside each other, each as large as it fits.
func contactSheet(pictures []image.Image) []byte {
	const gap = 8
	each := thumbnail.Add(image.Pt(gap, gap))
	rows := (len(pictures) + perRow - 1) / perRow
	sheet := image.NewRGBA(image.Rect(0, 0, each.X*perRow+gap, each.Y*rows+gap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.Gray{140}), image.Point{}, draw.Src)
	for i, picture := range pictures {
		size := picture.Bounds().Size()
		scale := min(float64(thumbnail.X)/float64(size.X), float64(thumbnail.Y)/float64(size.Y))
		fitted := image.Pt(int(float64(size.X)*scale), int(float64(size.Y)*scale))
		at := image.Pt(gap+each.X*(i%perRow), gap+each.Y*(i/perRow)).Add(thumbnail.Sub(fitted).Div(2))
		xdraw.CatmullRom.Scale(sheet, image.Rectangle{Min: at, Max: at.Add(fitted)}, picture, picture.Bounds(), draw.Src, nil)
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, sheet, &jpeg.Options{Quality: 72})
	return out.Bytes()
}

// ownerOnSheet is a person who can own the document.
func ownerOnSheet(i int, documentType string) string {
	switch {
	case documentType == "birth_certificate":
		return owners[2]
	case documentType == "pension":
		return owners[3]
	case documentType == "diploma", documentType == "student_card":
		return owners[0]
	}
	return []string{owners[0], owners[1], owners[3]}[i%3]
}

// TestContactSheets draws, with -update, all types on two sheets for people to look
// at: the JPEGs, and the PDFs as pdftoppm draws them, with the longest names.
func TestContactSheets(t *testing.T) {
	for name, picture := range map[string]func(papers.Document) []byte{
		"documents-image.jpg": papers.Document.JPEG,
		"documents-pdf.jpg": func(d papers.Document) []byte {
			return []byte(readBack(t, withLongestNames(d).PDF(), "pdftoppm", "-r", "100", "-png", "-singlefile", "FILE"))
		},
	} {
		path := "../../docs/images/" + name
		if *testgolden.Update {
			var pictures []image.Image
			for i, documentType := range population.DocumentTypes() {
				img, _, err := image.Decode(bytes.NewReader(picture(drawn(ownerOnSheet(i, documentType), documentType))))
				if err != nil {
					t.Fatal(err)
				}
				pictures = append(pictures, img)
			}
			if err := os.WriteFile(path, contactSheet(pictures), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; -update draws it", err)
		}
		if _, err := jpeg.DecodeConfig(bytes.NewReader(file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
