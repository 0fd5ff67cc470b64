package k2

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// fixtures are what a scenario's given can say of K2. They are to be applied in
// this order: exclusions before the loans that they keep from having demands,
// loans before their demands, demands before payments towards them.
func fixtures() []contract.Fixture {
	return []contract.Fixture{
		{
			Name: "k2.exclusions", Schema: "k2/exclusions.fixture.json", Apply: contract.Given(giveExclusion),
			About: "A loan that is, or was, on the exclusion list, or all loans of a client, and what that forbids.",
		},
		{
			Name: "k2.loans", Schema: "k2/loans.fixture.json", Key: "contract_number", Apply: giveLoan,
			About: "A loan that K2 knows, as if k2loan_from_eko had brought it; it gets its demands.",
		},
		{
			Name: "k2.demands", Schema: "k2/demands.fixture.json", Key: "code", Apply: contract.Given(giveDemand),
			About: "An outgoing demand of a loan, in place of those that K2 would make by itself.",
		},
		{
			Name: "k2.withdrawals", Schema: "k2/withdrawals.fixture.json", Key: "demand", Apply: contract.Given(giveWithdrawal),
			About: "The withdrawal of an outgoing demand, a document with a state of its own.",
		},
		{
			Name: "k2.payments", Schema: "k2/payments.fixture.json", Key: "trn_id", Apply: contract.Given(givePayment),
			About: "A payment that was taken before, so that its trn_id is not free any more.",
		},
		{
			Name: "k2.incoming", Schema: "k2/incoming.fixture.json", Key: "reference", Apply: contract.Given(giveIncoming),
			About: "A payment demand of another bank against a client of this one.",
		},
		{
			Name: "k2.rzap", Schema: "k2/rzap.fixture.json", Key: "refer", Apply: contract.Given(giveRegistry),
			About: "An incoming registry of loan agreements with their scans.",
		},
	}
}

type givenExclusion struct {
	IIN       string  `json:"iin"`
	DbzNumber *string `json:"dbz_num"`
	FullName  string  `json:"fio"`
	Title     string  `json:"title"`
	Active    *bool   `json:"active"`
	ForExtreq *bool   `json:"for_extreq"`
	ForBank   bool    `json:"for_bank"`
	ForIBAN   bool    `json:"for_iban"`
	ForRefuse bool    `json:"for_refuse"`
	Bank      string  `json:"bank"`
	IBAN      string  `json:"iban"`
	FinishDt  string  `json:"finish_dt"`
}

// giveExclusion states one. It forbids demands if nothing else is said.
func giveExclusion(c *contract.Call, g givenExclusion) error {
	switch {
	case g.Bank != "" && !g.ForBank:
		return contract.Problem{Path: "/bank", Found: "a bank without for_bank", Expected: "for_bank: true beside it"}
	case g.IBAN != "" && !g.ForIBAN:
		return contract.Problem{Path: "/iban", Found: "an account without for_iban", Expected: "for_iban: true beside it"}
	}
	e := Exclusion{
		IIN: g.IIN, All: g.DbzNumber == nil, FullName: g.FullName, Title: g.Title, Active: g.Active == nil || *g.Active,
		Bans: Bans{
			ForExtreq: !g.ForBank && !g.ForIBAN && !g.ForRefuse, ForBank: g.ForBank, ForIBAN: g.ForIBAN, ForRefuse: g.ForRefuse,
			Bank: g.Bank, IBAN: g.IBAN, FinishDt: g.FinishDt,
		},
	}
	if g.ForExtreq != nil {
		e.ForExtreq = *g.ForExtreq
	}
	if g.DbzNumber != nil {
		e.DbzNumber = *g.DbzNumber
	}
	putExclusion(c, e)
	return nil
}

func giveLoan(c *contract.Call, item any) error {
	var fields loanRow
	if err := contract.Fill(item, &fields); err != nil {
		return err
	}
	_, err := loadLoan(c, fields, item)
	return err
}

type givenDemand struct {
	Code     string        `json:"code"`
	Contract string        `json:"contract_number"`
	Amount   *money.Amount `json:"amount"`
	Paid     money.Amount  `json:"paid_amount"`
	Status   string        `json:"status"`
	Bank     string        `json:"bank"`
	IBAN     string        `json:"iban"`
}

