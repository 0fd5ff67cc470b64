package simulator_test

import (
	"fmt"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// workers are the goroutines of this process that make calls or wait on a clock.
func workers(t *testing.T) (n int) {
	t.Helper()
	var text strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&text, 2); err != nil {
		t.Fatal(err)
	}
	for one := range strings.SplitSeq(text.String(), "\n\n") {
		if strings.Contains(one, "internal/delivery.") || strings.Contains(one, "internal/clock.(*Waiter)") {
			n++
		}
	}
	return n
}

// lives lets everything happen in a sandbox that K2 would call the bank for, in a month.
func lives(t *testing.T, sim *simulator.Simulator, id string) {
	t.Helper()
	k2 := "/s/" + id + "/restapi/services/run/"
	ask(t, sim, "POST", k2+"k2loan_from_eko", `[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","debt":5}]`)
	ask(t, sim, "POST", "/_sim/sandboxes/"+id+"/incoming-demands", `{"refer":"PTP1","iinbin":"901123300258","amount":5,"cur":"KZT","knp":"423"}`)
	ask(t, sim, "POST", k2+"k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD8","return_extreq":true,"fio":"Т"}`)
	ask(t, sim, "POST", k2+"k2loan_sync_debt", `[{"contract_number":"KD7","debt":0}]`)
	ask(t, sim, "POST", "/_sim/sandboxes/"+id+"/clock/advance", `{"by":"720h"}`)
}

// TestNothingWorksWithoutTargets: with the preset documents, and with every other one, a
// sandbox without targets has no goroutine, waits on no clock and calls nothing, whatever
// happens in it. One with targets shows that the test would see it.
func TestNothingWorksWithoutTargets(t *testing.T) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := workers(t)
	for _, preset := range []string{"documents", "observed", "strict"} {
		ask(t, sim, "PUT", "/_sim/sandboxes/"+preset, fmt.Sprintf(`{"profile":{"preset":%q},"clock":{"mode":"frozen","start":"2024-03-01T09:00:00+05:00"}}`, preset))
		lives(t, sim, preset)
		if calls := ask(t, sim, "GET", "/_sim/sandboxes/"+preset+"/requests?direction=out", ""); !strings.Contains(calls, `"requests": []`) {
			t.Errorf("%s: %s", preset, calls)
		}
		if sent := ask(t, sim, "GET", "/_sim/sandboxes/"+preset+"/deliveries", ""); !strings.Contains(sent, `"deliveries": []`) {
			t.Errorf("%s: %s", preset, sent)
		}
	}
	if now := workers(t); now > before {
		t.Errorf("%d goroutines work or wait, %d did before", now, before)
	}
	ask(t, sim, "PUT", "/_sim/sandboxes/calling", `{"targets":{"abs":"sandbox:self"},"clock":{"mode":"frozen","start":"2024-03-01T09:00:00+05:00"}}`)
	lives(t, sim, "calling")
	if now := workers(t); now <= before {
		t.Error("a sandbox with targets has no goroutine that works: this test sees none")
	}
	ask(t, sim, "DELETE", "/_sim/sandboxes/calling", "")
}
