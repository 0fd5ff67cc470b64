package papers

import (
	"cmp"
	"fmt"
	"strconv"
)

const (
	leafMargin = 22.0
	leafTop    = 26.0
	leafBottom = sheetHeight - 22
	leafWidth  = sheetWidth - 2*leafMargin
)

var agreementInk = rgb(0x243447)

// pages lays the agreement out, block after block, as many pages as it takes.
func (a Agreement) pages() []page {
	pages := paginate(a.blocks())
	for i := range pages {
		p := &pages[i]
		s := style{regular(), 7.5, grey}
		p.fit(box{leafMargin, 10, leafWidth - 60, 5}, s, left, "Договор банковского займа № "+a.Number)
		p.fit(box{leafMargin + leafWidth - 58, 10, 58, 5}, s, right, a.reference())
		p.rule(leafMargin, 16, leafWidth, 0.2, grey)
		p.fit(box{leafMargin, sheetHeight - 15, 22, 5}, s, left, fmt.Sprintf("%d / %d", i+1, len(pages)))
		p.fit(box{leafMargin + 22, sheetHeight - 15, leafWidth - 22, 5}, style{regular(), 6.5, grey}, right, specimenNote)
	}
	return pages
}

// reference is the agreement's day and, from the archive, the file's number.
func (a Agreement) reference() string {
	text := "от " + a.Date.Format("02.01.2006")
	if a.File != "" {
		text += ", файл № " + a.File
	}
	return text
}

// paginate puts blocks below each other and begins a page where one has no room.
func paginate(blocks []block) []page {
	fresh := func() page {
		p := page{w: sheetWidth, h: sheetHeight}
		p.watermark(box{25, 50, sheetWidth - 50, 200}, faint(agreementInk, 22))
		return p
	}
	pages, y := []page{fresh()}, leafTop
	for _, lay := range blocks {
		q := lay(leafWidth, 1)
		if y+q.h > leafBottom && y > leafTop {
			pages, y = append(pages, fresh()), leafTop
		}
		pages[len(pages)-1].put(leafMargin, y, q)
		y += q.h
	}
	return pages
}

// flowing is a paragraph as a block.
func flowing(s style, a alignment, text string) block {
	return func(width, size float64) page {
		p := page{w: width}
		p.h = p.set(box{w: width}, newParagraph(s.scaled(size), width, text), a) + 1.4*size
		return p
	}
}

func (a Agreement) blocks() []block {
	strong, plain := style{bold(), 14, agreementInk}, style{regular(), 10, black}
	all := []block{
		flowing(strong, centre, "ДОГОВОР БАНКОВСКОГО ЗАЙМА № "+a.Number),
		space(3),
		listing{columns: 2, label: plain.scaled(0.01), value: plain, entries: []entry{{value: "г. " + a.City}, {value: russianDay(a.Date)}}}.lay,
		space(4),
		flowing(plain, left, a.preamble()),
		space(2),
	}
	for i, one := range a.articles() {
		title := fmt.Sprintf("%d. %s", i+1, one.title)
		for j, clause := range one.clauses {
			block := flowing(plain, left, fmt.Sprintf("%d.%d. %s", i+1, j+1, clause))
			if j == 0 { // a title stays with its first clause
				block = together(space(1.5), flowing(style{bold(), 11, agreementInk}, left, title), block)
			}
			all = append(all, block)
		}
	}
	all = append(all, together(space(3), a.signatures()))
	return append(all, a.schedule()...)
}

// signatures are the parties' details beside each other, with a line to sign on.
func (a Agreement) signatures() block {
	title := fmt.Sprintf("%d. Адреса, реквизиты и подписи сторон", len(a.articles())+1)
	return together(flowing(style{bold(), 11, agreementInk}, left, title), func(width, size float64) page {
		p := page{w: width}
		each := (width - 10) / 2
		for i, one := range []struct {
			role  string
			party Party
		}{{"БАНК", a.Bank}, {"ЗАЁМЩИК", a.Borrower}} {
			q := one.party.block(one.role)(each, size)
			p.put(float64(i)*(each+10), 0, q)
			p.h = max(p.h, q.h)
		}
		return p
	})
}

