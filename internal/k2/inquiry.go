package k2

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// inquiry is the questions of K2 to the bank's ABS about a loan that was loaded, one after
// the other (ledger 121). It is in force where there are targets for the questions; else
// K2 asks nothing, and a loan has its demands at once.
type inquiry struct {
	Contract string    `json:"contract"`
	State    string    `json:"state"`
	Since    time.Time `json:"since"`        // of the state
	Due      time.Time `json:"due,omitzero"` // of the next question; zero while one is asked
}

var (
	inquiries = store.Define[inquiry]("k2.inquiries") // by contract number
	// dueInquiries leads from the instant of the next question to the contract.
	dueInquiries = defineDue("k2.due-inquiries")
)

// States of an inquiry. Those that ask are named after what they ask for.
const (
	askingClient    = "client"
	askingAccounts  = "accounts"
	askingDebt      = "debt"
	askingScan      = "scan"
	askingStatement = "statement"
	askingDebtAgain = "debt-again"
	clientUnknown   = "client-unknown"
	loanKnown       = "known"
	loanPaid        = "paid"
)

// Events of an inquiry, beside those of a loan.
const (
	eventAnswered = "answered"
	eventUnknown  = "unknown"
	eventDayOver  = "day-over"
	eventLoaded   = "loaded"
	eventPaid     = "paid"
	eventChanged  = "changed"
)

const inquiryName = "k2.inquiry"

var inquiryMachine = &contract.Machine{
	Name:    inquiryName,
	About:   "What K2 asks the ABS about a loan, where the sandbox has targets.",
	Initial: askingClient,
	Transitions: []contract.Transition{
		{From: []string{askingClient}, Event: eventAnswered, To: askingAccounts, When: "get_cli knows the client"},
		{From: []string{askingClient}, Event: eventUnknown, To: clientUnknown, When: "get_cli does not know the client"},
		{From: []string{askingAccounts}, Event: eventAnswered, To: askingDebt, When: "get_acc has answered"},
		{From: []string{askingDebt}, Event: eventAnswered, To: askingScan, When: "the ABS tells a debt"},
		{From: []string{askingScan}, Event: eventAnswered, To: askingStatement, When: "get_pdf has answered"},
		{From: []string{askingStatement}, Event: eventAnswered, To: loanKnown, When: "get_acc_stmt_dt has answered; the demands are made"},
		{From: []string{loanKnown}, Event: eventDayOver, To: askingDebtAgain, When: "one k2.refresh after the debt was told"},
		{From: []string{clientUnknown}, Event: eventDayOver, To: askingClient, When: "one k2.refresh later"},
		{From: []string{askingDebtAgain}, Event: eventAnswered, To: loanKnown, When: "the ABS tells a debt"},
		{
			From:  []string{askingClient, askingAccounts, askingDebt, askingScan, askingStatement, askingDebtAgain, clientUnknown, loanKnown},
			Event: eventPaid, To: loanPaid, When: "the debt is 0: the ABS tells it, or the bank does by loading or syncing",
		},
		{From: []string{loanPaid}, Event: eventLoaded, To: askingClient, When: "the loan is loaded or synced with a debt again"},
		{
			From:  []string{askingClient, askingAccounts, askingDebt, askingScan, askingStatement, askingDebtAgain, clientUnknown, loanKnown},
			Event: eventChanged, To: askingClient, When: "the loan is loaded with another debtor, agreement, account, system or key, so that a question is another one",
		},
	},
}

var inquiryAsks = []string{
	"abs.get_cli", "abs.get_acc", "abs.colvir_get_loan_debt", "abs.way4_get_loan_debt", "abs.get_pdf", "abs.get_acc_stmt_dt",
}

// inquiryProcess asks the ABS about each loan that is loaded with a debt: client, accounts, debt, scan and
// statement; then the debt once a day.
var inquiryProcess = contract.Process{
	Name: inquiryName,
	Asks: inquiryAsks,
	Next: nextInquiries,
	Hear: hearInquiry,
}

// inquire begins to ask about a loan that has a debt, and ends it for one that hasn't.
func inquire(c *contract.Call, loan *world.Loan) {
	if !slices.ContainsFunc(inquiryAsks, c.Asks) {
		return
	}
	i, begun := inquiries.Get(c.Tx, loan.ContractNumber)
	switch {
	case loan.Debt == 0:
		if begun {
			i.fire(c, eventPaid)
		}
	case !begun:
		inquiry{Contract: loan.ContractNumber, State: inquiryMachine.Initial, Since: c.Now}.put(c, c.Now)
	case i.State == loanPaid:
		i.fire(c, eventLoaded)
	}
}

