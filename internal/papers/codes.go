package papers

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"math"
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
	return keptFiles.cached("qr", text, func() []byte {
		code, err := encodeQR(text)
		return codePNG(code, err, qrCell)
	})
}

func encodeQR(text string) (barcode.Barcode, error) {
	text = strings.ToValidUTF8(clip(text, qrBytes), "?")
	for len(text) > qrBytes {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return qr.Encode(text, qr.M, qr.Auto)
}

// Barcode draws a PNG of the code 128 of text in Latin letters, of which it
// holds the first 80; an empty text gives the code of one space.
func Barcode(text string) []byte {
	return keptFiles.cached("bars", text, func() []byte {
		code, err := encodeBars(text)
		return codePNG(code, err, barCell)
	})
}

func encodeBars(text string) (barcode.Barcode, error) {
	text = clip(Latin(clip(text, barRunes)), barRunes)
	text = cmp.Or(text, " ")
	return code128.Encode(text)
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

// dot is one pixel of a picture in millimetres: the modules of codes are whole
// pixels, so that their edges are sharp.
const dot = 1.0 / dots

// grid moves a length to the next whole pixel.
func grid(mm float64) float64 { return math.Round(mm*dots) * dot }

// drawQR draws the code of a text into a square of white, in as many whole pixels
// a module as the square has.
func (p *page) drawQR(b box, text string) {
	code, err := encodeQR(text)
	if err != nil {
		return
	}
	const quiet = 3 // modules; the page around is light, too
	count := code.Bounds().Dx()
	module := math.Floor(b.w*dots/float64(count+2*quiet)) * dot
	p.fill(b.path(), white)
	side := module * float64(count)
	p.fill(modules(code, grid(b.x+(b.w-side)/2), grid(b.y+(b.h-side)/2), module, module), black)
}

// drawBars draws the code 128 of a text into a box of white, with the text below.
func (p *page) drawBars(b box, text string) {
	code, err := encodeBars(text)
	if err != nil {
		return
	}
	p.fill(b.path(), white)
	const quiet = 10 // modules
	count := code.Bounds().Dx()
	module := max(1, min(4, math.Floor(b.w*dots/float64(count+2*quiet)))) * dot
	s := style{regular(), 6, black}
	height := b.h - s.line() - 1
	p.fill(modules(code, grid(b.x+(b.w-module*float64(count))/2), grid(b.y+0.5), module, height), black)
	p.fit(box{b.x, b.bottom() - s.line(), b.w, s.line()}, s, centre, Latin(text))
}

// modules are the dark ones of a code as rectangles, those beside each other in
// one.
func modules(code barcode.Barcode, x, y, w, h float64) path {
	dark := func(i, j int) bool {
		r, _, _, _ := code.At(i, j).RGBA()
		return r == 0
	}
	var shape path
	size := code.Bounds().Size()
	for j := range size.Y {
		for i := 0; i < size.X; i++ {
			from := i
			for i < size.X && dark(i, j) {
				i++
			}
			if i > from {
				shape = append(shape, box{x + float64(from)*w, y + float64(j)*h, float64(i-from) * w, h}.path()...)
			}
		}
	}
	return shape
}
