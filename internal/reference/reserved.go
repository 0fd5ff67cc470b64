package reference

import (
	"slices"
	"text/template"

	"github.com/kzsim/kzsim/internal/contract"
)

// reservedValues sorted by what they are.
type reservedValues struct{ People, Keys, Codes, Rest []contract.Reserved }

func reservedPage(s source) ([]byte, error) { return reservedIn(english(), s) }

func reservedInRussian(s source) ([]byte, error) { return reservedIn(russian(), s) }

func reservedIn(in *language, s source) ([]byte, error) {
	var sorted reservedValues
	for _, r := range s.table.Reserved() {
		into := &sorted.Rest
		switch {
		case r.Field == "iin" || r.Field == "iinbin":
			into = &sorted.People
		case r.Field == "api_key":
			into = &sorted.Keys
		case r.Field == "code" && slices.Contains(r.On, "kyc.edocument.approve"): // and not that of a file
			into = &sorted.Codes
		}
		*into = append(*into, r)
	}
	return in.fill("reserved-values", sorted, template.FuncMap{"values": in.valueTable})
}

func (in *language) valueTable(values []contract.Reserved) string {
	var rows [][]string
	for _, r := range values {
		for _, id := range r.On {
			rows = append(rows, []string{
				code(r.Value), code(r.Field), link(code(id), "contract.md#"+anchor(id)), code(r.Outcome), in.say(r.About),
			})
		}
	}
	return table(in.all("value", "field", "operation", "outcome", "about"), rows)
}
