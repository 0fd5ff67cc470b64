package reference

import (
	"slices"
	"text/template"

	"github.com/kzsim/kzsim/internal/contract"
)

// reservedValues sorted by what they are.
type reservedValues struct{ People, Keys, Codes, Rest []contract.ReservedInfo }

func reservedPage(s source) ([]byte, error) {
	var sorted reservedValues
	for _, r := range contract.DescribeReserved(s.table) {
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
	return fill("reserved-values.md", sorted, template.FuncMap{"values": valueTable})
}

func valueTable(values []contract.ReservedInfo) string {
	var rows [][]string
	for _, r := range values {
		for _, id := range r.On {
			rows = append(rows, []string{
				code(r.Value), code(r.Field), link(code(id), "contract.md#"+anchor(id)), code(r.Outcome), r.About,
			})
		}
	}
	return table([]string{"value", "field", "operation", "outcome", "about"}, rows)
}
