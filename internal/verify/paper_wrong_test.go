package verify_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// wrongPaper is a point in which the server that was written from the documents alone is
// wrong, with what the suite finds.
type wrongPaper struct {
	wrong           string
	findings, notes []string
}

var wrongPaperKYC = []wrongPaper{
	{"everybody has proceedings", []string{"kyc.info.exec_proc outcome status"}, nil},
	{"VALID without an end", []string{"kyc.address.approve type /expire_date"}, nil},
	{"VALID that ran out", []string{"kyc.address.approve behaviour /expire_date"}, nil},
	{"PENDING with an end", []string{"kyc.address.approve type /expire_date"}, nil},
	{"a status in lower case", []string{"kyc.address.approve format /status"}, nil},
	{"VALID, then PENDING", []string{"kyc.address.approve behaviour /status"}, nil},
	{"another session each time", []string{"kyc.address.get outcome status"}, []string{"kyc.address.approve behaviour /backend_session_id"}},
	{"an end without a zone", []string{"kyc.address.approve format /expire_date"}, nil},
	{"an end in seconds", []string{"kyc.address.approve type /expire_date"}, nil},
	{"any session has an address", []string{"kyc.address.get outcome status"}, nil},
	{"an address without consent", []string{"kyc.address.get outcome status"}, nil},
	{"an address again and again", []string{"kyc.address.get outcome status"}, nil},
	{"an address for another IIN", []string{"kyc.address.get outcome status"}, nil},
	{"the first session for all documents", []string{"kyc.edocument.approve behaviour /document_type"}, nil},
	{"a document for any session", []string{"kyc.edocument.approve outcome status"}, nil},
	{"a document again and again", []string{"kyc.edocument.approve outcome status"}, nil},
	{"any code opens", []string{"kyc.edocument.approve behaviour status"}, nil},
	{"no file", nil, []string{"kyc.edocument.approve outcome body"}},
	{"a file that was not wanted", []string{"kyc.edocument.approve outcome body"}, nil},
	{"a PDF for an image", []string{"kyc.edocument.approve outcome body"}, nil},
	{"a PNG for an image", []string{"kyc.edocument.approve behaviour /document_image"}, nil},
	{"a debtor's IIN as a number", []string{"kyc.info.exec_proc type /*/debtor_iin"}, nil},
	{"a negative sum", []string{"kyc.info.exec_proc format /*/recovery_amount"}, nil},
	{"a Kazakh date", []string{"kyc.info.exec_proc format /*/il_date"}, nil},
	{"a date without a time", []string{"kyc.info.exec_proc format /*/il_date"}, nil},
	{"a debtor without a zero", []string{"kyc.info.exec_proc behaviour /*/debtor_iin"}, nil},
	{"null for a claimant", []string{"kyc.info.exec_proc type /*/recoverer_iin"}, nil},
	{"an officer as an object", []string{"kyc.info.exec_proc type /*/officer_secondname"}, nil},
	{"a claimant of both kinds", []string{"kyc.info.exec_proc format /*"}, nil},
	{"a sum with a comma", []string{"kyc.info.exec_proc format /*/recovery_amount"}, nil},
	{"a sum with an exponent", []string{"kyc.info.exec_proc format /*/recovery_amount"}, nil},
	{"an address in one line", []string{"kyc.address.get type /address"}, nil},
	{"a building as a number", []string{"kyc.address.get type /address/building"}, nil},
	{"another person's address", []string{"kyc.address.get behaviour /iin"}, nil},
	{"names in snake case", []string{"kyc.address.get missing-field /address/country/nameRu", "kyc.address.get undocumented-field /address/country/name_ru"}, nil},
	{"a PDF as an URL of data", []string{"kyc.edocument.approve behaviour /document_pdf"}, nil},
	{"a PDF cut off", []string{"kyc.edocument.approve behaviour /document_pdf"}, nil},
	{"Base64 in lines", []string{"kyc.edocument.approve behaviour /document_pdf"}, nil},
	{"Base64 in another alphabet", []string{"kyc.edocument.approve behaviour /document_pdf"}, nil},
	{"another document", []string{"kyc.edocument.approve behaviour /document_type"}, nil},
	{"data as text", []string{"kyc.edocument.approve type /result_json"}, nil},
	{"a failure beside the document", nil, []string{"kyc.edocument.approve behaviour /failure_reason"}},
}

