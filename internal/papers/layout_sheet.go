package papers

const sheetWidth, sheetHeight = 210.0, 297.0 // A4

// certificate draws a document on a sheet of A4: a frame, the title, the photo if
// there is one, the parts below each other, the codes at the foot.
func certificate(d drawing) page {
	p := page{w: sheetWidth, h: sheetHeight}
	accent := d.accent
	edge := box{10, 10, p.w - 20, p.h - 20}
	p.frame(edge, 0.7, accent)
	p.frame(edge.inset(1.6), 0.25, mixed(accent, 0.4))
	p.ornament(box{edge.x + 5, edge.y + 4, edge.w - 10, 5}, mixed(accent, 0.5))
	p.ornament(box{edge.x + 5, edge.bottom() - 9, edge.w - 10, 5}, mixed(accent, 0.5))
	p.rosette(point{p.w / 2, 33}, 9, accent)
	title := d.title()
	p.fit(box{25, 45, p.w - 50, 15}, style{bold(), 20, accent}, centre, title.kk)
	p.fit(box{25, 60, p.w - 50, 12}, style{regular(), 15, accent}, centre, title.ru)
	p.fit(box{25, 73, p.w - 50, 6}, style{bold(), 11, black}, centre, "№ "+shown(d.value(numberPath)))
	p.watermark(box{18, 60, p.w - 36, 190}, faint(accent, 30))

	parts := box{24, 86, p.w - 48, 146}
	blocks := d.blocks(d.Form.Parts)
	if d.Form.Photo {
		photo := box{parts.right() - 36, parts.y, 36, 45}
		p.photo(photo, d)
		first := box{parts.x, parts.y, parts.w - photo.w - 8, photo.h + 2}
		p.stack(first, d.blocks(d.Form.Parts[:1])...)
		parts = box{parts.x, first.bottom() + 3, parts.w, parts.h - first.h - 3}
		blocks = d.blocks(d.Form.Parts[1:])
	}
	p.stack(parts, blocks...)
	p.drawQR(box{24, 238, 32, 32}, d.Code)
	p.drawBars(box{p.w - 114, 246, 90, 17}, d.Bars)
	p.fit(box{60, 268, p.w - 84, 5}, style{regular(), 6.5, grey}, right, specimenNote)
	return p
}

// blocks are the parts as they stand on a sheet.
func (d drawing) blocks(parts []Part) []block {
	accent := d.accent
	var all []block
	for _, one := range parts {
		if title := one.Title.text().both(); title != "" {
			all = append(all, heading(style{bold(), 10.5, accent}, title))
		}
		if entries := d.entries(one.Fields); len(entries) > 0 {
			all = append(all, pairs{
				labelWidth: 62, label: style{regular(), 8.2, grey}, value: style{bold(), 10.5, black}, down: 0.9,
				line: mixed(accent, 0.75), entries: entries,
			}.lay)
		}
		if len(one.Table.Columns) > 0 {
			all = append(all, d.chart(one.Table).lay)
		}
		all = append(all, space(4))
	}
	return all
}

func (d drawing) chart(t Table) chart {
	c := chart{
		widths: t.Widths, head: style{bold(), 7.6, d.accent}, cell: style{regular(), 9.2, black},
		line: mixed(d.accent, 0.5), tint: mixed(d.accent, 0.88),
		titles: []string{""}, rows: d.tableRows(t),
	}
	if t.List != "" {
		c.titles[0] = "№"
	}
	for _, column := range t.Columns {
		c.titles = append(c.titles, text{column.Kk, column.Ru}.both())
	}
	return c
}
