package verify_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

func (p *paper) k2(operation string, body any) reply {
	ok := coded(0, "")
	switch operation {
	case "k2loan_from_eko":
		return p.loans(body)
	case "k2extreq_pay_from_eko":
		return p.pay(body)
	case "k2loan_sync_debt":
		return ok
	case "k2extreq_by_dbz":
		return p.outgoing(body)
	case "k2req_status_from_eko", "k2req_return_from_eko":
		return ok
	case "k2inforeq_rzap_by_refer":
		return p.registry(text(body, "refer"))
	case "k2loan_exclude_on_by_iin_dbznum", "k2loan_exclude_off_by_iin_dbznum":
		return p.exclude(operation == "k2loan_exclude_on_by_iin_dbznum", body)
	}
	return noOperation
}

func (p *paper) loans(body any) reply {
	rows, _ := body.([]any)
	var errors []any
	for _, row := range rows {
		if len(text(row, "iinbin")) != 12 && !p.is("an IIN of any length") {
			errors = append(errors, object{"error_code": 15, "error_text": "Неверная длина ИИН", "request_id": row.(object)["request_id"]})
		}
	}
	if len(errors) == 0 {
		return coded(0, "")
	}
	switch {
	case p.is("errors that are text"):
		return success(object{"error_code": 13, "error_text": "Неверная длина ИИН", "errors": "row 1"})
	case p.is("no rows of the error"):
		return coded(13, "Неверная длина ИИН")
	case p.is("errors beside success"):
		return success(object{"error_code": 0, "error_text": "", "errors": errors})
	case p.is("every row is wrong"):
		errors = nil
		for _, row := range rows {
			errors = append(errors, object{"error_code": 15, "error_text": "Неверная длина ИИН", "request_id": row.(object)["request_id"]})
		}
	case p.is("the number of the request as text"):
		for _, e := range errors {
			e.(object)["request_id"] = fmt.Sprint(e.(object)["request_id"])
		}
	case p.is("the first error alone"):
		errors = errors[:1]
	}
	return success(object{"error_code": 13, "error_text": "Неверная длина ИИН", "errors": errors})
}

func (p *paper) pay(body any) reply {
	fields, _ := body.(object)
	items, _ := fields["items"].([]any)
	var errors []any
	for _, item := range items {
		id := text(item, "trn_id")
		taken := p.payments[id]
		if p.is("every payment after the first is a duplicate") {
			taken = len(p.payments) > 0
		}
		if p.is("a payment as often as one likes") {
			taken = false
		}
		if taken {
			errors = append(errors, object{
				"error_code": 9, "error_text": `pq: duplicate key value violates unique constraint "k2extreq_pay_trn_id_uindex"`, "request_id": item.(object)["request_id"],
			})
			continue
		}
		p.payments[id] = true
		amount, _ := strconv.ParseFloat(text(item, "amount"), 64)
		if !p.is("a payment that lowers nothing") {
			p.paid += amount
		}
	}
	if len(errors) == 0 {
		return coded(0, "")
	}
	if p.is("a duplicate has another status") {
		return reply{409, nil, object{"error_code": 1, "error_text": "Обнаружены ошибки при приеме платежей", "errors": errors}}
	}
	return success(object{"error_code": 1, "error_text": "Обнаружены ошибки при приеме платежей", "errors": errors})
}

func (p *paper) outgoing(body any) reply {
	number, day := text(body, "contract_number"), text(body, "dbz_dt")
	if p.is("an agreement of any day") {
		day = "2014-02-08"
	}
	if number != "KD0000000001" || strings.ReplaceAll(day, ".", "-") != "2014-02-08" {
		return success(object{"error_code": 0, "error_text": "", "items": []any{}})
	}
	item := object{
		"amount": "10001.00", "bank_code": "KPSTKZKA", "bank_id": "18", "bank_id$": "АО", "cli_id": "1639", "cli_id$": "ФИО Клиента", "cli_iin": paperIIN,
		"code": "PTPJMIG0000003817", "created_at": "2021-10-20T18:21:24.240319+06:00", "created_at_fmt": "20.10.2021", "created_by": "15", "created_by$": "Сидоров В.С.",
		"cur_id": "1", "cur_id$": "KZT", "extacc_code": "KZ000000000000000000", "extacc_id": "6460", "extacc_id$": "Счет", "id": "18183",
		"knp_id": "290", "knp_id$code": "423", "knp_id$": "423.Погашение", "loan_debt": "86429.87", "loan_doc_at_fmt": "08.02.2014", "loan_id": "20562",
		"loan_id$dbz_num": number, "loan_id$title": "ФИО Клиента", "paid_amount": fmt.Sprintf("%.2f", p.paid), "purpose": "Погашение", "stat_id": "2008",
		"stat_id$": "Сформирован", "sys$uuid": "b9faab90-75a9-4f6b-ad05-eb9b72bc8d37",
	}
	items := []any{item}
	switch p.wrong {
	case "an IIN as a number of the client":
		item["cli_iin"] = json.Number(paperIIN)
	case "a debt with one decimal":
		item["loan_debt"] = "86429.8"
	case "a negative debt in K2":
		item["loan_debt"] = "-86429.87"
	case "one id for two demands":
		second := maps.Clone(item)
		second["code"] = "PTPJMIG0000003818"
		items = append(items, second)
	case "another day of the agreement":
		item["loan_doc_at_fmt"] = "09.02.2014"
	case "a day that is none":
		item["created_at_fmt"] = "31.02.2021"
	case "an object for the items":
		return success(object{"error_code": 0, "error_text": "", "items": item})
	}
	return success(object{"error_code": 0, "error_text": "", "items": items})
}

func (p *paper) registry(refer string) reply {
	if refer != "HSBKRX0000000001" {
		return success(object{"error_code": 0, "error_text": "", "items": []any{}})
	}
	address := "http://paper.test/restapi/getfile?code=" + paperScan + "&attachment=true"
	items := []any{
		object{"dbz_dt": "2020-02-21 00:00:00", "dbz_num": "0000000000", "file_id": "8892", "iin": "000000000001", "url": address},
		object{"dbz_dt": "2020-02-21 00:00:00", "dbz_num": "0000000001", "iin": "000000000002"},
	}
	first, second := items[0].(object), items[1].(object)
	switch p.wrong {
	case "one file for two agreements":
		second["file_id"], second["url"] = "8892", address
	case "an url without an address":
		first["url"] = "/restapi/getfile?code=" + paperScan
	case "a file_id without an url":
		delete(first, "url")
	case "an empty url":
		second["file_id"], second["url"] = "", ""
	case "a file_id as a number":
		first["file_id"] = 8892
	}
	return success(object{"error_code": 0, "error_text": "", "items": items})
}

func (p *paper) exclude(on bool, body any) reply {
	iin, number := text(body, "iin"), text(body, "dbz_num")
	key := iin + " " + number
	if p.is("agreements are not told apart") {
		key = iin
	}
	if len(iin) != 12 {
		return coded(503, "Длина ИИН должна составлять 12 символов")
	}
	switch {
	case on && len([]rune(text(body, "title"))) > 500 && p.is("a title of any length"):
	case on:
		if !p.is("exclusions are not kept") {
			p.excluded[key] = true
		}
	case !p.excluded[key] && !p.is("anything can be taken off"):
		return coded(404, "Не найдены исключения по заданным критериям")
	case !p.is("off is not kept"):
		delete(p.excluded, key)
	}
	return coded(0, "")
}
