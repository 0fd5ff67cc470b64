package papers

// point is a place on a page in millimetres from its upper left corner; in a
// glyph's outline, in ems.
type point struct{ x, y float64 }

func (p point) add(q point) point      { return point{p.x + q.x, p.y + q.y} }
func (p point) scale(by float64) point { return point{p.x * by, p.y * by} }
func (p point) toward(q point, part float64) point {
	return point{p.x + (q.x-p.x)*part, p.y + (q.y-p.y)*part}
}

// segment of an outline: one point begins a contour, two are a line to the
// second, and so on.
type segment struct {
	kind segmentKind
	to   point
	by   [2]point // the control points of a curve
}

type segmentKind uint8

const (
	moveTo segmentKind = iota
	lineTo
	curveTo
)

// path is closed contours that are filled where they wind around a place.
type path []segment

func (p *path) move(to point) { *p = append(*p, segment{kind: moveTo, to: to}) }
func (p *path) line(to point) { *p = append(*p, segment{kind: lineTo, to: to}) }
func (p *path) curve(first, second, to point) {
	*p = append(*p, segment{kind: curveTo, by: [2]point{first, second}, to: to})
}

// quad adds a quadratic curve, written as the cubic one with the same points.
func (p *path) quad(by, to point) {
	from := (*p)[len(*p)-1].to
	p.curve(from.toward(by, 2.0/3), to.toward(by, 2.0/3), to)
}

// each is the path with every point changed.
func (p path) each(change func(point) point) path {
	changed := make(path, len(p))
	for i, s := range p {
		changed[i] = segment{kind: s.kind, to: change(s.to), by: [2]point{change(s.by[0]), change(s.by[1])}}
	}
	return changed
}

// bounds of the path, control points included.
func (p path) bounds() (least, most point) {
	least, most = point{1e9, 1e9}, point{-1e9, -1e9}
	include := func(q point) {
		least = point{min(least.x, q.x), min(least.y, q.y)}
		most = point{max(most.x, q.x), max(most.y, q.y)}
	}
	for _, s := range p {
		include(s.to)
		if s.kind == curveTo {
			include(s.by[0])
			include(s.by[1])
		}
	}
	return least, most
}

// box is a rectangle on a page.
type box struct{ x, y, w, h float64 }

func (b box) inset(by float64) box { return box{b.x + by, b.y + by, b.w - 2*by, b.h - 2*by} }
func (b box) right() float64       { return b.x + b.w }
func (b box) bottom() float64      { return b.y + b.h }

func (b box) path() path {
	return polygon(point{b.x, b.y}, point{b.right(), b.y}, point{b.right(), b.bottom()}, point{b.x, b.bottom()})
}

func polygon(corners ...point) path {
	var p path
	p.move(corners[0])
	for _, c := range corners[1:] {
		p.line(c)
	}
	p.line(corners[0])
	return p
}

// roundness makes a cubic curve of a quarter circle.
const roundness = 0.5522847498

// rounded is the box with round corners.
func (b box) rounded(radius float64) path {
	var p path
	k := radius * (1 - roundness)
	l, t, r, m := b.x, b.y, b.right(), b.bottom()
	p.move(point{l + radius, t})
	p.line(point{r - radius, t})
	p.curve(point{r - k, t}, point{r, t + k}, point{r, t + radius})
	p.line(point{r, m - radius})
	p.curve(point{r, m - k}, point{r - k, m}, point{r - radius, m})
	p.line(point{l + radius, m})
	p.curve(point{l + k, m}, point{l, m - k}, point{l, m - radius})
	p.line(point{l, t + radius})
	p.curve(point{l, t + k}, point{l + k, t}, point{l + radius, t})
	return p
}

// oval fills the box.
func (b box) oval() path {
	var p path
	c, rx, ry := point{b.x + b.w/2, b.y + b.h/2}, b.w/2, b.h/2
	kx, ky := rx*roundness, ry*roundness
	p.move(point{c.x, c.y - ry})
	p.curve(point{c.x + kx, c.y - ry}, point{c.x + rx, c.y - ky}, point{c.x + rx, c.y})
	p.curve(point{c.x + rx, c.y + ky}, point{c.x + kx, c.y + ry}, point{c.x, c.y + ry})
	p.curve(point{c.x - kx, c.y + ry}, point{c.x - rx, c.y + ky}, point{c.x - rx, c.y})
	p.curve(point{c.x - rx, c.y - ky}, point{c.x - kx, c.y - ry}, point{c.x, c.y - ry})
	return p
}

// hole adds a contour that winds the other way, so that it stays empty.
func (p path) hole(inner path) path {
	all := append(path{}, p...)
	from := inner[len(inner)-1].to
	all.move(from)
	for i := len(inner) - 1; i > 0; i-- {
		s, to := inner[i], inner[i-1].to
		if s.kind == curveTo {
			all.curve(s.by[1], s.by[0], to)
		} else {
			all.line(to)
		}
	}
	return all
}
