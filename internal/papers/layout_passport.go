package papers

import (
	"strings"
	"time"
)

const passportWidth, passportHeight = 125.0, 88.0 // one page of a booklet, ISO/IEC 7810 ID-3

// passportSpread draws two pages of a booklet below each other: the codes above,
// the data with the photo and the machine-readable lines below.
func passportSpread(d drawing) page {
	p := page{w: passportWidth, h: 2 * passportHeight}
	accent := d.accent
	p.ground = mixed(accent, 0.93)
	p.waves(box{0, 8, p.w, passportHeight - 16}, mixed(accent, 0.82))
	p.waves(box{0, passportHeight + 8, p.w, passportHeight - 32}, mixed(accent, 0.82))
	p.rule(0, passportHeight, p.w, 0.3, mixed(accent, 0.3))
	d.passportCover(&p)
	d.passportData(&p)
	return p
}

func (d drawing) passportCover(p *page) {
	accent := d.accent
	p.ornament(box{5, 4, p.w - 10, 3.4}, mixed(accent, 0.45))
	p.rosette(point{p.w / 2, 19}, 8.5, accent)
	title := d.title()
	p.fit(box{10, 29, p.w - 20, 7}, style{bold(), 15, accent}, centre, title.kk)
	p.fit(box{10, 36, p.w - 20, 6}, style{regular(), 11, accent}, centre, title.ru)
	p.watermark(box{0, 0, p.w, passportHeight}, faint(accent, 34))
	p.stack(box{10, 46, p.w - 48, 18}, listing{
		columns: 1, label: style{regular(), 5.6, grey}, value: style{bold(), 8.5, black}, down: 1,
		entries: d.entries(d.Form.Parts[1].Fields),
	}.lay)
	p.drawQR(box{p.w - 34, 45, 24, 24}, d.Code)
	p.drawBars(box{10, 68, p.w - 48, 11}, d.Bars)
	p.fit(box{5, passportHeight - 6.5, p.w - 10, 5}, style{regular(), 6, grey}, centre, specimenNote)
}

func (d drawing) passportData(p *page) {
	accent := d.accent
	top := passportHeight
	title := d.title()
	p.fit(box{6, top + 3, p.w - 40, 5}, style{bold(), 9, accent}, left, strings.ToUpper(title.both()))
	p.fit(box{p.w - 36, top + 3, 30, 5}, style{bold(), 11, accent}, right, shown(d.value(numberPath)))
	p.rule(6, top+9, p.w-12, 0.3, accent)
	photo := box{6, top + 12, 36, 45}
	p.photo(photo, d)
	p.watermark(box{0, top, p.w, passportHeight}, faint(accent, 34))
	p.stack(box{46, top + 11, p.w - 51, 55}, listing{
		columns: 2, across: 3, label: style{regular(), 5, grey}, value: style{bold(), 8, black}, down: 0.9,
		entries: d.entries(d.Form.Parts[0].Fields),
	}.lay)
	strip := box{0, top + 68, p.w, 20}
	p.fill(strip.path(), white)
	s := style{regular(), 10.5, black}
	for i, line := range d.machineReadable() {
		each := (p.w - 10) / float64(len(line))
		for j, r := range line {
			letter := string(r)
			x := 5 + (float64(j)+0.5)*each - s.width(letter)/2
			p.outline(s.face, letter, s.paint, func(q point) point {
				return q.scale(s.em()).add(point{x, strip.y + 7 + 7*float64(i)})
			})
		}
	}
}

// machineReadable are the two lines of 44 characters of ICAO Doc 9303, part 4.
func (d drawing) machineReadable() [2]string {
	read := func(path string) string { return shown(d.value(path)) }
	day := func(path string) string {
		raw, _ := d.value(path).(string)
		parsed, _ := time.Parse(time.DateOnly, raw)
		return parsed.Format("060102")
	}
	name := read("passport.surnameLatin") + "<<" + read("passport.nameLatin")
	first := filled("P<"+read("passport.countryCode")+name, 44)
	sex := "M"
	if raw, _ := d.value("passport.gender").(string); raw == "female" {
		sex = "F"
	}
	withDigit := func(s string) string { return s + checkDigit(s) }
	number := withDigit(filled(read(numberPath), 9))
	born, until := withDigit(day("passport.birthDate")), withDigit(day(expiresPath))
	personal := withDigit(filled(read(iinPath), 14))
	second := number + filled(read("passport.countryCode"), 3) + born + sex + until + personal
	return [2]string{first, second + checkDigit(number+born+until+personal)}
}

// filled is a text in the letters of the machine-readable lines, with fillers up
// to a length.
func filled(s string, length int) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '<'
	}, strings.ToUpper(s))
	return (s + strings.Repeat("<", length))[:length]
}

// checkDigit weighs the characters by 7, 3 and 1; the sum's last digit counts.
func checkDigit(s string) string {
	sum := 0
	for i, r := range s {
		value := 0
		switch {
		case r >= '0' && r <= '9':
			value = int(r - '0')
		case r >= 'A' && r <= 'Z':
			value = int(r-'A') + 10
		}
		sum += value * []int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}
