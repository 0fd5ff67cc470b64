package k2

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// loanFile is the bank's answers about a loan's agreement: its scan and, after the scan's
// pages, the statement of the account (ledger 122).
type loanFile struct {
	Content []byte    `json:"content"`         // the file; empty if there is none
	Lacks   string    `json:"lacks,omitempty"` // what it lacks, and why
	At      time.Time `json:"at"`
}

// Clone copies what the value shares.
func (f loanFile) Clone() loanFile {
	f.Content = bytes.Clone(f.Content)
	return f
}

var (
	loanFiles = store.Define[loanFile]("k2.loan-files") // by contract number
	// scanBytes is how many bytes the scans have together, under one key.
	scanBytes = store.Define[int64]("k2.scan-bytes")
)

// mostScanBytes is how many bytes of scans a sandbox keeps.
const mostScanBytes = 32 << 20

// keepScan of a loan's agreement as get_pdf has answered it. It replaces the file of an
// earlier answer.
func keepScan(c *contract.Call, loan world.Loan, heard contract.Heard) {
	kept, _ := scanBytes.Get(c.Tx, "")
	f := loanFile{Content: heard.File, At: c.Now}
	switch {
	case heard.Outcome != "scan":
		f.Lacks = "the scan: the bank's archive has none"
	case len(heard.File) == 0:
		f.Lacks = "the scan: it is empty, or longer than 2 MiB"
	case kept+int64(len(heard.File)) > mostScanBytes:
		f.Content, f.Lacks = nil, "the scan: the sandbox keeps 32 MiB of scans"
	}
	putLoanFile(c, loan, f)
}

func putLoanFile(c *contract.Call, loan world.Loan, f loanFile) {
	old, _ := loanFiles.Look(c.Tx, loan.ContractNumber)
	if growth := len(f.Content) - len(old.Content); growth != 0 {
		kept, _ := scanBytes.Get(c.Tx, "")
		scanBytes.Put(c.Tx, "", kept+int64(growth))
	}
	loanFiles.Put(c.Tx, loan.ContractNumber, f)
}

// appendStatement to the scan of a loan, as get_acc_stmt_dt has answered it.
func appendStatement(c *contract.Call, loan world.Loan, heard contract.Heard) {
	f, ok := loanFiles.Get(c.Tx, loan.ContractNumber)
	if !ok || len(f.Content) == 0 {
		return
	}
	if lines := statementLines(heard.Body); len(lines) == 0 {
		f.Lacks = "the statement: the bank has none"
	} else if whole, err := papers.AppendPDF(f.Content, statementOf(loan, lines).PDF()); err != nil {
		f.Lacks = "the statement, which can't stand behind this scan: " + err.Error()
	} else {
		f.Content = whole
	}
	f.At = c.Now
	putLoanFile(c, loan, f)
}

func statementOf(loan world.Loan, lines []papers.StatementLine) papers.Statement {
	borrower := papers.Party{Name: loan.FullName, Kind: "ИИН", ID: loan.IINBIN, Account: loan.IBAN}
	if population.IsBIN(loan.IINBIN) {
		borrower.Kind = "БИН"
	}
	return papers.Statement{Agreement: loan.DbzNumber, Date: loan.DbzDate, Borrower: borrower, Lines: lines}
}

// statementLines of an answer of get_acc_stmt_dt.
func statementLines(body []byte) (lines []papers.StatementLine) {
	var told struct {
		Stmt []struct {
			Purpose  string       `json:"purpose"`
			Amount   money.Amount `json:"amount"`
			Currency string       `json:"cur"`
			DC       string       `json:"DC"`
			OutBal   money.Amount `json:"out_bal"`
		} `json:"stmt"`
	}
	_ = json.Unmarshal(body, &told) // an answer of another form has no lines
	for _, l := range told.Stmt {
		lines = append(lines, papers.StatementLine{
			Purpose: l.Purpose, Side: l.DC, Amount: l.Amount.String(), Balance: l.OutBal.String(), Currency: l.Currency,
		})
	}
	return lines
}

// codePrefix begins the code of every file.
const codePrefix = "CUST-"

// loanByCode: the file of a loan has the loan's contract in its code.
func loanByCode(c *contract.Call, code string) (world.Loan, bool) {
	number, ok := strings.CutPrefix(code, codePrefix)
	if !ok {
		return world.Loan{}, false
	}
	return world.Of(c).StoredLoan(number)
}

// loanFileByCode is the file that the bank has sent for the loan of a code.
func loanFileByCode(c *contract.Call, code string) (File, bool) {
	loan, known := loanByCode(c, code)
	told, kept := loanFiles.Look(c.Tx, loan.ContractNumber)
	if !known || !kept || len(told.Content) == 0 {
		return File{}, false
	}
	return File{At: told.At, Agreement: Agreement{
		DbzNumber: loan.DbzNumber, DbzDate: loan.DbzDate.Format(agreementTime), IIN: loan.IINBIN,
		FileID: rowID(c, "file", code), Code: code,
	}}, true
}

// toldFile is the file of a loan from the bank's answers; false if there is none.
func toldFile(c *contract.Call, loan world.Loan) (*contract.File, bool) {
	f, ok := loanFiles.Look(c.Tx, loan.ContractNumber)
	if !ok {
		return nil, false
	}
	if f.Lacks != "" {
		c.Find(122, "", "the loan's file lacks "+f.Lacks)
	}
	if len(f.Content) == 0 {
		return nil, false
	}
	file := &contract.File{Name: papers.FileName(loan.DbzNumber), Type: http.DetectContentType(f.Content), Content: bytes.Clone(f.Content), ModTime: f.At}
	switch {
	case file.Type == "application/pdf":
		file.Name += ".pdf"
	case isTIFF(f.Content):
		file.Name, file.Type = file.Name+".tiff", "image/tiff"
	}
	return file, true
}

func isTIFF(file []byte) bool {
	return bytes.HasPrefix(file, []byte("II*\x00")) || bytes.HasPrefix(file, []byte("MM\x00*"))
}