// askAnew begins to ask about a loaded loan from the start if it is loaded with values that make a question
// another one. What the bank has sent about it as it was before is not its file any more.
func askAnew(c *contract.Call, loan world.Loan) {
	i, begun := inquiries.Get(c.Tx, loan.ContractNumber)
	if !begun {
		return
	}
	before, _ := world.Of(c).StoredLoan(loan.ContractNumber)
	asksOtherwise := func(state string) bool {
		was, _ := questionOf(state, before)
		is, _ := questionOf(state, loan)
		return !sameQuestion(was, is)
	}
	if slices.ContainsFunc([]string{askingClient, askingDebt, askingScan, askingStatement}, asksOtherwise) {
		i.fire(c, eventChanged)
		putLoanFile(c, loan, loanFile{At: c.Now})
	}
}

// sameQuestion reports whether two questions ask for the same.
func sameQuestion(a, b contract.Question) bool {
	return a.Operation == b.Operation && a.Query == b.Query && sameJSON(a.Body, b.Body)
}

// sameJSON compares bodies that a snapshot may have brought back with other spaces.
func sameJSON(a, b json.RawMessage) bool {
	var one, other any
	return bytes.Equal(a, b) || json.Unmarshal(a, &one) == nil && json.Unmarshal(b, &other) == nil && reflect.DeepEqual(one, other)
}

// inquired reports whether a loan may have demands: K2 has the answers to its questions.
func inquired(c *contract.Call, loan *world.Loan) bool {
	i, begun := inquiries.Get(c.Tx, loan.ContractNumber)
	return !begun || i.State == loanKnown || i.State == askingDebtAgain
}

// fire moves an inquiry by an event; without a transition from its state nothing happens.
func (i inquiry) fire(c *contract.Call, event string) inquiry {
	to, err := inquiryMachine.Fire(c, i.Contract, i.State, event, i)
	if err != nil {
		return i
	}
	i.State, i.Since = to, c.Now
	switch to {
	case loanKnown, clientUnknown:
		return i.put(c, c.Now.Add(c.Profile.Duration(switchRefresh)))
	case loanPaid:
		return i.put(c, time.Time{})
	}
	return i.put(c, c.Now)
}

// put stores an inquiry with the instant of its next question; zero for none.
func (i inquiry) put(c *contract.Call, due time.Time) inquiry {
	old, _ := inquiries.Get(c.Tx, i.Contract)
	i.Due = storable(due)
	inquiries.Put(c.Tx, i.Contract, i)
	dueInquiries.move(c, i.Contract, old.Due, i.Due)
	return i
}

func (i inquiry) dueAt() time.Time { return i.Due }

// nextInquiries are the questions that are due.
func nextInquiries(c *contract.Call, most int) (due []contract.Question, next time.Time) {
	return nextQuestions(c, dueInquiries, &inquiries, most)
}

// ask the question of the inquiry's state. Where the sandbox has no target for it, or the
// loan lacks what the operation requires, it is passed over.
func (i inquiry) ask(c *contract.Call) (contract.Question, bool) {
	i = i.put(c, time.Time{})
	loan, ok := world.Of(c).StoredLoan(i.Contract)
	if !ok || !loan.Loaded {
		return contract.Question{}, false
	}
	if i.State == loanKnown || i.State == clientUnknown {
		i = i.fire(c, eventDayOver)
	}
	q, asks := questionOf(i.State, loan)
	if !asks || !c.Asks(q.Operation) {
		i.goOn(c, loan)
		return contract.Question{}, false
	}
	i.put(c, time.Time{})
	q.Process, q.About = inquiryName, i.Contract
	return q, true
}

