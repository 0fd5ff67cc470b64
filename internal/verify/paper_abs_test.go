package verify_test

import (
	"bytes"
	"cmp"
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
		return p.scan(q.Get("dbz_num"), q.Get("dbz_dt"), q.Get("iinbin"))
	case "reg_pt":
		return p.register(body)
	case "refuse_pt", "return_pt", "post_all_loan_exclude_to_eko":
		if p.is("a withdrawal ends all") {
			p.demands = nil
		}
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
	case "the code of an error beside the client":
		answer["error_code"] = 404
	case "two types":
		raw, _ := json.Marshal(answer)
		return reply{200, map[string]string{"Content-Type": "application/json, text/plain"}, raw}
	case "another encoding":
		return success(answer).with("Content-Encoding", "br")
	case "a blank name":
		answer["fullname"] = " "
	case "a third kind of resident":
		answer["residfl"] = 3
	case "a status of 202":
		return reply{202, nil, answer}
	}
	return success(answer)
}

func (p *paper) accounts(iin string) reply {
	if iin != paperIIN && !p.is("the accounts of another") {
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
	if p.is("a statement by all keys alone") {
		known = iban == "KZ71563D601200019058" && dep == "555"
	}
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

func (p *paper) scan(number, day, iin string) reply {
	isOwn := number == "KD0000000001" || p.is("one scan for all agreements")
	if !isOwn || iin != paperIIN && !p.is("one scan for all clients") || strings.ReplaceAll(day, ".", "-") != "2014-02-08" {
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
	case "a scan that was text":
		file.body = bytes.ToValidUTF8(append(bytes.Repeat([]byte("\xe9 "), 200), pdfFile("scan")...), []byte("\uFFFD"))
		file.body = append([]byte("%PDF-1.4\n"), file.body.([]byte)...)
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
	case "a debt with three decimals":
		answer["debt"] = 100000.125
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
	case "tiyn are lost":
		kept["amount"] = json.Number(strings.Split(text(kept, "amount"), ".")[0])
	case "a sum of 32 bits":
		if amount, err := strconv.ParseFloat(text(kept, "amount"), 32); err == nil {
			kept["amount"] = amount
		}
	case "a number without its zeros":
		kept["doc_num"] = strings.TrimLeft(text(kept, "doc_num"), "0")
	case "no Kazakh letters":
		kept["acc_fullname"] = strings.NewReplacer("Ө", "?", "ғ", "?", "ү", "?", "ә", "?").Replace(text(kept, "acc_fullname"))
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
	page, _ := strconv.Atoi(p.pageNumber(body))
	per, _ := strconv.Atoi(text(body, "perpage"))
	if page < 1 || per < 1 || p.is("every filter is required") && text(body, "doc_at1") == "" {
		return coded(400, "Ошибка")
	}
	if p.is("a filter is required by its status") && text(body, "doc_at1") == "" {
		return reply{400, nil, object{"error_code": 400, "error_text": "Ошибка"}}
	}
	return p.page(p.matching(body), page, per)
}

// pageNumber stands under the sample's key or under that of the table of fields.
func (p *paper) pageNumber(body any) string {
	switch sample, table := text(body, "page "), text(body, "page"); {
	case p.is("the sample's key of a page alone"):
		return cmp.Or(sample, "1")
	case p.is("the table's key of a page alone"):
		return cmp.Or(table, "1")
	default:
		return sample + table
	}
}

// matching are the demands that the filters leave.
func (p *paper) matching(body any) []any {
	from, to := strings.ReplaceAll(text(body, "doc_at1"), ".", "-"), strings.ReplaceAll(text(body, "doc_at2"), ".", "-")
	var rows []any
	for _, d := range p.demands {
		iin, bin, day := text(body, "iinbin"), text(body, "ben_bin"), text(d, "doc_at")
		switch {
		case p.is("one of two filters is enough") && iin != "" && bin != "" && (text(d, "iinbin") == iin || text(d, "ben_bin") == bin):
			rows = append(rows, d)
		case p.is("no demand without a last day") && from != "" && to == "":
		case p.is("no demand without a first day") && from == "" && to != "":
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
	case "the last demand in each row":
		for i, row := range shown {
			shown[i] = maps.Clone(row.(object))
			shown[i].(object)["amount"], shown[i].(object)["doc_num"] = p.demands[len(p.demands)-1]["amount"], p.demands[len(p.demands)-1]["doc_num"]
		}
	case "a Kazakh date of a demand":
		for i, row := range shown {
			shown[i] = maps.Clone(row.(object))
			shown[i].(object)["doc_at"] = "04.01.2021"
		}
	case "a count of what is left":
		count = max(matching-(page-1)*per, len(shown))
	case "no count beyond the end":
		if len(shown) == 0 {
			count = 0
		}
	case "a count below zero":
		count = -1
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
