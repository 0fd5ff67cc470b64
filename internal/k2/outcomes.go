package k2

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
)

// Codes that the documents print, and those assumed where the documents have none
// (400 wrong shape, 404 unknown, 422 bad value).
const (
	codePayments    = 1
	codeDuplicate   = 9
	codeIINLength   = 13
	codeIINLengthOf = 15 // of one row (ledger 37)
	codeExcludeIIN  = 503
	codeMalformed   = 400
	codeUnknown     = 404
	codeBadValue    = 422
)

const (
	schemaError = "k2/error.json"
	schemaRows  = "k2/row_errors.json"
)

// accepted is the success of an operation that only stores.
func accepted(schema string, arrange contract.Arranger) contract.Outcome {
	return contract.Outcome{
		Name: "accepted", Status: http.StatusOK, Schema: schema, Arrange: arrange,
		When:       "The request was taken; in a batch, every row of it.",
		Confidence: contract.Documented,
	}
}

func badIINLengthOfRow() contract.Outcome {
	const text = "Неверная длина ИИН"
	return contract.Outcome{
		Name: "bad-iin-length", Status: http.StatusOK, Schema: schemaRows,
		Code: codeIINLength, Text: text, Row: &contract.Row{Code: codeIINLengthOf, Text: text},
		When:       "The iinbin of a row is not twelve characters long; with strict_ids also when its control digit is wrong.",
		Confidence: contract.Documented, Ledger: []int{37, 38, 62},
	}
}

func badRowOutcome() contract.Outcome {
	const text = "Неверный формат строки"
	return contract.Outcome{
		Name: "bad-row", Unshaped: true, Status: http.StatusOK, Schema: schemaRows,
		Code: codeMalformed, Text: text, Row: &contract.Row{Code: codeMalformed, Text: text},
		When:       "A row lacks a required field, has one of another type, or a sum that is negative or finer than a tiyn.",
		Confidence: contract.Assumed, Ledger: []int{36, 38},
	}
}

// badRowOfLoan is also the answer to a text that is longer than the document lets
// it be.
func badRowOfLoan() contract.Outcome {
	o := badRowOutcome()
	o.When += " A segment of more than 20 letters is such a row, too."
	o.Ledger = append(o.Ledger, 87)
	return senseless(o, "overdue_days below 0 or a date in the future")
}

func badRowOfPayment() contract.Outcome {
	return senseless(badRowOutcome(), "an overpayment, a payment of nothing or towards a demand that has ended, or a currency other than the demand's")
}

// senseless is a bad row also for values that make no sense.
func senseless(o contract.Outcome, what string) contract.Outcome {
	o.When += " With k2.sense=error so is " + what + "."
	o.Ledger = append(o.Ledger, 125)
	return o
}

func duplicateTrnID() contract.Outcome {
	return contract.Outcome{
		Name: "duplicate-trn-id", Status: http.StatusOK, Schema: schemaRows,
		Code: codePayments, Text: "Обнаружены ошибки при приеме платежей",
		Row: &contract.Row{
			Code: codeDuplicate, Text: `pq: duplicate key value violates unique constraint "k2extreq_pay_trn_id_uindex"`,
		},
		When:       "A payment with the trn_id of a row is stored already, be it by an earlier row of the same batch.",
		Confidence: contract.Documented, Ledger: []int{37, 38, 88},
	}
}

func unknownRefer() contract.Outcome {
	return contract.Outcome{
		Name: "unknown-refer", Status: http.StatusOK, Schema: schemaRows,
		Code: codePayments, Text: "Обнаружены ошибки при приеме платежей",
		Row:        &contract.Row{Code: codeUnknown, Text: "Платежное требование не найдено"},
		When:       "With k2.unknown=error: no outgoing demand has the refer of a row.",
		Confidence: contract.Assumed, Ledger: []int{44},
	}
}

