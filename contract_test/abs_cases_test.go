package contract_test

const (
	noClient  = "Клиент не найден"
	noLoan    = "Договор не найден"
	endedText = "Платежное требование уже отозвано, возвращено или исполнено"
)

var absCases = []entry{
	{"abs.get_cli", []way{
		by("found", ok(), ask()),
		by("not-found", result(unknownThing, noClient), stranger, ask()),
		by("malformed", malformedResult, ask(`/iinbin:`)),
	}},
	{"abs.get_acc", []way{
		by("found", ok(), ask()),
		by("none", ok(), given("abs.accounts", `{"iinbin": "000000000000", "none": true}`), ask()),
		by("not-found", result(unknownThing, noClient), stranger, ask()),
		by("malformed", malformedResult, ask(`/iinbin:`)),
	}},
	{"abs.get_acc_stmt_dt", []way{
		by("found", ok(), loadedLoan, ask()),
		by("none", ok(), loadedLoan, ask(`/dt: "2014-02-07"`)),
		by("not-found", result(unknownThing, noLoan), strictABS, ask()),
		by("malformed", malformedResult, ask(`/dt: "01.01.2020"`)),
	}},
	{"abs.get_pdf", []way{
		by("scan", document(), ask()),
		by("not-found", bare(404), loadedLoan, ask(`/dbz_num: "KD0000000001"`, `/iinbin: "${iin}"`)),
		by("malformed", malformedResult, ask(`/dbz_num:`)),
	}},
	{"abs.reg_pt", []way{
		by("registered", ok(), ask()),
		by("duplicate-refer", result(409, "Платежное требование с таким референсом уже зарегистрировано"), ask(), wantOutcome("registered"), ask(`/amount: 1`)),
		by("malformed", malformedResult, ask(`/amount: "2000000"`)),
	}},
	{"abs.refuse_pt", []way{
		by("refused", ok(), registered, ask()),
		by("unknown-refer", result(unknownThing, notFoundDemand), strictABS, ask()),
		by("unknown-reason", result(badValue, "Неизвестная причина отзыва"), strictABS, registered, ask(`/reason_code: "13"`)),
		by("wrong-state", result(409, endedText), strictABS, registered, ask(), wantOutcome("refused"), ask()),
		by("malformed", malformedResult, ask(`/reason_code: 1`)),
	}},
	{"abs.return_pt", []way{
		by("returned", ok(), registered, ask()),
		by("unknown-refer", result(unknownThing, notFoundDemand), strictABS, ask()),
		by("unknown-reason", result(badValue, "Неизвестная причина возврата"), strictABS, registered, ask(`/reason_code: "13"`)),
		by("wrong-state", result(409, endedText), strictABS, registered, askOf("abs.refuse_pt"), wantOutcome("refused"), ask()),
		by("malformed", malformedResult, ask(`/refer:`)),
	}},
	{"abs.colvir_get_loan_debt", []way{
		by("debt", ok(), loadedLoan, ask(`/dep_id: 555`, `/id: 666`)),
		by("not-found", result(unknownThing, noLoan), strictABS, ask()),
		by("malformed", malformedResult, ask(`/id: "1001"`)),
	}},
	{"abs.way4_get_loan_debt", []way{
		by("debt", ok(), loadedLoan, ask()),
		by("not-found", result(unknownThing, noLoan), strictABS, ask()),
		by("malformed", malformedResult, ask(`/contract_number: 1`)),
	}},
	{"abs.get_all_pt_from_abs", []way{
		by("page", ok(), registered, ask(`: {}`)),
		by("malformed", malformedResult, ask(`/perpage: "two"`)),
	}},
	{"abs.post_all_loan_exclude_to_eko", []way{
		by("accepted", ok(), ask()),
		by("malformed", malformedResult, ask(`/items/0/is_active: 1`)),
	}},
}

// stranger states that the samples' client is none of the bank's.
var stranger = given("abs.clients", `{"iinbin": "000000000000", "unknown": true}`)

// strictABS lets the ABS refuse what it does not know.
var strictABS = profile("abs.unknown", "error")

// registered is the demand of the documents' samples, registered.
var registered = steps(askOf("abs.reg_pt"), wantOutcome("registered"))
