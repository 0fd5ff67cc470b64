package k2

import (
	"encoding/base64"
	"net/url"
	"slices"
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
	return c.BaseURL.String() + "/restapi/getfile?code=" + url.QueryEscape(code) + "&attachment=true"
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
	return loanFileByCode(c, code)
}

// fileQuery is the query of getfile; attachment wins over inline.
type fileQuery struct {
	Code       string `json:"code"`
	Attachment string `json:"attachment"`
	Inline     string `json:"inline"`
	Base64     string `json:"base64"`
}

// The ways in which getfile offers a file.
const (
	asAttachment = "attachment"
	asInline     = "inline"
)

// disposition of the file that is asked for. As the manual has it there is none that the query
// does not ask for (ledger 99).
func (q fileQuery) disposition(c *contract.Call) string {
	switch {
	case q.Attachment == "true":
		return asAttachment
	case q.Inline == "true":
		return asInline
	case c.Profile.Is(switchFile, ofManual):
		return ""
	}
	return asAttachment
}

func getFile(c *contract.Call, in fileQuery) (contract.Reply, error) {
	f, ok := fileByCode(c, in.Code)
	if !ok {
		return contract.Reply{}, contract.Fail("not-found")
	}
	reply := c.Answer("file", nil)
	reply.File = contentOf(c, f)
	reply.File.Disposition = in.disposition(c)
	if in.Base64 == "true" && c.Profile.Is(switchFile, ofManual) {
		reply.File.Type = "text/plain; charset=us-ascii"
		reply.File.Content = base64.StdEncoding.AppendEncode(nil, reply.File.Content)
	}
	return reply, nil
}

// contentOf a file is the scan and the statement that the bank has sent for the loan, else the
// agreement of the loan as it is printed, or for an unknown loan what the registry has.
func contentOf(c *contract.Call, f File) *contract.File {
	l, known := loanOf(c, f)
	if known {
		if told, ok := toldFile(c, l); ok {
			return told
		}
	}
	agreement := world.AgreementOf(c, l)
	agreement.File = f.FileID
	return &contract.File{Name: papers.FileName(f.DbzNumber) + ".pdf", Type: "application/pdf", Content: agreement.PDF(), ModTime: f.At}
}

// loanOf a file: that of the contract in its code, else one of its agreement and client. One that is not known
// has what the registry says.
func loanOf(c *contract.Call, f File) (l world.Loan, known bool) {
	w := world.Of(c)
	candidates := append(w.LoansByDBZ(f.DbzNumber, ""), w.Loans(f.IIN)...)
	if first, is := loanByCode(c, f.Code); is {
		candidates = slices.Insert(candidates, 0, first)
	}
	for _, one := range candidates {
		if one.DbzNumber == f.DbzNumber && one.IINBIN == f.IIN {
			return one, true
		}
	}
	l = world.Loan{Loan: population.Loan{
		ContractNumber: f.DbzNumber, DbzNumber: f.DbzNumber, IINBIN: f.IIN, FullName: clientName(w, f.IIN), Currency: "KZT",
	}}
	l.DbzDate, _ = time.Parse(agreementTime, f.DbzDate)
	return l, false
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