func unknownContract() contract.Outcome {
	const text = "Договор не найден"
	return contract.Outcome{
		Name: "unknown-contract", Status: http.StatusOK, Schema: schemaRows,
		Code: codeUnknown, Text: text, Row: &contract.Row{Code: codeUnknown, Text: text},
		When:       "With k2.unknown=error: no loan with the contract_number of a row was loaded.",
		Confidence: contract.Assumed, Ledger: []int{41},
	}
}

// found is the success of a search.
func found(schema string, arrange contract.Arranger) contract.Outcome {
	return contract.Outcome{
		Name: "found", Status: http.StatusOK, Schema: schema, Arrange: arrange,
		When: "There is something to show.", Confidence: contract.Documented,
	}
}

// none is the same success with nothing to show.
func none(schema string, ledger ...int) contract.Outcome {
	return contract.Outcome{
		Name: "none", Status: http.StatusOK, Schema: schema, Fixed: listBody[struct{}]{Items: []struct{}{}},
		When: "Nothing matches what was asked for.", Confidence: contract.Assumed, Ledger: ledger,
	}
}

// listBody is what a search answers, in the order of the samples.
type listBody[T any] struct {
	result
	Items []T `json:"items"`
}

func simpleError(name string, code int, text, when string, ledger ...int) contract.Outcome {
	return contract.Outcome{
		Name: name, Status: http.StatusOK, Schema: schemaError, Code: code, Text: text, When: when,
		Confidence: contract.Assumed, Ledger: ledger,
	}
}

func documented(o contract.Outcome) contract.Outcome {
	o.Confidence = contract.Documented
	return o
}

func unknownReference() contract.Outcome {
	return simpleError("unknown-reference", codeUnknown, "Платежное требование не найдено",
		"With k2.unknown=error: no incoming demand has the reference.", 44)
}

func unknownStatus() contract.Outcome {
	return simpleError("unknown-status", codeBadValue, "Неизвестный статус платежного требования",
		"With k2.unknown=error: the status_code is none of PC1, PC3 and EXECUTED.", 44)
}

func unknownReason() contract.Outcome {
	return simpleError("unknown-reason", codeBadValue, "Неизвестная причина возврата",
		"With k2.unknown=error: the reason_code is not in the list of reasons.", 44, 45)
}

const textExcludeIIN = "Длина ИИН должна составлять 12 символов"

func badIINLengthOfExclusion() contract.Outcome {
	return documented(simpleError("bad-iin-length", codeExcludeIIN, textExcludeIIN,
		"The IIN is not twelve characters long; with strict_ids also when its control digit is wrong.", 48, 62))
}

// The document shows this error of putting a loan on the list alone. Taking one
// off with such an IIN finds nothing, which is documented; so it is said under
// strict_ids only.
func badIINLengthOfRemoval() contract.Outcome {
	return simpleError("bad-iin-length", codeExcludeIIN, textExcludeIIN,
		"With strict_ids: the IIN is not twelve digits long or its control digit is wrong.", 62, 102)
}

// The maximum is documented, so it holds under every preset; K2's answer to a
// longer text is not documented.
func titleTooLong() contract.Outcome {
	return simpleError("title-too-long", codeBadValue, "Длина примечания не должна превышать 500 символов",
		"The title is longer than 500 characters.", 49)
}

func exclusionNotFound() contract.Outcome {
	return documented(simpleError("not-found", codeUnknown, "Не найдены исключения по заданным критериям",
		"The loan is not on the exclusion list.", 32))
}

func file() contract.Outcome {
	return contract.Outcome{
		Name: "file", Status: http.StatusOK, Arrange: arrangeFile,
		When: "There is a file with the code.", Confidence: contract.Documented, Ledger: []int{46, 99},
	}
}

func fileNotFound() contract.Outcome {
	o := simpleError("not-found", codeUnknown, "Файл не найден", "No file has the code.", 99)
	o.Status = http.StatusNotFound
	return o
}
