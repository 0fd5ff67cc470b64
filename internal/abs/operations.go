package abs

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// operations are the entries, in the document's order.
func operations() []contract.Operation {
	return slices.Concat(clientOperations(), demandOperations(), debtOperations(), listOperations())
}

func clientOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "abs.get_cli", Method: "GET", Path: "/abs/get_cli", Effect: contract.Reads,
			Summary:  "Tell who a client is.",
			Source:   section("Получить информацию по клиенту"),
			Request:  "abs/get_cli.request.json",
			Outcomes: []contract.Outcome{clientFound, clientNotFound},
			Handle:   contract.JSON(getClient),
			Ledger:   []int{51, 62, 103, 104, 121},
		},
		{
			ID: "abs.get_acc", Method: "GET", Path: "/abs/get_acc", Effect: contract.Reads,
			Summary:  "List a client's accounts.",
			Source:   section("Список счетов по клиенту"),
			Request:  "abs/get_acc.request.json",
			Outcomes: []contract.Outcome{accountsFound, noAccounts, clientNotFound},
			Handle:   contract.JSON(getAccounts),
			Ledger:   []int{51, 62, 87, 103, 121},
		},
		{
			ID: "abs.get_acc_stmt_dt", Method: "GET", Path: "/abs/get_acc_stmt_dt", Effect: contract.Reads,
			Summary:  "Show a loan account's statement to a date.",
			Source:   section("Получить выписку по счету на Дату"),
			Request:  "abs/get_acc_stmt_dt.request.json",
			Outcomes: []contract.Outcome{statementFound, noStatement, loanNotFound(53)},
			Handle:   contract.JSON(getStatement),
			Ledger:   []int{35, 52, 53, 103, 105, 106, 121},
		},
		{
			ID: "abs.get_pdf", Method: "GET", Path: "/abs/get_pdf", Effect: contract.Reads,
			Summary:  "Fetch the scan of a loan agreement.",
			Source:   section("Получить Скан ДБЗ"),
			Request:  "abs/get_pdf.request.json",
			Outcomes: []contract.Outcome{scanFound, scanNotFound},
			Handle:   contract.JSON(getScan),
			Ledger:   []int{51, 52, 54, 62, 103, 107, 121},
		},
	}
}

func demandOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "abs.reg_pt", Method: "POST", Path: "/abs/reg_pt", Effect: contract.Writes,
			Summary:  "Register a payment demand.",
			Source:   section("Регистрация ПТ в информационной системе банка"),
			Request:  "abs/reg_pt.request.json",
			Outcomes: []contract.Outcome{demandRegistered, duplicateRefer},
			Handle:   contract.JSON(registerDemand),
			Ledger:   []int{51, 52, 59, 60, 62, 92, 103, 108, 109, 129},
		},
		{
			ID: "abs.refuse_pt", Method: "POST", Path: "/abs/refuse_pt", Effect: contract.Writes,
			Summary:  "Withdraw a registered payment demand.",
			Source:   section("Отзыв ПТ в информационной системе банка"),
			Request:  "abs/refuse_pt.request.json",
			Outcomes: []contract.Outcome{demandRefused, unknownRefer, unknownRefusalReason, wrongState},
			Handle:   contract.JSON(refuseDemand),
			Ledger:   []int{45, 60, 103, 111, 129},
		},
		{
			ID: "abs.return_pt", Method: "POST", Path: "/abs/return_pt", Effect: contract.Writes,
			Summary:  "Return a registered payment demand.",
			Source:   section("Возврат ПТ в информационной системе банка"),
			Request:  "abs/return_pt.request.json",
			Outcomes: []contract.Outcome{demandReturned, unknownRefer, unknownReturnReason, wrongState},
			Handle:   contract.JSON(returnDemand),
			Ledger:   []int{45, 60, 103, 111, 129},
		},
	}
}

func debtOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "abs.colvir_get_loan_debt", Method: "POST", Path: "/abs/colvir_get_loan_debt", Effect: contract.Reads,
			Summary:  "Tell the debt of a loan in Colvir.",
			Source:   section("Получение актуальной задолженности по кредиту из Colvir"),
			Request:  "abs/colvir_get_loan_debt.request.json",
			Outcomes: []contract.Outcome{colvirDebt, loanNotFound(117)},
			Handle:   contract.JSON(getColvirDebt),
			Ledger:   []int{55, 103, 110, 117, 121},
		},
		{
			ID: "abs.way4_get_loan_debt", Method: "POST", Path: "/abs/way4_get_loan_debt", Effect: contract.Reads,
			Summary:  "Tell the debt of a loan in Way4.",
			Source:   section("Получение актуальной задолженности по кредиту из Way4"),
			Request:  "abs/way4_get_loan_debt.request.json",
			Outcomes: []contract.Outcome{way4Debt, loanNotFound(56)},
			Handle:   contract.JSON(getWay4Debt),
			Ledger:   []int{55, 56, 103, 110, 121},
		},
	}
}

func listOperations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "abs.get_all_pt_from_abs", Method: "POST", Path: "/abs/get_all_pt_from_abs", Effect: contract.Reads,
			Summary:  "List the registered payment demands, filtered and paged.",
			Source:   section("Получение списка платежных требований из АБС по фильтру"),
			Request:  "abs/get_all_pt_from_abs.request.json",
			Outcomes: []contract.Outcome{demandPage},
			Handle:   contract.JSON(listDemands),
			Ledger:   []int{36, 52, 57, 58, 59, 103, 108, 109, 112, 113, 130},
		},
		{
			ID: "abs.post_all_loan_exclude_to_eko", Method: "POST", Path: "/abs/post_all_loan_exclude_to_eko", Effect: contract.Writes,
			Summary:  "Take K2's whole list of exclusions.",
			Source:   section("Выгрузка списка исключений из К2 в ЕКО"),
			Request:  "abs/post_all_loan_exclude_to_eko.request.json",
			Outcomes: []contract.Outcome{exclusionsAccepted},
			Handle:   contract.JSON(replaceExclusions),
			Ledger:   []int{49, 61, 62, 103, 114, 115, 116, 124},
		},
	}
}

func section(title string) contract.Source {
	return contract.Source{Document: "ABS", Section: title}
}