var wrongPaperK2 = []wrongPaper{
	{"the demands before", []string{"k2.k2extreq_by_dbz behaviour /items/*/loan_id$dbz_num"}, nil},
	{"the payment before", []string{"k2.k2extreq_pay_from_eko outcome /error_code", "k2.k2extreq_pay_from_eko behaviour /error_code"}, nil},
	{"a file that is gone", []string{"k2.getfile outcome status"}, nil},
	{"an IIN of any length", []string{"k2.k2loan_from_eko outcome /error_code"}, nil},
	{"errors that are text", []string{"k2.k2loan_from_eko type /errors"}, nil},
	{"no rows of the error", []string{"k2.k2loan_from_eko missing-field /errors"}, nil},
	{"errors beside success", []string{"k2.k2loan_from_eko undocumented-field /errors"}, nil},
	{"every row is wrong", []string{"k2.k2loan_from_eko behaviour /errors"}, nil},
	{"the number of the request as text", []string{"k2.k2loan_from_eko behaviour /errors/*/request_id"}, nil},
	{"the first error alone", []string{"k2.k2loan_from_eko behaviour /errors"}, nil},
	{"every payment after the first is a duplicate", []string{"k2.k2extreq_pay_from_eko behaviour /error_code"}, nil},
	{"a payment as often as one likes", []string{"k2.k2extreq_pay_from_eko outcome /error_code"}, nil},
	{"a payment that lowers nothing", nil, []string{"k2.k2extreq_by_dbz behaviour /items/*/paid_amount"}},
	{"a duplicate has another status", nil, []string{"k2.k2extreq_pay_from_eko status status"}},
	{"an agreement of any day", []string{"k2.k2extreq_by_dbz behaviour /items/*/loan_doc_at_fmt"}, nil},
	{"agreements are not told apart", []string{"k2.k2loan_exclude_off_by_iin_dbznum outcome /error_code"}, nil},
	{"a title of any length", nil, nil},
	{"exclusions are not kept", []string{"k2.k2loan_exclude_off_by_iin_dbznum outcome /error_code"}, nil},
	{"anything can be taken off", []string{"k2.k2loan_exclude_off_by_iin_dbznum outcome /error_code"}, nil},
	{"off is not kept", []string{"k2.k2loan_exclude_off_by_iin_dbznum outcome /error_code"}, nil},
	{"an IIN as a number of the client", []string{"k2.k2extreq_by_dbz type /items/*/cli_iin"}, nil},
	{"a debt with one decimal", nil, []string{"k2.k2extreq_by_dbz format /items/*/loan_debt"}},
	{"a negative debt in K2", nil, []string{"k2.k2extreq_by_dbz format /items/*/loan_debt"}},
	{"one id for two demands", nil, []string{"k2.k2extreq_by_dbz behaviour /items/*"}},
	{"another day of the agreement", []string{"k2.k2extreq_by_dbz behaviour /items/*/loan_doc_at_fmt"}, nil},
	{"a day that is none", []string{"k2.k2extreq_by_dbz behaviour /items/*/created_at_fmt"}, nil},
	{"an object for the items", []string{"k2.k2extreq_by_dbz type /items"}, nil},
	{"one file for two agreements", nil, []string{"k2.k2inforeq_rzap_by_refer behaviour /items/*/file_id"}},
	{"an url without an address", []string{"k2.k2inforeq_rzap_by_refer format /items/*/url"}, nil},
	{"a file_id without an url", []string{"k2.k2inforeq_rzap_by_refer missing-field /items/*/url"}, nil},
	{"an empty url", []string{"k2.k2inforeq_rzap_by_refer format /items/*/url"}, nil},
	{"a file_id as a number", []string{"k2.k2inforeq_rzap_by_refer type /items/*/file_id"}, nil},
}

