package k2

import "github.com/kzsim/kzsim/internal/contract"

// reserved values cause an outcome without any set-up. The IINs have a
// right control digit and a birth date in 2099, so no person has them.
func reserved() []contract.Reserved {
	return []contract.Reserved{
		{
			On: []string{"k2.k2loan_from_eko"}, Field: "iinbin", Value: "990101510013",
			Outcome: "bad-iin-length", About: "K2 refuses the loans of this client for the length of the IIN.",
		},
		{
			On:    []string{"k2.k2loan_exclude_on_by_iin_dbznum", "k2.k2loan_exclude_off_by_iin_dbznum"},
			Field: "iin", Value: "990101510013",
			Outcome: "bad-iin-length", About: "K2 refuses exclusions of this client for the length of the IIN.",
		},
		{
			On: []string{"k2.k2loan_exclude_on_by_iin_dbznum"}, Field: "iin", Value: "990101510023",
			Outcome: "title-too-long", About: "K2 finds every reason to exclude this client's loans too long.",
		},
		{
			On: []string{"k2.k2loan_exclude_off_by_iin_dbznum"}, Field: "iin", Value: "990101510033",
			Outcome: "not-found", About: "No loan of this client is ever on the exclusion list.",
		},
		{
			On: []string{"k2.k2extreq_pay_from_eko"}, Field: "refer", Value: "PTPJ000000000901",
			Outcome: "duplicate-trn-id", About: "Every payment towards this demand is known already.",
		},
		{
			On: []string{"k2.k2extreq_pay_from_eko"}, Field: "trn_id", Value: "9000000000901",
			Outcome: "duplicate-trn-id", About: "The payment with this trn_id is known already.",
		},
		{
			On: []string{"k2.k2extreq_pay_from_eko"}, Field: "refer", Value: "PTPJ000000000902",
			Outcome: "unknown-refer", About: "K2 knows no such outgoing demand and says so.",
		},
		{
			On: []string{"k2.k2loan_sync_debt"}, Field: "contract_number", Value: "KD0000000901",
			Outcome: "unknown-contract", About: "K2 knows no such loan and says so.",
		},
		{
			On: []string{"k2.k2extreq_by_dbz"}, Field: "contract_number", Value: "KD0000000902",
			Outcome: "none", About: "The agreement never has a demand.",
		},
		{
			On:    []string{"k2.k2req_status_from_eko", "k2.k2req_return_from_eko"},
			Field: "reference", Value: "PTP00000000901",
			Outcome: "unknown-reference", About: "K2 knows no such incoming demand and says so.",
		},
		{
			On: []string{"k2.k2inforeq_rzap_by_refer"}, Field: "refer", Value: "HSBKRX0000000901",
			Outcome: "none", About: "The registry is empty.",
		},
		{
			On: []string{"k2.getfile"}, Field: "code", Value: "CUST-00000000-0000-4000-8000-000000000901",
			Outcome: "not-found", About: "The file is gone.",
		},
	}
}
