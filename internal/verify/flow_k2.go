package verify

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

const demands = "k2.k2extreq_by_dbz"

// overdueLoan loads a loan and looks at its demands, and at those of the agreement that
// the target file names.
func overdueLoan(p *performance) {
	number := "KD" + p.invent.digits(10, "contract")
	loaded := p.take(step{operation: "k2.k2loan_from_eko", name: "load a loan", want: "accepted", assumed: true, fields: map[string]any{
		"contract_number": number, "dbz_contract_number": number, "dbz_dt": "2014-02-08",
	}})
	if loaded.is("accepted") {
		p.payDemand(step{operation: demands, name: "list its demands", fields: map[string]any{
			"contract_number": number, "dbz_dt": "2014-02-08",
		}})
	}
	if len(p.opts.Target.References[demands]) > 0 {
		p.payDemand(step{operation: demands, name: "list the demands of the target's own"})
	}
}

// payDemand pays a little towards a demand, if there is one, and looks at it again.
func (p *performance) payDemand(list step) {
	before := demandOf(p.take(list), "")
	if before == nil {
		return
	}
	another := list
	another.name, another.fields = "an agreement of another day", maps.Clone(list.fields)
	if another.fields == nil {
		another.fields = map[string]any{}
	}
	another.fields["dbz_dt"] = "1999-12-31"
	p.take(another)
	const payments = "k2.k2extreq_pay_from_eko"
	if !p.mayTake(payments) {
		return
	}
	refer := textOf(before["code"])
	paid := p.take(step{operation: payments, name: "pay towards a demand", lenient: true, fields: map[string]any{
		"trn_id": p.invent.digits(12, "trn_id"), "request_id": "1", "refer": refer, "amount": "1", "incoming_amount": "1",
	}})
	if !paid.is("accepted") {
		return
	}
	list.name = "list them after the payment"
	if after := demandOf(p.take(list), refer); after != nil && textOf(after["paid_amount"]) == textOf(before["paid_amount"]) {
		p.complain(complaint{
			operation: demands, name: list.name, path: "/items/*/paid_amount", ledger: []int{40}, assumed: true,
			expected: "more than before the payment was accepted", seen: shown(after["paid_amount"]),
			quote: `"paid_amount": "111.00", /* Оплаченная сумма */`,
		})
	}
}

// demandOf a list: the one with a reference, or the first; nil if there is none.
func demandOf(listed verdict, refer string) map[string]any {
	object, _ := listed.body.(map[string]any)
	items, _ := object["items"].([]any)
	for _, item := range items {
		item, _ := item.(map[string]any)
		if listed.outcome != nil && (refer == "" || textOf(item["code"]) == refer) {
			return item
		}
	}
	return nil
}

// paymentTwice reports one payment twice: a trn_id is unique for ever.
func paymentTwice(p *performance) {
	pay := step{
		operation: "k2.k2extreq_pay_from_eko", name: "a payment",
		fields: map[string]any{"trn_id": p.invent.digits(12, "trn_id"), "request_id": "1"},
	}
	if first := p.takeNew(pay); !first.is("accepted") {
		p.skip(pay.operation, "the payment was not accepted: the target file has no references with a refer that is known there")
		return
	}
	pay.name, pay.want = "the same payment again", "duplicate-trn-id"
	p.take(pay)
	pay.name, pay.want, pay.lenient = "another payment", "", true
	pay.fields = maps.Clone(pay.fields)
	pay.fields["trn_id"] = p.invent.digits(12, "trn_id")
	p.takeNew(pay)
}

// takeNew takes a step with a payment whose trn_id is a new one.
func (p *performance) takeNew(pay step) verdict {
	answered := p.take(pay)
	if answered.is("duplicate-trn-id") {
		p.complain(complaint{
			operation: pay.operation, name: pay.name, path: "/error_code", expected: "no duplicate: its trn_id is a new one",
			seen: named(answered.outcome), quote: "trn_id - Уникальный ID транзакции из АБС",
		})
	}
	return answered
}

