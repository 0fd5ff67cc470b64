package verify

import (
	"reflect"
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

// twoStatements asks for the statement that is known, and for one of keys that were
// made up. The second is none, or it is another one.
func twoStatements(p *performance) {
	const operation = "abs.get_acc_stmt_dt"
	own := p.take(step{operation: operation, name: "the account's own", lenient: true})
	rows := statementRows(own)
	if len(rows) == 0 {
		return
	}
	other := p.take(step{operation: operation, name: "of another account", lenient: true, fields: map[string]any{
		"dep_id": p.invent.digits(6, "dep_id"), "id": p.invent.digits(9, "id"), "iban": "KZ" + p.invent.digits(18, "iban"),
	}})
	if reflect.DeepEqual(rows, statementRows(other)) {
		p.complain(complaint{
			operation: operation, name: "of another account", path: "/stmt", quote: "Получить выписку по счету на Дату",
			expected: "no line of the account that was asked for before, or an error", seen: "the same lines: " + shown(other.body),
		})
	}
}

func statementRows(v verdict) []any {
	object, _ := v.body.(map[string]any)
	rows, _ := object["stmt"].([]any)
	return rows
}
