package abs

import (
	"encoding/json"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
)

type colvirQuery struct {
	DepID json.Number `json:"dep_id"`
	ID    json.Number `json:"id"`
}

type way4Query struct {
	ContractNumber string `json:"contract_number"`
}

// debtReply has the comma that the sample lacks (ledger 55).
type debtReply struct {
	result
	Debt money.Amount `json:"debt"`
}

// key of the loan that the query names. A number that fits no id names none.
func (q colvirQuery) key() loanKey {
	dep, depOK := wholeNumber(q.DepID.String())
	id, idOK := wholeNumber(q.ID.String())
	if !depOK || !idOK {
		return loanKey{contract: q.DepID.String() + "/" + q.ID.String()}
	}
	return loanKey{colvir: true, dep: dep, id: id}
}

// key: a contract number looks like an IBAN in the sample; any string is taken
// (ledger 56).
func (q way4Query) key() loanKey {
	return loanKey{contract: q.ContractNumber, iban: q.ContractNumber}
}

func getColvirDebt(c *contract.Call, in colvirQuery) (contract.Reply, error) {
	return answerDebt(c, in.key(), 117, "id")
}

func getWay4Debt(c *contract.Call, in way4Query) (contract.Reply, error) {
	return answerDebt(c, in.key(), 56, "contract_number")
}

func answerDebt(c *contract.Call, key loanKey, ledger int, field string) (contract.Reply, error) {
	l, err := key.loan(c, ledger, field)
	if err != nil {
		return contract.Reply{}, err
	}
	if isIdle(l) {
		c.Find(ledger, "/"+field, "a client's account that serves no loan: nothing is owed")
	}
	return c.Answer(debtName, debtReply{Debt: money.Amount(l.Debt)}), nil
}

// makeLoan has the bank know the loan that a query names.
func makeLoan[Q interface{ key() loanKey }](c *contract.Call, in *Q) error {
	(*in).key().make(c)
	return nil
}
