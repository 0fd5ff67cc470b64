package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// systemForm is a target as a scenario may name it: no URL, since only those who run the process
// say which systems it calls.
var systemForm = regexp.MustCompile(`^([a-z0-9][a-z0-9-]*|sandbox:[a-z0-9][a-z0-9-]*)$`)

// targets are the systems that the services call by themselves.
func (g *grammar) targets() field {
	called := calledBy(g.table)
	key := word("service or operation", func(*checker) []string { return called }, func(*checker, string) string {
		return "a service or an operation that is called: " + called[0] + ", " + called[1] + " and others"
	})
	return field{
		name: "targets", about: "Systems that the services call by themselves, by their names in the process (`--target`), " +
			"by service or operation. `bank` is the sandbox's own ABS unless the process says otherwise. They are in force in a try " +
			"and in a sandbox that is made with the scenario.",
		kind: &named{
			what: "a mapping of services or operations and systems, such as {abs: bank}", words: "mapping of a service or operation and a name",
			key: key, of: formed("name", "the name of a system, such as bank, or sandbox:ID", systemForm, object{"type": "integer", "minimum": 0}),
		},
	}
}

// calledBy the table's processes and pushes: services and operations.
func calledBy(table *contract.Table) (all []string) {
	var operations []string
	for _, p := range table.Processes() {
		operations = append(operations, p.Asks...)
	}
	for _, p := range table.Pushes() {
		operations = append(operations, p.Operation)
	}
	for _, id := range operations {
		service, _, _ := strings.Cut(id, ".")
		all = append(all, service)
	}
	slices.Sort(operations)
	slices.Sort(all)
	return slices.Concat(slices.Compact(all), slices.Compact(operations))
}

// ending is a step in which an incoming demand ends by what happens elsewhere.
func ending() *mapping {
	return &mapping{what: "a step", fields: []field{
		{name: "incoming", kind: text("reference", "the reference of an incoming demand"), about: "The demand of another bank that ends.", required: "the reference of an incoming demand"},
		{name: "ends", kind: oneOf(EndWithdrawn, EndReturned), about: "How: the other bank withdraws it, or it is returned in K2.", required: fmt.Sprintf("how it ends: %s or %s", EndWithdrawn, EndReturned)},
		{name: "reason", kind: text("code", "a reason of the catalogue, such as 06"), about: "A reason of the catalogue.", required: "a reason of the catalogue, such as 06"},
	}}
}

// How an incoming demand ends in a step.
const (
	EndWithdrawn = "withdrawn"
	EndReturned  = "returned"
)
