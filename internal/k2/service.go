// Package k2 is the register of encumbrances (Картотека обременений, K2) as a
// bank's collection system sees it: overdue loans go in, payment demands against
// the debtors' accounts in other banks come out.
//
// K2 answers every request with HTTP 200 and reports errors in the body
// (ledger 32); only the download of a file uses the status. It requires no login
// (ledger 50). Switches change both.
package k2

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Service is K2's part of the contract table. Each call makes a fresh one.
func Service() *contract.Service {
	return &contract.Service{
		Name:        "k2",
		Title:       "K2, the register of encumbrances",
		Prefix:      "/restapi/",
		Operations:  operations(),
		Switches:    []contract.Switch{switchRoot, switchRows, switchUnknown, switchSense, switchPaymentDebt, switchDemandStep, switchWithdrawal, switchRefresh, switchReconciliation, switchItem, switchFile, switchStatus, switchLogin},
		Reserved:    reserved(),
		Fixtures:    fixtures(),
		Views:       views(),
		Makers:      makers(),
		Collections: collections(),
		Machines:    []*contract.Machine{demandMachine, withdrawalMachine, incomingMachine, registrationMachine, reconciliationMachine, inquiryMachine},
		Pushes:      []contract.Push{exclusionPush},
		Processes:   []contract.Process{inquiryProcess, withdrawalProcess, registrationProcess, reconciliationProcess},
		Invariants:  invariants(),
		Dialect:     dialect(),
	}
}

func collections() []store.Definition {
	return slices.Concat(world.Collections(), []store.Definition{
		demands.Definition(), lastReference.Definition(), loanDemands.Definition(), liveDemands.Definition(), payments.Definition(),
		exclusions.Definition(), exclusionHistory.Definition(), finishing.Definition(),
		withdrawals.Definition(), dueWithdrawals.Definition(),
		registries.Definition(), files.Definition(), inquiries.Definition(), dueInquiries.Definition(),
		loanFiles.Definition(), scanBytes.Definition(),
		registrations.Definition(), dueRegistrations.Definition(), reconciliations.Definition(),
	})
}
