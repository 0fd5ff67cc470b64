package k2

import (
	"net/http"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

const run = "/restapi/services/run/"

func source(section string) contract.Source { return contract.Source{Document: "K2", Section: section} }

func operations() []contract.Operation {
	return slices.Concat(loanOperations(), incomingOperations(), exclusionOperations(), fileOperations())
}

// loanOperations are about loans, and the demands that K2 makes for them.
func loanOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "k2.k2loan_from_eko", Method: http.MethodPost, Path: run + "k2loan_from_eko",
			Summary: "Load or update overdue loans.",
			Source:  source("Сервис приема сведений о просроченной задолженности"),
			Effect:  contract.Writes, Request: "k2/k2loan_from_eko.request.json", Batch: true, Normalise: asArray,
			Outcomes: []contract.Outcome{
				accepted("k2/k2loan_from_eko.response.json", dropRefused), badIINLengthOfRow(), badRowOfLoan(),
			},
			Handle: contract.JSON(loadLoans), Ledger: []int{32, 33, 34, 35, 36, 37, 38, 39, 86, 87, 89, 91, 121, 123, 125, 127, 128},
		},
		{
			ID: "k2.k2extreq_pay_from_eko", Method: http.MethodPost, Path: run + "k2extreq_pay_from_eko",
			Summary: "Tell of payments towards outgoing payment demands.",
			Source:  source("Сервис приема платежей по исходящим платежным требованиям"),
			Effect:  contract.Writes, Request: "k2/k2extreq_pay_from_eko.request.json",
			Batch: true, Rows: "/items", Normalise: asItems,
			Outcomes: []contract.Outcome{
				accepted("k2/k2extreq_pay_from_eko.response.json", dropRefused),
				duplicateTrnID(), unknownRefer(), badRowOfPayment(),
			},
			Handle: contract.JSON(takePayments), Ledger: []int{32, 36, 37, 38, 39, 40, 44, 88, 89, 125, 126},
		},
		{
			ID: "k2.k2loan_sync_debt", Method: http.MethodPost, Path: run + "k2loan_sync_debt",
			Summary: "Set the debts of loans.",
			Source:  source("Сервис актуализации информации о долге"),
			Effect:  contract.Writes, Request: "k2/k2loan_sync_debt.request.json", Batch: true, Normalise: asArray,
			Outcomes: []contract.Outcome{
				accepted("k2/k2loan_sync_debt.response.json", dropRefused), unknownContract(), badRowOutcome(),
			},
			Handle: contract.JSON(syncDebts), Ledger: []int{32, 36, 37, 38, 39, 41, 86, 123},
		},
		{
			ID: "k2.k2extreq_by_dbz", Method: http.MethodPost, Path: run + "k2extreq_by_dbz",
			Summary: "List the outgoing payment demands of a loan agreement.",
			Source:  source("Сервис получения информации о исходящих платежных поручениях по Дате и номеру ДБЗ"),
			Effect:  contract.Reads, Request: "k2/k2extreq_by_dbz.request.json",
			Outcomes: []contract.Outcome{
				found("k2/k2extreq_by_dbz.response.json", arrangeDemands), none("k2/k2extreq_by_dbz.response.json", 42),
			},
			Handle: contract.JSON(listDemands), Ledger: []int{32, 36, 42, 43, 65, 86, 91, 94, 95, 96, 123, 131, 132, 133, 134, 135, 136},
		},
	}
}

// incomingOperations are about the demands and registries of other banks.
func incomingOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "k2.k2req_status_from_eko", Method: http.MethodPost, Path: run + "k2req_status_from_eko",
			Summary: "Tell what the bank did with an incoming payment demand.",
			Source:  source("Сервис приема статусов входящего платежного требования"),
			Effect:  contract.Writes, Request: "k2/k2req_status_from_eko.request.json",
			Outcomes: []contract.Outcome{
				accepted("k2/k2req_status_from_eko.response.json", arrangeStatus), unknownReference(), unknownStatus(),
			},
			Handle: contract.JSON(takeStatus), Ledger: []int{32, 44, 92, 93, 129, 130},
		},
		{
			ID: "k2.k2req_return_from_eko", Method: http.MethodPost, Path: run + "k2req_return_from_eko",
			Summary: "Return an incoming payment demand.",
			Source:  source("Сервис приема возврата входящего платежного требования"),
			Effect:  contract.Writes, Request: "k2/k2req_return_from_eko.request.json",
			Outcomes: []contract.Outcome{
				accepted("k2/k2req_return_from_eko.response.json", arrangeReturn), unknownReference(), unknownReason(),
			},
			Handle: contract.JSON(takeReturn), Ledger: []int{32, 44, 45, 92, 93, 129},
		},
		{
			ID: "k2.k2inforeq_rzap_by_refer", Method: http.MethodPost, Path: run + "k2inforeq_rzap_by_refer",
			Summary: "List the loan agreements of an incoming registry (RZAP) with their scans.",
			Source:  source("Сервис для получения информации о сканах документов по референсу входящего RZAP"),
			Effect:  contract.Reads, Request: "k2/k2inforeq_rzap_by_refer.request.json",
			Outcomes: []contract.Outcome{
				found("k2/k2inforeq_rzap_by_refer.response.json", arrangeRegistry),
				none("k2/k2inforeq_rzap_by_refer.response.json", 118),
			},
			Handle: contract.JSON(listAgreements), Ledger: []int{32, 46, 47, 98, 118},
		},
	}
}

// exclusionOperations change the list of excluded loans.
func exclusionOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "k2.k2loan_exclude_on_by_iin_dbznum", Method: http.MethodPost, Path: run + "k2loan_exclude_on_by_iin_dbznum",
			Summary: "Put a loan on the exclusion list.",
			Source:  source("Включить в список запретов по кредитам"),
			Effect:  contract.Writes, Request: "k2/k2loan_exclude_on_by_iin_dbznum.request.json",
			Outcomes: []contract.Outcome{
				accepted("k2/k2loan_exclude_on_by_iin_dbznum.response.json", arrangeExclusion),
				badIINLengthOfExclusion(), titleTooLong(),
			},
			Handle: contract.JSON(excludeLoan), Ledger: []int{32, 48, 49, 61, 100, 101, 123, 124},
		},
		{
			ID: "k2.k2loan_exclude_off_by_iin_dbznum", Method: http.MethodPost, Path: run + "k2loan_exclude_off_by_iin_dbznum",
			Summary: "Take a loan off the exclusion list.",
			Source:  source("Убрать из списка исключений договор по ИИН и номеру договора"),
			Effect:  contract.Writes, Request: "k2/k2loan_exclude_off_by_iin_dbznum.request.json",
			Outcomes: []contract.Outcome{
				accepted("k2/k2loan_exclude_off_by_iin_dbznum.response.json", arrangeRemoval),
				exclusionNotFound(), badIINLengthOfRemoval(),
			},
			Handle: contract.JSON(includeLoan), Ledger: []int{32, 61, 101, 102, 124},
		},
	}
}

// fileOperations serve the scans of loan agreements.
func fileOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "k2.getfile", Method: http.MethodGet, Path: "/restapi/getfile",
			Summary: "Download the scan of a loan agreement, by the url of an RZAP item.",
			Source:  source("Сервис для получения информации о сканах документов по референсу входящего RZAP"),
			Effect:  contract.Reads, Request: "k2/getfile.request.json",
			Outcomes: []contract.Outcome{file(), fileNotFound()},
			Handle:   contract.JSON(getFile), Ledger: []int{46, 99, 122},
		},
	}
}
