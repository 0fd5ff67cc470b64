package reference

import (
	"strings"
	"text/template"

	"github.com/kzsim/kzsim/internal/contract/ledger"
)

// documents in the order of their entries, with what they are.
var documents = []struct{ name, about string }{
	{"KZ Info", "enforcement proceedings, KYC"},
	{"Address", "the registered address, KYC"},
	{"E-Document", "electronic documents, KYC"},
	{"K2", "the register of encumbrances"},
	{"ABS", "the bank's core system, as K2 calls it"},
}

func ledgerPage(s source) ([]byte, error) {
	type chapter struct {
		Name, About string
		Entries     []ledger.Entry
	}
	var chapters []chapter
	for _, document := range documents {
		one := chapter{Name: document.name, About: document.about}
		for _, e := range ledger.Entries() {
			if e.Document == document.name {
				one.Entries = append(one.Entries, e)
			}
		}
		chapters = append(chapters, one)
	}
	return fill("ledger.md", chapters, template.FuncMap{"operations": s.operationLinks})
}

// operationLinks of ids; a pattern is no heading and links nowhere.
func (s source) operationLinks(ids []string) string {
	var all []string
	for _, id := range ids {
		if _, ok := s.table.Operation(id); ok {
			all = append(all, link(code(id), "contract.md#"+anchor(id)))
			continue
		}
		all = append(all, code(id))
	}
	return strings.Join(all, ", ")
}
