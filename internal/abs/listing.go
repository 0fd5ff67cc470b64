package abs

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// Rows on a page (ledger 57). The most bounds what one answer can cost.
const (
	usualPerPage = 25
	mostPerPage  = 1000
)

// listQuery asks for a page. An empty filter filters nothing, as in the Oracle
// that the document quotes.
type listQuery struct {
	Page       *contract.Text `json:"page"`
	PageSpaced *contract.Text `json:"page "` // as the sample spells it (ledger 57)
	PerPage    *contract.Text `json:"perpage"`
	BenBIN     string         `json:"ben_bin"`
	DocFrom    string         `json:"doc_at1"`
	DocTo      string         `json:"doc_at2"`
	IINBIN     string         `json:"iinbin"`
}

type count struct {
	AllCount int `json:"all_count"`
}

// listObject is the page's other shape (ledger 58).
type listObject struct {
	ErrorCode int    `json:"error_code"`
	ErrorText string `json:"error_text"`
	count
	Items []demand `json:"items"`
}

// listDemands answers a page of all demands that were ever registered, withdrawn
// and returned ones too: a row has no state.
func listDemands(c *contract.Call, in listQuery) (contract.Reply, error) {
	rows, total := selectDemands(c, in)
	if c.Profile.Is(listShape, asObject) {
		return c.Answer(pageName, listObject{count: count{total}, Items: rows}), nil
	}
	list := []any{count{total}} // ledger 58
	for _, row := range rows {
		list = append(list, row)
	}
	return c.Answer(pageName, list), nil
}

// selectDemands answers the page's rows and the count that is asked for: of the
// matching demands, or of all (ledger 59).
func selectDemands(c *contract.Call, in listQuery) (rows []demand, total int) {
	page, perPage := in.window(c)
	days := in.days(c)
	span, matches := in.look(c, days)
	matching, rows := span.Len(), []demand{}
	if matches == nil {
		for n := min(page-1, matching) * perPage; n < matching && len(rows) < perPage; n++ {
			_, e := span.At(n)
			rows = append(rows, documentOf(c, e.Refer))
		}
	} else {
		rows, matching = walk(c, span, matches, page, perPage)
	}
	if c.Profile.Is(allCount, ofAll) {
		return rows, store.SpanOf(entries, c.Tx, "", beyond).Len()
	}
	return rows, matching
}

// walk through a span for what matches.
func walk(c *contract.Call, span store.Span[entry], matches func(entry) bool, page, perPage int) (rows []demand, matching int) {
	rows = []demand{}
	for n := range span.Len() {
		_, e := span.At(n)
		if !matches(e) {
			continue
		}
		if matching/perPage == page-1 {
			rows = append(rows, documentOf(c, e.Refer))
		}
		matching++
	}
	return rows, matching
}

// look for the demands in the order of the list: within days, and by one filter where
// there is an index. What is left to be looked at in each is the filter that it answers;
// nil for nothing.
func (q listQuery) look(c *contract.Call, days dayRange) (store.Span[entry], func(entry) bool) {
	if q.IINBIN != "" {
		if span, ok := store.Where(entries, c.Tx, byClient, q.IINBIN, days.from, days.to); ok && q.BenBIN == "" {
			return span, nil
		} else if ok {
			return span, q.matches
		}
	}
	if q.BenBIN != "" && q.IINBIN == "" {
		if span, ok := store.Where(entries, c.Tx, byBeneficiary, q.BenBIN, days.from, days.to); ok {
			return span, nil
		}
	}
	span := store.SpanOf(entries, c.Tx, days.from, days.to)
	if q.IINBIN == "" && q.BenBIN == "" {
		return span, nil
	}
	return span, q.matches
}

func (q listQuery) matches(e entry) bool {
	return (q.IINBIN == "" || q.IINBIN == e.IINBIN) && (q.BenBIN == "" || q.BenBIN == e.BenBIN)
}

// window is which page of how many rows. What makes no page is put right, with a
// finding.
func (q listQuery) window(c *contract.Call) (page, perPage int) {
	asked, field := q.Page, "/page"
	if asked == nil {
		asked, field = q.PageSpaced, "/page "
	} else if q.PageSpaced != nil && *q.PageSpaced != *asked {
		c.Find(57, "/page ", "not looked at: page says otherwise")
	}
	page = clamp(c, field, asked, bounds{usual: 1, most: 1 << 31})
	perPage = clamp(c, "/perpage", q.PerPage, bounds{usual: usualPerPage, most: mostPerPage})
	return page, perPage
}

// bounds of a number from 1 on; usual is what stands for none and for too small a one.
type bounds struct{ usual, most int64 }

func clamp(c *contract.Call, path string, asked *contract.Text, b bounds) int {
	if asked == nil {
		return int(b.usual)
	}
	n, ok := wholeNumber(string(*asked))
	switch {
	case ok && n >= 1 && n <= b.most:
		return int(n)
	case ok && n < 1 || !ok && strings.HasPrefix(string(*asked), "-"):
		n = b.usual
	default:
		n = b.most
	}
	c.Find(57, path, fmt.Sprintf("taken for %d", n))
	return int(n)
}

// dayRange is from which key of an entry to which, the second not in it.
type dayRange struct{ from, to string }

// beyond is above all keys of entries.
const beyond = "\xff"

// days that are asked for, both ends among them; a demand without a date is on no day.
func (q listQuery) days(c *contract.Call) dayRange {
	if q.DocFrom == "" && q.DocTo == "" {
		return dayRange{"", beyond}
	}
	const firstDay, behindDay = "0", "0" // dates begin with a digit; a key goes on with a slash, which is below it
	days := dayRange{firstDay, beyond}
	if q.DocFrom != "" {
		days.from = day(c, "doc_at1", q.DocFrom)
	}
	if q.DocTo != "" {
		days.to = day(c, "doc_at2", q.DocTo) + behindDay
	}
	return days
}
