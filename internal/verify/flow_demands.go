package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	register  = "abs.reg_pt"
	listing   = "abs.get_all_pt_from_abs"
	perPage   = 2
	registers = 5   // demands: two whole pages and one that isn't
	maxPages  = 200 // of the demands that a subject has in a real bank
)

// demandPages registers demands, if that is allowed, and goes through the list
// page by page: every demand has to be on exactly one page. Then it asks by each
// filter.
func demandPages(p *performance) {
	day := p.inventDay()
	refers, ok := p.registerDemands(day)
	if !ok {
		return
	}
	if len(refers) == 0 {
		day = ""
	}
	pages := p.readPages(day)
	if !pages.broken && p.checkRegistered(refers, pages) {
		p.checkCount(pages)
		p.filterDemands(pages)
	}
	if len(refers) > 0 {
		p.endDemands(refers)
	}
}

// inventDay is a day of the years 2010 to 2019 on which the demands are dated, so
// that the filter of dates leaves just them.
func (p *performance) inventDay() string {
	month, day := p.invent.number(12, "month"), p.invent.number(28, "day")
	return fmt.Sprintf("%d-%02d-%02d", 2010+p.invent.number(10, "year"), 1+month, 1+day)
}

// registerDemands of a day answers their references; none if that isn't allowed.
func (p *performance) registerDemands(day string) (refers []string, ok bool) {
	if !p.mayTake(register) {
		return nil, true
	}
	for range registers {
		refer := "PTP" + p.invent.digits(13, "refer")
		fields := map[string]any{"refer": refer, "amount": "2000000", "doc_at": day}
		if !p.take(step{operation: register, name: "register a demand", fields: fields}).succeeded() {
			p.skip(register, "a demand could not be registered")
			return nil, false
		}
		refers = append(refers, refer)
	}
	again := map[string]any{"refer": refers[0], "amount": "2000000", "doc_at": day}
	p.take(step{operation: register, name: "register it again", fields: again, want: "registered", assumed: true})
	again["amount"] = "2000001"
	p.take(step{operation: register, name: "another demand of that reference", fields: again, want: "duplicate-refer", assumed: true})
	return refers, true
}

// pages are what a walk through the list saw.
type pages struct {
	rows  int
	first map[string]any  // demand of the first page
	seen  map[string]bool // references
	count string          // all_count of the first page
	path  string          // where it stands

	whole   bool // the last page was reached
	repeats bool // a demand stands on two pages
	broken  bool // it makes no sense to go on
}

func (p *performance) readPages(day string) pages {
	all := pages{seen: map[string]bool{}}
	for page := 1; page <= maxPages && !all.whole && !all.broken; page++ {
		p.readPage(page, day, &all)
	}
	return all
}

func (p *performance) readPage(page int, day string, all *pages) {
	name := fmt.Sprintf("page %d", page)
	listed := p.take(p.pageStep(page, day, name))
	if listed.outcome == nil || listed.outcome.IsError() || len(listed.findings) > 0 {
		all.broken = true
		return
	}
	rows := listedRows(listed.body)
	if page == 1 {
		all.count, all.path = listedCount(listed.body)
	}
	if page == 1 && len(rows) > 0 {
		all.first = rows[0]
	}
	for _, row := range rows {
		p.checkRow(row, name, all)
	}
	all.rows += len(rows)
	all.whole = len(rows) < perPage
}

