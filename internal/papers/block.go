package papers

import "image/color"

// entry is a field as it is printed.
type entry struct{ label, value string }

// block is a piece of a page that takes as much height as it needs in a width;
// size is the part of the usual size that its type has. Its page begins at the
// block's upper left corner.
type block func(width, size float64) page

// put draws what another page has, moved.
func (p *page) put(x, y float64, q page) {
	by := point{x, y}
	for _, m := range q.marks {
		if m.path != nil {
			m.path = m.path.each(by.add)
		}
		m.at = m.at.add(by)
		p.marks = append(p.marks, m)
	}
}

// stack draws blocks below each other, so small that all have room.
func (p *page) stack(b box, blocks ...block) {
	var all page
	shrink(func(size float64) bool {
		all = together(blocks...)(b.w, size)
		return all.h <= b.h
	})
	p.put(b.x, b.y, all)
}

// together are blocks below each other as one.
func together(blocks ...block) block {
	return func(width, size float64) page {
		all := page{w: width}
		for _, lay := range blocks {
			q := lay(width, size)
			all.put(0, all.h, q)
			all.h += q.h
		}
		return all
	}
}

// space is an empty block.
func space(height float64) block {
	return func(width, size float64) page { return page{w: width, h: height * size} }
}

// heading is a text with a line below it.
func heading(s style, text string) block {
	return func(width, size float64) page {
		p := page{w: width}
		q := newParagraph(s.scaled(size), width, text)
		p.h = p.set(box{w: width}, q, left) + 0.8*size
		p.rule(0, p.h, width, 0.25, s.paint)
		p.h += 1.2 * size
		return p
	}
}

// listing is entries in columns, the label above the value.
type listing struct {
	columns      int
	label, value style
	across, down float64 // the gaps between columns and rows
	entries      []entry
}

func (l listing) lay(width, size float64) page {
	p := page{w: width}
	each := (width - l.across*float64(l.columns-1)) / float64(l.columns)
	top := 0.0
	for i, e := range l.entries {
		if i > 0 && i%l.columns == 0 {
			top = p.h + l.down*size
		}
		b := box{x: float64(i%l.columns) * (each + l.across), y: top, w: each}
		b.y = p.set(b, newParagraph(l.label.scaled(size), each, e.label), left)
		b.y = p.set(b, newParagraph(l.value.scaled(size), each, e.value), left)
		p.h = max(p.h, b.y)
	}
	return p
}

// pairs are entries in rows, the label beside the value.
type pairs struct {
	labelWidth   float64
	label, value style
	down         float64
	line         color.NRGBA
	entries      []entry
}

func (l pairs) lay(width, size float64) page {
	p := page{w: width}
	for _, e := range l.entries {
		const gap = 3
		label := newParagraph(l.label.scaled(size), l.labelWidth-gap, e.label)
		value := newParagraph(l.value.scaled(size), width-l.labelWidth, e.value)
		height := max(label.height(), value.height())
		p.h += l.down * size
		p.set(box{y: p.h + (l.value.line()-l.label.line())*size/2, w: l.labelWidth}, label, left)
		p.set(box{x: l.labelWidth, y: p.h, w: width - l.labelWidth}, value, left)
		p.h += height + l.down*size
		p.rule(0, p.h, width, 0.12, l.line)
	}
	return p
}

// chart is a table with a head.
type chart struct {
	widths     []float64 // relative to each other
	head, cell style
	line, tint color.NRGBA
	titles     []string
	rows       [][]string
	numeric    bool // all columns but the first are set to the right
}

func (c chart) lay(width, size float64) page {
	p := page{w: width}
	total := 0.0
	for _, w := range c.widths {
		total += w
	}
	columns := make([]box, len(c.widths))
	x := 0.0
	for i, w := range c.widths {
		columns[i] = box{x: x, w: width * w / total}
		x += columns[i].w
	}
	c.row(&p, columns, c.head.scaled(size), c.titles)
	for _, cells := range c.rows {
		c.row(&p, columns, c.cell.scaled(size), cells)
	}
	for _, column := range append(columns, box{x: width}) {
		p.fill(box{column.x - 0.06, 0, 0.12, p.h}.path(), c.line)
	}
	return p
}

// row draws one row below the page's end.
func (c chart) row(p *page, columns []box, s style, cells []string) {
	inset, height := 0.34*s.em(), 0.0
	laid := make([]paragraph, len(cells))
	for i, cell := range cells {
		laid[i] = newParagraph(s, columns[i].w-2*inset, cell)
		height = max(height, laid[i].height())
	}
	height += 2 * inset
	if p.h == 0 {
		p.fill(box{0, 0, p.w, height}.path(), c.tint)
		p.rule(0, 0, p.w, 0.12, c.line)
	}
	for i, q := range laid {
		a := left
		if c.numeric && i > 0 {
			a = right
		}
		p.set(box{columns[i].x + inset, p.h + (height-q.height())/2, columns[i].w - 2*inset, 0}, q, a)
	}
	p.h += height
	p.rule(0, p.h, p.w, 0.12, c.line)
}
