// Package abs simulates the services that a bank offers to K2 in its core
// banking systems (ABS), Colvir and Way4: clients, accounts, statements, debts
// and agreement scans of anybody in the population, the register of incoming
// payment demands, and the list of exclusions that K2 sends.
//
// # Who is there
//
// Every number of twelve digits is a client. Another number is one too, with a
// finding; it is not-found with abs.unknown=error. A scenario may say that the
// bank does not know a person (abs.clients): then neither the client, nor the
// accounts, loans and scans are found.
//
// A loan is found by any key that K2 or the population has for it. A key that
// of no client answers a loan drawn from the seed and that key, with a finding,
// since the documents' own samples ask for such keys; it is not-found with
// abs.unknown=error.
//
// # What a statement and a scan show
//
// A statement has the one line that the document asks for, the granting of the
// loan, on every date from the agreement's on; before it there is none, and none
// on a client's account that serves no loan.
//
// A scan is the agreement's of that number, if it is the client's. Of an unknown
// number there is one as well (the document's own sample is unknown), with a
// finding. The documented 404 comes where the archive cannot have the scan: a
// scenario says that it is missing (abs.scans), the agreement is known to be
// another person's, or the client is unknown.
package abs

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Service is the ABS's part of the contract, a fresh value for each table.
func Service() *contract.Service {
	return &contract.Service{
		Name:        "abs",
		Title:       "ABS: the bank's core systems, as K2 calls them",
		Prefix:      "/abs/",
		Operations:  operations(),
		Switches:    []contract.Switch{unknown, scanFormat, listShape, allCount},
		Reserved:    reserved(),
		Fixtures:    fixtures(),
		Collections: collections(),
		Machines:    []*contract.Machine{&paymentDemand},
		Dialect:     dialect(),
	}
}

func collections() []store.Definition {
	return append(world.Collections(),
		clients.Definition(), accountLists.Definition(), scans.Definition(),
		entries.Definition(), exclusions.Definition())
}
