package papers

const vehicleWidth, vehicleHeight = 210.0, 148.0 // A5 across

// vehiclePaper draws papers of vehicles: a band at the side, the number plate, the
// fields in three columns.
func vehiclePaper(d drawing) page {
	p := page{w: vehicleWidth, h: vehicleHeight}
	accent := d.accent
	p.ground = mixed(accent, 0.95)
	p.fill(box{0, 0, 9, p.h}.path(), accent)
	for y := 3.0; y < p.h-6; y += 6 {
		p.rosette(point{4.5, y + 3}, 2.6, mixed(accent, 0.6))
	}
	p.frame(box{12, 4, p.w - 16, p.h - 12}, 0.4, mixed(accent, 0.3))
	title := d.title()
	p.fit(box{17, 7, 118, 8}, style{bold(), 13, accent}, left, title.kk)
	p.fit(box{17, 15, 118, 6.5}, style{regular(), 10.5, accent}, left, title.ru)
	p.plate(box{p.w - 72, 8, 62, 14}, shown(d.value(d.Form.Plate)))
	p.rule(17, 25, p.w-26, 0.4, accent)
	p.watermark(box{14, 26, p.w - 20, p.h - 36}, faint(accent, 30))

	p.stack(box{17, 28, p.w - 27, 83}, d.vehicleBlocks()...)
	p.drawQR(box{17, 112.5, 25, 25}, d.Code)
	p.drawBars(box{p.w - 98, 118, 86, 15}, d.Bars)
	p.fit(box{12, p.h - 7, p.w - 16, 5}, style{regular(), 6, grey}, centre, specimenNote)
	return p
}

func (d drawing) vehicleBlocks() []block {
	var all []block
	for _, one := range d.Form.Parts {
		if title := one.Title.text().both(); title != "" {
			all = append(all, heading(style{bold(), 9, d.accent}, title))
		}
		columns := 4
		if len(one.Fields) < columns {
			columns = max(1, len(one.Fields))
		}
		all = append(all, listing{
			columns: columns, across: 4, down: 1.4, label: style{regular(), 6.2, grey}, value: style{bold(), 9, black},
			entries: d.entries(one.Fields),
		}.lay, space(2.6))
	}
	return all
}

// plate draws a number plate, whose letters are text.
func (p *page) plate(b box, number string) {
	p.fill(b.rounded(2), white)
	p.fill(b.rounded(2).hole(b.inset(0.7).rounded(1.4)), black)
	p.fill(box{b.x + 2.2, b.y + b.h/2 - 3, 6, 6}.rounded(1), rgb(0x2d7fa8))
	p.fit(box{b.x + 10, b.y + 1.5, b.w - 12, b.h - 3}, style{bold(), 27, black}, centre, number)
}
