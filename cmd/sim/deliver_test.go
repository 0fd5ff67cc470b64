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
	if code := run(t.Context(), environment{&stdout, &stderr, noVariables, nil}, args); code != exitGood {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if sent := <-got; !strings.HasPrefix(sent, `/list {"items":[{`) || !strings.Contains(sent, `"iin":"901123300258"`) {
		t.Error(sent)
	}
}
