package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

// life is the default sandbox of a simulator, as its client and its test see it.
type life struct {
	t   *testing.T
	sim *simulator.Simulator
}

// begin a simulator whose lists of exclusions go to a bank.
func begin(t *testing.T, bank string, memory int64) life {
	t.Helper()
	sim, err := simulator.New(simulator.Options{
		Memory:  memory,
		Default: sandbox.Config{Clock: clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)}},
		Targets: delivery.Targets{Endpoints: map[string]string{"abs.post_all_loan_exclude_to_eko": bank}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := life{t, sim}
	t.Cleanup(func() { l.control("DELETE", "", "") })
	return l
}

// send a request; the answer is all that its client gets.
func (l life) send(method, path, body string) (got string) {
	w := httptest.NewRecorder()
	defer func() {
		broken := recover()
		if broken != nil && broken != http.ErrAbortHandler {
			panic(broken)
		}
		got = fmt.Sprint(w.Code, " ", w.Header(), " ", w.Body, " ", broken)
	}()
	l.sim.Handler().ServeHTTP(w, testsim.Request(method, path, body))
	return ""
}

func (l life) control(method, path, body string) string {
	l.t.Helper()
	return ask(l.t, l.sim, method, "/_sim/sandboxes/default"+path, body)
}

// ask a simulator, whose answer has to be a good one.
func ask(t *testing.T, sim *simulator.Simulator, method, path, body string) string {
	t.Helper()
	w := testsim.Ask(sim.Handler(), method, path, body)
	if w.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}

// request number n of a client that goes on and on.
func (l life) request(n int) string {
	iin := []string{"901123300258", "830717350867", "031231500126"}[n%3]
	switch n % 4 {
	case 0:
		return l.send("POST", "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key": "k", "iin": "`+iin+`"}`)
	case 1:
		return l.send("POST", "/api/v1/backend/address/approve/", `{"api_key": "k", "iin": "`+iin+`"}`)
	case 2:
		return l.send("GET", "/abs/get_cli?iinbin="+iin, "")
	}
	return l.send("POST", "/restapi/services/run/k2extreq_pay_from_eko",
		fmt.Sprintf(`{"items": [{"request_id": 1, "trn_id": %d, "refer": "PTP1", "amount": 10}]}`, n))
}

// deliveries without what the machine's time says.
func (l life) deliveries() (all []delivery.Told) {
	var list struct{ Deliveries []delivery.Told }
	if err := json.Unmarshal([]byte(l.control("GET", "/deliveries?within=1m", "")), &list); err != nil {
		l.t.Fatal(err)
	}
	for i := range list.Deliveries {
		for n := range list.Deliveries[i].Attempts {
			list.Deliveries[i].Attempts[n].Took = 0
		}
	}
	return list.Deliveries
}

const half = `
version: 1
scenario: half
about: Lists and times that are half used.
rules:
  - {on: kyc.info.exec_proc, times: 30, do: [unavailable, found, not-found, found, unavailable]}
  - {on: abs.get_cli, probability: 0.5, times: 20, do: not-found}
must: [{on: kyc.info.*, count: '>40'}, {on: abs.get_cli, outcome: not-found}]
`

// keep a simulator's sandboxes in a storage.
func (l life) keep(storage commitlog.Storage) {
	l.t.Helper()
	if found, err := l.sim.Keep(simulator.Keeping{Storage: storage, Interval: time.Hour}); err != nil || len(found.Failed) > 0 {
		l.t.Fatal(err, found.Failed)
	}
}

// TestEverythingComesBack: a snapshot and the log of commits, as it grew or written anew at
// its end, bring back a waiting delivery, live faults, chaos, half-used lists and counts.
// The next hundred requests get the bytes that they would have got.
func TestEverythingComesBack(t *testing.T) {
	bank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer bank.Close()
	first, grown, compact := begin(t, bank.URL, 0), new(commitlogtest.Memory), new(commitlogtest.Memory)
	first.keep(grown)
	first.control("PUT", "/scenario", half)
	first.control("POST", "/faults", "{on: kyc.*, fault: garbage, probability: 0.3}")
	first.control("POST", "/faults", "{on: abs.*, fault: truncate, times: 40, probability: 0.5}")
	first.control("PUT", "/chaos", `{"share": 0.3}`)
	first.send("POST", "/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", `{"iin": "901123300258", "dbz_num": "KD1", "return_extreq": false, "fio": "Т"}`)
	for n := range 60 {
		first.request(n)
	}
	first.control("POST", "/clock/advance", `{"by": "3s"}`)
	snapshot := first.control("GET", "/snapshot", "")
	first.sim.Flush()
	told := strings.Contains(snapshot, bank.URL)
	if err := grown.Load(func(record []byte) error {
		told = told || bytes.Contains(record, []byte(bank.URL))
		return compact.Append([][]byte{record})
	}); err != nil {
		t.Fatal(err)
	}
	if told {
		t.Error("the bank's address is in it")
	}
	bySnapshot, byLog, byCompact := begin(t, bank.URL, 0), begin(t, bank.URL, 0), begin(t, bank.URL, 0)
	bySnapshot.control("PUT", "/snapshot", snapshot)
	byLog.keep(grown)
	again := begin(t, "http://127.0.0.1:1", 0)
	again.keep(compact)
	if err := again.sim.StopKeeping(); err != nil {
		t.Fatal(err)
	}
	byCompact.keep(compact)
	goOn := func(l life) (all []string) {
		for n := range 100 {
			all = append(all, l.request(60+n))
		}
		l.control("POST", "/clock/advance", `{"by": "10s"}`)
		return append(all, l.control("GET", "/verdict", "")[:1], l.control("GET", "/faults", ""), l.control("GET", "/scenario", ""))
	}
	want, wantDeliveries := goOn(first), first.deliveries()
	if len(wantDeliveries) != 1 || len(wantDeliveries[0].Attempts) != 3 || wantDeliveries[0].State != delivery.Waiting {
		t.Errorf("the delivery is %+v", wantDeliveries)
	}
	for name, other := range map[string]life{"snapshot": bySnapshot, "log": byLog, "rewritten log": byCompact} {
		if diff := cmp.Diff(want, goOn(other)); diff != "" {
			t.Errorf("by the %s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(wantDeliveries, other.deliveries()); diff != "" {
			t.Errorf("deliveries by the %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestABrokenMustStaysBroken: one request that must not be is enough, whatever comes
// after it, whatever the journal drops, and over a snapshot and a restart.
func TestABrokenMustStaysBroken(t *testing.T) {
	const others, memory = 20_000, 4 << 20
	l, log := begin(t, "http://127.0.0.1:1", memory), new(commitlogtest.Memory)
	l.keep(log)
	l.control("PUT", "/scenario", "{version: 1, scenario: never, must: [{on: abs.get_cli, count: 0}]}")
	broken := func(l life, when string) {
		t.Helper()
		var v struct {
			Passed bool
			Must   []struct{ Count int }
		}
		if err := json.Unmarshal([]byte(l.control("GET", "/verdict", "")), &v); err != nil {
			t.Fatal(err)
		}
		if v.Passed || len(v.Must) != 1 || v.Must[0].Count != 1 {
			t.Errorf("%s: %+v", when, v)
		}
	}
	l.send("GET", "/abs/get_cli?iinbin=901123300258", "")
	broken(l, "at once")
	ask(t, l.sim, "PUT", "/_sim/sandboxes/neighbour", "")
	for n := range others {
		l.send("GET", []string{"", "/s/neighbour"}[n%2]+"/abs/get_acc?iinbin=901123300258", "")
	}
	if _, dropped := l.sim.Pool.Budget().Usage(); dropped == 0 {
		t.Fatal("the journal has dropped nothing")
	}
	broken(l, "under others")
	l.control("DELETE", "/requests", "")
	broken(l, "with an empty journal")
	l.control("PUT", "/scenario?keep=state", "{version: 1, scenario: again, must: [{on: abs.get_cli, count: 0}]}")
	broken(l, "with the same words in force again")
	snapshot := l.control("GET", "/snapshot", "")
	l.sim.Flush()
	bySnapshot, byLog := begin(t, "http://127.0.0.1:1", memory), begin(t, "http://127.0.0.1:1", memory)
	bySnapshot.control("PUT", "/snapshot", snapshot)
	broken(bySnapshot, "over a snapshot")
	byLog.keep(log)
	broken(byLog, "over a restart")
	l.control("POST", "/reset", "")
	if !strings.Contains(l.control("GET", "/verdict", ""), `"passed": true`) {
		t.Error("after a reset it is still broken")
	}
}
