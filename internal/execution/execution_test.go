package execution_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/execution"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
)

// client sends a command's requests to an execution.
type client struct {
	*execution.Execution
	t    *testing.T
	addr map[string]string // SIM_URL and the others
}

// serving begins an execution with a scenario; empty for none.
func serving(t *testing.T, source string, opts execution.Options) *client {
	t.Helper()
	x, err := execution.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if source != "" {
		load(t, x.Simulator, source)
	}
	if err := x.Serve(); err != nil {
		t.Fatal(err)
	}
	c := &client{x, t, map[string]string{}}
	for _, v := range x.Variables() {
		name, value, _ := strings.Cut(v, "=")
		c.addr[name] = value
	}
	return c
}

func load(t *testing.T, sim *simulator.Simulator, source string) {
	t.Helper()
	parsed, findings := scenario.Parse("must.yaml", []byte(source), scenario.Options{Table: sim.Table})
	if parsed == nil {
		t.Fatal(findings)
	}
	sb, err := sim.Pool.Get(sandbox.DefaultID)
	if err == nil {
		err = sim.LoadScenario(sb, parsed, false)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// send a request that wants this status: METHOD $VARIABLE/path, and a body if there
// is one.
func (c *client) send(status int, line, body string) {
	c.t.Helper()
	method, address, _ := strings.Cut(line, " ")
	req, err := http.NewRequest(method, os.Expand(address, func(name string) string { return c.addr[name] }), strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != status {
		c.t.Errorf("%s: status %d, want %d", line, resp.StatusCode, status)
	}
}

const iin = "901123300258"

// approve asks for an address of a person: of the default sandbox, or of the one
// that a path such as /s/mine leads to.
func (c *client) approve(below string) {
	c.t.Helper()
	c.send(200, "POST $SIM_KYC_URL"+below+"/api/v1/backend/address/approve/", `{"api_key":"my key","iin":"`+iin+`"}`)
}

// wrongPath fits no operation.
func (c *client) wrongPath() {
	c.t.Helper()
	c.send(404, "GET $SIM_URL/api/v1/backend/adress/?iin="+iin, "")
}

// withFinding sends the curl sample of KZ Info: its JSON ends in a comma.
func (c *client) withFinding() {
	c.t.Helper()
	c.send(400, "POST $SIM_KYC_URL/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"my key","iin":"`+iin+`",}`)
}

// judged ends the execution and judges it as if its command had ended well.
func (c *client) judged() *execution.Result {
	c.t.Helper()
	if err := c.Stop(); err != nil {
		c.t.Fatal(err)
	}
	return c.Judge(execution.End{})
}

// TestVariables: each address leads to its service, and so does the sandbox's.
func TestVariables(t *testing.T) {
	c := serving(t, "", execution.Options{})
	c.approve("")
	c.send(200, "GET $SIM_ABS_URL/get_cli?iinbin="+iin, "")
	c.send(200, "POST $SIM_K2_URL/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD1","dbz_dt":"2014-02-08"}`)
	c.send(200, "GET $SIM_URL/s/$SIM_SANDBOX/_sim/clock", "")
	if got := c.judged().Met.Coverage.Operations.Met; got != 3 {
		t.Errorf("%d operations met, want 3", got)
	}
}

// TestMet counts requests, remarks and coverage over all sandboxes.
func TestMet(t *testing.T) {
	c := serving(t, "", execution.Options{Gates: execution.Gates{MinCoverage: 0.5}})
	c.send(201, "POST $SIM_URL/_sim/sandboxes", `{"id":"mine"}`)
	c.approve("")
	c.approve("/s/mine")
	c.withFinding()
	for range 12 {
		c.wrongPath()
	}
	met := c.judged().Met
	if diff := cmp.Diff([]int{15, 12, 10, 1, 1}, []int{
		met.Requests, met.Unmatched.Count, len(met.Unmatched.First), met.Findings.Count, len(met.Findings.First),
	}); diff != "" {
		t.Fatalf("requests, unmatched, shown, findings, shown (-want +got):\n%s", diff)
	}
	remarks := met.Unmatched.First[0] + "\n" + met.Findings.First[0]
	for _, want := range []string{"GET /api/v1/backend/adress/: no operation has this path", " kyc.info.exec_proc: "} {
		if !strings.Contains(remarks, want) {
			t.Errorf("no %q in\n%s", want, remarks)
		}
	}
	if strings.Contains(remarks, iin) {
		t.Errorf("the remarks tell of a person:\n%s", remarks)
	}
	if c := met.Coverage; c.Outcomes.Met != 2 || c.Min == nil || *c.Min != 0.5 || !c.Pass {
		t.Errorf("coverage %+v of at least %v, passed is %v", c.Outcomes, c.Min, c.Pass)
	}
}

const mustApprove = `version: 1
scenario: must-approve
about: The client has to ask for an address once.
must:
  - {on: kyc.address.approve, count: 1}
`

// TestVerdict on a scenario's must.
func TestVerdict(t *testing.T) {
	const deleted = "DELETE $SIM_URL/_sim/sandboxes/default"
	cases := []struct {
		name     string
		source   string
		command  func(*client)
		scenario string
		want     bool
		lines    int // of must that were judged
	}{
		{"met", mustApprove, func(c *client) { c.approve("") }, "must-approve", true, 1},
		{"not met", mustApprove, func(*client) {}, "must-approve", false, 1},
		{"met elsewhere", mustApprove, func(c *client) {
			c.send(201, "POST $SIM_URL/_sim/sandboxes", `{"id":"mine"}`)
			c.approve("/s/mine")
		}, "must-approve", false, 1},
		{"gone", mustApprove, func(c *client) { c.approve(""); c.send(204, deleted, "") }, "asked.yaml", false, 0},
		{"no scenario", "", func(c *client) { c.approve("") }, "", true, 0},
		{"no scenario, gone", "", func(c *client) { c.send(204, deleted, "") }, "", true, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opts := execution.Options{}
			if c.source != "" {
				opts.Scenario = "asked.yaml"
			}
			x := serving(t, c.source, opts)
			c.command(x)
			met := x.judged().Met
			if met.Scenario != c.scenario || met.Verdict.Passed != c.want || len(met.Verdict.Must) != c.lines {
				t.Errorf("verdict of %q: %+v, want %q, %v, %d lines", met.Scenario, met.Verdict, c.scenario, c.want, c.lines)
			}
		})
	}
}

// TestKeep: the default sandbox and those that the command has used are kept, with
// every request, the oldest first.
func TestKeep(t *testing.T) {
	c := serving(t, "", execution.Options{})
	c.send(201, "POST $SIM_URL/_sim/sandboxes", `{"id":"mine"}`)
	c.send(201, "POST $SIM_URL/_sim/sandboxes", `{"id":"idle"}`)
	c.approve("")
	c.wrongPath()
	c.approve("/s/mine")
	result := c.judged()
	dir := filepath.Join(t.TempDir(), "reports", "run")
	c.Keep(dir, result)
	if !result.Passed() || result.KeptIn != dir {
		t.Fatalf("failures %q, kept in %q", result.Failures, result.KeptIn)
	}
	want := []string{
		"coverage.json", "coverage.md", "journal.json", "junit.xml", "requests.har",
		"sandboxes/mine/journal.json", "sandboxes/mine/requests.har", "sandboxes/mine/snapshot.json", "snapshot.json",
	}
	if diff := cmp.Diff(want, filesBelow(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for file, want := range map[string][]string{
		"journal.json":                {"kyc.address.approve", ""},
		"sandboxes/mine/journal.json": {"kyc.address.approve"},
	} {
		var journal struct {
			Requests []struct{ Operation string }
			Dropped  *int
		}
		read(t, filepath.Join(dir, file), &journal)
		var got []string
		for _, r := range journal.Requests {
			got = append(got, r.Operation)
		}
		if diff := cmp.Diff(want, got); diff != "" || journal.Dropped == nil {
			t.Errorf("%s: dropped %v; operations (-want +got):\n%s", file, journal.Dropped, diff)
		}
	}
	var har struct {
		Log struct{ Entries []json.RawMessage }
	}
	var snapshot struct{ Version int }
	var covered struct{ Outcomes struct{ Met int } }
	read(t, filepath.Join(dir, "requests.har"), &har)
	read(t, filepath.Join(dir, "snapshot.json"), &snapshot)
	read(t, filepath.Join(dir, "coverage.json"), &covered)
	if diff := cmp.Diff([]int{2, 2, 1}, []int{len(har.Log.Entries), snapshot.Version, covered.Outcomes.Met}); diff != "" {
		t.Errorf("HAR's entries, snapshot's version, outcomes met (-want +got):\n%s", diff)
	}
}

// TestKeepFails the run where the folder can't be made.
func TestKeepFails(t *testing.T) {
	c := serving(t, "", execution.Options{})
	result := c.judged()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Keep(filepath.Join(file, "reports"), result)
	if result.Passed() || result.KeptIn != "" || !strings.HasPrefix(fmt.Sprint(result.Failures), "[the artefacts: ") {
		t.Errorf("failures %q, kept in %q", result.Failures, result.KeptIn)
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Errorf("%s: %v", file, err)
	}
}
