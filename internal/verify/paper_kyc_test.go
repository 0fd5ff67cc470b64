package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

func (p *paper) kyc(operation string, body any) reply {
	iin := text(body, "iin")
	switch document, isRequest := strings.CutPrefix(operation, "e-document/online-access/request/"); {
	case isRequest:
		return p.documentRequest(strings.TrimSuffix(document, "/"), iin, body)
	case operation == "info/kz/exec_proc_info/":
		if text(body, "api_key") == "" || iin == "" {
			return refused(400, "Client does not have subscription")
		}
		if iin != paperIIN && !p.is("everybody has proceedings") {
			return refused(404, "Subject not found")
		}
		return success(p.proceedings(iin))
	case operation == "address/approve/":
		return p.addressApprove(iin, body)
	case operation == "address/":
		return p.address(iin, body)
	case operation == "e-document/online-access/approve/":
		return p.documentApprove(body)
	}
	return noOperation
}

func (p *paper) proceedings(iin string) any {
	one := object{
		"exec_proc": "14501874", "exec_proc_num": "1164/20-75-3430", "ip_start_date": "2020-06-11T00:00:00.000+05:00",
		"il_date": "2020-05-22T00:00:00.000+05:00", "debtor_iin": iin, "debtor_name": "ЛЕОНАРДО", "debtor_secondname": "ДИКАПРИО",
		"il_organ_ru": "Нотариальная палата", "il_organ_kz": "Нотариальная палата", "category_ru": "Взыскание суммы", "category_kz": "Сомманы өндіру",
		"recovery_amount": "144167.000", "officer_surname": "ДЕПП", "officer_name": "ДЖОННИ", "officer_secondname": []string{"К", "А", "Ч", "Г"},
		"disa_name_ru": "ЧСИ", "disa_department_name_ru": "ЧСИ", "recoverer_type_ru": "Физическое лицо", "recoverer_type_kz": "Жеке тұлға",
		"recoverer_iin": "880514600789", "recoverer_surname": "ПИТТ", "recoverer_name": "БРЭД", "recoverer_secondname": "УИЛЬЯМОВИЧ",
	}
	switch p.wrong {
	case "a debtor's IIN as a number":
		one["debtor_iin"] = json.Number(iin)
	case "a negative sum":
		one["recovery_amount"] = "-144167.000"
	case "a Kazakh date":
		one["il_date"] = "22.05.2020"
	case "a date without a time":
		one["il_date"] = "2020-05-22"
	case "a debtor without a zero":
		one["debtor_iin"] = strings.TrimLeft(iin, "9")
	case "null for a claimant":
		one["recoverer_iin"] = nil
	case "an officer as an object":
		one["officer_secondname"] = object{"name": "К"}
	case "a claimant of both kinds":
		one["recoverer_bin"], one["recoverer_title"] = "210640000789", "ТОО"
	case "a sum with a comma":
		one["recovery_amount"] = "144167,000"
	case "a sum with an exponent":
		one["recovery_amount"] = "1.44167e5"
	}
	return []any{one}
}

