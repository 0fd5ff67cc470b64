package contract_test

const (
	wrongShape   = 400 // assumed, as the next three
	unknownThing = 404
	badValue     = 422

	notFoundDemand = "Платежное требование не найдено"
	paymentErrors  = "Обнаружены ошибки при приеме платежей"
	duplicateKey   = `pq: duplicate key value violates unique constraint "k2extreq_pay_trn_id_uindex"`
	badRowText     = "Неверный формат строки"
	badLength      = "Неверная длина ИИН"
	badLengthOfOne = "Длина ИИН должна составлять 12 символов"
)

var malformedResult = result(wrongShape, "")

var badRow = result(wrongShape, badRowText).eachRow(wrongShape, badRowText)

var k2Cases = []entry{
	{"k2.k2loan_from_eko", []way{
		by("accepted", ok(), ask()),
		by("bad-iin-length", result(13, badLength).eachRow(15, badLength), ask(`/0/iinbin: "00000000000"`)),
		by("bad-row", badRow, ask(`/0/debt:`)),
		by("malformed", malformedResult, ask(`: {"items": []}`)),
	}},
	{"k2.k2extreq_pay_from_eko", []way{
		by("accepted", ok(), ask()),
		by("duplicate-trn-id", result(1, paymentErrors).eachRow(9, duplicateKey), ask(), wantOutcome("accepted"), ask()),
		by("unknown-refer", result(1, paymentErrors).eachRow(unknownThing, notFoundDemand), refuseUnknown, ask()),
		by("bad-row", badRow, ask(`/items/1/amount: "2000000"`)),
		by("malformed", malformedResult, ask(`: []`)),
	}},
	{"k2.k2loan_sync_debt", []way{
		by("accepted", ok(), loadedLoan, ask()),
		by("unknown-contract", result(unknownThing, "Договор не найден").eachRow(unknownThing, "Договор не найден"), refuseUnknown, ask()),
		by("bad-row", badRow, ask(`/0: {}`)),
		by("malformed", malformedResult, ask(`: "[]"`)),
	}},
	{"k2.k2extreq_by_dbz", []way{
		by("found", ok(), loadedLoan, ask(`/dbz_dt: "2014-02-08"`)),
		by("none", ok(), loadedLoan, ask()),
		by("malformed", malformedResult, ask(`/dbz_dt: 20210101`)),
	}},
	{"k2.k2req_status_from_eko", []way{
		by("accepted", ok(), incomingDemand, ask()),
		by("unknown-reference", result(unknownThing, notFoundDemand), refuseUnknown, ask()),
		by("unknown-status", result(badValue, "Неизвестный статус платежного требования"), refuseUnknown, incomingDemand, ask(`/status_code: "PC9"`)),
		by("malformed", malformedResult, ask(`/status_code:`)),
	}},
	{"k2.k2req_return_from_eko", []way{
		by("accepted", ok(), incomingDemand, ask()),
		by("unknown-reference", result(unknownThing, notFoundDemand), refuseUnknown, ask()),
		by("unknown-reason", result(badValue, "Неизвестная причина возврата"), refuseUnknown, incomingDemand, ask(`/reason_code: "100"`)),
		by("malformed", malformedResult, ask(`/reason_code: 1`)),
	}},
	{"k2.k2inforeq_rzap_by_refer", []way{
		by("found", ok(), ask()),
		by("none", ok(), ask(`/refer: "HSBKRX0000000004"`)),
		by("malformed", malformedResult, ask(`: {}`)),
	}},
	{"k2.k2loan_exclude_on_by_iin_dbznum", []way{
		by("accepted", ok(), ask()),
		by("bad-iin-length", result(503, badLengthOfOne), ask(`/iin: "0000000000000"`)),
		by("title-too-long", result(badValue, "Длина примечания не должна превышать 500 символов"), ask(`/title: "${501 runes}"`)),
		by("malformed", malformedResult, ask(`/return_extreq: "false"`)),
	}},
	{"k2.k2loan_exclude_off_by_iin_dbznum", []way{
		by("accepted", ok(), askOf("k2.k2loan_exclude_on_by_iin_dbznum", `/dbz_num: "KD0000000000"`), ask()),
		by("not-found", result(404, "Не найдены исключения по заданным критериям"), ask()),
		by("bad-iin-length", result(503, badLengthOfOne), profile("strict_ids", "on"), ask()),
		by("malformed", malformedResult, ask(`/dbz_num:`)),
	}},
	{"k2.getfile", []way{
		by("file", document(), ask()),
		by("not-found", result(404, "Файл не найден").at(404), ask(`/code: "CUST-00000000-0000-4000-8000-000000000000"`)),
		by("malformed", malformedResult, ask(`/code:`)),
	}},
}

// refuseUnknown lets K2 refuse what it does not know.
var refuseUnknown = profile("k2.unknown", "error")

// loadedLoan is the loan of the documents' samples, loaded with its debt.
var loadedLoan = steps(askOf("k2.k2loan_from_eko"), wantOutcome("accepted"))

// incomingDemand is that of the documents' samples, known to K2.
var incomingDemand = given("k2.incoming", `{"reference": "PTP00000000001"}`)
