package verify

import (
	"net/url"
	"strings"
)

// overdueLoan loads a loan and looks at its demands.
func overdueLoan(p *performance) {
	number := "KD" + p.invent.digits(10, "contract")
	loaded := p.take(step{operation: "k2.k2loan_from_eko", name: "load a loan", want: "accepted", assumed: true, fields: map[string]any{
		"contract_number": number, "dbz_contract_number": number, "dbz_dt": "2014-02-08",
	}})
	if loaded.is("accepted") {
		p.take(step{operation: "k2.k2extreq_by_dbz", name: "list its demands", fields: map[string]any{
			"contract_number": number, "dbz_dt": "2014-02-08",
		}})
	}
}

// paymentTwice tells of one payment twice: a trn_id is unique for ever.
func paymentTwice(p *performance) {
	pay := step{
		operation: "k2.k2extreq_pay_from_eko", name: "a payment",
		fields: map[string]any{"trn_id": p.invent.digits(12, "trn_id"), "request_id": "1"},
	}
	if !p.take(pay).is("accepted") {
		op, _ := p.opts.Table.Operation(pay.operation)
		p.skip(op, "the payment was not accepted: the target file has no references with a refer that is known there")
		return
	}
	pay.name, pay.want = "the same payment again", "duplicate-trn-id"
	p.take(pay)
}

// shortIIN sends eleven digits where twelve are due. Nothing is stored.
func shortIIN(p *performance) {
	const short = "90112330025"
	p.take(step{
		operation: "k2.k2loan_from_eko", name: "a loan", want: "bad-iin-length",
		fields: map[string]any{"iinbin": short, "contract_number": "KD" + p.invent.digits(10, "contract")},
	})
	p.take(step{
		operation: "k2.k2loan_exclude_on_by_iin_dbznum", name: "an exclusion", want: "bad-iin-length",
		fields: map[string]any{"iin": short},
	})
}

// exclusion puts a loan on the list, takes it off, and tries to take it off
// again.
func exclusion(p *performance) {
	fields := map[string]any{"dbz_num": "KD" + p.invent.digits(10, "contract")}
	on := step{operation: "k2.k2loan_exclude_on_by_iin_dbznum", name: "on", fields: fields, want: "accepted", assumed: true}
	if !p.take(on).is("accepted") {
		return
	}
	off := step{operation: "k2.k2loan_exclude_off_by_iin_dbznum", name: "off", fields: fields, want: "accepted"}
	if !p.take(off).is("accepted") {
		return
	}
	off.name, off.want = "off again", "not-found"
	p.take(off)
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
