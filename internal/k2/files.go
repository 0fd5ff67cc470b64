package k2

import (
	"net/url"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// File is the scan of a loan agreement. Its content is made when it is asked for.
type File struct {
	Agreement
	At time.Time `json:"at"` // when it arrived
}

var files = store.Define[File]("k2.files") // by code

// fileURL is where a file is, as the caller sees this sandbox (ledger 46).
func fileURL(c *contract.Call, code string) string {
	return c.BaseURL + "/restapi/getfile?code=" + url.QueryEscape(code) + "&attachment=true"
}

func fileByCode(c *contract.Call, code string) (File, bool) {
	if f, ok := files.Get(c.Tx, code); ok {
		return f, true
	}
	for _, registry := range documentedRegistries {
		for _, a := range registry.Items {
			if a.Code == code && code != "" {
				return File{Agreement: a, At: documentedAt}, true
			}
		}
	}
	return File{}, false
}

// fileQuery is the query of getfile; attachment wins over inline.
type fileQuery struct {
	Code       string `json:"code"`
	Attachment string `json:"attachment"`
	Inline     string `json:"inline"`
}

func getFile(c *contract.Call, in fileQuery) (contract.Reply, error) {
	f, ok := fileByCode(c, in.Code)
	if !ok {
		return contract.Reply{}, contract.Fail("not-found")
	}
	reply := c.Answer("file", nil)
	reply.File = &contract.File{
		Name: papers.FileName(f.DbzNumber) + ".pdf", Type: "application/pdf", Content: scan(c, f), ModTime: f.At,
		Inline: in.Inline == "true" && in.Attachment != "true",
	}
	return reply, nil
}

// scan prints the agreement of the loan, or what the registry says of one that is not
// known.
func scan(c *contract.Call, f File) []byte {
	w := world.Of(c)
	l := world.Loan{Loan: population.Loan{
		ContractNumber: f.DbzNumber, DbzNumber: f.DbzNumber, IINBIN: f.IIN, FullName: clientName(w, f.IIN), Currency: "KZT",
	}}
	l.DbzDate, _ = time.Parse(agreementTime, f.DbzDate)
	for _, known := range append(w.LoansByDBZ(f.DbzNumber, ""), w.Loans(f.IIN)...) {
		if known.DbzNumber == f.DbzNumber && known.IINBIN == f.IIN {
			l = known
			break
		}
	}
	agreement := world.AgreementOf(c, l)
	agreement.File = f.FileID
	return agreement.PDF()
}

// arrangeFile puts a file there.
var arrangeFile = contract.Arrange(func(c *contract.Call, in *fileQuery) error {
	if _, ok := fileByCode(c, in.Code); ok {
		return nil
	}
	agreement := someAgreement(c, "file "+in.Code)
	agreement.Code, agreement.FileID = in.Code, rowID(c, "file", in.Code)
	files.Put(c.Tx, in.Code, File{Agreement: agreement, At: c.Now})
	return nil
})
