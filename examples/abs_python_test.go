package examples

import (
	"bufio"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/testtool"
	"github.com/kzsim/kzsim/simtest"
)

// startABS starts a program of the Python example at a port, 0 for any, and answers its
// address. Stop ends it; else it ends with the test.
func startABS(t *testing.T, program, port string) (address string, stop func()) {
	t.Helper()
	testtool.Need(t, "python3")
	cmd := exec.Command("python3", "-B", program, port)
	cmd.Dir = "abs-python"
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Kill() // it serves until then
			_ = cmd.Wait()
		}
	}
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s has said %q: %v", program, line, err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "ABS on ")), stop
}

// loan is the one that the example's ABS knows.
const loan = `[{"contract_number":"KD0000000001","dbz_contract_number":"KD0000000001","dbz_dt":"2014-02-08","iinbin":"901123300258",
	"fullname":"Асанов Діас","debt":900000,"cur":"KZT","iban":"KZ71563D601200019058","dep_id":555,"id":666,"system":"colvir"}]`

func post(t *testing.T, sim *simtest.Sim, service, body string) {
	t.Helper()
	resp, err := sim.Client().Post(sim.K2()+"/restapi/services/run/"+service, "application/json", strings.NewReader(body))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %v", service, resp, err)
	}
	resp.Body.Close()
}

// calls of K2, each with its outcome and where the answer is wrong.
func calls(sim *simtest.Sim) (all []string) {
	for _, c := range sim.Calls() {
		line := c.ID + " " + c.Operation + " " + c.Outcome
		for _, f := range c.Findings {
			line += "; " + f
		}
		all = append(all, line)
	}
	return all
}

// TestK2DrivesThePythonABS: K2 asks the example's ABS about a loan, in the order of the
// table, and finds nothing wrong with its answers.
func TestK2DrivesThePythonABS(t *testing.T) {
	t.Parallel()
	address, _ := startABS(t, "abs.py", "0")
	sim := simtest.New(t, simtest.Target("abs", address), simtest.Deliver("abs.post_all_loan_exclude_to_eko", address+"/post_all_loan_exclude_to_eko"))
	post(t, sim, "k2loan_from_eko", loan)
	post(t, sim, "k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD0000000001","return_extreq":false,"fio":"Т"}`)
	sim.Calls()
	sim.Advance(24 * time.Hour)
	want := map[string]int{
		"abs.get_cli found": 1, "abs.get_acc found": 1, "abs.colvir_get_loan_debt debt": 2, "abs.get_pdf scan": 1,
		"abs.get_acc_stmt_dt found": 1, "abs.post_all_loan_exclude_to_eko accepted": 1,
	}
	got := map[string]int{}
	for _, line := range calls(sim) {
		_, line, _ = strings.Cut(line, " ")
		got[line]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, d := range sim.Deliveries() {
		if d.State != "delivered" {
			t.Error(d)
		}
	}
}

// TestK2DrivesADraft: the draft tells the debt as a text. The journal says so, K2 asks again,
// and goes on once the mistake is mended.
func TestK2DrivesADraft(t *testing.T) {
	t.Parallel()
	address, stop := startABS(t, "draft.py", "0")
	sim := simtest.New(t, simtest.Target("abs", address))
	post(t, sim, "k2loan_from_eko", loan)
	want := []string{
		"del-000001.1 abs.get_cli found", "del-000002.1 abs.get_acc found",
		`del-000003.1 abs.colvir_get_loan_debt ; /debt: type: expected number, found "100000.00"`,
	}
	if diff := cmp.Diff(want, calls(sim)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	stop()
	startABS(t, "abs.py", address[strings.LastIndexByte(address, ':')+1:])
	sim.Advance(time.Second)
	want = append(want, "del-000003.2 abs.colvir_get_loan_debt debt", "del-000004.1 abs.get_pdf scan", "del-000005.1 abs.get_acc_stmt_dt found")
	if diff := cmp.Diff(want, calls(sim)); diff != "" {
		t.Errorf("once it is mended (-want +got):\n%s", diff)
	}
	if tries := len(sim.Deliveries()[2].Tries); tries != 2 {
		t.Errorf("the debt was asked %d times", tries)
	}
}
