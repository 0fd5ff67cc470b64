package control_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

func TestMetrics(t *testing.T) {
	r := newRig(t, func(opts *simulator.Options) {
		opts.Version = control.Version{Version: "v1.2.3", Go: "go1.26"}
		opts.Limits = sandbox.Limits{Journal: 2}
		opts.Memory = 1 << 20
	})
	for _, owner := range []string{"team \\\"a\\\"", "team b", "team b"} {
		if w := r.do("POST", "/_sim/sandboxes", `{"owner": "`+owner+`"}`); w.Code != 201 {
			t.Fatal(w.Body)
		}
	}
	r.ask("found", execProc, of(citizen))
	r.ask("found", execProc, of(stranger))
	r.ask("malformed", execProc, `{`)
	r.do("POST", "/no/operation", "")
	r.control("POST", "/faults", `{on: abs.*, fault: {status: 503}}`, nil)
	r.do("GET", "/abs/get_cli?iinbin="+citizen, "")

	text := r.do("GET", "/_sim/metrics", "").Body.String()
	for _, line := range []string{
		`sim_requests_total{operation="kyc.info.exec_proc",outcome="found"} 2`,
		`sim_requests_total{operation="kyc.info.exec_proc",outcome="malformed"} 1`,
		`sim_requests_total{operation="none",outcome="none"} 1`,
		`sim_faults_total{fault="status",operation="abs.get_cli"} 1`,
		`sim_request_duration_seconds_count{operation="kyc.info.exec_proc"} 3`,
		`sim_sandboxes{owner=""} 1`,
		`sim_sandboxes{owner="team \"a\""} 1`,
		`sim_sandboxes{owner="team b"} 2`,
		`sim_held_requests{owner="team b"} 0`,
		`sim_journal_budget_bytes 1048576`,
		`sim_journal_dropped_total 3`,
		`sim_build_info{commit="",go="go1.26",version="v1.2.3"} 1`,
		`# TYPE go_goroutines gauge`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	// Each simulator counts for itself.
	if text := newRig(t, nil).do("GET", "/_sim/metrics", "").Body.String(); strings.Contains(text, "sim_requests_total{") {
		t.Error("another simulator in the process tells of these requests")
	}
	if t.Failed() {
		t.Log(text)
	}
}
