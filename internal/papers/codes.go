package papers

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"unicode/utf8"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

const (
	qrBytes  = 120 // a document's QR code carries a link or a few fields
	barRunes = 80  // the most that one code 128 holds
)

// cell is the size in pixels of one module of a code, and of the white margin
// around it: readers need four modules around a QR code, ten beside bars.
type cell struct {
	module, quiet image.Point
}

var (
	qrCell  = cell{module: image.Pt(4, 4), quiet: image.Pt(16, 16)}
	barCell = cell{module: image.Pt(2, 60), quiet: image.Pt(20, 8)}
)

// QR draws a PNG of the QR code (level M) of text, as much of it as 120 bytes of
// UTF-8 hold: a reader gets the characters back as they are. A broken character
// becomes a question mark; an empty text gives a code without content.
func QR(text string) []byte {
	text = strings.ToValidUTF8(clip(text, qrBytes), "?")
	for len(text) > qrBytes {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	return codePNG(code, err, qrCell)
}

// Barcode draws a PNG of the code 128 of text in Latin letters, of which it
// holds the first 80; an empty text gives the code of one space.
func Barcode(text string) []byte {
	text = clip(Latin(clip(text, barRunes)), barRunes)
	if text == "" {
		text = " "
	}
	code, err := code128.Encode(text)
	return codePNG(code, err, barCell)
}

// codePNG draws a code in black on white, two colours and so one bit a pixel.
// A code that could not be made is an empty white picture: still a valid file.
func codePNG(code barcode.Barcode, err error, c cell) []byte {
	var modules image.Rectangle
	if err == nil {
		modules = code.Bounds()
	}
	size := image.Pt(modules.Dx()*c.module.X, modules.Dy()*c.module.Y).Add(c.quiet.Mul(2))
	img := image.NewPaletted(image.Rectangle{Max: size}, color.Palette{color.White, color.Black})
	for y := range modules.Dy() {
		for x := range modules.Dx() {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				blacken(img, c.square(x, y))
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // fails only on an empty picture, and there is always a margin
	return out.Bytes()
}

// square answers the pixels of the module at x, y.
func (c cell) square(x, y int) image.Rectangle {
	at := image.Pt(x*c.module.X, y*c.module.Y).Add(c.quiet)
	return image.Rectangle{Min: at, Max: at.Add(c.module)}
}

// blacken sets the pixels of r to the palette's second colour.
func blacken(img *image.Paletted, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		from, to := img.PixOffset(r.Min.X, y), img.PixOffset(r.Max.X, y)
		for i := from; i < to; i++ {
			img.Pix[i] = 1
		}
	}
}
