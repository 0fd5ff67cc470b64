package main

import (
	"fmt"
	"net/url"
	"strings"
)

// call is one request of a service.
type call struct{ method, path, body string }

// operation is one that is measured.
type operation struct {
	name    string
	prepare []call           // is asked once, before the first request
	request func(n int) call // n counts from 0 and is unique in a run
}

const (
	subject  = "901123300258" // answers no approval before minutes have passed
	contract = "KD0000000001"
	rows     = 1000 // of one prepared batch
)

// operations that are measured, with so many demands of the ABS to page through.
func operations(demands int) []operation {
	load := call{"POST", "/restapi/services/run/k2loan_from_eko", loan(contract)}
	return []operation{
		{"k2loan_sync_debt", []call{load}, func(n int) call { // another debt each time: the same one is no write
			return call{"POST", "/restapi/services/run/k2loan_sync_debt", fmt.Sprintf(`[{"request_id":1,"contract_number":"%s","debt":%d}]`, contract, 1+n)}
		}},
		{"k2extreq_pay_from_eko", []call{load}, func(n int) call {
			return call{"POST", "/restapi/services/run/k2extreq_pay_from_eko", fmt.Sprintf(
				`{"items":[{"request_id":1,"trn_id":%d,"refer":"PTPJ200000000037","cur":"KZT","amount":2000000,"incoming_amount":3000000}]}`, n+1)}
		}},
		{"address.approve", nil, func(int) call {
			return call{"POST", "/api/v1/backend/address/approve/", `{"api_key":"an-organization-key-of-the-real-length-of-47-chars","iin":"` + subject + `"}`}
		}},
		{"get_all_pt_from_abs", registrations(demands), func(int) call {
			return call{"POST", "/abs/get_all_pt_from_abs", `{"page":1,"perpage":"25"}`}
		}},
		{"get_pdf", nil, func(int) call {
			return call{method: "GET", path: "/abs/get_pdf?" + url.Values{
				"dbz_num": {"R0000-001"}, "dbz_dt": {"2014-02-08"}, "iinbin": {subject},
			}.Encode()}
		}},
	}
}

func loan(contract string) string { return "[" + loanRow(contract) + "]" }

func loanRow(contract string) string {
	return `{"request_id":1,"contract_number":"` + contract + `","dbz_contract_number":"R0000-001","dbz_dt":"2014-02-08","iinbin":"` +
		subject + `","debt":2000000,"cur":"KZT"}`
}

// registrations of so many demands, each of another client and beneficiary.
func registrations(demands int) []call {
	calls := make([]call, demands)
	for i := range calls {
		calls[i] = call{"POST", "/abs/reg_pt", registration(i)}
	}
	return calls
}

func registration(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"refer":"PTP%013d","accept_dt":"2021-01-05","doc_num":"16","doc_at":"2021-01-%02d","iinbin":"9011%08d",`, i, 1+i%28, i)
	b.WriteString(`"acc_fullname":"Тестовый тест тестович","ben_fullname":"АО KASPI BANK",`)
	fmt.Fprintf(&b, `"ben_bin":"97124%07d","ben_iban":"KZ12722R00000000000","ben_kbe":"14","amount":2000000,"cur":"KZT","knp":"423",`, i)
	b.WriteString(`"dbz_num":"R0000-001","dbz_dt":"2014-02-08","purpose":"Безакцептное погашение задолженности","head":"Руководителев","account":"Петрович"}`)
	return b.String()
}
