package verify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pages are what a walk through the list saw.
type pages struct {
	rows   int
	first  map[string]any  // demand of the first page
	second []string        // references on the second page
	seen   map[string]bool // references
	count  string          // all_count of the first page
	path   string          // where it stands

	whole   bool // the end was reached
	repeats bool // a demand stands on two pages, and the walk ends
	broken  bool // it makes no sense to go on
}

// readPages goes one page beyond the last demand.
func (p *performance) readPages(day string) pages {
	all := pages{seen: map[string]bool{}}
	for page := 1; page <= maxPages && !all.whole && !all.repeats && !all.broken; page++ {
		p.readPage(page, day, &all)
	}
	return all
}

func (p *performance) readPage(page int, day string, all *pages) {
	name := fmt.Sprintf("page %d", page)
	listed := p.take(p.pageStep(page, day, name))
	if !listed.isPage() {
		all.broken = true
		return
	}
	rows := listedRows(listed.body)
	count, path := listedCount(listed.body)
	if page == 1 {
		all.count, all.path = count, path
	}
	if page == 1 && len(rows) > 0 {
		all.first = rows[0]
	}
	if page == 2 {
		all.second = refersOf(rows)
	}
	again := slices.IndexFunc(refersOf(rows), func(refer string) bool { return all.seen[refer] })
	all.repeats = again >= 0
	if all.repeats && !p.isKeyOfTable(page, day, all.seen) {
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, expected: "every demand on one page only",
			seen: refersOf(rows)[again] + " a second time", quote: pageQuote,
		})
	}
	if count != all.count && !all.repeats {
		all.broken = true
		p.complain(complaint{
			operation: listing, name: name, path: path, expected: all.count + ", as on page 1", seen: count, quote: countQuote, ledger: []int{59},
		})
	}
	for _, refer := range refersOf(rows) {
		all.seen[refer] = true
	}
	all.rows += len(rows)
	all.whole = len(rows) == 0
}

// isPage reports whether an answer is a page of demands with which a flow can go on.
func (v verdict) isPage() bool {
	return v.outcome != nil && !v.outcome.IsError() && !fail(v.findings)
}

// pageUnder asks for a page by the key of the table of fields, which has no space.
func (p *performance) pageUnder(page int, day string) verdict {
	s := p.pageStep(page, day, fmt.Sprintf(`page %d under the key "page"`, page))
	delete(s.fields, "page ")
	s.fields["page"], s.without, s.lenient = json.Number(fmt.Sprint(page)), append(s.without, "page "), true
	return p.take(s)
}

// isKeyOfTable finds out whether a page repeats those that were seen because the target
// only knows the key of the table of fields.
func (p *performance) isKeyOfTable(page int, day string, seen map[string]bool) bool {
	under := refersOf(listedRows(p.pageUnder(page, day).body))
	if len(under) == 0 || slices.ContainsFunc(under, func(refer string) bool { return seen[refer] }) {
		return false
	}
	p.complain(complaint{
		operation: listing, name: fmt.Sprintf("page %d", page), path: PathBody, quote: `"page ": 1, "perpage":"2"`, ledger: []int{57},
		expected: `the page whose number stands under the sample's key "page ", with a space at its end`,
		seen:     `the first page; under "page", as the table of fields has it, the right one`,
	})
	return true
}

// checkPageKey asks for the second page by the key of the table of fields.
func (p *performance) checkPageKey(day string, all pages) {
	if len(all.second) == 0 || all.repeats {
		return
	}
	if under := p.pageUnder(2, day); !slices.Equal(refersOf(listedRows(under.body)), all.second) {
		p.complain(complaint{
			operation: listing, name: `page 2 under the key "page"`, path: PathBody, quote: pageQuote, ledger: []int{57}, assumed: true,
			expected: `the page that it is under the sample's key "page ", with a space at its end`, seen: shown(under.body),
		})
	}
}

// refersOf rows, in their order.
func refersOf(rows []map[string]any) (refers []string) {
	for _, row := range rows {
		refers = append(refers, textOf(row["refer"]))
	}
	return refers
}

// pageStep asks for the demands on one subject, of a day if there is one. The
// sample's other filters are optional. The page's number has the key and type that
// the sample has (ledger 57).
func (p *performance) pageStep(page int, day, name string) step {
	s := step{
		operation: listing, name: name, want: "page", quiet: page > 3, without: []string{"ben_bin"},
		fields: map[string]any{"page ": fmt.Sprint(page), "perpage": fmt.Sprint(perPage), "doc_at1": day, "doc_at2": day},
	}
	if day == "" {
		s.without = append(s.without, "doc_at1", "doc_at2")
	}
	if p.subjects("abs")[0].IIN == "" {
		s.without = append(s.without, "iinbin")
	}
	return s
}

// checkRegistered reports whether the demands were all there.
func (p *performance) checkRegistered(refers []string, all pages) bool {
	missing := slices.DeleteFunc(slices.Clone(refers), func(refer string) bool { return all.seen[refer] })
	if len(missing) == 0 || !all.whole {
		return true
	}
	p.complain(complaint{
		operation: listing, name: "all pages", path: PathBody, expected: "every registered demand on some page",
		seen: "no " + strings.Join(missing, ", ") + " on any", quote: pageQuote,
	})
	return false
}

// onOnePage is how many rows the document takes as an example of a page.
const onOnePage = 25

// checkCount compares the count with the rows that there were. Whether it counts the
// demands that match the filter, or all, is open (ledger 59); it can't be another.
func (p *performance) checkCount(all pages) {
	if !all.whole || all.repeats {
		return
	}
	s := p.pageStep(1, "", "all on one page, without a filter").unfiltered()
	s.fields["perpage"] = fmt.Sprint(onOnePage)
	listed := p.take(s)
	if !listed.isPage() {
		return
	}
	rows := len(listedRows(listed.body))
	total, path := listedCount(listed.body)
	matching := fmt.Sprint(all.rows)
	n, err := strconv.Atoi(total)
	c := complaint{operation: listing, name: s.name, path: path, ledger: []int{59}, quote: countQuote}
	switch isMore := err == nil && n > all.rows; {
	case err == nil && rows < onOnePage && n != rows:
		c.expected, c.seen = fmt.Sprintf("%d, the rows without a filter", rows), total
		p.complain(c)
	case all.count == matching && isMore:
		p.settleCount("matching", all)
	case all.count == matching:
	case all.count == total && isMore:
		p.settleCount("all", all)
	default:
		c.name, c.path, c.seen = "all pages", all.path, all.count
		c.expected = fmt.Sprintf("%s, the rows on all pages, or %s, all demands that there are", matching, total)
		p.complain(c)
	}
}

func (p *performance) settleCount(value string, all pages) {
	if !p.client.simulator["abs"] {
		seen := fmt.Sprintf(`"all_count": %s of %d rows`, all.count, all.rows)
		p.note("abs.all_count", value, Settled{Operation: listing, Case: p.caseName("all pages"), Seen: seen})
	}
}
