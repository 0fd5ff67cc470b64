package simtest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/simtest"
)

const exclusionList = "abs.post_all_loan_exclude_to_eko"

// exclude turns an exclusion on in K2, which then sends its list.
func exclude(sim *simtest.Sim) {
	call(sim.Client(), sim.K2()+"/restapi/services/run/k2loan_exclude_on_by_iin_dbznum",
		`{"iin":"901123300258","dbz_num":"KD1","return_extreq":false,"fio":"Т"}`)
}

// The client's endpoint for K2's list of exclusions is down at first. K2 sends the
// list again a second later.
func ExampleSim_Deliveries() {
	t := &printer{}
	defer t.end()

	up := false
	client := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !up {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, `{"error_code":0,"error_text":""}`)
	}))
	defer client.Close()
	sim := simtest.New(t, simtest.Deliver(exclusionList, client.URL))

	exclude(sim)
	fmt.Println(sim.Deliveries()[0].State)
	up = true
	sim.Advance(time.Second)
	fmt.Println(sim.Deliveries()[0].State)
	// Output:
	// waiting
	// delivered
}

func TestDeliveryTellsWhy(t *testing.T) {
	client := httptest.NewServer(http.NotFoundHandler())
	defer client.Close()
	sim := simtest.New(t, simtest.Deliver(exclusionList, client.URL))
	exclude(sim)
	d := sim.Deliveries()[0]
	if want := "del-000001 " + exclusionList + ` waiting after 1 tries ["` + exclusionList + ` has no answer with HTTP 404"]: {"items":[{`; !strings.HasPrefix(d.String(), want) {
		t.Errorf("%s\nwant %s", d, want)
	}
	if !d.Next.Equal(sim.Now().Add(time.Second)) {
		t.Errorf("the next try is at %s, and it is %s", d.Next, sim.Now())
	}
}

func TestWrongTargetEndsTheTest(t *testing.T) {
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, `did you mean "`+exclusionList+`"?`) {
			t.Error(said)
		}
	}()
	simtest.New(&printer{}, simtest.Deliver("abs.post_all", "http://127.0.0.1:1"))
}

// TestCallsOfASandbox: K2 asks the ABS of its own sandbox, or of another one; the calls are
// no requests of the client.
func TestCallsOfASandbox(t *testing.T) {
	bank := simtest.New(t)
	for _, target := range []string{"sandbox:self", bank.Sandbox()} {
		sim := simtest.New(t, simtest.Target("abs.get_cli", target), simtest.Target("abs.get_acc", target),
			simtest.Target("abs.way4_get_loan_debt", target))
		call(sim.Client(), sim.K2()+"/restapi/services/run/k2loan_from_eko", `[{"contract_number":"KD7","dbz_contract_number":"KD7",
			"iinbin":"901123300258","fullname":"Т","debt":2000000,"cur":"KZT","system":"way4"}]`)
		var got []string
		for _, c := range sim.Calls() {
			got = append(got, fmt.Sprint(c.ID, " ", c.Operation, " ", c.Outcome, " ", c.DecidedBy, " ", len(c.Findings)))
			if c.Target == "sandbox:self" || !strings.HasPrefix(c.Target, "sandbox:") {
				t.Errorf("the target is %s", c.Target)
			}
		}
		want := []string{"del-000001.1 abs.get_cli found target 0", "del-000002.1 abs.get_acc found target 0", "del-000003.1 abs.way4_get_loan_debt debt target 0"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
		for _, r := range sim.Requests() {
			if r.Target != "" {
				t.Errorf("a call is among the requests: %+v", r)
			}
		}
	}
	bank.Expect(simtest.Call{On: "abs.*", Count: simtest.Exactly(3)})
}
