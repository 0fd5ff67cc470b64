package k2

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// Payment is one that has been taken towards an outgoing demand.
type Payment struct {
	TrnID    string       `json:"trn_id"`
	Refer    string       `json:"refer"`
	Currency string       `json:"currency,omitempty"`
	Amount   money.Amount `json:"amount"`
	Incoming money.Amount `json:"incoming"`
	At       time.Time    `json:"at"`
}

var payments = store.Define[Payment]("k2.payments") // by trn_id: unique for ever

// paymentRow is one row of k2extreq_pay_from_eko.
type paymentRow struct {
	TrnID    trnID        `json:"trn_id"`
	Refer    string       `json:"refer"`
	Currency string       `json:"cur"`
	Amount   money.Amount `json:"amount"`
	Incoming money.Amount `json:"incoming_amount"`
}

// trnID is a transaction's id. A number and a string of its digits are one id,
// and so are 1e3 and 1000.
type trnID string

func (id *trnID) UnmarshalJSON(raw []byte) error {
	var text contract.Text
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	*id = trnID(text)
	if raw[0] == '"' || !strings.ContainsAny(string(text), ".eE") {
		return nil
	}
	number, err := money.Parse(string(text))
	if err != nil {
		return err
	}
	*id = trnID(strings.TrimSuffix(number.String(), ".00"))
	return nil
}

// Fill takes a decoded id as UnmarshalJSON does; false leaves it to that.
func (id *trnID) Fill(value any) bool {
	var text contract.Text
	n, isNumber := value.(json.Number)
	if isNumber && strings.ContainsAny(string(n), ".eE") || !text.Fill(value) {
		return false
	}
	*id = trnID(text)
	return true
}

func takePayments(c *contract.Call, in batch) (contract.Reply, error) {
	return takeRows(c, in, func(r row[paymentRow]) *refusal { return takePayment(c, r) })
}

// takePayment stores a payment and adds it to its demand. The sum that came in
// is kept and checked against nothing (ledger 40).
func takePayment(c *contract.Call, r row[paymentRow]) *refusal {
	p := r.fields
	switch {
	case p.Amount < 0:
		return badRow(r.at()+"/amount", "found "+p.Amount.String()+", expected the sum of a payment")
	case p.Incoming < 0:
		return badRow(r.at()+"/incoming_amount", "found "+p.Incoming.String()+", expected the sum that came in")
	}
	if _, taken := payments.Get(c.Tx, string(p.TrnID)); taken {
		return &refusal{outcome: "duplicate-trn-id"}
	}
	if no := payDemand(c, r); no != nil {
		return no
	}
	payments.Put(c.Tx, string(p.TrnID), Payment{
		TrnID: string(p.TrnID), Refer: p.Refer, Currency: p.Currency, Amount: p.Amount, Incoming: p.Incoming, At: c.Now,
	})
	return nil
}

func payDemand(c *contract.Call, r row[paymentRow]) *refusal {
	d, known := demandByCode(c, r.fields.Refer)
	if !known {
		unknown := contract.Finding{Ledger: 44, Path: r.at() + "/refer", Text: "no outgoing demand has this reference"}
		if refusesUnknown(c) {
			return &refusal{"unknown-refer", unknown}
		}
		c.Find(unknown.Ledger, unknown.Path, unknown.Text)
		return nil
	}
	paid, err := d.Paid.Add(r.fields.Amount)
	if err != nil {
		return badRow(r.at()+"/amount", err.Error())
	}
	if no := remark(c, r.at(), r.fields.nonsense(d, paid)); no != nil {
		return no
	}
	d.Paid, d.UpdatedAt = paid, c.Now
	demands.Put(c.Tx, d.Code, d)
	lowerDebt(c, d, r.fields)
	return nil
}

// nonsense is what a payment towards a demand has that a bank would ask about; paid is what
// has been paid with it.
func (p paymentRow) nonsense(d Demand, paid money.Amount) (all []nonsense) {
	if p.Amount == 0 {
		all = append(all, nonsense{"/amount", "a payment of nothing"})
	}
	if paid > d.Amount {
		all = append(all, nonsense{"/amount", "with it " + paid.String() + " is paid of " + d.Amount.String()})
	}
	switch {
	case p.Currency == "":
		all = append(all, nonsense{"/cur", "found no currency, expected the demand's, " + d.Currency})
	case p.Currency != d.Currency:
		all = append(all, nonsense{"/cur", "found " + strconv.Quote(p.Currency) + ", expected the demand's currency, " + d.Currency})
	}
	if !d.isLive() {
		all = append(all, nonsense{"/refer", "the demand is " + d.Status})
	}
	return all
}

// lowerDebt by a payment, in K2 and in the ABS, if the profile says so (ledger 126). One in
// another currency lowers nothing, and neither has a loan that was loaded with another debtor or currency since.
func lowerDebt(c *contract.Call, d Demand, p paymentRow) {
	if !c.Profile.Is(switchPaymentDebt, paymentLowers) || p.Currency != "" && p.Currency != d.Currency {
		return
	}
	loan, ok := world.Of(c).LoanByContract(d.Contract)
	if !ok || loan.IINBIN != d.IINBIN || loan.Currency != d.Currency {
		return
	}
	loan.Debt = max(0, loan.Debt-int64(p.Amount))
	world.Of(c).PutLoan(loan)
	if loan.Loaded {
		follow(c, &loan)
	}
}
