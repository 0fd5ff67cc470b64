package papers

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/tiff"
)

// card is the text of a picture, 7 pixels a character and 15 pixels a row.
var card = sheet{label: 18, value: 38, rows: 24}

const (
	cardMargin  = 14 // pixels, as all measures of a picture
	cardRow     = 15
	cardMinimum = 8 // rows of text that even an empty paper has room for
	jpegQuality = 30
)

// JPEG draws a paper as a small grey picture, 434 pixels wide and as high as its
// text needs (208 to 448 pixels).
func JPEG(p Paper) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, scan(p), &jpeg.Options{Quality: jpegQuality}) // fails only beyond 65535 pixels
	return out.Bytes()
}

// TIFF draws the same picture as JPEG, without loss, in one deflated grey page.
func TIFF(p Paper) []byte {
	var out bytes.Buffer
	_ = tiff.Encode(&out, scan(p), &tiff.Options{Compression: tiff.Deflate}) // fails only when the writer does
	return out.Bytes()
}

// scan draws a paper in black on white: the title, a rule, the rows, the mark.
func scan(p Paper) *image.Gray {
	title, rows := card.fill(p)
	width := 2*cardMargin + basicfont.Face7x13.Advance*card.width()
	height := 2*cardMargin + cardRow*(max(len(rows), cardMinimum)+4)
	img := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)

	write(img, 0, 0, title)
	rule := image.Rect(cardMargin, cardMargin+cardRow+2, width-cardMargin, cardMargin+cardRow+3)
	draw.Draw(img, rule, image.Black, image.Point{}, draw.Src)
	for i, r := range rows {
		write(img, 0, i+2, r.label)
		write(img, card.label+gap, i+2, r.value)
	}
	write(img, 0, max(len(rows), cardMinimum)+3, specimen)
	return img
}

// write puts text at a character column and a row of a picture.
func write(img draw.Image, column, row int, text string) {
	pen := font.Drawer{
		Dst:  img,
		Src:  image.NewUniform(color.Black),
		Face: basicfont.Face7x13,
		Dot: fixed.P(
			cardMargin+column*basicfont.Face7x13.Advance,
			cardMargin+row*cardRow+basicfont.Face7x13.Ascent,
		),
	}
	pen.DrawString(text)
}