// questionOf a state about a loan; false if the loan lacks what the operation requires.
func questionOf(state string, loan world.Loan) (contract.Question, bool) {
	switch state {
	case askingClient:
		return contract.Question{Operation: "abs.get_cli", Query: query("iinbin", loan.IINBIN)}, true
	case askingAccounts:
		return contract.Question{Operation: "abs.get_acc", Query: query("iinbin", loan.IINBIN)}, true
	case askingDebt, askingDebtAgain:
		return debtQuestion(loan), true
	case askingScan:
		return contract.Question{Operation: "abs.get_pdf", Query: query(
			"dbz_num", loan.DbzNumber, "dbz_dt", isoDate(loan.DbzDate), "iinbin", loan.IINBIN, "dea_dt", isoDate(loan.DeaDate),
		)}, loan.DbzNumber != "" && !loan.DbzDate.IsZero()
	case askingStatement:
		return statementQuestion(loan), !loan.DbzDate.IsZero() && (loan.ID != 0 || loan.IBAN != "")
	}
	return contract.Question{}, false
}

// statementQuestion names a loan of Colvir by its ids and one of Way4 by its IBAN, as the document says
// (ledger 53); by what it has, if that is the other one alone or its system is neither.
func statementQuestion(loan world.Loan) contract.Question {
	switch {
	case loan.System == population.SystemColvir && loan.ID != 0:
		loan.IBAN = ""
	case loan.System == population.SystemWay4 && loan.IBAN != "":
		loan.DepID, loan.ID, loan.DeaDepID, loan.DeaID, loan.DeaCode = 0, 0, 0, 0, 0
	}
	return contract.Question{Operation: "abs.get_acc_stmt_dt", Query: query(
		"dep_id", number(loan.DepID), "id", number(loan.ID), "dea_dep_id", number(loan.DeaDepID), "dea_id", number(loan.DeaID),
		"dea_code", number(loan.DeaCode), "iban", loan.IBAN, "dt", isoDate(loan.DbzDate),
	)}
}

// debtQuestion goes to the system that keeps the loan.
func debtQuestion(loan world.Loan) contract.Question {
	if loan.System == population.SystemColvir {
		return contract.Question{
			Operation: "abs.colvir_get_loan_debt",
			Body:      json.RawMessage(fmt.Sprintf(`{"dep_id":%d,"id":%d}`, loan.DepID, loan.ID)),
		}
	}
	body, _ := contract.Encode(map[string]string{"contract_number": loan.ContractNumber}) // texts always encode
	return contract.Question{Operation: "abs.way4_get_loan_debt", Body: body}
}

// query of names and values in their order, without those that are empty.
func query(pairs ...string) string {
	var parts []string
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			parts = append(parts, pair[0]+"="+url.QueryEscape(pair[1]))
		}
	}
	return strings.Join(parts, "&")
}

// number as a query has it; empty for 0, which is a loan without one.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// hearInquiry takes the result of a question. Without an answer it is asked again after
// one k2.refresh.
func hearInquiry(c *contract.Call, q contract.Question, heard contract.Heard) {
	i, ok := inquiries.Get(c.Tx, q.About)
	loan, known := world.Of(c).StoredLoan(q.About)
	if asked, _ := questionOf(i.State, loan); !ok || !known || !sameQuestion(asked, q) {
		return // the loan has changed since, and is asked about anew
	}
	switch {
	case heard.Outcome == "":
		i.put(c, c.Now.Add(c.Profile.Duration(switchRefresh)))
	case i.State == askingClient && heard.Outcome == "not-found":
		i.fire(c, eventUnknown)
	case i.State == askingDebt || i.State == askingDebtAgain:
		i.hearDebt(c, loan, heard)
	case i.State == askingScan:
		keepScan(c, loan, heard)
		i.goOn(c, loan)
	case i.State == askingStatement:
		appendStatement(c, loan, heard)
		i.goOn(c, loan)
	default:
		i.goOn(c, loan)
	}
}

// hearDebt takes the debt that the ABS has answered.
func (i inquiry) hearDebt(c *contract.Call, loan world.Loan, heard contract.Heard) {
	loan, told := takeDebt(c, loan, heard)
	if !told {
		i.put(c, c.Now.Add(c.Profile.Duration(switchRefresh)))
		return
	}
	if loan.Debt <= 0 {
		i.fire(c, eventPaid)
		followLoan(c, &loan)
		return
	}
	i.goOn(c, loan)
}

// goOn to the next question, or make the demands if that was the last one.
func (i inquiry) goOn(c *contract.Call, loan world.Loan) {
	if i.fire(c, eventAnswered).State == loanKnown {
		followLoan(c, &loan)
	}
}