// pageStep asks for the demands on one subject, of a day if there is one. The
// sample's other filters are optional. The page's number has the key and type that
// the sample has (ledger 57).
func (p *performance) pageStep(page int, day, name string) step {
	s := step{
		operation: listing, name: name, quiet: page > 3, without: []string{"ben_bin"},
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

// listedRows are the demands of a page, in either of its shapes (ledger 58).
func listedRows(body any) (rows []map[string]any) {
	list, isList := body.([]any)
	if isList {
		list = list[1:]
	} else if object, ok := body.(map[string]any); ok {
		list, _ = object["items"].([]any)
	}
	for _, row := range list {
		row, _ := row.(map[string]any)
		rows = append(rows, row)
	}
	return rows
}

func listedCount(body any) (count, path string) {
	path = "/all_count"
	if list, isList := body.([]any); isList {
		body, path = list[0], "/0/all_count"
	}
	object, _ := body.(map[string]any)
	return fmt.Sprint(object["all_count"]), path
}

func (p *performance) checkRow(row map[string]any, name string, all *pages) {
	refer, _ := row["refer"].(string)
	if all.seen[refer] {
		all.repeats = true
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, expected: "every demand on one page only",
			seen: refer + " a second time", quote: "page - Номер страницы от 1",
		})
	}
	all.seen[refer] = true
}

// checkRegistered reports whether the demands were all there.
func (p *performance) checkRegistered(refers []string, all pages) bool {
	missing := slices.DeleteFunc(slices.Clone(refers), func(refer string) bool { return all.seen[refer] })
	if len(missing) == 0 || !all.whole {
		return true
	}
	p.complain(complaint{
		operation: listing, name: "all pages", path: PathBody, expected: "every registered demand on some page",
		seen: "no " + strings.Join(missing, ", ") + " on any", quote: "page - Номер страницы от 1",
	})
	return false
}

// checkCount compares the count with the rows that there were. Whether it counts the
// demands that match the filter, or all, is open (ledger 59); it can't be another.
func (p *performance) checkCount(all pages) {
	if !all.whole || all.repeats {
		return
	}
	unfiltered := p.take(p.pageStep(1, "", "without a filter").unfiltered())
	if unfiltered.outcome == nil || len(unfiltered.findings) > 0 {
		return
	}
	total, _ := listedCount(unfiltered.body)
	matching := fmt.Sprint(all.rows)
	n, err := strconv.Atoi(total)
	if err == nil && n <= onOnePage && !p.checkWhole(n, all.path) {
		return
	}
	switch isMore := err == nil && n > all.rows; {
	case all.count == matching && isMore:
		p.settleCount("matching", all)
	case all.count == matching:
	case all.count == total && isMore:
		p.settleCount("all", all)
	default:
		p.complain(complaint{
			operation: listing, name: "all pages", path: all.path,
			expected: fmt.Sprintf("%s, the rows on all pages, or %s, all demands that there are", matching, total),
			seen:     all.count, quote: countQuote, ledger: []int{59},
		})
	}
}

// onOnePage is how many rows the document takes as an example of a page.
const onOnePage = 25

// checkWhole counts the demands that there are, if a page can hold them all.
func (p *performance) checkWhole(n int, path string) bool {
	s := p.pageStep(1, "", "all on one page").unfiltered()
	s.fields["perpage"] = fmt.Sprint(onOnePage)
	listed := p.take(s)
	rows := listedRows(listed.body)
	if listed.outcome == nil || listed.outcome.IsError() || len(listed.findings) > 0 || len(rows) == n {
		return true
	}
	p.complain(complaint{
		operation: listing, name: s.name, path: path, ledger: []int{59}, quote: countQuote,
		expected: fmt.Sprintf("%d, the rows without a filter", len(rows)), seen: fmt.Sprint(n),
	})
	return false
}

func (p *performance) settleCount(value string, all pages) {
	if !p.client.simulator["abs"] {
		seen := fmt.Sprintf(`"all_count": %s of %d rows`, all.count, all.rows)
		p.note("abs.all_count", value, Settled{Operation: listing, Case: p.caseName("all pages"), Seen: seen})
	}
}

