package delivery_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// exchanges of the sandbox `k2` that a query finds, the oldest first.
func (b *bank) exchanges(query string) (all []exchangeInfo) {
	b.t.Helper()
	var list struct{ Requests []exchangeInfo }
	answer := b.do(200, "GET", "/_sim/sandboxes/k2/requests?"+query, "")
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		b.t.Fatal(err)
	}
	for i := len(list.Requests); i > 0; i-- {
		all = append(all, list.Requests[i-1])
	}
	return all
}

type exchangeInfo struct {
	ID, Method, URL, Direction, Target, Delivery, Process, Operation, Outcome string

	Status      int
	At          time.Time
	Fault, Rule string
	DecidedBy   string   `json:"decided_by"`
	Subjects    []string `json:"subjects"`
	Findings    []struct{ Path, Text string }
}

// TestCallsAreExchanges: each call of K2 is in the journal, in its order, with what it was
// and what it was answered; the requests that come look as they did.
func TestCallsAreExchanges(t *testing.T) {
	of := newABS(t)
	of.become(0, "/abs/get_acc_stmt_dt", `{"error_code":0,"error_text":"","stmt":[{"iban":7}]}`)
	b := askingBank(t, of)
	b.load("colvir")
	b.later("1s")
	var got []string
	for _, x := range b.exchanges("direction=out") {
		line := fmt.Sprintf("%s %s %s %s %s %d %s", x.ID, x.Delivery, x.Process, x.Method, x.URL, x.Status, x.Outcome)
		for _, f := range x.Findings {
			line += "\n\t" + f.Path + " " + f.Text
		}
		got = append(got, line)
		if want := []string{of.URL, "out", "target"}; !cmp.Equal(want, []string{x.Target, x.Direction, x.DecidedBy}) {
			t.Errorf("%s: target %s, direction %s, decided by %s, want %v", x.ID, x.Target, x.Direction, x.DecidedBy, want)
		}
	}
	testgolden.Compare(t, "testdata/exchanges.golden", strings.Join(got, "\n")+"\n")
	came := b.exchanges("direction=in")
	if len(came) != 1 || came[0].ID != "req-000001" || came[0].Direction+came[0].Target+came[0].Delivery != "" {
		t.Errorf("requests that came: %+v", came)
	}
	if n := len(b.exchanges("since=req-000001")); n != 6 {
		t.Errorf("%d exchanges after the first request, want the 6 calls", n)
	}
	if n := len(b.exchanges("operation=abs.get_pdf&iin=901123300258&outcome=scan")); n != 1 {
		t.Errorf("%d calls are found by operation, person and outcome", n)
	}
	b.do(400, "GET", "/_sim/sandboxes/k2/requests?direction=sideways", "")
}

// TestWholeCall: bodies and headers of a call, and its entry in the archive.
func TestWholeCall(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.load("colvir")
	whole := b.do(200, "GET", "/_sim/sandboxes/k2/requests/del-000003.1", "")
	for _, want := range []string{`"text": "{\"dep_id\":1001,\"id\":77}"`, `"text": "{\"error_code\":0,\"error_text\":\"\",\"debt\":1500000.50}"`, `"Sim-Delivery"`} {
		if !strings.Contains(whole, want) {
			t.Errorf("there is no %s in %s", want, whole)
		}
	}
	har := b.do(200, "GET", "/_sim/sandboxes/k2/requests.har?operation=abs.get_cli", "")
	for _, want := range []string{`"url": "` + of.URL + `/abs/get_cli?iinbin=901123300258"`, `"_direction": "out"`, `"_delivery": "del-000001"`, `"_process": "k2.inquiry"`} {
		if !strings.Contains(har, want) {
			t.Errorf("there is no %s in %s", want, har)
		}
	}
}

