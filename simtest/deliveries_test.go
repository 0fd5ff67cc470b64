package simtest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