func giveDemand(c *contract.Call, g givenDemand) error {
	loan, ok := world.Of(c).LoanByContract(g.Contract)
	if !ok {
		return contract.Problem{Path: "/contract_number", Found: strconv.Quote(g.Contract), Expected: "the number of a loan: state it under k2.loans"}
	}
	if _, taken := demands.Get(c.Tx, g.Code); taken {
		return contract.Problem{Path: "/code", Found: strconv.Quote(g.Code) + " a second time", Expected: "another code"}
	}
	account, err := givenAccount(c, g, loan)
	if err != nil {
		return err
	}
	d := Demand{
		Code: g.Code, Contract: loan.ContractNumber, IINBIN: loan.IINBIN, FullName: loan.FullName,
		Bank: account.Bank, Account: account.IBAN, Currency: loan.Currency, Amount: money.Amount(loan.Debt), LoanDebt: money.Amount(loan.Debt), Paid: g.Paid,
		Status: cmp.Or(g.Status, demandMachine.Initial), Since: c.Now, CreatedAt: c.Now, UpdatedAt: c.Now, Stated: true,
	}
	if g.Amount != nil {
		d.Amount = *g.Amount
	}
	dropMade(c, loan.ContractNumber)
	putDemand(c, d)
	return nil
}

// givenAccount is the account that a demand goes to: as stated, or the debtor's
// first in another bank, moved to the stated bank if there is one.
func givenAccount(c *contract.Call, g givenDemand, loan world.Loan) (population.Account, error) {
	bank, known := population.BankByBIC(g.Bank)
	switch {
	case g.Bank != "" && !known:
		return population.Account{}, contract.Problem{Path: "/bank", Found: strconv.Quote(g.Bank), Expected: "the BIC of a bank that there is, such as CASPKZKA"}
	case g.Bank == "" && g.IBAN != "":
		if bank, known = population.BankOfIBAN(g.IBAN); !known {
			return population.Account{}, contract.Problem{Path: "/iban", Found: strconv.Quote(g.IBAN), Expected: "an account of a known bank, or the bank beside it"}
		}
	}
	if g.IBAN != "" {
		return population.Account{IBAN: g.IBAN, Bank: bank.BIC}, nil
	}
	accounts := world.Of(c).Population().OtherBankAccounts(loan.IINBIN)
	if len(accounts) == 0 {
		return population.Account{}, contract.Problem{
			Found: "a debtor without an account in another bank: " + loan.IINBIN, Expected: "the key iban: the account that is meant",
		}
	}
	account := accounts[0]
	if g.Bank != "" {
		account.IBAN, account.Bank = ibanAt(bank, account.IBAN), bank.BIC
	}
	return account, nil
}

// ibanAt is the account of the same number at another bank, with its own check
// digits.
func ibanAt(bank population.Bank, iban string) string {
	for check := range 100 {
		candidate := fmt.Sprintf("KZ%02d%s%s", check, bank.Code, iban[ibanAccount:])
		if population.ValidIBAN(candidate) == nil {
			return candidate
		}
	}
	return iban
}

// ibanAccount is where the account's own thirteen characters begin.
const ibanAccount = 7

// dropMade takes away the demands that K2 has made for a loan by itself: a
// scenario that states a loan's demands states all of them.
func dropMade(c *contract.Call, contractNumber string) {
	for key, code := range liveDemands.Prefix(c.Tx, store.Quoted(contractNumber)+"/") {
		d, _ := demands.Get(c.Tx, code)
		if d.Stated {
			return // those that K2 made went before the first that is stated
		}
		demands.Delete(c.Tx, code)
		dropWithdrawal(c, code)
		liveDemands.Delete(c.Tx, key)
		loanDemands.Delete(c.Tx, accountKey(d.Contract, d.Account)+strings.TrimPrefix(key, liveKey(d)))
	}
}