// shortIIN sends eleven digits where twelve are due: alone, and as the second and third
// of three rows, of which the first is right.
func shortIIN(p *performance) {
	const short = "90112330025"
	row := func(id string) map[string]any {
		return map[string]any{"request_id": id, "iinbin": short, "contract_number": "KD" + p.invent.digits(10, "contract")}
	}
	p.take(step{operation: "k2.k2loan_from_eko", name: "a loan", want: "bad-iin-length", fields: row("1")})
	first := row("1")
	delete(first, "iinbin")
	several := step{
		operation: "k2.k2loan_from_eko", name: "two of three loans", want: "bad-iin-length", assumed: true,
		fields: first, rows: []map[string]any{row("2"), row("3")},
	}
	if answered := p.take(several); answered.is("bad-iin-length") && len(answered.findings) == 0 {
		p.checkWrongRows(several, answered, "2", "3")
	}
	p.take(step{
		operation: "k2.k2loan_exclude_on_by_iin_dbznum", name: "an exclusion", want: "bad-iin-length",
		fields: map[string]any{"iin": short},
	})
}

// checkWrongRows compares the rows that a batch's errors name with those that are wrong.
func (p *performance) checkWrongRows(s step, answered verdict, want ...string) {
	var got []string
	for _, row := range answered.said.Rows {
		got = append(got, fmt.Sprint(row.RequestID))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		p.complain(complaint{
			operation: s.operation, name: s.name, path: "/errors", ledger: []int{37},
			expected: "errors of the rows " + strings.Join(want, ", ") + " alone", seen: "errors of the rows " + strings.Join(got, ", "),
			quote: `"errors": [ { "error_code": 15, "error_text": "Неверная длина ИИН", "request_id": 111 }`,
		})
	}
}

// exclusion puts a loan on the list, takes another one off, which is not there, takes it
// off, and tries to take it off again. Then it tries a reason that is too long.
func exclusion(p *performance) {
	fields := map[string]any{"dbz_num": "KD" + p.invent.digits(10, "contract")}
	on := step{operation: "k2.k2loan_exclude_on_by_iin_dbznum", name: "on", fields: fields, want: "accepted", assumed: true}
	if !p.take(on).is("accepted") {
		return
	}
	off := step{operation: "k2.k2loan_exclude_off_by_iin_dbznum", name: "off", fields: fields, want: "accepted"}
	another := off
	another.name, another.want = "off of another agreement", "not-found"
	another.fields = map[string]any{"dbz_num": "KD" + p.invent.digits(10, "contract")}
	if p.take(another).is("accepted") {
		return // the list is not what it should be
	}
	if !p.take(off).is("accepted") {
		return
	}
	off.name, off.want = "off again", "not-found"
	p.take(off)
	on.name, on.want, on.fields = "a title of 501 letters", "title-too-long", map[string]any{"dbz_num": fields["dbz_num"], "title": strings.Repeat("я", 501)}
	if p.take(on).is("accepted") {
		off.name, off.want = "off after the title of 501 letters", ""
		p.take(off)
	}
}

// registryScans downloads what the items of a registry point to. Only the code of
// an item's url is used: the file is asked for at the target's own address, so
// that nothing goes to where an answer leads.
func registryScans(p *performance) {
	const scans = "k2.k2inforeq_rzap_by_refer"
	refers := []map[string]any{p.opts.Target.References[scans]}
	if p.client.simulator["k2"] {
		refers = []map[string]any{{"refer": "HSBKRX0000000001"}, {"refer": "HSBKRX0000000002"}, {"refer": "HSBKRX0000000003"}}
	}
	for _, fields := range refers {
		listed := p.take(step{operation: scans, name: "list the agreements", fields: fields})
		object, _ := listed.body.(map[string]any)
		items, _ := object["items"].([]any)
		for _, item := range items {
			item, _ := item.(map[string]any)
			if address, ok := item["url"].(string); ok && listed.outcome != nil {
				p.downloadScan(address)
			}
		}
	}
}

func (p *performance) downloadScan(address string) {
	const scans = "k2.k2inforeq_rzap_by_refer"
	u, err := url.Parse(address)
	code := ""
	if err == nil {
		code = u.Query().Get("code")
	}
	op, _ := p.opts.Table.Operation("k2.getfile")
	if code == "" || !strings.HasSuffix(u.Path, op.Path) {
		p.complain(complaint{
			operation: scans, name: "list the agreements", path: "/items/0/url", seen: address,
			expected: "an address of " + op.Path + " with a code",
			quote:    `"url": "http://127.0.0.1/restapi/getfile?code=CUST-820989b2-b545-496a-be37-5c70a7e9ec79&attachment=true"`,
		})
		return
	}
	p.take(step{operation: op.ID, name: "download a scan", want: "file", fields: map[string]any{"code": code}})
}
