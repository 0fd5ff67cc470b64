package control_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInvariants: all hold in an empty sandbox, and the one that is broken tells where.
func TestInvariants(t *testing.T) {
	r := newRig(t, nil)
	broken := func() map[string][]string {
		var told struct {
			Invariants []struct {
				Name   string
				Holds  bool
				Count  int
				Broken []string
			}
		}
		if err := json.Unmarshal(r.do("GET", "/_sim/sandboxes/default/invariants", "").Body.Bytes(), &told); err != nil {
			t.Fatal(err)
		}
		all := map[string][]string{}
		for _, i := range told.Invariants {
			if i.Holds != (i.Count == 0) || i.Count != len(i.Broken) {
				t.Errorf("%+v", i)
			}
			if !i.Holds {
				all[i.Name] = i.Broken
			}
		}
		if len(told.Invariants) < 5 {
			t.Errorf("%d invariants", len(told.Invariants))
		}
		return all
	}
	if diff := cmp.Diff(map[string][]string{}, broken()); diff != "" {
		t.Errorf("of an empty sandbox (-want +got):\n%s", diff)
	}
	r.do("POST", "/restapi/services/run/k2loan_from_eko",
		`[{"contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","fullname":"Другое Имя","debt":5}]`)
	want := map[string][]string{"k2.names": {"loan KD7: K2 names its debtor otherwise than the ABS and KYC do"}}
	if diff := cmp.Diff(want, broken()); diff != "" {
		t.Errorf("of a loan with another name (-want +got):\n%s", diff)
	}
}
