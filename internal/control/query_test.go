package control_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/kzsim/kzsim/internal/simulator"
)

func TestRequestQueries(t *testing.T) {
	r := newRig(t, nil)
	r.ask("found", execProc, of(citizen))                    // 1
	r.ask("found", execProc, of(stranger))                   // 2
	r.ask("pending", addressApprove, of(citizen))            // 3
	r.control("POST", "/clock/advance", `{"by": "5s"}`, nil) //
	r.ask("valid", addressApprove, of(citizen))              // 4
	r.ask("found", "/abs/get_cli?iinbin="+citizen, "")       // 5
	r.do("POST", "/no/operation", "")                        // 6
	for query, want := range map[string][]string{
		"":                                       {"6", "5", "4", "3", "2", "1"},
		"?limit=2":                               {"6", "5"},
		"?operation=kyc.*":                       {"4", "3", "2", "1"},
		"?operation=kyc.address.*&outcome=valid": {"4"},
		"?outcome=found":                         {"5", "2", "1"},
		"?outcome=found&limit=1":                 {"5"},
		"?iin=" + citizen:                        {"5", "4", "3", "1"},
		"?since=req-000004":                      {"6", "5"},
		"?since=2024-03-01T04:00:05Z":            {"6", "5", "4"},
		"?operation=*":                           {"5", "4", "3", "2", "1"},
		"?q=reg_PT":                              nil,
		"?q=exec_proc_INFO+" + stranger:          {"2"},
		"?q=backend_session_id":                  {"4", "3"},      // of a body
		"?q=%2209:00:05":                         nil,             // of no time
		"?q=09:00:05":                            {"6", "5", "4"}, // of the time that the console shows
		"?q=no+operation":                        {"6"},
		"?q=09:00+get_cli&limit=2":               {"6", "5"}, // the one names the other in its answer
	} {
		var list struct {
			Requests []struct{ ID string }
			Kept     int
			Dropped  int
		}
		r.control("GET", "/requests"+query, "", &list)
		var got []string
		for _, one := range list.Requests {
			got = append(got, one.ID[len("req-00000"):])
		}
		diff(t, query, want, got)
		if list.Kept != 6 || list.Dropped != 0 {
			t.Errorf("%s: %d kept, %d dropped", query, list.Kept, list.Dropped)
		}
	}
	for _, query := range []string{"?operation=abs.get_clii", "?limit=0", "?limit=x", "?since=yesterday", "?q=" + strings.Repeat("x", 201)} {
		if w := r.do("GET", "/_sim/sandboxes/default/requests"+query, ""); w.Code != 400 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// TestRequestsInFlight are shown as far as they are known.
func TestRequestsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(opts *simulator.Options) { opts.Clock = nil })
		r.control("POST", "/faults", `{fault: {delay: 1m}}`, nil)
		go r.do("POST", execProc, of(citizen))
		synctest.Wait()
		list := func() (inFlight, over int) {
			var list struct {
				Requests []struct{ ID string }
				InFlight []struct{ ID, Operation, Outcome string } `json:"in_flight"`
			}
			r.control("GET", "/requests", "", &list)
			if len(list.InFlight) == 1 && (list.InFlight[0].Operation != "kyc.info.exec_proc" || list.InFlight[0].Outcome != "found") {
				raw, _ := json.Marshal(list.InFlight)
				t.Errorf("in flight is %s", raw)
			}
			return len(list.InFlight), len(list.Requests)
		}
		if inFlight, over := list(); inFlight != 1 || over != 0 {
			t.Errorf("%d in flight and %d over, want it in flight", inFlight, over)
		}
		r.control("POST", "/clock/advance", `{"by": "1m"}`, nil)
		if inFlight, over := list(); inFlight != 0 || over != 1 {
			t.Errorf("%d in flight and %d over, want it over", inFlight, over)
		}
	})
}