var wrongPaperABS = []wrongPaper{
	{"the client before", []string{"abs.get_cli behaviour /iinbin"}, nil},
	{"the statement before", []string{"abs.get_acc_stmt_dt behaviour body", "abs.get_acc_stmt_dt behaviour /stmt"}, nil},
	{"UTF-8 is broken", []string{"abs.get_cli body body"}, nil},
	{"a byte order mark", []string{"abs.get_cli body body"}, nil},
	{"two values", []string{"abs.get_cli body body"}, nil},
	{"a comma too many", []string{"abs.get_cli body body"}, nil},
	{"single quotes", []string{"abs.get_cli body body"}, nil},
	{"every account has a statement", []string{"abs.get_acc_stmt_dt behaviour /stmt"}, nil},
	{"an error for a missing scan", nil, []string{"abs.get_pdf outcome body"}},
	{"an empty scan for a missing one", []string{"abs.get_pdf body body"}, nil},
	{"a demand as often as it is sent", []string{"abs.get_all_pt_from_abs behaviour body", "abs.get_all_pt_from_abs behaviour /*/refer"}, nil},
	{"iinbin filters nothing", []string{"abs.get_all_pt_from_abs behaviour /*/iinbin"}, nil},
	{"ben_bin filters nothing", []string{"abs.get_all_pt_from_abs behaviour /*/ben_bin"}, nil},
	{"doc_at1 filters nothing", []string{"abs.get_all_pt_from_abs behaviour /*/doc_at"}, nil},
	{"doc_at2 filters nothing", []string{"abs.get_all_pt_from_abs behaviour /*/doc_at"}, nil},
	{"the first day is left out", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the last day is left out", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the day of acceptance is filtered", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"two filters find nothing", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"an IIN as a number", []string{"abs.get_cli type /iinbin"}, nil},
	{"a flag as a boolean", []string{"abs.get_cli type /residfl"}, nil},
	{"an error's text beside success", []string{"abs.get_cli behaviour /error_text"}, nil},
	{"a name as null", []string{"abs.get_cli type /fullname"}, nil},
	{"a sector with a fraction", []string{"abs.get_cli type /sectecon"}, nil},
	{"a client in a list", []string{"abs.get_cli type body"}, nil},
	{"a client in an envelope", []string{"abs.get_cli missing-field body"}, nil},
	{"no content type", []string{"abs.get_cli header header Content-Type"}, nil},
	{"a client as text", []string{"abs.get_cli header header Content-Type"}, nil},
	{"a code of success that is no zero", []string{"abs.get_cli outcome /error_code"}, nil},
	{"the code of an error beside the client", []string{"abs.get_cli outcome /error_code"}, []string{"abs.get_cli undocumented-field body"}},
	{"two types", []string{"abs.get_cli header header Content-Type"}, nil},
	{"another encoding", []string{"abs.get_cli body body"}, nil},
	{"a blank name", nil, []string{"abs.get_cli behaviour /fullname"}},
	{"a third kind of resident", nil, []string{"abs.get_cli behaviour /residfl"}},
	{"the accounts of another", []string{"abs.get_acc behaviour /ibans"}, nil},
	{"one scan for all agreements", []string{"abs.get_pdf behaviour body"}, nil},
	{"one scan for all clients", nil, []string{"abs.get_pdf behaviour body"}},
	{"a scan that was text", []string{"abs.get_pdf body body"}, nil},
	{"a statement by all keys alone", []string{"abs.get_acc_stmt_dt behaviour body"}, nil},
	{"a debt with three decimals", nil, []string{"abs.colvir_get_loan_debt behaviour /debt", "abs.way4_get_loan_debt behaviour /debt"}},
	{"the table's key of a page alone", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the sample's key of a page alone", nil, []string{"abs.get_all_pt_from_abs behaviour body"}},
	{"every filter is required", []string{"abs.get_all_pt_from_abs outcome /error_code"}, nil},
	{"a filter is required by its status", []string{"abs.get_all_pt_from_abs status status"}, nil},
	{"no demand without a last day", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"no demand without a first day", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"one of two filters is enough", []string{
		"abs.get_all_pt_from_abs behaviour /*/ben_bin", "abs.get_all_pt_from_abs behaviour /*/doc_at", "abs.get_all_pt_from_abs behaviour /*/iinbin",
	}, nil},
	{"a count of what is left", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, nil},
	{"no count beyond the end", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, nil},
	{"a count below zero", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, []string{"abs.get_all_pt_from_abs format /*/all_count"}},
	{"a Kazakh date of a demand", []string{"abs.get_all_pt_from_abs format /*/doc_at"}, nil},
	{"tiyn are lost", []string{"abs.get_all_pt_from_abs behaviour /*/amount"}, nil},
	{"a sum of 32 bits", []string{"abs.get_all_pt_from_abs behaviour /*/amount"}, nil},
	{"a number without its zeros", []string{"abs.get_all_pt_from_abs behaviour /*/doc_num"}, nil},
	{"no Kazakh letters", []string{"abs.get_all_pt_from_abs behaviour /*/acc_fullname"}, nil},
	{"the last demand in each row", []string{"abs.get_all_pt_from_abs behaviour /*/doc_num", "abs.get_all_pt_from_abs behaviour /*/amount"}, nil},
	{"a withdrawal ends all", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"a status of 202", []string{"abs.get_cli status status"}, nil},
	{"an account with spaces", nil, []string{"abs.get_acc behaviour /ibans/*/iban"}},
	{"an account that is too short", nil, []string{"abs.get_acc behaviour /ibans/*/iban"}},
	{"a currency as a number", []string{"abs.get_acc type /ibans/*/cur"}, nil},
	{"a currency of two letters", nil, []string{"abs.get_acc behaviour /ibans/*/cur"}},
	{"a plan as a number", []string{"abs.get_acc type /ibans/*/ps"}, nil},
	{"one account twice", nil, []string{"abs.get_acc behaviour /ibans/*"}},
	{"an object for the accounts", []string{"abs.get_acc type /ibans"}, nil},
	{"a sum as a string", []string{"abs.get_acc_stmt_dt type /stmt/*/amount"}, nil},
	{"a sum below zero", nil, []string{"abs.get_acc_stmt_dt behaviour /stmt/*/amount"}},
	{"a disbursement that is a credit", []string{"abs.get_acc_stmt_dt behaviour /stmt/*/DC"}, nil},
	{"a letter in lower case", []string{"abs.get_acc_stmt_dt format /stmt/*/DC"}, nil},
	{"an empty statement", []string{"abs.get_acc_stmt_dt outcome body"}, nil},
	{"a letter in Cyrillic", []string{"abs.get_acc_stmt_dt format /stmt/*/DC"}, nil},
	{"letters in another case", []string{"abs.get_acc_stmt_dt missing-field /stmt/*/DC", "abs.get_acc_stmt_dt undocumented-field /stmt/*/dc"}, nil},
	{"a scan that is one line", []string{"abs.get_pdf body body"}, nil},
	{"a scan cut off", []string{"abs.get_pdf body body"}, nil},
	{"a scan without a type", []string{"abs.get_pdf header header Content-Type"}, nil},
	{"a scan for the browser", []string{"abs.get_pdf header header Content-Disposition"}, nil},
	{"a scan that is a picture", []string{"abs.get_pdf body body"}, nil},
	{"a scan in JSON", []string{"abs.get_pdf header header Content-Type"}, nil},
	{"a scan with a status of 206", []string{"abs.get_pdf status status"}, nil},
	{"a debt below zero", nil, []string{"abs.colvir_get_loan_debt behaviour /debt", "abs.way4_get_loan_debt behaviour /debt"}},
	{"a debt as a string", []string{"abs.colvir_get_loan_debt type /debt", "abs.way4_get_loan_debt type /debt"}, nil},
	{"a debt as null", []string{"abs.colvir_get_loan_debt type /debt", "abs.way4_get_loan_debt type /debt"}, nil},
	{"a debt that is not there", []string{"abs.colvir_get_loan_debt missing-field /debt", "abs.way4_get_loan_debt missing-field /debt"}, nil},
	{"demands are forgotten", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"one demand is kept", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"a purpose cut off", []string{"abs.get_all_pt_from_abs behaviour /*/purpose"}, nil},
	{"letters that are lost", []string{"abs.get_all_pt_from_abs behaviour /*/acc_fullname"}, nil},
	{"an amount that is rounded", []string{"abs.get_all_pt_from_abs behaviour /*/amount"}, nil},
	{"zeros that are lost", []string{"abs.get_all_pt_from_abs behaviour /*/ben_kbe"}, nil},
	{"the day before", []string{"abs.get_all_pt_from_abs behaviour /*/dbz_dt"}, nil},
	{"the day of acceptance for the document's", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"an amount as text", []string{"abs.get_all_pt_from_abs type /*/amount"}, nil},
	{"dates with a time", []string{"abs.get_all_pt_from_abs format /*/dbz_dt"}, nil},
	{"pages from zero", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"pages that overlap", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"a row lost between pages", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"all on each page", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the first page again", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the last row is lost", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"the newest page first, and unstable", []string{"abs.get_all_pt_from_abs behaviour body"}, nil},
	{"a count of the page's rows", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, nil},
	{"a count of one more", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, nil},
	{"a count as text", []string{"abs.get_all_pt_from_abs type /*/all_count"}, nil},
	{"a count of pages", []string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, nil},
	{"no count", []string{"abs.get_all_pt_from_abs format body", "abs.get_all_pt_from_abs missing-field /*"}, nil},
	{"the count comes last", []string{"abs.get_all_pt_from_abs missing-field /*"}, nil},
	{"null for no rows", []string{"abs.get_all_pt_from_abs header header Content-Type"}, nil},
	{"an error for no rows", []string{"abs.get_all_pt_from_abs outcome /error_code"}, nil},
}

// paperNotes are of every server whose authors had the documents alone: no document says
// how these requests are refused.
var paperNotes = []string{"k2.k2loan_exclude_on_by_iin_dbznum outcome /error_code", "abs.reg_pt outcome /error_code"}

// Half of the points show only in several answers: what is kept, counted, paged, asked
// before or used up.
func TestWrongServersFromTheDocuments(t *testing.T) {
	said := goldenMessages(t, "paper.txt")
	right := []wrongPaper{{wrong: "nothing"}}
	for _, w := range slices.Concat(right, wrongPaperKYC, wrongPaperK2, wrongPaperABS) {
		t.Run(w.wrong, func(t *testing.T) {
			t.Parallel()
			p := newPaper(w.wrong)
			report := verified(t, p, aboutPaper(p))
			if diff := cmp.Diff(w.findings, lines(report.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			notes := slices.DeleteFunc(lines(report.Notes), func(line string) bool { return slices.Contains(paperNotes, line) })
			if diff := cmp.Diff(w.notes, notes, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if report.Good != (len(w.findings) == 0) {
				t.Errorf("good: %v", report.Good)
			}
			said.addFindings(w.wrong, report)
		})
	}
}

// aboutPaper is what the target file says of the server. Malformed requests are left out:
// no document says how they are refused.
func aboutPaper(p *paper) func(*verify.Options) {
	return func(o *verify.Options) {
		o.Target = whole("http://paper.test")
		quick(o)
		o.Kinds = []string{verify.WellFormed, verify.Flow}
		o.Person, o.Target.Wait, o.Target.ControlToken = paperPerson{p}, time.Second, ""
		o.Target.Allow, o.Operations = []string{"*"}, newPaper("").serves(o.Table)
		o.Target.Subjects = []target.Subject{{
			IIN: paperIIN, Phone: "77011234567", Documents: []string{"passport", "identity_card", "driver_license"},
		}}
		kyc := o.Target.Services["kyc"]
		kyc.APIKey = "key-of-the-organisation-00000000000000000000000"
		o.Target.Services["kyc"] = kyc
		o.Target.References = map[string]map[string]any{
			"abs.get_acc_stmt_dt":      {"dep_id": 555, "id": 666, "iban": "KZ71563D601200019058", "dt": "2020-01-01"},
			"abs.get_pdf":              {"dbz_num": "KD0000000001", "dbz_dt": "2014-02-08"},
			"abs.colvir_get_loan_debt": {"dep_id": 555, "id": 666}, "abs.way4_get_loan_debt": {"contract_number": "KD0000000001"},
			"k2.k2extreq_by_dbz":         {"contract_number": "KD0000000001", "dbz_dt": "2014-02-08"},
			"k2.k2inforeq_rzap_by_refer": {"refer": "HSBKRX0000000001"}, "k2.getfile": {"code": paperScan},
		}
		o.Target.Absent = map[string]map[string]any{
			"abs.get_cli": {"iinbin": otherIIN}, "abs.get_acc": {"iinbin": otherIIN}, "abs.way4_get_loan_debt": {"contract_number": "KD9"},
			"abs.get_pdf": {"dbz_num": "KD9"}, "abs.get_acc_stmt_dt": {"iban": "KZ00", "dep_id": 1, "id": 2, "dt": "2019-01-01"},
			"kyc.info.exec_proc": {"iin": otherIIN}, "k2.k2extreq_by_dbz": {"contract_number": "KD9"},
		}
	}
}

// paperPerson answers the messages of the server.
type paperPerson struct{ p *paper }

// Approve implements verify.Person.
func (a paperPerson) Approve(context.Context, string, string) error {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.p.approved = true
	return nil
}

// Code implements verify.Person.
func (a paperPerson) Code(context.Context, string) (string, error) { return "123456", nil }