// TestSecretsOfCalls: the journal has no credentials of a call, and on a shared machine no
// person.
func TestSecretsOfCalls(t *testing.T) {
	of := newABS(t)
	of.become(0, "/abs/get_cli", `{"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ","api_key":"hidden-1"}`)
	b := newBank(t, answering(200, taken), func(o *simulator.Options) {
		o.MaskPersonalData = true
		o.Systems = map[string]delivery.System{"abs": {URL: of.URL + "/abs", Authorization: "Bearer hidden-2", Header: http.Header{"X-Tenant": {"hidden-3"}}}}
	})
	b.create("k2", `,"targets":`+askedAt("abs"))
	b.load("colvir")
	for _, path := range []string{"requests/del-000001.1", "requests.har", "requests", "deliveries"} {
		answer := b.do(200, "GET", "/_sim/sandboxes/k2/"+path, "")
		for _, secret := range []string{"hidden", "901123300258", "ТЕСТОВ"} {
			if strings.Contains(answer, secret) {
				t.Errorf("%s has %s: %s", path, secret, answer)
			}
		}
	}
}

// TestCallsAreExpected: an expectation counts calls if it says direction: out, and requests
// that come otherwise; the answers to calls are counted apart from what a client has met.
func TestCallsAreExpected(t *testing.T) {
	of := newABS(t)
	b := askingBank(t, of)
	b.do(200, "PUT", "/_sim/sandboxes/k2/scenario?keep=state", `{"version":1,"scenario":"asks","about":"K2 asks for the client.","must":[
		{"on":"abs.get_cli","direction":"out","outcome":"found","for":{"iin":"901123300258"},"count":1},
		{"on":"abs.*","count":0},
		{"on":"abs.colvir_get_loan_debt","direction":"out","when":"body.id == 77","finding":"none"}]}`)
	b.load("colvir")
	if verdict := b.do(200, "GET", "/_sim/sandboxes/k2/verdict", ""); !strings.Contains(verdict, `"passed": true`) || strings.Contains(verdict, `"passed": false`) {
		t.Error(verdict)
	}
	for _, test := range []struct {
		status            int
		expectation, says string
	}{
		{200, `{"on":"abs.get_acc","direction":"out","count":1}`, ""},
		{200, `{"on":"abs.get_acc","count":0}`, ""},
		{200, `{"on":"abs.get_acc","direction":"in","count":0}`, ""},
		{409, `{"on":"abs.get_acc","count":1}`, "- direction: in\\n+ direction: out"},
		{409, `{"on":"k2.k2loan_from_eko","direction":"out"}`, "1 or more of k2.k2loan_from_eko going out"},
		{422, `{"on":"abs.get_acc","direction":"outwards"}`, "in, out"},
	} {
		if got := b.do(test.status, "POST", "/_sim/sandboxes/k2/expectations", test.expectation); !strings.Contains(got, test.says) {
			t.Errorf("%s: %s", test.expectation, got)
		}
	}
	var met struct {
		Operations  struct{ Met int }
		ByOperation []struct{ Calls int } `json:"by_operation"`
		Heard       []struct {
			ID    string
			Calls int
		}
	}
	if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/coverage", "")), &met); err != nil {
		t.Fatal(err)
	}
	if len(met.Heard) != 5 || met.Heard[0].ID != "abs.get_cli" || met.Heard[0].Calls != 1 || met.Operations.Met != 1 {
		t.Errorf("coverage %+v", met)
	}
	page := b.do(200, "GET", "/_sim/sandboxes/k2/coverage?format=md", "")
	if !strings.Contains(page, "## Answers to calls of abs.get_cli\n\n| outcome | status | times | |\n|---|--:|--:|---|\n| found | 200 | 1 |  |\n") {
		t.Error(page)
	}
}

// TestCallsFollowed: those who follow a sandbox are told of calls, and of one that isn't
// answered yet the list tells.
func TestCallsFollowed(t *testing.T) {
	came, answer := make(chan bool), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		came <- true
		<-answer
	}))
	t.Cleanup(server.Close)
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", `,"targets":`+askedAt(server.URL))
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_from_eko", "["+fmt.Sprintf(loanRow, "colvir")+"]")
	<-came
	var list struct {
		InFlight []exchangeInfo `json:"in_flight"`
	}
	if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/requests", "")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.InFlight) != 1 || list.InFlight[0].ID != "del-000001.1" || list.InFlight[0].Direction != "out" {
		t.Errorf("in flight: %+v", list.InFlight)
	}
	close(answer)
	b.settle()
	b.do(204, "DELETE", "/_sim/sandboxes/k2", "")
}