func (t Party) block(role string) block {
	plain := style{regular(), 9, black}
	blocks := []block{flowing(style{bold(), 9.5, agreementInk}, left, role), flowing(style{bold(), 9, black}, left, t.Name)}
	for _, line := range []entry{{t.Kind, t.ID}, {"Адрес", t.Address}, {"Телефон", t.Phone}, {"Счёт", t.Account}} {
		if line.value != "" {
			blocks = append(blocks, flowing(plain, left, line.label+": "+line.value))
		}
	}
	signed := cmp.Or(t.Signatory, t.Name)
	return together(append(blocks, func(width, size float64) page {
		p := page{w: width, h: 20 * size}
		p.rule(0, 14*size, width*0.45, 0.25, black)
		p.scribble(box{width * 0.05, 5 * size, width * 0.32, 9 * size}, signed)
		p.fit(box{width * 0.47, 10.5 * size, width * 0.53, 8}, plain.scaled(0.85), left, signed)
		p.fit(box{0, 14.5 * size, width * 0.45, 4}, plain.scaled(0.7), centre, "подпись, М.П.")
		return p
	})...)
}

// scribble is an invented signature, another for each name.
func (p *page) scribble(b box, name string) {
	seed := uint64(14695981039346656037)
	for _, r := range name {
		seed = (seed ^ uint64(r)) * 1099511628211
	}
	const strokes, thick = 7, 0.35
	var ink path
	at := func(n int) point {
		return point{b.x + b.w*float64(n)/strokes, b.y + b.h*float64(roll(seed, n, 100))/100}
	}
	ink.move(at(0))
	for n := 1; n <= strokes; n++ {
		from, to := at(n-1), at(n)
		ink.curve(point{to.x, from.y}, point{from.x, to.y}, to)
	}
	for n := strokes; n > 0; n-- {
		from, to := at(n), at(n-1)
		ink.curve(point{to.x, from.y + thick}, point{from.x, to.y + thick}, point{to.x, to.y + thick})
	}
	p.fill(ink, faint(rgb(0x1f3a8a), 220))
}

// rowsOnPage is how many rows of the schedule a page has room for.
const rowsOnPage = 38

// schedule is the table of payments on pages of its own, with its head on each.
func (a Agreement) schedule() []block {
	plain := style{regular(), 8.6, black}
	table := chart{
		widths: []float64{1, 2.2, 3, 3, 3, 3}, head: style{bold(), 8, agreementInk}, cell: plain, numeric: true,
		line: mixed(agreementInk, 0.6), tint: mixed(agreementInk, 0.9),
		titles: []string{"№", "Дата", "Основной долг", "Вознаграждение", "Платёж", "Остаток долга"},
	}
	var rows [][]string
	var principal, interest int64
	for i, one := range a.Schedule() {
		principal, interest = principal+one.Principal, interest+one.Interest
		rows = append(rows, []string{
			strconv.Itoa(i + 1), one.Due.Format("02.01.2006"), sum(one.Principal), sum(one.Interest), sum(one.Principal + one.Interest), sum(one.Left),
		})
	}
	rows = append(rows, []string{"", "Итого", sum(principal), sum(interest), sum(principal + interest), ""})
	head := together(
		flowing(style{bold(), 11, agreementInk}, left, "Приложение 1. График платежей"),
		flowing(plain, left, fmt.Sprintf("к Договору банковского займа № %s от %s, в %s", a.Number, a.Date.Format("02.01.2006"), a.Currency)),
		space(2),
	)
	var all []block
	for len(rows) > 0 {
		count := min(rowsOnPage, len(rows))
		part := table
		part.rows, rows = rows[:count], rows[count:]
		all = append(all, together(head, part.lay))
		head = space(0)
	}
	return all
}
