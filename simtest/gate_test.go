package simtest_test

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/simtest"
)

// gateVariable lets this binary be a package whose only test asks for proceedings,
// behind a gate.
const gateVariable = "SIMTEST_GATE"

var gates = map[string]simtest.Gate{
	"met": {Percent: 12, Of: []string{"kyc.info.exec_*"}},
	"missed": {Percent: 90, Of: []string{"kyc.info.exec_proc"}, Except: []simtest.Exception{
		{On: "*", Outcome: "malformed", Reason: "bodies are built from types"},
	}},
	"no such operation": {Percent: 1, Of: []string{"kyc.info.exec_prok"}},
	"no such outcome":   {Percent: 1, Of: []string{"kyc.*"}, Except: []simtest.Exception{{On: "kyc.*", Outcome: "fuond", Reason: "none"}}},
	"no reason":         {Percent: 1, Of: []string{"kyc.*"}, Except: []simtest.Exception{{On: "kyc.*", Outcome: "found"}}},
}

// oneTest stands in for a testing.M.
type oneTest struct{ code int }

func (m oneTest) Run() int {
	flag.Parse() // as testing does
	p := &printer{}
	defer p.end()
	sim := simtest.New(p)
	post(sim.Client(), sim.KYC()+proceedings, askWho)
	return m.code
}

func TestMain(m *testing.M) {
	name := os.Getenv(gateVariable)
	switch gate, ok := gates[name]; {
	case ok:
		os.Exit(simtest.Main(oneTest{}, gate))
	case name == "failed tests":
		os.Exit(simtest.Main(oneTest{code: 3}, gates["met"]))
	}
	os.Exit(m.Run())
}

// TestMainHasAGate: each gate in a process of its own, which has met nothing else.
func TestMainHasAGate(t *testing.T) {
	tests := []struct {
		gate string
		args []string
		code int
		says []string
	}{
		{gate: "met"},
		{gate: "missed", code: 1, says: []string{"14.2 % of the outcomes, 1 of 7; 90 % are asked for", "\n  kyc.info.exec_proc unavailable\n"}},
		{gate: "missed", args: []string{"-test.run=Some"}},
		{gate: "failed tests", code: 3},
		{gate: "no such operation", code: 1, says: []string{`the nearest is "kyc.info.exec_proc"`}},
		{gate: "no such outcome", code: 1, says: []string{`the nearest is "found"`}},
		{gate: "no reason", code: 1, says: []string{"a reason is required"}},
	}
	for _, test := range tests {
		t.Run(test.gate, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], test.args...)
			cmd.Env = append(os.Environ(), gateVariable+"="+test.gate)
			out, _ := cmd.CombinedOutput() // the exit code is looked at below
			if got := cmd.ProcessState.ExitCode(); got != test.code {
				t.Errorf("exit code %d, want %d:\n%s", got, test.code, out)
			}
			for _, want := range test.says {
				if !strings.Contains(string(out), want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
		})
	}
}