type givenWithdrawal struct {
	Demand string `json:"demand"`
	Code   string `json:"code"`
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// giveWithdrawal states the document; a demand whose withdrawal is confirmed is withdrawn.
func giveWithdrawal(c *contract.Call, g givenWithdrawal) error {
	d, ok := demands.Get(c.Tx, g.Demand)
	if !ok {
		return contract.Problem{Path: "/demand", Found: strconv.Quote(g.Demand), Expected: "the code of a demand: state it under k2.demands"}
	}
	w := Withdrawal{
		Code: cmp.Or(g.Code, withdrawalReference(c, g.Demand)), Demand: g.Demand, Cause: causeStated,
		Reason: cmp.Or(g.Reason, reasonOf[causeStated]), State: cmp.Or(g.State, withdrawalEntered), Since: c.Now,
	}
	over := w.State == withdrawalConfirmed
	if over && d.isLive() {
		_, _ = fire(c, d, eventWithdraw, c.Now) // a live demand can be withdrawn
	} else if !over && !slices.Contains(withdrawable, d.Status) {
		return contract.Problem{Path: "/demand", Found: "a demand that is " + d.Status, Expected: "one that is " + strings.Join(withdrawable, " or ")}
	}
	w.put(c, time.Time{})
	return nil
}

type givenPayment struct {
	TrnID  trnID        `json:"trn_id"`
	Refer  string       `json:"refer"`
	Amount money.Amount `json:"amount"`
}

// givePayment adds to the demand, if it stands.
func givePayment(c *contract.Call, g givenPayment) error {
	if _, taken := payments.Get(c.Tx, string(g.TrnID)); taken {
		return contract.Problem{Path: "/trn_id", Found: string(g.TrnID) + " a second time", Expected: "another trn_id"}
	}
	if d, ok := demandByCode(c, g.Refer); ok {
		paid, err := d.Paid.Add(g.Amount)
		if err != nil {
			return err
		}
		d.Paid = paid
		demands.Put(c.Tx, d.Code, d)
	}
	payments.Put(c.Tx, string(g.TrnID), Payment{TrnID: string(g.TrnID), Refer: g.Refer, Amount: g.Amount, At: c.Now})
	return nil
}

type givenIncoming struct {
	Reference string          `json:"reference"`
	State     string          `json:"state"`
	Reason    string          `json:"reason"`
	Document  json.RawMessage `json:"document"`
}

// giveIncoming keeps what the ABS knows of the demand. One with a document has just arrived.
func giveIncoming(c *contract.Call, g givenIncoming) error {
	if g.Document != nil {
		return giveArrival(c, g)
	}
	demand, _ := world.Of(c).Incoming(g.Reference)
	demand.Reference, demand.Reason, demand.At = g.Reference, cmp.Or(g.Reason, demand.Reason), c.Now
	demand.K2 = cmp.Or(g.State, incomingMachine.Initial)
	world.Of(c).PutIncoming(demand)
	return nil
}

func giveArrival(c *contract.Call, g givenIncoming) error {
	var d arrived
	if err := json.Unmarshal(g.Document, &d); err != nil {
		return err
	}
	switch {
	case g.State != "" || g.Reason != "":
		return contract.Problem{Path: "/document", Found: "a document and a state", Expected: "a demand that has just arrived, or its state"}
	case d.Reference != g.Reference:
		return contract.Problem{Path: "/document/refer", Found: strconv.Quote(d.Reference), Expected: strconv.Quote(g.Reference) + ", as reference says"}
	}
	return Arrive(c, g.Document)
}

type givenRegistry struct {
	Refer string           `json:"refer"`
	Items []givenAgreement `json:"items"`
}

type givenAgreement struct {
	DbzNumber string          `json:"dbz_num"`
	DbzDate   string          `json:"dbz_dt"`
	IIN       string          `json:"iin"`
	File      json.RawMessage `json:"file"`
}

func giveRegistry(c *contract.Call, g givenRegistry) error {
	r := Registry{Refer: g.Refer}
	for i, item := range g.Items {
		a := Agreement{DbzNumber: item.DbzNumber, DbzDate: dateOf(item.DbzDate).Format(agreementTime), IIN: item.IIN}
		switch string(item.File) {
		case "false":
		case "", "true":
			a.Code = newFileCode(c, g.Refer, i)
		default: // the code itself, as the schema has it
			if err := json.Unmarshal(item.File, &a.Code); err != nil {
				return err
			}
		}
		r.Items = append(r.Items, a)
	}
	putRegistry(c, r)
	return nil
}
