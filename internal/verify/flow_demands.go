package verify

import (
	"fmt"
	"maps"
	"slices"
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
// filter, and ends two of the demands.
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
	goesOn := !pages.broken && p.checkRegistered(refers, pages)
	if goesOn {
		p.checkPageKey(day, pages)
		p.checkCount(pages)
		p.filterDemands(pages)
	}
	if len(refers) > 0 && p.endDemands(refers) && goesOn {
		p.checkOthers(day, refers)
	}
}

// inventDay is a day of the years 2010 to 2019 on which the demands are dated, so
// that the filter of dates leaves just them.
func (p *performance) inventDay() string {
	month, day := p.invent.number(12, "month"), p.invent.number(28, "day")
	return fmt.Sprintf("%d-%02d-%02d", 2010+p.invent.number(10, "year"), 1+month, 1+day)
}

// ownDemands are what the registered demands have beside their references, so that one is
// told from another: sums in tiyn and beyond 32 bits of them, zeros that lead, and the letters
// that Kazakh has beside the Russian ones.
var ownDemands = [registers]map[string]any{
	{"amount": "2000000", "doc_num": "16"},
	{"amount": "86429.87", "doc_num": "0017"},
	{"amount": "30000000.05", "doc_num": "18"},
	{"amount": "3000000", "doc_num": "19", "acc_fullname": "Ғүлнәр Жаһангерқызы Өміроңұлы"},
	{"amount": "1", "doc_num": "20/1"},
}

// registerDemands of a day answers their references; none if that isn't allowed.
func (p *performance) registerDemands(day string) (refers []string, ok bool) {
	if !p.mayTake(register) {
		return nil, true
	}
	demand := func(i int) map[string]any {
		fields := maps.Clone(ownDemands[i])
		fields["refer"], fields["doc_at"] = refers[i], day
		return fields
	}
	for i := range registers {
		refers = append(refers, "PTP"+p.invent.digits(13, "refer"))
		if !p.take(step{operation: register, name: "register a demand", fields: demand(i)}).succeeded() {
			p.skip(register, "a demand could not be registered")
			return nil, false
		}
	}
	again := demand(0)
	p.take(step{operation: register, name: "register it again", fields: again, want: "registered", assumed: true})
	again["amount"] = "2000001"
	p.take(step{operation: register, name: "another demand of that reference", fields: again, want: "duplicate-refer", assumed: true})
	return refers, true
}

// listedRows are the demands of a page, in either of its shapes (ledger 58).
func listedRows(body any) (rows []map[string]any) {
	list, isList := body.([]any)
	if isList {
		list = list[min(1, len(list)):]
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
	if list, isList := body.([]any); isList && len(list) > 0 {
		body, path = list[0], "/0/all_count"
	}
	object, _ := body.(map[string]any)
	return fmt.Sprint(object["all_count"]), path
}

// filterDemands asks by each filter and by all for one of the demands that were seen, and
// with values that no demand has. What is listed in spite of a filter the relations find.
func (p *performance) filterDemands(all pages) {
	if all.first == nil {
		return
	}
	day, refer := isoDate(textOf(all.first["doc_at"])), textOf(all.first["refer"])
	fitting := map[string]any{"doc_at1": day, "doc_at2": day}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		fitting = map[string]any{}
	} else {
		listed := p.findDemand(refer, fitting, "one day", daysQuote)
		p.findDemand(refer, map[string]any{"doc_at1": day}, "doc_at1 alone", daysQuote)
		p.findDemand(refer, map[string]any{"doc_at2": day}, "doc_at2 alone", daysQuote)
		p.take(p.filterStep("the days after", map[string]any{"doc_at1": dayAfter(day, 1)}))
		p.take(p.filterStep("the days before", map[string]any{"doc_at2": dayAfter(day, -1)}))
		p.listDotted(day, listed)
	}
	const other = "000000000000"
	for _, filter := range []struct{ field, quote string }{
		{"ben_bin", benQuote}, {"iinbin", "iinbin - Необязательный Фильтр по ИИН клиента"},
	} {
		value := textOf(all.first[filter.field])
		if value == "" || value == other {
			continue
		}
		p.findDemand(refer, map[string]any{filter.field: value}, filter.field, filter.quote)
		p.take(p.filterStep(filter.field+" of another", map[string]any{filter.field: other}))
		fitting[filter.field] = value
	}
	p.findDemand(refer, fitting, "all filters", benQuote)
	for _, field := range []string{"ben_bin", "iinbin"} {
		if fitting[field] != nil && len(fitting) > 1 {
			one := maps.Clone(fitting)
			one[field] = other
			p.take(p.filterStep("all filters, "+field+" of another", one))
		}
	}
}

// findDemand asks by a filter that a demand fits.
func (p *performance) findDemand(refer string, fields map[string]any, name, quote string) verdict {
	s := p.filterStep(name, fields)
	s.fields["perpage"] = fmt.Sprint(onOnePage)
	listed := p.take(s)
	rows := listedRows(listed.body)
	if listed.isPage() && len(rows) < onOnePage && !slices.Contains(refersOf(rows), refer) {
		p.complain(complaint{
			operation: listing, name: name, path: PathBody, quote: quote,
			expected: refer + ", which was listed before and fits the filter", seen: fmt.Sprintf("%d rows without it", len(rows)),
		})
	}
	return listed
}

// listDotted asks for a day as the table of fields writes it.
func (p *performance) listDotted(day string, iso verdict) {
	points := strings.ReplaceAll(day, "-", ".")
	step := p.filterStep("a day with points", map[string]any{"doc_at1": points, "doc_at2": points})
	step.lenient, step.fields["perpage"] = true, fmt.Sprint(onOnePage)
	listed := p.take(step)
	isoRows := listedRows(iso.body)
	rows := listedRows(listed.body)
	if !iso.isPage() || listed.outcome != nil && len(rows) == len(isoRows) {
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

// endDemands withdraws one of the registered demands and returns another. It reports
// whether one was ended.
func (p *performance) endDemands(refers []string) (ended bool) {
	for i, end := range []struct{ operation, want string }{{"abs.refuse_pt", "refused"}, {"abs.return_pt", "returned"}} {
		op, ok := p.opts.Table.Operation(end.operation)
		if !ok || !p.chosen(op, Flow) {
			continue
		}
		if why, _ := p.client.barred(op); why != "" {
			p.skip(op.ID, why)
			continue
		}
		v := p.take(step{operation: op.ID, name: "end a registered demand", fields: map[string]any{"refer": refers[i]}, want: end.want})
		ended = ended || v.succeeded()
	}
	return ended
}

// checkOthers looks for the demands that were not ended. Whether the list still has those
// that were is open.
func (p *performance) checkOthers(day string, refers []string) {
	s := p.pageStep(1, day, "after two were ended")
	s.fields["perpage"] = fmt.Sprint(onOnePage)
	listed := p.take(s)
	there := refersOf(listedRows(listed.body))
	missing := slices.DeleteFunc(slices.Clone(refers[2:]), func(refer string) bool { return slices.Contains(there, refer) })
	if listed.isPage() && len(missing) > 0 {
		p.complain(complaint{
			operation: listing, name: s.name, path: PathBody, quote: "Отзыв ПТ в информационной системе банка",
			expected: "the demands that were neither withdrawn nor returned", seen: "no " + strings.Join(missing, ", "),
		})
	}
}
