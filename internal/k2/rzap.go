package k2

import (
	"slices"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Registry is an incoming RZAP: loan agreements that another bank has sent.
type Registry struct {
	Refer string      `json:"refer"`
	Items []Agreement `json:"items"`
}

// Clone copies what the value shares.
func (r Registry) Clone() Registry {
	r.Items = slices.Clone(r.Items)
	return r
}

// Agreement is one loan agreement of a registry.
type Agreement struct {
	DbzNumber string `json:"dbz_num"`
	DbzDate   string `json:"dbz_dt"` // YYYY-MM-DD HH24:MI:SS
	IIN       string `json:"iin"`
	FileID    string `json:"file_id,omitempty"` // of the scan; empty before it arrives
	Code      string `json:"code,omitempty"`    // of the scan, in its url
}

var registries = store.Define[Registry]("k2.rzap") // by reference

// agreementTime is how an agreement's date is written, the time of day always
// midnight.
const agreementTime = "2006-01-02 15:04:05"

// The document's own registries: one agreement; three agreements; three, of which
// one has a scan.
var documentedRegistries = []Registry{
	{"HSBKRX0000000001", []Agreement{
		{"0000000000", documentedDate, "000000000000", "8892", "CUST-820989b2-b545-496a-be37-5c70a7e9ec79"},
	}},
	{"HSBKRX0000000002", []Agreement{
		{"0000000000", documentedDate, "000000000001", "8892", "CUST-820989b2-b545-496a-be37-5c70a7e9ec79"},
		{"0000000001", documentedDate, "000000000002", "8894", "CUST-e72c013d-2a8d-42fd-b267-9917a70fd27f"},
		{"0000000003", documentedDate, "000000000003", "8895", "CUST-030358d4-8028-4475-a5e9-4138dc9f1f7c"},
	}},
	{"HSBKRX0000000003", []Agreement{
		{"0000000005", documentedDate, "000000000005", "8896", "CUST-7f1a0aea-d9b3-472d-a204-7de31e0fd9db"},
		{"0000000006", documentedDate, "000000000006", "", ""},
		{"0000000007", documentedDate, "000000000007", "", ""},
	}},
}

const documentedDate = "2020-02-21 00:00:00"

// documentedAt is when the document's files arrived (assumed: the agreements'
// day).
var documentedAt = time.Date(2020, time.February, 21, 0, 0, 0, 0, astana)

// registryByRefer prefers what a scenario has put in the document's place.
func registryByRefer(c *contract.Call, refer string) (Registry, bool) {
	if r, ok := registries.Get(c.Tx, refer); ok {
		return r, true
	}
	i := slices.IndexFunc(documentedRegistries, func(r Registry) bool { return r.Refer == refer })
	if i < 0 {
		return Registry{}, false
	}
	return documentedRegistries[i], true
}

// registryQuery is the request of k2inforeq_rzap_by_refer.
type registryQuery struct {
	Refer string `json:"refer"`
}

// agreementItem is an agreement as the answer prints it; without a file neither
// file_id nor url (ledger 47).
type agreementItem struct {
	DbzDate   string `json:"dbz_dt"`
	DbzNumber string `json:"dbz_num"`
	FileID    string `json:"file_id,omitempty"`
	IIN       string `json:"iin"`
	URL       string `json:"url,omitempty"`
}

func listAgreements(c *contract.Call, in registryQuery) (contract.Reply, error) {
	body := listBody[agreementItem]{Items: []agreementItem{}}
	registry, _ := registryByRefer(c, in.Refer)
	for _, a := range registry.Items {
		item := agreementItem{DbzDate: a.DbzDate, DbzNumber: a.DbzNumber, FileID: a.FileID, IIN: a.IIN}
		if a.Code != "" {
			item.URL = fileURL(c, a.Code)
		}
		body.Items = append(body.Items, item)
	}
	if len(body.Items) == 0 {
		return c.Answer("none", body), nil
	}
	return c.Answer("found", body), nil
}

// putRegistry stores a registry, and a file for each agreement that has a scan.
func putRegistry(c *contract.Call, r Registry) {
	for i, a := range r.Items {
		if a.Code == "" {
			continue
		}
		if a.FileID == "" {
			r.Items[i].FileID = rowID(c, "file", a.Code)
		}
		files.Put(c.Tx, a.Code, File{Agreement: r.Items[i], At: c.Now})
	}
	registries.Put(c.Tx, r.Refer, r)
}

// newFileCode is the code of the scan of one agreement of a registry.
func newFileCode(c *contract.Call, refer string, index int) string {
	return codePrefix + c.Seed.UUID("k2.file", refer, index)
}

// arrangeRegistry adds an agreement to the registry, if it has none.
var arrangeRegistry = contract.Arrange(func(c *contract.Call, in *registryQuery) error {
	if r, ok := registryByRefer(c, in.Refer); ok && len(r.Items) > 0 {
		return nil
	}
	agreement := someAgreement(c, "registry "+in.Refer)
	agreement.Code = newFileCode(c, in.Refer, 0)
	putRegistry(c, Registry{Refer: in.Refer, Items: []Agreement{agreement}})
	return nil
})

// someAgreement is the loan agreement of a person chosen by a key.
func someAgreement(c *contract.Call, key string) Agreement {
	people := world.Of(c).Population()
	for n := 0; ; n++ {
		iin := people.IINOf(key + ", " + strconv.Itoa(n))
		if loans := people.Loans(iin); len(loans) > 0 {
			return Agreement{DbzNumber: loans[0].DbzNumber, DbzDate: loans[0].DbzDate.Format(agreementTime), IIN: iin}
		}
	}
}
