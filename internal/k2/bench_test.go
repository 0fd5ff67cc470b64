package k2_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/schemas"
)

const (
	loadLoans  = "k2.k2loan_from_eko"
	payDemands = "k2.k2extreq_pay_from_eko"
	syncDebts  = "k2.k2loan_sync_debt"
	byDBZ      = "k2.k2extreq_by_dbz"
	tellStatus = "k2.k2req_status_from_eko"
	tellReturn = "k2.k2req_return_from_eko"
	byRefer    = "k2.k2inforeq_rzap_by_refer"
	excludeOn  = "k2.k2loan_exclude_on_by_iin_dbznum"
	excludeOff = "k2.k2loan_exclude_off_by_iin_dbznum"
	getFile    = "k2.getfile"
)

const (
	loan1 = "KD0000000001"
	taken = `{"error_text":"","error_code":0}`
	done  = `{"error_code":0,"error_text":""}`
)

// debtor is an ordinary person with one account in another bank, which has an
// electronic channel.
var debtor = func() string {
	people := population.New(1)
	for n := 0; ; n++ {
		iin := people.IINOf(strconv.Itoa(n))
		accounts := people.OtherBankAccounts(iin)
		if people.Person(iin).Quirk != population.Ordinary || len(accounts) != 1 {
			continue
		}
		if bank, _ := population.BankByBIC(accounts[0].Bank); bank.Electronic {
			return iin
		}
	}
}()

// bench is a calltest.Bench with K2's requests in one call each.
type bench struct {
	*calltest.Bench
	t testing.TB
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return &bench{Bench: calltest.New(t, k2.Service()), t: t}
}

func (b *bench) pass(d time.Duration) { b.Now = b.Now.Add(d) }

// load a loan of the debtor with a debt in tenge.
func (b *bench) load(contractNumber, debt string) {
	b.t.Helper()
	b.expect(b.Ask(loadLoans, loanJSON(contractNumber, debtor, debt)), "accepted", taken)
}

func loanJSON(contractNumber, iin, debt string) string {
	return fmt.Sprintf(`[{"contract_number":%q,"dbz_dt":"2014-02-08","iinbin":%q,"debt":%s}]`, contractNumber, iin, debt)
}

// item is one demand as k2extreq_by_dbz prints it.
type item map[string]string

// demands of a contract that was loaded as loanJSON has it.
func (b *bench) demands(contractNumber string) []item {
	b.t.Helper()
	a := b.Ask(byDBZ, fmt.Sprintf(`{"contract_number":%q,"dbz_dt":"2014-02-08"}`, contractNumber))
	var body struct{ Items []item }
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		b.t.Fatalf("body %q: %v", a.Body, err)
	}
	if (len(body.Items) == 0) != (a.Outcome == "none") {
		b.t.Fatalf("%d items with outcome %s", len(body.Items), a.Outcome)
	}
	return body.Items
}

// demand is the contract's only one.
func (b *bench) demand(contractNumber string) item {
	b.t.Helper()
	items := b.demands(contractNumber)
	if len(items) != 1 {
		b.t.Fatalf("%s has %d demands, want one", contractNumber, len(items))
	}
	return items[0]
}

func (b *bench) statuses(contractNumber string) []string {
	b.t.Helper()
	statuses := []string{}
	for _, i := range b.demands(contractNumber) {
		statuses = append(statuses, i["stat_id$"])
	}
	return statuses
}

func (b *bench) expectStatuses(contractNumber string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), b.statuses(contractNumber)); diff != "" {
		b.t.Errorf("statuses of the demands (-want +got):\n%s", diff)
	}
}

// expect an answer's outcome and body, to the byte.
func (b *bench) expect(a calltest.Answer, outcome, body string) {
	b.t.Helper()
	if a.Outcome != outcome {
		b.t.Fatalf("outcome %s, want %s: %s", a.Outcome, outcome, a.Body)
	}
	if diff := cmp.Diff(body, a.Body); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", outcome, diff)
	}
}

// expectFindings compares the ledger entries and places of what was found.
func (b *bench) expectFindings(a calltest.Answer, want ...string) {
	b.t.Helper()
	got := []string{}
	for _, f := range a.Findings {
		got = append(got, fmt.Sprintf("%d %s", f.Ledger, f.Path))
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		b.t.Errorf("findings (-want +got):\n%s\n%v", diff, a.Findings)
	}
}

// stored are the keys of a collection.
func (b *bench) stored(collection string) []string {
	return slices.Sorted(maps.Keys(b.State()[collection]))
}

// give makes a fixture true, if its item fits the fixture's schema.
func (b *bench) give(name, item string) error {
	b.t.Helper()
	service, _ := b.Table.ServiceOf("/restapi/")
	i := slices.IndexFunc(service.Fixtures, func(f contract.Fixture) bool { return f.Name == name })
	if i < 0 {
		b.t.Fatalf("no fixture %s", name)
	}
	parsed, err := contract.ParseBody([]byte(item))
	if err != nil {
		b.t.Fatal(err)
	}
	if problems := b.Table.Schemas.Check(service.Fixtures[i].Schema, parsed); len(problems) > 0 {
		return problems[0]
	}
	var failed error
	b.Update(func(c *contract.Call) error {
		failed = service.Fixtures[i].Apply(c, parsed)
		return nil
	})
	return failed
}

func (b *bench) mustGive(name, item string) {
	b.t.Helper()
	if err := b.give(name, item); err != nil {
		b.t.Fatal(err)
	}
}

// samplesOf are the texts of the document's samples of a kind, white space
// outside of strings removed from JSON.
func samplesOf(t testing.TB, operation, kind string) []string {
	t.Helper()
	all, err := schemas.Samples()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, s := range all {
		if s.Operation == operation && s.Kind == kind {
			texts = append(texts, sampleText(t, s.File))
		}
	}
	if len(texts) == 0 {
		t.Fatalf("no %s samples of %s", kind, operation)
	}
	return texts
}

func sampleText(t testing.TB, name string) string {
	t.Helper()
	raw, err := schemas.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, ".json") {
		return strings.TrimSpace(string(raw))
	}
	var text strings.Builder
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] == '\\':
			text.WriteByte(raw[i])
			i++
		case raw[i] == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(" \t\r\n", raw[i]) >= 0:
			continue
		}
		text.WriteByte(raw[i])
	}
	return text.String()
}

// query is a request for getfile.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}

// want is a request whose outcome is asked for by name.
func want(operation, input, outcome string) calltest.Request {
	return calltest.Request{Operation: operation, Body: input, Query: input, Want: outcome}
}
