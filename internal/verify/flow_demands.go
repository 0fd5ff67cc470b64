package verify

import (
	"fmt"
	"slices"
	"strings"
)

const (
	register  = "abs.reg_pt"
	listing   = "abs.get_all_pt_from_abs"
	perPage   = 2
	registers = 5   // demands: two whole pages and one that isn't
	maxPages  = 200 // of the demands that a subject has in a real bank
)

// demandPages registers demands, if that is allowed, and goes through the list
// page by page: every demand has to be on exactly one page.
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
	op, _ := p.opts.Table.Operation(register)
	if _, may := p.client.may(op); !may || !p.chosen(op, Flow) {
		return nil, true
	}
	for range registers {
		refer := "PTP" + p.invent.digits(13, "refer")
		fields := map[string]any{"refer": refer, "amount": "2000000", "doc_at": day}
		if !p.take(step{operation: register, name: "register a demand", fields: fields}).succeeded() {
			p.skip(op, "a demand could not be registered")
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
	rows   int
	seen   map[string]bool // references
	count  string          // all_count of the first page
	path   string          // where it stands
	whole  bool            // the last page was reached
	broken bool            // it makes no sense to go on
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
	rows, list, first := listedRows(listed.body)
	if page == 1 {
		all.count, all.path = listedCount(listed.body)
	}
	if len(rows) > perPage {
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, expected: fmt.Sprintf("at most %d rows", perPage),
			seen: fmt.Sprintf("%d rows", len(rows)), quote: "perpage - Строк на странице",
		})
		all.broken = true
	}
	for i, row := range rows {
		p.checkRow(row, fmt.Sprintf("%s/%d", list, first+i), name, all)
		p.checkDay(row, fmt.Sprintf("%s/%d/doc_at", list, first+i), name, day)
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

// listedRows are the demands of a page, in either of its shapes (ledger 58), the
// pointer of the list that they stand in, and the index of the first.
func listedRows(body any) (rows []map[string]any, pointer string, first int) {
	list, isList := body.([]any)
	if isList {
		list, first = list[1:], 1
	} else if object, ok := body.(map[string]any); ok {
		list, _ = object["items"].([]any)
		pointer = "/items"
	}
	for _, row := range list {
		row, _ := row.(map[string]any)
		rows = append(rows, row)
	}
	return rows, pointer, first
}

func listedCount(body any) (count, path string) {
	path = "/all_count"
	if list, isList := body.([]any); isList {
		body, path = list[0], "/0/all_count"
	}
	object, _ := body.(map[string]any)
	return fmt.Sprint(object["all_count"]), path
}

func (p *performance) checkRow(row map[string]any, path, name string, all *pages) {
	refer, _ := row["refer"].(string)
	if all.seen[refer] {
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, expected: "every demand on one page only",
			seen: refer + " a second time", quote: "page - Номер страницы от 1",
		})
	}
	all.seen[refer] = true
	if iin := p.subjects("abs")[0].IIN; iin != "" && row["iinbin"] != iin {
		p.complain(complaint{
			operation: listing, name: name, path: path + "/iinbin", expected: "only demands on " + iin,
			seen: fmt.Sprint(row["iinbin"]), quote: "iinbin - Необязательный Фильтр по ИИН клиента",
		})
	}
}

func (p *performance) checkDay(row map[string]any, path, name, day string) {
	if day == "" || row["doc_at"] == day {
		return
	}
	p.complain(complaint{
		operation: listing, name: name, path: path, expected: "only demands of " + day, seen: fmt.Sprint(row["doc_at"]),
		quote: "doc_at1 - Необязательный Фильтр дата документа с * - doc_at2 - Необязательный Фильтр дата документа по",
	})
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

// checkCount compares the count with the rows that there were. What it counts is
// a guess (ledger 59).
func (p *performance) checkCount(all pages) {
	if !all.whole || all.count == fmt.Sprint(all.rows) {
		return
	}
	p.complain(complaint{
		operation: listing, name: "all pages", path: all.path, expected: fmt.Sprintf("%d, the rows on all pages", all.rows),
		seen: all.count, quote: "all_count - Количество записей без фильтра. Для отражения постраничного вывода.",
		ledger: []int{59}, assumed: true,
	})
}

// endDemands withdraws one of the registered demands and returns another.
func (p *performance) endDemands(refers []string) {
	for i, end := range []struct{ operation, want string }{{"abs.refuse_pt", "refused"}, {"abs.return_pt", "returned"}} {
		op, ok := p.opts.Table.Operation(end.operation)
		if !ok || !p.chosen(op, Flow) {
			continue
		}
		if why, may := p.client.may(op); !may {
			p.skip(op, why)
			continue
		}
		p.take(step{operation: op.ID, name: "end a registered demand", fields: map[string]any{"refer": refers[i]}, want: end.want})
	}
}
