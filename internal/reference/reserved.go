package reference

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// reservedGroups sort the reserved values by what they are; the last takes the
// rest. An OTP is told from other codes by the operation that it goes to.
var reservedGroups = []struct {
	title, about string
	holds        func(contract.ReservedInfo) bool
}{
	{
		"People: IINs", "The control digit is right and the birth date is in 2099, so they are nobody's. " +
			"`iin` or `iinbin`, in a body, a row or a query.",
		func(r contract.ReservedInfo) bool { return slices.Contains([]string{"iin", "iinbin"}, r.Field) },
	},
	{
		"API keys", "They have the real length, 47 characters and more. Any other key is good, unless a scenario names keys.",
		func(r contract.ReservedInfo) bool { return r.Field == "api_key" },
	},
	{
		"OTP codes", "They begin with 000, as no code does that was sent, and work with any session.",
		func(r contract.ReservedInfo) bool {
			return r.Field == "code" && slices.Contains(r.On, "kyc.edocument.approve")
		},
	},
	{
		"References, numbers, accounts", "Every value that names a demand, a loan, a registry, a file or an account.",
		func(contract.ReservedInfo) bool { return true },
	},
}

func reservedPage(s source) (*page, error) {
	p := newPage("Reserved values")
	p.para("Values that bring about an outcome without any set-up, like a payment provider's test cards. " +
		"Send one in its field, and the operation answers what stands beside it.")
	p.para("They are for the simulator alone: never send one to a real endpoint. A scenario's rule and the header `Prefer` outweigh them. " +
		"In a batch one refuses the row that carries it, and no other. " +
		"What an outcome says to the byte is in [the contract](contract.md).")
	left := contract.DescribeReserved(s.table)
	for _, group := range reservedGroups {
		var rows [][]string
		var rest []contract.ReservedInfo
		for _, r := range left {
			if !group.holds(r) {
				rest = append(rest, r)
				continue
			}
			for _, id := range r.On {
				rows = append(rows, []string{
					code(r.Value), code(r.Field), link(code(id), "contract.md#"+anchor(id)), code(r.Outcome), r.About,
				})
			}
		}
		left = rest
		p.heading(2, group.title)
		p.para("%s", group.about)
		p.table([]string{"value", "field", "operation", "outcome", "about"}, rows)
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("no group for the reserved value %s", left[0].Value)
	}
	return p, nil
}
