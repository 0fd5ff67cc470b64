// Package kyc is the KYC service of biometric.kz: enforcement proceedings (KZ
// Info), registered addresses (Address) and electronic documents (E-Document).
//
// What a person does outside of HTTP is here, too: the messages that 1414 sends
// to phones, and the subject's answers to them (Messages, Reply, AnswerSubject).
package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Service is KYC's part of the contract, a fresh value each time.
func Service() *contract.Service {
	return &contract.Service{
		Name: "kyc", Title: "KYC (biometric.kz)", Prefix: "/api/v1/backend/",
		Operations:  operations(),
		Switches:    switches(),
		Reserved:    reserved(),
		Fixtures:    fixtures(),
		Collections: collections(),
		Machines:    []*contract.Machine{&addressMachine, &edocumentMachine},
		Dialect:     dialect(),
	}
}

func collections() []store.Definition {
	return append(world.Collections(),
		subscriptions.Definition(), failures.Definition(), ordinals.Definition(), messages.Definition(),
		addressSessions.Definition(), addressCurrent.Definition(), documentSessions.Definition(),
	)
}

// ordinals counts, for each thing that gets numbered, how many there are. What
// is drawn for a session depends on its own ordinal alone, so unrelated traffic
// never shifts it.
var ordinals = store.Define[int]("kyc-ordinals")

// nextOrdinal counts one more of something: 0 for the first.
func nextOrdinal(c *contract.Call, of string) int {
	n, _ := ordinals.Get(c.Tx, of)
	ordinals.Put(c.Tx, of, n+1)
	return n
}
