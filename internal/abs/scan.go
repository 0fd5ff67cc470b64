package abs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

type scanQuery struct {
	DbzNumber string `json:"dbz_num"`
	DbzDate   string `json:"dbz_dt"`
	IINBIN    string `json:"iinbin"`
	DeaDate   string `json:"dea_dt"` // of the credit line; empty for an agreement without one
}

// scanRecord is what a scenario says of the scan of an agreement, by its number.
type scanRecord struct {
	Missing bool `json:"missing"` // from the archive
}

var scans = store.Define[scanRecord]("abs.scans")

// getScan answers the agreement's scan; the package comment says when there is
// none.
func getScan(c *contract.Call, in scanQuery) (contract.Reply, error) {
	in.DbzDate = day(c, "dbz_dt", in.DbzDate)
	if in.DeaDate != "" {
		in.DeaDate = day(c, "dea_dt", in.DeaDate)
	}
	l, ok := archived(c, in)
	if !ok {
		return contract.Reply{}, contract.Fail(notFound)
	}
	reply := c.Answer(scanned, nil)
	reply.File = scanFile(c, in, l)
	return reply, nil
}

// archived is the agreement that the archive has a scan of; ok is false where it
// has none.
func archived(c *contract.Call, in scanQuery) (l world.Loan, ok bool) {
	record, said := scans.Get(c.Tx, in.DbzNumber)
	if said && record.Missing || !isClient(c, in.IINBIN) {
		return world.Loan{}, false
	}
	findOddNumber(c, in.IINBIN)
	l, known := agreement(c, in.DbzNumber, in.IINBIN)
	switch {
	case said:
	case known && l.IINBIN != in.IINBIN:
		c.Find(54, "/iinbin", "the agreement is another client's")
		return world.Loan{}, false
	case known && (l.DbzDate.IsZero() || isoOf(l.DbzDate) == in.DbzDate):
	case refusesUnknown(c):
		return world.Loan{}, false
	case known:
		c.Find(54, "/dbz_dt", "the agreement is dated "+isoOf(l.DbzDate))
	default:
		c.Find(54, "/dbz_num", "this agreement is unknown: the scan is drawn from the request")
	}
	if !known || l.IINBIN != in.IINBIN {
		l = drawnAgreement(c, in)
	}
	return l, true
}

// agreement with a number, the client's own before those of others.
func agreement(c *contract.Call, number, iinbin string) (world.Loan, bool) {
	w := world.Of(c)
	theirs := w.Loans(iinbin)
	isIt := func(l world.Loan) bool { return l.DbzNumber == number || l.ContractNumber == number }
	if i := slices.IndexFunc(theirs, isIt); i >= 0 {
		return theirs[i], true
	}
	if all := w.LoansByDBZ(number, ""); len(all) > 0 {
		return all[0], true
	}
	return w.LoanByContract(number)
}

// drawnAgreement is what a scan shows of an unknown agreement: the
// request's own words and drawn sums.
func drawnAgreement(c *contract.Call, in scanQuery) world.Loan {
	l := loanKey{contract: in.DbzNumber}.invent(c)
	l.DbzNumber, l.IINBIN, l.FullName = in.DbzNumber, in.IINBIN, holderOf(c, in.IINBIN).name
	if date, err := time.Parse(time.DateOnly, in.DbzDate); err == nil {
		l.DbzDate = date
	}
	return l
}

// scanFile prints the agreement. Its time is the agreement's date, and never in
// the sandbox's future.
func scanFile(c *contract.Call, in scanQuery, l world.Loan) *contract.File {
	agreement := world.AgreementOf(c, l)
	if agreement.Date.IsZero() {
		agreement.Date, _ = time.Parse(time.DateOnly, in.DbzDate)
	}
	if in.DeaDate != "" {
		agreement.CreditLine = in.DeaDate
	}
	file := &contract.File{Name: fileName(l) + ".pdf", Type: "application/pdf", Disposition: "attachment", ModTime: l.DbzDate}
	if c.Profile.Is(scanFormat, asTIFF) { // ledger 54
		file.Name, file.Type = fileName(l)+".tiff", "image/tiff"
		file.Content = agreement.TIFF()
	} else {
		file.Content = agreement.PDF()
	}
	if file.ModTime.After(c.Now) {
		file.ModTime = c.Now
	}
	return file
}

// fileName without an extension.
func fileName(l world.Loan) string {
	return strings.TrimSpace(fmt.Sprintf("ДБЗ %s от %s", papers.FileName(l.DbzNumber), isoOf(l.DbzDate)))
}

// makeScan puts the scan into the archive, and has the bank know the client.
func makeScan(c *contract.Call, in *scanQuery) error {
	scans.Put(c.Tx, in.DbzNumber, scanRecord{})
	introduce(c, in.IINBIN)
	return nil
}
