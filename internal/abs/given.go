package abs

import (
	"encoding/json"
	"strconv"

	"github.com/kzsim/kzsim/internal/contract"
)

// fixtures are what a scenario's `given` can state of the ABS.
func fixtures() []contract.Fixture {
	return []contract.Fixture{
		{
			Name: "abs.clients", Schema: "abs/clients.fixture.json", Key: "iinbin",
			About: "Whether the bank knows a client. An unknown client has no accounts, loans and scans either.",
			Apply: contract.Given(giveClient),
		},
		{
			Name: "abs.accounts", Schema: "abs/accounts.fixture.json", Key: "iinbin",
			About: "A client's accounts, in place of the population's: an empty list, or none: true, for none.",
			Apply: contract.Given(giveAccounts),
		},
		{
			Name: "abs.scans", Schema: "abs/scans.fixture.json", Key: "dbz_num",
			About: "Whether the archive has the scan of an agreement.",
			Apply: contract.Given(giveScan),
		},
		{
			Name: "abs.payment_demands", Schema: "abs/payment_demands.fixture.json", Key: "refer",
			About: "A registered payment demand, and what became of it.",
			Apply: contract.Given(giveDemand),
		},
		{
			Name: "abs.exclusions", Schema: "abs/exclusions.fixture.json",
			About: "An item of the list of exclusions that K2 has sent.",
			Apply: contract.Given(giveExclusion),
		},
	}
}

type givenClient struct {
	IINBIN string `json:"iinbin"`
	clientRecord
}

func giveClient(c *contract.Call, in givenClient) error {
	clients.Put(c.Tx, in.IINBIN, in.clientRecord)
	return nil
}

type givenAccounts struct {
	IINBIN string `json:"iinbin"`
	accountList
}

// giveAccounts fills in what an account lacks; the schema makes sure that there
// is a list or that it is said to be empty.
func giveAccounts(c *contract.Call, in givenAccounts) error {
	for i, a := range in.IBANs {
		in.IBANs[i] = a.filled(c, in.IINBIN)
	}
	accountLists.Put(c.Tx, in.IINBIN, in.accountList)
	return nil
}

type givenScan struct {
	DbzNumber string `json:"dbz_num"`
	scanRecord
}

func giveScan(c *contract.Call, in givenScan) error {
	scans.Put(c.Tx, in.DbzNumber, in.scanRecord)
	return nil
}

// endings of a given demand, by its state.
var eventOf = map[string]string{stateRefused: eventRefuse, stateReturned: eventReturn}

// giveDemand registers a demand and ends it if its state says so.
func giveDemand(c *contract.Call, in map[string]json.RawMessage) error {
	said := demand(in)
	state, reason := said.text("state"), said.text("reason_code")
	delete(in, "state")
	delete(in, "reason_code")
	d := readDemand(c, in)
	if _, ok := registeredDemand(c, d.text("refer")); ok {
		return contract.Problem{Path: "/refer", Found: strconv.Quote(d.text("refer")) + " a second time", Expected: "another refer"}
	}
	i := putDemand(c, d)
	if event, ends := eventOf[state]; ends {
		return fire(c, i, event, reason)
	}
	return nil
}

func giveExclusion(c *contract.Call, in exclusion) error {
	exclusions.Put(c.Tx, in.ID, in)
	return nil
}