func (p *paper) addressApprove(iin string, body any) reply {
	if text(body, "api_key") == "" || iin == "" {
		return refused(400, "Client does not have subscription")
	}
	answer := object{"backend_session_id": paperSession, "status": "PENDING", "expire_date": nil}
	if p.approved {
		p.polls++
		answer["status"], answer["expire_date"] = "VALID", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	}
	switch {
	case p.is("VALID without an end") && p.approved:
		answer["expire_date"] = nil
	case p.is("VALID that ran out") && p.approved:
		answer["expire_date"] = time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	case p.is("PENDING with an end") && !p.approved:
		answer["expire_date"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	case p.is("a status in lower case"):
		answer["status"] = strings.ToLower(answer["status"].(string))
	case p.is("VALID, then PENDING") && p.polls > 1:
		answer["status"], answer["expire_date"] = "PENDING", nil
	case p.is("another session each time"):
		p.requests++
		answer["backend_session_id"] = fmt.Sprintf("f1b5887b-5f91-417a-bf04-%012d", p.requests)
	case p.is("an end without a zone") && p.approved:
		answer["expire_date"] = "2030-01-01T12:59:15"
	case p.is("an end in seconds") && p.approved:
		answer["expire_date"] = 1893456000
	}
	return success(answer)
}

func (p *paper) address(iin string, body any) reply {
	known := text(body, "backend_session_id") == paperSession || p.is("any session has an address") || p.is("another session each time")
	if !known || !p.approved && !p.is("an address without consent") || p.fetched && !p.is("an address again and again") || iin != paperIIN && !p.is("an address for another IIN") {
		return refused(400, "Address data is empty or data already recieved")
	}
	p.fetched = true
	place := func(code, name string) object {
		return object{"code": code, "nameRu": name, "nameKz": name, "changeDate": "2008-03-01T13:21:44+06:00"}
	}
	found := object{"country": place("398", "КАЗАХСТАН"), "region": place("1910267", "ЖЕТЫСУСКИЙ"), "city": "Алматы", "street": "Пушкина", "building": "13", "flat": "1"}
	answer := object{"iin": iin, "address": found}
	switch p.wrong {
	case "an address in one line":
		answer["address"] = "КАЗАХСТАН, Алматы, Пушкина 13, 1"
	case "a building as a number":
		found["building"] = 13
	case "another person's address":
		answer["iin"] = otherIIN
	case "names in snake case":
		country := found["country"].(object)
		country["name_ru"] = country["nameRu"]
		delete(country, "nameRu")
	}
	return success(answer)
}

func (p *paper) documentRequest(document, iin string, body any) reply {
	if text(body, "api_key") == "" || iin == "" || text(body, "phone") == "" {
		return refused(400, "Client does not have subscription")
	}
	if iin != paperIIN {
		return refused(404, "Subject not found in CMDB")
	}
	p.requests++
	session := fmt.Sprintf("a1b5887b-5f91-417a-bf04-%012d", p.requests)
	if p.is("the first session for all documents") {
		session = fmt.Sprintf("a1b5887b-5f91-417a-bf04-%012d", 1)
	}
	if p.documents[session] == "" {
		p.documents[session] = document
	}
	return success(object{"backend_session_id": session})
}

func (p *paper) documentApprove(body any) reply {
	session := text(body, "backend_session_id")
	document, known := p.documents[session]
	switch {
	case p.is("a document for any session") && !known:
		document = "passport"
	case !known:
		return refused(400, "You have not sent a request for access to an e-document")
	case p.given[session] && !p.is("a document again and again"):
		return refused(400, "EDocument for this session has already been received")
	case text(body, "code") != "123456" && !p.is("any code opens"):
		return refused(424, "Government service error")
	}
	p.given[session] = true
	return success(p.document(document, body))
}

// document of a type, with the file that is wanted.
func (p *paper) document(document string, body any) object {
	b64 := base64.StdEncoding.EncodeToString
	answer := object{
		"document_type": document, "result_json": object{"number": "N1", "iin": paperIIN}, "face_photo": b64(jpegFile()),
		"qrcode": b64(pngFile()), "barcode": b64(pngFile()), "document_image": nil, "document_pdf": nil, "failure_reason": nil,
	}
	pdf := b64(pdfFile(document))
	switch p.wrong {
	case "a PDF as an URL of data":
		pdf = "data:application/pdf;base64," + pdf
	case "a PDF cut off":
		pdf = b64(pdfFile(document)[:200])
	case "Base64 in lines":
		pdf = pdf[:76] + "\n" + pdf[76:]
	case "Base64 in another alphabet":
		pdf = base64.URLEncoding.EncodeToString(append(pdfFile(document), "\xff\xff\xff\xff\xff"...))
	case "another document":
		answer["document_type"] = "hunter"
	case "data as text":
		answer["result_json"] = `{"number":"N1"}`
	case "a failure beside the document":
		answer["failure_reason"] = "Government service error"
	}
	fields, _ := body.(object)
	wanted, _ := fields["file"].(bool)
	if p.is("no file") {
		wanted = false
	}
	if p.is("a file that was not wanted") {
		wanted = true
	}
	switch {
	case wanted && (text(body, "file_type") != "image" || p.is("a PDF for an image")):
		answer["document_pdf"] = pdf
	case wanted:
		answer["document_image"] = b64(jpegFile())
		if p.is("a PNG for an image") {
			answer["document_image"] = b64(pngFile())
		}
	}
	return answer
}
