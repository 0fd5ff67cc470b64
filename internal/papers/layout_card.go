package papers

// Measures of a card, as ISO/IEC 7810 ID-1 has them, in millimetres.
const (
	cardWidth, cardHeight = 85.6, 54.0
	cardMargin            = 6.0
	cardCorner            = 3.2
)

// styles of a card's text.
func cardLabel() style { return style{regular(), 5, grey} }
func cardValue() style { return style{bold(), 8.4, black} }

// cardPage is a page with room for two sides of a card.
func cardPage() (p page, front, back box) {
	p = page{w: cardWidth + 2*cardMargin, h: 2*cardHeight + 3*cardMargin + 3}
	p.ground = rgb(0xf3f4f5)
	front = box{cardMargin, cardMargin, cardWidth, cardHeight}
	back = box{cardMargin, cardHeight + 2*cardMargin, cardWidth, cardHeight}
	p.foot()
	return p, front, back
}

// foot says at the lower edge of a page what it is.
func (p *page) foot() {
	p.fit(box{4, p.h - 6.5, p.w - 8, 5}, style{regular(), 6, grey}, centre, specimenNote)
}

// side draws the ground of one side of a card.
func (d drawing) side(p *page, b box) {
	accent := d.accent
	p.fill(b.rounded(cardCorner), mixed(accent, 0.9))
	p.waves(box{b.x + 1, b.y + 10, b.w - 2, b.h - 12}, mixed(accent, 0.78))
	p.fill(b.rounded(cardCorner).hole(b.inset(0.3).rounded(cardCorner-0.3)), mixed(accent, 0.4))
}

// idCard draws the identity card and its kin: the person on one side, the rest of
// the fields and the codes on the other.
func idCard(d drawing) page {
	p, front, back := cardPage()
	accent := d.accent
	d.side(&p, front)
	p.ornament(box{front.x + 3, front.bottom() - 3.4, front.w - 6, 2}, mixed(accent, 0.55))
	p.rosette(point{front.x + 7.5, front.y + 6.2}, 4, accent)
	title := d.title()
	p.fit(box{front.x + 13, front.y + 2, front.w - 17, 4.4}, style{bold(), 9, accent}, left, title.kk)
	p.fit(box{front.x + 13, front.y + 6.2, front.w - 17, 3.6}, style{regular(), 6.6, accent}, left, title.ru)
	p.rule(front.x+3, front.y+10.9, front.w-6, 0.3, accent)
	photo := box{front.x + 4, front.y + 13, 24, 30}
	p.photo(photo, d)
	p.fit(box{photo.x, photo.bottom() + 1, photo.w, 4.6}, style{bold(), 9, accent}, centre, shown(d.value(numberPath)))
	p.watermark(front, faint(accent, 34))
	p.stack(box{photo.right() + 4, front.y + 12.5, front.right() - photo.right() - 7, 36}, listing{
		columns: 1, label: cardLabel(), value: cardValue(), down: 0.7, entries: d.entries(d.Form.Parts[0].Fields),
	}.lay)

	d.side(&p, back)
	p.fill(box{back.x + 0.3, back.y + 4, back.w - 0.6, 3}.path(), mixed(accent, 0.45))
	p.watermark(back, faint(accent, 34))
	qr := box{back.right() - 23, back.y + 9, 20, 20}
	p.stack(box{back.x + 4, back.y + 9, back.w - 30, 32}, listing{
		columns: 2, across: 2.5, label: cardLabel(), value: cardValue().scaled(0.8), down: 0.9,
		entries: d.entries(d.Form.Parts[1].Fields),
	}.lay)
	p.drawQR(qr, d.Code)
	p.drawBars(box{back.x + 4, back.bottom() - 11.5, back.w - 8, 9.5}, d.Bars)
	return p
}

// photo draws the owner's portrait in a frame.
func (p *page) photo(b box, d drawing) {
	p.portray(b, d.Face)
	p.frame(b, 0.25, mixed(d.accent, 0.2))
}

// drivingLicence numbers its fields as the convention on road traffic does.
func drivingLicence(d drawing) page {
	p, front, back := cardPage()
	accent := d.accent
	d.side(&p, front)
	p.fill(box{front.x + 3, front.y + 3, 14, 6.4}.rounded(1), accent)
	p.fit(box{front.x + 3, front.y + 3, 14, 6.4}, style{bold(), 9, white}, centre, "DL")
	title := d.title()
	p.fit(box{front.x + 19, front.y + 2.2, front.w - 23, 4.2}, style{bold(), 8.4, accent}, left, title.kk)
	p.fit(box{front.x + 19, front.y + 6.2, front.w - 23, 3.4}, style{regular(), 6.4, accent}, left, title.ru)
	photo := box{front.right() - 25.5, front.y + 11.5, 22, 27.5}
	p.photo(photo, d)
	p.watermark(front, faint(accent, 34))
	p.stack(box{front.x + 4, front.y + 11.5, front.w - 32, 40}, listing{
		columns: 2, across: 2, label: cardLabel(), value: cardValue().scaled(0.9), down: 0.8,
		entries: d.entries(d.Form.Parts[0].Fields),
	}.lay)

	d.side(&p, back)
	p.watermark(back, faint(accent, 34))
	p.drawCategories(box{back.x + 4, back.y + 4, 37, 36}, d)
	right := box{back.x + 44, back.y + 4, back.w - 47, 14}
	p.stack(right, listing{
		columns: 1, label: cardLabel(), value: cardValue().scaled(0.8), down: 0.8, entries: d.entries(d.Form.Parts[1].Fields),
	}.lay)
	p.drawQR(box{back.right() - 24, back.y + 19, 20.5, 20.5}, d.Code)
	p.drawBars(box{back.x + 4, back.bottom() - 11.5, back.w - 8, 9.5}, d.Bars)
	return p
}

var licenceCategories = []string{"A1", "A", "B1", "B", "BE", "C1", "C", "C1E", "CE", "D1", "D", "Tm", "Tb"}

// drawCategories is the table of categories with the days from and until which the
// licence has them.
func (p *page) drawCategories(b box, d drawing) {
	held := map[string]bool{}
	list, _ := d.value("driverLicense.categories").([]any)
	for _, one := range list {
		held[shown(one)] = true
	}
	c := chart{
		widths: []float64{1.3, 2, 2}, head: style{bold(), 4.6, d.accent}, cell: style{regular(), 5, black},
		line: mixed(d.accent, 0.4), tint: mixed(d.accent, 0.8), titles: []string{"9.", "10.", "11."},
	}
	for _, category := range licenceCategories {
		row := []string{category, "", ""}
		if held[category] {
			row[1], row[2] = shown(d.value(issuedPath)), shown(d.value(expiresPath))
		}
		c.rows = append(c.rows, row)
	}
	p.stack(b, c.lay)
}
