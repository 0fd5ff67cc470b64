package papers

import (
	"image/color"
	"math"
)

// specimen stands across every document and at its foot, so that a file that
// leaves a test environment is not taken for a real one.
const (
	specimen     = "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN"
	specimenNote = "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN. Тестілік ортада жасалған, құжат емес. Создано в тестовой среде, документом не является."
)

// watermark writes the word across a box from its lower left to its upper right.
// It is drawn as shapes, so that it does not mix with the text that is copied.
func (p *page) watermark(b box, paint color.NRGBA) {
	const margin = 0.88
	angle := math.Atan2(b.h, b.w)
	em := math.Hypot(b.w, b.h) * margin / bold().width(specimen)
	// A flat box has less room across than along.
	em = min(em, 0.9*b.h/(bold().width(specimen)*math.Sin(angle)+math.Cos(angle)))
	sin, cos := math.Sincos(-angle)
	middle := point{b.x + b.w/2, b.y + b.h/2}
	half := bold().width(specimen) / 2
	p.outline(bold(), specimen, paint, func(q point) point {
		x, y := (q.x-half)*em, (q.y+0.35)*em
		return middle.add(point{x*cos - y*sin, x*sin + y*cos})
	})
}

// ornament fills a strip with an invented pattern of lozenges and triangles.
func (p *page) ornament(b box, paint color.NRGBA) {
	count := max(1, int(b.w/b.h))
	each := b.w / float64(count)
	var pattern path
	for i := range count {
		x, y, m := b.x+each*float64(i), b.y, b.y+b.h/2
		c := x + each/2
		pattern = append(pattern, polygon(point{c, y}, point{c + each*0.3, m}, point{c, b.bottom()}, point{c - each*0.3, m}).
			hole(polygon(point{c, y + b.h*0.22}, point{c + each*0.16, m}, point{c, b.bottom() - b.h*0.22}, point{c - each*0.16, m}))...)
		pattern = append(pattern, polygon(point{x, y}, point{x + each*0.16, y}, point{x, y + b.h*0.3})...)
		pattern = append(pattern, polygon(point{x, b.bottom()}, point{x, b.bottom() - b.h*0.3}, point{x + each*0.16, b.bottom()})...)
	}
	p.fill(pattern, paint)
}

// rosette is an invented badge: eight lozenges around a small one.
func (p *page) rosette(c point, radius float64, paint color.NRGBA) {
	const petals = 8
	at := func(angle, r float64) point {
		sin, cos := math.Sincos(angle)
		return c.add(point{r * cos, r * sin})
	}
	badge := polygon(at(0, radius*0.2), at(math.Pi/2, radius*0.2), at(math.Pi, radius*0.2), at(-math.Pi/2, radius*0.2))
	for i := range petals {
		angle := 2 * math.Pi * float64(i) / petals
		reach := radius * (1 - 0.22*float64(i%2))
		badge = append(badge, polygon(at(angle, reach*0.32), at(angle+0.33, reach*0.68), at(angle, reach), at(angle-0.33, reach*0.68))...)
	}
	p.fill(badge, paint)
}

// waves are flowing lines behind the text of a card.
func (p *page) waves(b box, paint color.NRGBA) {
	const lines, thick = 9, 0.14
	for i := range lines {
		y := b.y + b.h*(float64(i)+0.5)/lines
		rise := b.h * 0.09
		var w path
		w.move(point{b.x, y})
		w.curve(point{b.x + b.w*0.3, y - rise}, point{b.x + b.w*0.6, y + rise}, point{b.right(), y - rise/2})
		w.line(point{b.right(), y - rise/2 + thick})
		w.curve(point{b.x + b.w*0.6, y + rise + thick}, point{b.x + b.w*0.3, y - rise + thick}, point{b.x, y + thick})
		p.fill(w, paint)
	}
}
