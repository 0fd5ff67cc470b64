package verify_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
)

func (p *paper) abs(operation string, r *http.Request, body any) reply {
	q := r.URL.Query()
	switch operation {
	case "get_cli":
		return p.client(q.Get("iinbin"))
	case "get_acc":
		return p.accounts(q.Get("iinbin"))
	case "get_acc_stmt_dt":
		return p.statement(q.Get("dt"), q.Get("iban"), q.Get("dep_id"), q.Get("id"))
	case "get_pdf":
		return p.scan(q.Get("dbz_num"), q.Get("dbz_dt"))
	case "reg_pt":
		return p.register(body)
	case "refuse_pt", "return_pt", "post_all_loan_exclude_to_eko":
		return coded(0, "")
	case "colvir_get_loan_debt", "way4_get_loan_debt":
		return p.loanDebt(operation, body)
	case "get_all_pt_from_abs":
		return p.list(body)
	}
	return noOperation
}

func (p *paper) client(iin string) reply {
	if iin != paperIIN {
		return coded(404, "Клиент не найден")
	}
	answer := object{"error_text": "", "error_code": 0, "iinbin": iin, "fullname": "АСАНОВ А", "sectecon": 9, "residfl": 1}
	switch p.wrong {
	case "an IIN as a number":
		answer["iinbin"] = json.Number(iin)
	case "a flag as a boolean":
		answer["residfl"] = true
	case "an error's text beside success":
		answer["error_text"] = "Успешно"
	case "a name as null":
		answer["fullname"] = nil
	case "a sector with a fraction":
		answer["sectecon"] = json.Number("9.5")
	case "a client in a list":
		return success([]any{answer})
	case "a client in an envelope":
		return success(object{"error_code": 0, "error_text": "", "data": answer})
	case "no content type":
		raw, _ := json.Marshal(answer)
		return reply{200, map[string]string{"Content-Type": ""}, raw}
	case "a client as text":
		raw, _ := json.Marshal(answer)
		return reply{200, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, raw}
	case "a code of success that is no zero":
		answer["error_code"] = 200
	case "a status of 202":
		return reply{202, nil, answer}
	}
	return success(answer)
}

func (p *paper) accounts(iin string) reply {
	if iin != paperIIN {
		return coded(404, "Клиент не найден")
	}
	account := object{"iban": "KZ71563D601200019058", "accountName": "АСАНОВ А", "ps": "2204191", "system": "way4", "cur": "KZT"}
	accounts := []any{account}
	switch p.wrong {
	case "an account with spaces":
		account["iban"] = "KZ71 563D 6012 0001 9058"
	case "an account that is too short":
		account["iban"] = "KZ7156"
	case "a currency as a number":
		account["cur"] = 398
	case "a currency of two letters":
		account["cur"] = "KZ"
	case "a plan as a number":
		account["ps"] = 2204191
	case "one account twice":
		accounts = append(accounts, account)
	case "an object for the accounts":
		return success(object{"error_code": 0, "error_text": "", "ibans": account})
	}
	return success(object{"error_code": 0, "error_text": "", "ibans": accounts})
}

func (p *paper) statement(day, iban, dep, id string) reply {
	day = strings.ReplaceAll(day, ".", "-")
	known := iban == "KZ71563D601200019058" || dep == "555" && id == "666"
	if !known && !p.is("every account has a statement") || day != "2020-01-01" {
		return coded(404, "Договор не найден")
	}
	line := object{"purpose": "Предоставление кредита по договору", "amount": 900000, "cur": "KZT", "DC": "D", "out_bal": 900000}
	lines := []any{line}
	switch p.wrong {
	case "a sum as a string":
		line["amount"] = "900000"
	case "a sum below zero":
		line["amount"] = -900000
	case "a disbursement that is a credit":
		line["DC"] = "C"
	case "a letter in lower case":
		line["DC"] = "d"
	case "an empty statement":
		lines = []any{}
	case "a letter in Cyrillic":
		line["DC"] = "Д"
	case "letters in another case":
		line["dc"] = line["DC"]
		delete(line, "DC")
	}
	return success(object{"error_code": 0, "error_text": "", "stmt": lines})
}

