package delivery_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// exclusions is the operation that K2 pushes to.
const exclusions = "abs.post_all_loan_exclude_to_eko"

// taken is how an endpoint takes a list.
const taken = `{"error_code":0,"error_text":""}`

// bank is the client of a simulator: it asks K2, and has an endpoint for the list.
type bank struct {
	t        *testing.T
	sim      *simulator.Simulator
	endpoint *httptest.Server
	got      chan *http.Request // whose body is read already
	bodies   chan string
	of       *abs // that K2 asks, where a test changes it
}

const nine = "2024-03-01T09:00:00+05:00"

// newBank has a sandbox `bank` on a clock that stands at nine; answer is its
// endpoint.
func newBank(t *testing.T, answer http.HandlerFunc, change func(*simulator.Options)) *bank {
	t.Helper()
	b := &bank{t: t, got: make(chan *http.Request, 100), bodies: make(chan string, 100)}
	b.endpoint = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.got <- r
		b.bodies <- string(body)
		answer(w, r)
	}))
	t.Cleanup(b.endpoint.Close)
	at, err := time.Parse(time.RFC3339, nine)
	if err != nil {
		t.Fatal(err)
	}
	opts := simulator.Options{}
	if opts.Clock, err = clock.New(clock.Settings{Mode: clock.Frozen, Start: at}); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&opts)
	}
	if b.sim, err = simulator.New(opts); err != nil {
		t.Fatal(err)
	}
	b.create("bank", fmt.Sprintf(`,"deliver":{%q:%q}`, exclusions, b.endpoint.URL+"/list"))
	return b
}

// create a sandbox whose clock stands at nine, with more members, until the test is over.
func (b *bank) create(id, more string) {
	b.t.Helper()
	b.do(201, "POST", "/_sim/sandboxes", fmt.Sprintf(`{"id":%q,"clock":{"mode":"frozen","start":%q}%s}`, id, nine, more))
	b.t.Cleanup(func() {
		if w := b.ask("DELETE", "/_sim/sandboxes/"+id, ""); w.Code != 204 && w.Code != 404 { // the test may have deleted it
			b.t.Errorf("%s is not deleted: %d %s", id, w.Code, w.Body)
		}
	})
}

func (b *bank) ask(method, path, body string) *httptest.ResponseRecorder {
	return testsim.Ask(b.sim.Handler(), method, path, body)
}

// do a request that has to have this status.
func (b *bank) do(status int, method, path, body string) string {
	b.t.Helper()
	w := b.ask(method, path, body)
	if w.Code != status {
		b.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}

// calledOperations are those that these tests count K2's calls of.
var calledOperations = []string{
	"get_cli", "get_acc", "colvir_get_loan_debt", "way4_get_loan_debt", "get_pdf", "get_acc_stmt_dt",
	"reg_pt", "refuse_pt", "return_pt", "get_all_pt_from_abs", "post_all_loan_exclude_to_eko",
}

// askedAt are targets as JSON that send these calls to one address. What K2 asks beside them has
// no target, so that it passes it over.
func askedAt(address string) string {
	targets := map[string]string{}
	for _, operation := range calledOperations {
		targets["abs."+operation] = address
	}
	text, _ := json.Marshal(targets) // texts always encode
	return string(text)
}

// exclude a client's loan, or include it again.
func (b *bank) exclude(iin string) {
	b.t.Helper()
	b.do(200, "POST", "/s/bank/restapi/services/run/k2loan_exclude_on_by_iin_dbznum",
		fmt.Sprintf(`{"iin":%q,"dbz_num":"KD1","return_extreq":false,"fio":"Т"}`, iin))
}

func (b *bank) include(iin string) {
	b.t.Helper()
	b.do(200, "POST", "/s/bank/restapi/services/run/k2loan_exclude_off_by_iin_dbznum", fmt.Sprintf(`{"iin":%q,"dbz_num":"KD1"}`, iin))
}

func (b *bank) advance(by string) {
	b.t.Helper()
	b.do(200, "POST", "/_sim/sandboxes/bank/clock/advance", fmt.Sprintf(`{"by":%q}`, by))
}

// deliveries when everything has been tried.
func (b *bank) deliveries() []delivery.Delivery {
	b.t.Helper()
	var all struct {
		Targets    map[string]string
		Deliveries []delivery.Delivery
	}
	answer := b.do(200, "GET", "/_sim/sandboxes/bank/deliveries?within=1m", "")
	if err := json.Unmarshal([]byte(answer), &all); err != nil {
		b.t.Fatalf("%v in %s", err, answer)
	}
	if all.Targets[exclusions] != b.endpoint.URL+"/list" {
		b.t.Errorf("targets %v", all.Targets)
	}
	return all.Deliveries
}

// states of all deliveries, each with the number of its tries.
func (b *bank) states() (all []string) {
	b.t.Helper()
	for _, d := range b.deliveries() {
		all = append(all, fmt.Sprintf("%s %s after %d", d.ID, d.State, len(d.Attempts)))
	}
	return all
}

// drain what the endpoint gets, for a test that asks for more than it looks at.
func (b *bank) drain() {
	go func() {
		for range b.got {
			<-b.bodies
		}
	}()
	b.t.Cleanup(func() { close(b.got) })
}

// answering is an endpoint that has one answer.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
