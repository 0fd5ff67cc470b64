package papers

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// area is where a text's letters are; a little less than its line, since lines may
// touch.
func (m mark) area() box {
	return box{m.at.x, m.at.y - 0.7*m.size, m.face.width(m.text) * m.size, 0.72 * m.size}
}

func (b box) meets(c box) bool {
	return b.x < c.right() && c.x < b.right() && b.y < c.bottom() && c.y < b.bottom()
}

// misplaced says which texts of a page leave it, lie on each other or are too
// small to read.
func misplaced(p page) []string {
	const edge, legible = 2.0, 3.4 // millimetres; points
	var wrong []string
	var texts []mark
	for _, m := range p.marks {
		if m.path == nil {
			texts = append(texts, m)
		}
	}
	for i, m := range texts {
		a := m.area()
		if a.x < edge || a.y < edge || a.right() > p.w-edge || a.bottom() > p.h-edge {
			wrong = append(wrong, fmt.Sprintf("%q leaves the page: %.1f", m.text, a))
		}
		if m.size/pointSize < legible {
			wrong = append(wrong, fmt.Sprintf("%q has %.1f points", m.text, m.size/pointSize))
		}
		for _, other := range texts[:i] {
			if a.meets(other.area()) {
				wrong = append(wrong, fmt.Sprintf("%q lies on %q", m.text, other.text))
			}
		}
	}
	return wrong
}

// Misplaced says it of a document.
func Misplaced(d Document) []string { return misplaced(d.page()) }

func TestNoPageOfAnAgreementIsMisplaced(t *testing.T) {
	long := strings.Repeat("Товарищество с ограниченной ответственностью ", 3)
	for _, months := range []int{1, 12, 60, 120} {
		a := Agreement{
			Number: "RBEZ20-700/XX-000XXX", Date: time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC), City: "Астана",
			Bank: Party{Name: long, Kind: "БИН", ID: "980440001996"}, Borrower: Party{Name: long, Kind: "ИИН", ID: "901123300258", Address: long},
			Amount: 999_999_999_99, Currency: "KZT", Rate: 4500, Months: months,
		}
		pages := a.pages()
		if len(pages) < 2+months/36 {
			t.Errorf("%d pages for %d payments", len(pages), months)
		}
		for i, p := range pages {
			if wrong := misplaced(p); len(wrong) > 0 {
				t.Errorf("page %d of %d payments:\n%s", i+1, months, strings.Join(wrong, "\n"))
			}
		}
	}
}

func TestWrapAndShrink(t *testing.T) {
	s := style{regular(), 10, black}
	for _, text := range []string{"", "слово", "Ещё одно предложение из нескольких слов", strings.Repeat("Щ", 300), strings.Repeat("щи ", 130)} {
		var p page
		b := box{5, 5, 30, 12}
		p.fit(b, s, left, text)
		total := ""
		for _, m := range p.marks {
			a := m.area()
			if a.right() > b.right()+0.01 || a.bottom() > b.bottom() {
				t.Errorf("%.20q leaves the box: %.2f", text, a)
			}
			total += m.text
		}
		if want := strings.ReplaceAll(text, " ", ""); strings.ReplaceAll(total, " ", "") != want {
			t.Errorf("%.20q became %.40q", text, total)
		}
	}
}