func (p *paper) scan(number, day string) reply {
	if number != "KD0000000001" || strings.ReplaceAll(day, ".", "-") != "2014-02-08" {
		if p.is("an error for a missing scan") {
			return coded(404, "Скан не найден")
		}
		if p.is("an empty scan for a missing one") {
			return reply{200, map[string]string{"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="a.pdf"`}, []byte{}}
		}
		return reply{status: 404}
	}
	file := reply{200, map[string]string{"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="Имяфайла.pdf"`}, pdfFile("scan")}
	switch p.wrong {
	case "a scan that is one line":
		file.body = []byte("%PDF-1.4 scan")
	case "a scan cut off":
		file.body = pdfFile("scan")[:150]
	case "a scan without a type":
		file.headers["Content-Type"] = "application/octet-stream"
	case "a scan for the browser":
		file.headers["Content-Disposition"] = `inline; filename="a.pdf"`
	case "a scan that is a picture":
		file.body = jpegFile()
	case "a scan in JSON":
		return success(object{"error_code": 0, "error_text": "", "file": "JVBERi0="})
	case "a scan with a status of 206":
		file.status = 206
	}
	return file
}

func (p *paper) loanDebt(operation string, body any) reply {
	known := text(body, "id") == "666" && text(body, "dep_id") == "555" || text(body, "contract_number") == "KD0000000001"
	if !known {
		return coded(404, "Договор не найден")
	}
	answer := object{"error_code": 0, "error_text": "", "debt": 100000}
	switch p.wrong {
	case "a debt below zero":
		answer["debt"] = -100000
	case "a debt as a string":
		answer["debt"] = "100000"
	case "a debt as null":
		answer["debt"] = nil
	case "a debt that is not there":
		delete(answer, "debt")
	}
	return success(answer)
}

func (p *paper) register(body any) reply {
	fields, ok := body.(object)
	if !ok || text(body, "refer") == "" {
		return coded(400, "Ошибка")
	}
	kept := maps.Clone(fields)
	for name, value := range fields {
		if s, ok := value.(string); ok && (strings.HasSuffix(name, "_dt") || name == "doc_at") {
			kept[name] = strings.ReplaceAll(s, ".", "-")
		}
	}
	switch p.wrong {
	case "demands are forgotten":
		return coded(0, "")
	case "one demand is kept":
		p.demands = nil
	case "a purpose cut off":
		kept["purpose"] = string([]rune(text(kept, "purpose"))[:min(10, len([]rune(text(kept, "purpose"))))])
	case "letters that are lost":
		kept["acc_fullname"] = "????"
	case "an amount that is rounded":
		if amount, err := strconv.ParseFloat(text(kept, "amount"), 64); err == nil {
			kept["amount"] = math.Floor(amount/1000)*1000 + 1
		}
	case "zeros that are lost":
		kept["ben_kbe"] = strings.TrimPrefix(text(kept, "ben_kbe"), "1")
	case "the day before":
		kept["dbz_dt"] = "2014-02-07"
	case "the day of acceptance for the document's":
		kept["doc_at"] = kept["accept_dt"]
	case "an amount as text":
		kept["amount"] = text(kept, "amount")
	case "dates with a time":
		kept["dbz_dt"] = text(kept, "dbz_dt") + "T00:00:00"
	}
	for _, d := range p.demands {
		if d["refer"] == kept["refer"] && !p.is("a demand as often as it is sent") {
			return coded(0, "") // it is there
		}
	}
	p.demands = append(p.demands, kept)
	return coded(0, "")
}

func (p *paper) list(body any) reply {
	page, _ := strconv.Atoi(text(body, "page "))
	per, _ := strconv.Atoi(text(body, "perpage"))
	if page < 1 || per < 1 {
		return coded(400, "Ошибка")
	}
	return p.page(p.matching(body), page, per)
}

// matching are the demands that the filters leave.
func (p *paper) matching(body any) []any {
	from, to := strings.ReplaceAll(text(body, "doc_at1"), ".", "-"), strings.ReplaceAll(text(body, "doc_at2"), ".", "-")
	var rows []any
	for _, d := range p.demands {
		iin, bin, day := text(body, "iinbin"), text(body, "ben_bin"), text(d, "doc_at")
		switch {
		case iin != "" && text(d, "iinbin") != iin && !p.is("iinbin filters nothing"):
		case bin != "" && text(d, "ben_bin") != bin && !p.is("ben_bin filters nothing"):
		case from != "" && day < from && !p.is("doc_at1 filters nothing"):
		case to != "" && day > to && !p.is("doc_at2 filters nothing"):
		case from != "" && day == from && p.is("the first day is left out"):
		case to != "" && day == to && p.is("the last day is left out"):
		case to != "" && text(d, "accept_dt") > to && p.is("the day of acceptance is filtered"):
		case iin != "" && bin != "" && p.is("two filters find nothing"):
		default:
			rows = append(rows, d)
		}
	}
	return rows
}

func (p *paper) page(rows []any, page, per int) reply {
	matching := len(rows)
	start, end := (page-1)*per, page*per
	switch p.wrong {
	case "pages from zero":
		start, end = page*per, (page+1)*per
	case "pages that overlap":
		start, end = (page-1)*(per-1), (page-1)*(per-1)+per
	case "a row lost between pages":
		start, end = (page-1)*(per+1), (page-1)*(per+1)+per
	case "all on each page":
		start, end = 0, matching
	case "the first page again":
		start, end = 0, per
	case "the last row is lost":
		end = min(end, matching-1)
	case "the newest page first, and unstable":
		p.requests++
		start = (start + p.requests) % max(1, matching)
		end = start + per
	}
	shown := append([]any{}, rows[min(start, matching):min(max(end, min(start, matching)), matching)]...)
	count := any(len(p.demands))
	switch p.wrong {
	case "a count of the page's rows":
		count = len(shown)
	case "a count of one more":
		count = len(p.demands) + 1
	case "a count as text":
		count = fmt.Sprint(count)
	case "a count of pages":
		count = (len(p.demands) + per - 1) / per
	case "no count":
		return success(shown)
	case "the count comes last":
		return success(append(append([]any{}, shown...), object{"all_count": count}))
	case "null for no rows":
		if len(shown) == 0 {
			return success(nil)
		}
	case "an error for no rows":
		if len(shown) == 0 {
			return coded(404, "Не найдено")
		}
	}
	return success(append([]any{object{"all_count": count}}, shown...))
}
