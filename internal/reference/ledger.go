package reference

import (
	"fmt"
	"strings"

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

func ledgerPage(s source) (*page, error) {
	p := newPage("The fidelity ledger")
	p.para("Where a document is silent, contradicts itself or shows broken text, the simulator takes a decision, and it does so " +
		"in the open: each is an entry with its number, the passage letter for letter, the decision, and how sure we are of it. " +
		"Numbers never change; code, findings and `Sim-Finding` headers cite them as `ledger 42`. " +
		"The same as data: `GET /_sim/contract`, under `ledger`.")
	p.para("Some decisions can be changed by a [switch](contract.md#switches).")
	entries := ledger.Entries()
	for _, document := range documents {
		p.heading(2, fmt.Sprintf("%s: %s", document.name, document.about))
		for _, e := range entries {
			if e.Document == document.name {
				s.entry(p, e)
			}
		}
	}
	return p, nil
}

func (s source) entry(p *page, e ledger.Entry) {
	p.heading(3, fmt.Sprintf("Ledger %d", e.Number))
	p.para("«%s»", e.Section)
	if e.Quote != "" {
		p.fence("text", e.Quote)
	}
	if e.Beside != "" {
		p.para("beside")
		p.fence("text", e.Beside)
	}
	if e.Silence != "" {
		p.para("Silent: %s", e.Silence)
	}
	p.para("%s", e.Finding)
	p.para("**Decision** (%s): %s", e.Confidence, e.Decision)
	line := "Operations: " + s.operationLinks(e.Operations)
	if len(e.Switches) > 0 {
		line += " · switch: " + codes(e.Switches)
	}
	p.para("%s", line)
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
