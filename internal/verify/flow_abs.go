package verify

import (
	"bytes"
	"fmt"
	"strings"
)

// dates asks for the same with its dates as the samples write them, and as the tables
// of fields do: ГГГГ.ММ.ДД. The document prints both, so a target has to take both.
type dates struct {
	operation string
	fields    []string // that hold dates
	text      string   // what the table of fields says of them
	sample    string   // how the sample writes them
}

func statementDates(p *performance) {
	p.askBothDates(dates{"abs.get_acc_stmt_dt", []string{"dt"}, "dt - Дата в формате ГГГГ.ММ.ДД", "&dt=2020-01-01"})
}

func scanDates(p *performance) {
	p.askBothDates(dates{"abs.get_pdf", []string{"dbz_dt", "dea_dt"}, "dbz_dt - Дата ДБЗ в формате ГГГГ.ММ.ДД", "&dbz_dt=2020-01-01"})
}

func demandDates(p *performance) {
	p.askBothDates(dates{
		register, []string{"accept_dt", "doc_at", "dbz_dt"}, "accept_dt - Дата приема ПТ в формате ГГГГ.ММ.ДД", `"accept_dt": "2021-01-05"`,
	})
}

func (p *performance) askBothDates(d dates) {
	iso, points := p.askDates(d, "-", "hyphens"), p.askDates(d, ".", "points")
	if iso.success == points.success {
		return
	}
	c := complaint{
		operation: d.operation, name: "points", path: PathBody, quote: d.text, ledger: []int{datesLedger},
		expected: "a date with points taken as one with hyphens is", seen: "only the date with hyphens is taken",
	}
	if points.success {
		c.name, c.quote = "hyphens", d.sample
		c.expected, c.seen = "a date with hyphens taken as one with points is", "only the date with points is taken"
	}
	p.complain(c)
}

// askDates takes a step with dates of one form, under a reference of its own where it
// registers something.
func (p *performance) askDates(d dates, separator, name string) verdict {
	op, _ := p.opts.Table.Operation(d.operation)
	s := step{operation: d.operation, name: name, lenient: true, fields: map[string]any{}}
	r, err := p.request(op, s)
	if err != nil {
		p.skip(op.ID, err.Error())
		return verdict{}
	}
	x := related{call: call{request: r}}
	for _, field := range d.fields {
		if date := x.asked(field); date != "" {
			s.fields[field] = strings.ReplaceAll(isoDate(date), "-", separator)
		}
	}
	if d.operation == register {
		s.fields["refer"] = "PTP" + p.invent.digits(13, "refer")
	}
	return p.take(s)
}

// another asks for what is known, and for the same with keys that were made up. The second
// is none, or it is another one.
type another struct {
	operation string
	keys      map[string]any // the made-up ones; those that the request doesn't have are left out
	of        string         // what the keys name
	at        string         // what is held against each other
	quote     string
	ledger    []int
	assumed   bool
}

func twoStatements(p *performance) {
	const operation = "abs.get_acc_stmt_dt"
	p.statementKeys(operation)
	p.askAnother(another{operation: operation, of: "another account", at: "/stmt", quote: "Получить выписку по счету на Дату", keys: map[string]any{
		"dep_id": p.invent.digits(6, "dep_id"), "id": p.invent.digits(9, "id"), "iban": "KZ" + p.invent.digits(18, "iban"),
	}})
}

func twoClients(p *performance) {
	p.askAnother(another{
		operation: "abs.get_acc", of: "another client", at: "/ibans", quote: clientQuote, keys: map[string]any{"iinbin": "000000000000"},
	})
}

func twoScans(p *performance) {
	const operation = "abs.get_pdf"
	p.askAnother(another{
		operation: operation, of: "another agreement", at: PathBody, quote: "dbz_num - Номер ДБЗ", keys: map[string]any{"dbz_num": "KD" + p.invent.digits(10, "dbz_num")},
	})
	p.askAnother(another{
		operation: operation, of: "another client", at: PathBody, quote: clientQuote, ledger: []int{54, 107}, assumed: true,
		keys: map[string]any{"iinbin": "000000000000"},
	})
}

func (p *performance) askAnother(a another) {
	own := p.take(step{operation: a.operation, name: "its own, before that of " + a.of, lenient: true})
	if !own.success || fail(own.findings) || own.is("none") {
		return
	}
	op, _ := p.opts.Table.Operation(a.operation)
	s := step{operation: a.operation, name: "that of " + a.of, lenient: true, fields: map[string]any{}}
	known, _ := p.request(op, s) // it was asked before
	for name, value := range a.keys {
		if was, has := known.Query[name]; has && was != value {
			s.fields[name] = value
		}
	}
	s.lenient = a.operation != "abs.get_pdf" // what it answers instead the document says
	other := p.take(s)
	if len(s.fields) > 0 && other.success && bytes.Equal(own.raw, other.raw) {
		p.complain(complaint{
			operation: a.operation, name: s.name, path: a.at, quote: a.quote, ledger: a.ledger, assumed: a.assumed,
			expected: "nothing of what was answered before, or an error: " + a.of + " was asked for", seen: fmt.Sprintf("the same %d bytes: %s", len(other.raw), short(string(other.raw))),
		})
	}
}

// statementKeys asks by the ids alone, and by the IBAN alone, if both are known: the
// document has each for the contracts of one system.
func (p *performance) statementKeys(operation string) {
	references := p.opts.Target.References[operation]
	if references["dep_id"] == nil || references["iban"] == nil {
		return
	}
	ask := func(name string, without ...string) bool {
		return p.take(step{operation: operation, name: name, lenient: true, without: without}).is("found")
	}
	both := ask("the ids and the IBAN")
	ids, iban := ask("the ids alone", "iban"), ask("the IBAN alone", "dep_id", "id", "dea_dep_id", "dea_id", "dea_code")
	if both && !ids && !iban {
		p.complain(complaint{
			operation: operation, name: "one kind of keys", path: PathBody, quote: "iban - Передается только для договоров Way4", ledger: []int{53},
			expected: "a statement by the ids alone, or by the IBAN alone", seen: "one by both together only",
		})
	}
}
