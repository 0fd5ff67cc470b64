package papers

import "image/color"

// page is what is drawn on one sheet, in millimetres. Both the PDF and the
// picture are made of it.
type page struct {
	w, h   float64
	ground color.NRGBA // of the whole sheet; white if it has no colour
	marks  []mark
}

// mark is one thing that is drawn: a filled path, or a text if there is no path.
type mark struct {
	paint color.NRGBA
	path  path
	text  string
	at    point // where the base line of the text begins
	size  float64
	face  *face
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

// faint is a colour that lets what is below show through.
func faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// mixed is a colour made lighter: 0 is the colour, 1 is white.
func mixed(c color.NRGBA, white float64) color.NRGBA {
	lighter := func(v uint8) uint8 { return uint8(float64(v) + (255-float64(v))*white) }
	return color.NRGBA{R: lighter(c.R), G: lighter(c.G), B: lighter(c.B), A: 255}
}

var (
	black = rgb(0x14181f)
	grey  = rgb(0x5d6672)
	white = rgb(0xffffff)
)

func (p *page) fill(shape path, paint color.NRGBA) {
	p.marks = append(p.marks, mark{path: shape, paint: paint})
}

// frame draws the edge of a box, inside it.
func (p *page) frame(b box, width float64, paint color.NRGBA) {
	p.fill(box{b.x, b.y, b.w, width}.path(), paint)
	p.fill(box{b.x, b.bottom() - width, b.w, width}.path(), paint)
	p.fill(box{b.x, b.y + width, width, b.h - 2*width}.path(), paint)
	p.fill(box{b.right() - width, b.y + width, width, b.h - 2*width}.path(), paint)
}

// rule draws a level line.
func (p *page) rule(x, y, w, width float64, paint color.NRGBA) {
	p.fill(box{x, y - width/2, w, width}.path(), paint)
}

// style of a text: the size is its em in points, as type is measured.
type style struct {
	face  *face
	size  float64
	paint color.NRGBA
}

const pointSize = 25.4 / 72 // millimetres

func (s style) em() float64               { return s.size * pointSize }
func (s style) width(text string) float64 { return s.face.width(text) * s.em() }
func (s style) line() float64             { return s.em() * lineSpace }

// scaled is the style in another size.
func (s style) scaled(by float64) style {
	s.size *= by
	return s
}

// write draws one line of text that begins at a place of its base line.
func (p *page) write(x, y float64, s style, text string) {
	if text != "" {
		p.marks = append(p.marks, mark{text: text, at: point{x, y}, size: s.em(), face: s.face, paint: s.paint})
	}
}

// outline draws a text as shapes: it looks the same and is not found or copied.
// turn gives the place of each point, measured in ems from the text's beginning.
func (p *page) outline(f *face, text string, paint color.NRGBA, turn func(point) point) {
	pen := 0.0
	for _, r := range text {
		g := f.glyphs[r]
		if len(g.outline) > 0 {
			from := pen
			p.fill(g.outline.each(func(q point) point { return turn(point{q.x + from, q.y}) }), paint)
		}
		pen += g.advance
	}
}