// filterDemands asks by each filter for one of the demands that were seen, and by each
// with a value that no demand has. What is listed in spite of a filter the relations find.
func (p *performance) filterDemands(all pages) {
	if all.first == nil {
		return
	}
	day := isoDate(textOf(all.first["doc_at"]))
	for _, filter := range []struct{ field, other, quote string }{
		{"ben_bin", "000000000000", "ben_bin - Необязательный Фильтр БИН корреспондента"},
		{"iinbin", "000000000000", "iinbin - Необязательный Фильтр по ИИН клиента"},
	} {
		value := textOf(all.first[filter.field])
		if value == "" || value == filter.other {
			continue
		}
		p.findDemand(map[string]any{filter.field: value}, filter.field, filter.quote)
		p.take(p.filterStep(filter.field+" of another", map[string]any{filter.field: filter.other}))
	}
	both := map[string]any{"ben_bin": textOf(all.first["ben_bin"]), "iinbin": textOf(all.first["iinbin"])}
	if both["ben_bin"] != "" && both["iinbin"] != "" {
		p.findDemand(both, "ben_bin and iinbin", "ben_bin - Необязательный Фильтр БИН корреспондента")
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return
	}
	listed := p.findDemand(map[string]any{"doc_at1": day, "doc_at2": day}, "one day", daysQuote)
	p.take(p.filterStep("the days after", map[string]any{"doc_at1": dayAfter(day, 1)}))
	p.take(p.filterStep("the days before", map[string]any{"doc_at2": dayAfter(day, -1)}))
	p.listDotted(day, listed)
}

// findDemand asks by a filter that some demand fits.
func (p *performance) findDemand(fields map[string]any, name, quote string) verdict {
	listed := p.take(p.filterStep(name, fields))
	rows := listedRows(listed.body)
	if listed.outcome != nil && len(listed.findings) == 0 && len(rows) == 0 {
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, expected: "the demands that the filter fits, which were listed before",
			seen: "no row", quote: quote,
		})
	}
	return listed
}

// listDotted asks for a day as the table of fields writes it.
func (p *performance) listDotted(day string, iso verdict) {
	points := strings.ReplaceAll(day, "-", ".")
	step := p.filterStep("a day with points", map[string]any{"doc_at1": points, "doc_at2": points})
	step.lenient = true
	listed := p.take(step)
	isoRows := listedRows(iso.body)
	rows := listedRows(listed.body)
	if iso.outcome == nil || len(iso.findings) > 0 || listed.outcome != nil && len(rows) == len(isoRows) {
		return
	}
	p.complain(complaint{
		operation: listing, name: step.name, path: PathBody, quote: "accept_dt - Дата ПТ в формате ГГГГ.ММ.ДД", ledger: []int{datesLedger},
		expected: "the same demands as for " + day, seen: fmt.Sprintf("%s: %s", points, shown(listed.body)),
	})
}

func dayAfter(day string, n int) string {
	at, _ := time.Parse(time.DateOnly, day) // it was one
	return at.AddDate(0, 0, n).Format(time.DateOnly)
}

// filterStep asks for the first page by these filters alone.
func (p *performance) filterStep(name string, fields map[string]any) step {
	s := p.pageStep(1, "", name).unfiltered()
	for field, value := range fields {
		s.fields[field] = value
		s.without = slices.DeleteFunc(s.without, func(out string) bool { return out == field })
	}
	return s
}

// unfiltered is the step without filters.
func (s step) unfiltered() step {
	s.without = []string{"ben_bin", "doc_at1", "doc_at2", "iinbin"}
	for _, field := range s.without {
		delete(s.fields, field)
	}
	return s
}

// endDemands withdraws one of the registered demands and returns another.
func (p *performance) endDemands(refers []string) {
	for i, end := range []struct{ operation, want string }{{"abs.refuse_pt", "refused"}, {"abs.return_pt", "returned"}} {
		op, ok := p.opts.Table.Operation(end.operation)
		if !ok || !p.chosen(op, Flow) {
			continue
		}
		if why, _ := p.client.barred(op); why != "" {
			p.skip(op.ID, why)
			continue
		}
		p.take(step{operation: op.ID, name: "end a registered demand", fields: map[string]any{"refer": refers[i]}, want: end.want})
	}
}
