//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDeliver: what K2 sends reaches the client's endpoint.
func TestDeliver(t *testing.T) {
	got := make(chan string, 1)
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + " " + string(body)
		fmt.Fprint(w, `{"error_code":0,"error_text":""}`)
	}))
	defer endpoint.Close()
	var stdout, stderr bytes.Buffer
	args := append([]string{"exec", "--deliver", "abs.post_all_loan_exclude_to_eko=" + endpoint.URL + "/list", "--"}, self("as:client",
		`post=$SIM_K2_URL/restapi/services/run/k2loan_exclude_on_by_iin_dbznum {"iin":"901123300258","dbz_num":"KD1","return_extreq":false,"fio":"T"}`,
		"get=$SIM_URL/_sim/sandboxes/default/deliveries?within=1m")...)
	if code := run(t.Context(), environment{&stdout, &stderr, noVariables, nil, nil}, args); code != exitGood {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if sent := <-got; !strings.HasPrefix(sent, `/list {"items":[{`) || !strings.Contains(sent, `"iin":"901123300258"`) {
		t.Error(sent)
	}
}

// TestCallWithinTheProcess: with --call abs=sandbox:self K2 asks the ABS of the same simulator.
func TestCallWithinTheProcess(t *testing.T) {
	var stdout, stderr bytes.Buffer
	args := append([]string{"exec", "--call", "abs=sandbox:self", "--"}, self("as:client",
		`post=$SIM_K2_URL/restapi/services/run/k2loan_from_eko [{"contract_number":"KD1","iinbin":"901123300258","fullname":"T","debt":1000,"cur":"KZT","system":"way4"}]`,
		`post=$SIM_URL/_sim/sandboxes/default/expectations {"on":"abs.way4_get_loan_debt","direction":"out","outcome":"debt","within":"1m"}`,
		"get=$SIM_URL/_sim/sandboxes/default/requests?direction=out")...)
	if code := run(t.Context(), environment{&stdout, &stderr, noVariables, nil, nil}, args); code != exitGood {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if got := stdout.String() + stderr.String(); !strings.Contains(got, "1 request, 1 outcome of 1 operation met") {
		t.Errorf("the client has made one request: %s", got)
	}
}
