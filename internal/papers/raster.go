package papers

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"math"
	"slices"
	"sync"

	"golang.org/x/image/vector"
)

const (
	dotsPerInch = 200
	dots        = dotsPerInch / 25.4 // in a millimetre
	jpegQuality = 85
)

// pixels is a length on a picture.
func pixels(mm float64) int { return int(math.Round(mm * dots)) }

// brush draws marks on a picture with smooth edges.
type brush struct {
	on     draw.Image
	dots   float64     // pixels in a millimetre
	origin image.Point // of the shape that is being drawn
	shape  vector.Rasterizer
	mask   image.Alpha // of the shape
}

// pictures keeps the memory of pictures that are encoded, until the collector runs: a
// page of A4 has 15 MB.
var pictures sync.Pool // of *image.RGBA

// newPicture has no certain colours yet.
func newPicture(width, height int) *image.RGBA {
	area := image.Rect(0, 0, width, height)
	if old, ok := pictures.Get().(*image.RGBA); ok && cap(old.Pix) >= 4*width*height {
		return &image.RGBA{Pix: old.Pix[:4*width*height], Stride: 4 * width, Rect: area}
	}
	return image.NewRGBA(area)
}

// picture draws a page with 200 dots an inch.
func (p page) picture() *image.RGBA {
	img := newPicture(pixels(p.w), pixels(p.h))
	ground := p.ground
	if ground.A == 0 {
		ground = white
	}
	draw.Draw(img, img.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	b := brush{on: img, dots: dots}
	for _, m := range p.marks {
		b.draw(m)
	}
	return img
}

// greyPicture is the page as a scanner without colours sees it.
func (p page) greyPicture() *image.Gray {
	colour := p.picture()
	defer pictures.Put(colour)
	img := image.NewGray(colour.Rect)
	for i := range img.Pix {
		at := colour.Pix[4*i : 4*i+3 : 4*i+3]
		img.Pix[i] = uint8((299*int(at[0]) + 587*int(at[1]) + 114*int(at[2])) / 1000)
	}
	return img
}

func (b *brush) draw(m mark) {
	if m.path != nil {
		least, most := m.path.bounds()
		b.begin(least, most)
		b.add(m.path, func(q point) point { return q })
		b.end(m)
		return
	}
	least := point{m.at.x - 0.1*m.size, m.at.y - ascent*m.size}
	b.begin(least, point{m.at.x + (m.face.width(m.text)+0.1)*m.size, m.at.y + descent*m.size})
	pen := m.at
	for _, r := range m.text {
		g := m.face.glyphs[r]
		b.add(g.outline, func(q point) point { return q.scale(m.size).add(pen) })
		pen.x += g.advance * m.size
	}
	b.end(m)
}

// begin starts a shape that lies between two corners. What is beyond the picture is
// left out.
func (b *brush) begin(least, most point) {
	area := image.Rectangle{Min: b.pixel(least), Max: b.pixel(most).Add(image.Pt(2, 2))}.Intersect(b.on.Bounds())
	b.origin = area.Min
	b.shape.Reset(area.Dx(), area.Dy())
}

func (b *brush) pixel(p point) image.Point {
	return image.Pt(int(math.Floor(p.x*b.dots)), int(math.Floor(p.y*b.dots)))
}

// add traces a path, its points placed on the page by a function.
func (b *brush) add(p path, place func(point) point) {
	at := func(q point) (float32, float32) {
		q = place(q)
		return float32(q.x*b.dots - float64(b.origin.X)), float32(q.y*b.dots - float64(b.origin.Y))
	}
	for i, s := range p {
		x, y := at(s.to)
		switch s.kind {
		case moveTo:
			if i > 0 {
				b.shape.ClosePath()
			}
			b.shape.MoveTo(x, y)
		case lineTo:
			b.shape.LineTo(x, y)
		case curveTo:
			bx, by := at(s.by[0])
			cx, cy := at(s.by[1])
			b.shape.CubeTo(bx, by, cx, cy, x, y)
		}
	}
	if len(p) > 0 {
		b.shape.ClosePath()
	}
}

// end paints the shape: most pixels of its rectangle stay as they are, which image/draw
// sees sooner than the rasterizer does.
func (b *brush) end(m mark) {
	size := b.shape.Size()
	b.mask = image.Alpha{Pix: slices.Grow(b.mask.Pix[:0], size.X*size.Y)[:size.X*size.Y], Stride: size.X, Rect: image.Rectangle{Max: size}}
	b.shape.DrawOp = draw.Src
	b.shape.Draw(&b.mask, b.mask.Rect, image.Opaque, image.Point{})
	draw.DrawMask(b.on, b.mask.Rect.Add(b.origin), image.NewUniform(m.paint), image.Point{}, &b.mask, image.Point{}, draw.Over)
}

// jpegOf encodes a picture.
func jpegOf(img image.Image) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegQuality}) // fails only beyond 65535 pixels
	return out.Bytes()
}
