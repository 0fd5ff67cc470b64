package abs

import "github.com/kzsim/kzsim/internal/contract"

// Reserved IINs have a birth date in 2099, so no person has them. The other keys
// are made of them: the account, the Colvir id and the contract number that such
// a person would have at the own bank.
const (
	strangerIIN      = "990101520010"
	strangerIBAN     = "KZ949989901015200101"
	strangerColvirID = "9901015200101"
	strangerContract = "KD9901015200101"

	emptyIIN      = "990101520020"
	emptyIBAN     = "KZ139989901015200201"
	emptyColvirID = "9901015200201"

	unscannedIIN = "990101520030"

	unknownReference = "PTP9901015200404"
	takenReference   = "PTP9901015200409"
	endedReference   = "PTP9901015200410"
	noReason         = "422"
)

func reserved() []contract.Reserved {
	var (
		people    = []string{"abs.get_cli", "abs.get_acc"}
		statement = []string{"abs.get_acc_stmt_dt"}
		endings   = []string{"abs.refuse_pt", "abs.return_pt"}
	)
	return []contract.Reserved{
		{On: people, Field: "iinbin", Value: strangerIIN, Outcome: notFound, About: "No client of the bank."},
		{On: []string{"abs.get_acc"}, Field: "iinbin", Value: emptyIIN, Outcome: none, About: "A client without accounts."},
		{On: []string{"abs.get_pdf"}, Field: "iinbin", Value: unscannedIIN, Outcome: notFound, About: "A client whose agreements were never scanned."},
		{On: statement, Field: "iban", Value: strangerIBAN, Outcome: notFound, About: "An account that does not exist."},
		{On: statement, Field: "id", Value: strangerColvirID, Outcome: notFound, About: "A loan that Colvir does not have."},
		{On: statement, Field: "iban", Value: emptyIBAN, Outcome: none, About: "An account without a line."},
		{On: statement, Field: "id", Value: emptyColvirID, Outcome: none, About: "A loan in Colvir without a line."},
		{On: []string{"abs.colvir_get_loan_debt"}, Field: "id", Value: strangerColvirID, Outcome: notFound, About: "A loan that Colvir does not have."},
		{On: []string{"abs.way4_get_loan_debt"}, Field: "contract_number", Value: strangerContract, Outcome: notFound, About: "A contract that Way4 does not have."},
		{On: []string{"abs.reg_pt"}, Field: "refer", Value: takenReference, Outcome: duplicate, About: "A reference that another demand has."},
		{On: endings, Field: "refer", Value: unknownReference, Outcome: referUnknown, About: "A demand that was not registered."},
		{On: endings, Field: "refer", Value: endedReference, Outcome: stateWrong, About: "A demand that is withdrawn, returned or executed."},
		{On: endings, Field: "reason_code", Value: noReason, Outcome: reasonUnknown, About: "A code that the catalogue of reasons does not have."},
	}
}
