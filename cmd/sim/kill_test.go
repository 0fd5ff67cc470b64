//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// kills is how many processes TestKilledUnderLoad ends. KILLS=100 is a run by hand.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("KILLS"))
	if err != nil {
		n = 6
	}
	return n
}

const paidLoan = `
version: 1
scenario: paid
about: A loan with a demand that is paid.
given:
  k2:
    loans: [{contract_number: KD0000000001, dbz_contract_number: KD0000000001, dbz_dt: "2014-02-08", iinbin: "901123300258", debt: 2000000, cur: KZT}]
    demands: [{code: PTPJ000000000001, contract_number: KD0000000001, amount: 2000000, bank: CASPKZKA}]
`

// payers pay a demand over and over, and remember which payments were acknowledged.
type payers struct {
	t     *testing.T
	file  string
	base  string // address of the present process
	next  atomic.Int64
	mu    sync.Mutex
	acked map[int64]bool
}

// TestKilledUnderLoad ends processes by kill -9 and SIGTERM while clients pay. Under always, and
// at a clean end, no acknowledged payment is lost; under group none that is older than the
// group that was written last. The sum that is paid is that of the payments, always.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	p := &payers{t: t, file: filepath.Join(t.TempDir(), "state"), acked: map[int64]bool{}}
	for round := range kills(t) {
		sync, signal := []string{"always", "group", "never"}[round%3], syscall.SIGKILL
		if round%4 == 3 {
			signal = syscall.SIGTERM
		}
		p.round(sync, signal, round == 0)
		if t.Failed() {
			t.Fatalf("in round %d: --state-sync %s, %v", round, sync, signal)
		}
	}
	t.Logf("%d payments were acknowledged", len(p.acked))
}

// child is the simulator in a process of its own, which ends with this one at the latest.
type child struct {
	*exec.Cmd
	address string
	said    *transcript
	ended   chan error
}

// startChild serves on a free port, with more flags.
func startChild(t *testing.T, flags ...string) *child {
	t.Helper()
	c := beginChild(t, flags...)
	c.serves(t)
	return c
}

// beginChild is startChild for one that may have to wait before it serves.
func beginChild(t *testing.T, flags ...string) *child {
	t.Helper()
	flags = append([]string{"serve", "--config=", "--addr", "127.0.0.1:0"}, flags...)
	line := self("as:sim", flags...)
	if other := os.Getenv("SIM"); other != "" {
		line = append([]string{other}, flags...)
	}
	c := &child{Cmd: exec.Command(line[0], line[1:]...), said: newTranscript(), ended: make(chan error, 1)}
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	c.Stderr = c.said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() }) // it may have ended
	go func() { c.ended <- c.Wait(); c.said.end() }()
	return c
}

// serves waits until it does.
func (c *child) serves(t *testing.T) {
	t.Helper()
	var ok bool
	if c.address, ok = c.said.wait(`http://(\S+:\d+)`); !ok {
		t.Fatalf("it does not serve: %s", c.said)
	}
}

func (p *payers) round(sync string, signal syscall.Signal, first bool) {
	child := startChild(p.t, "--state", p.file, "--state-sync", sync, "--state-interval", "5ms")
	p.base = "http://" + child.address
	if first {
		p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	}
	p.check()
	safe := p.payUntil(sync == "always" || signal == syscall.SIGTERM, func() {
		if err := child.Process.Signal(signal); err != nil {
			p.t.Error(err)
		}
	})
	err := <-child.ended
	if signal == syscall.SIGTERM && err != nil {
		p.t.Errorf("the end: %v: %s", err, child.said)
	}
	p.acked = safe
}

// payUntil ends the process while clients pay. The answer is the payments that may not be
// lost.
func (p *payers) payUntil(all bool, end func()) (safe map[int64]bool) {
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for p.pay() {
			}
		})
	}
	p.progress(50)
	safe = p.snapshot()
	p.groups(2)
	p.progress(20)
	end()
	clients.Wait()
	if all {
		return p.snapshot()
	}
	return safe
}

// pay once; false if the process is gone.
func (p *payers) pay() bool {
	trn := p.next.Add(1)
	body := fmt.Sprintf(`{"items":[{"request_id":1,"trn_id":%d,"refer":"PTPJ000000000001","amount":10}]}`, trn)
	status, answer, err := p.ask("POST", "/restapi/services/run/k2extreq_pay_from_eko", body)
	if err != nil || status == http.StatusServiceUnavailable {
		return false
	}
	if status != http.StatusOK || !strings.Contains(answer, `"error_code":0`) {
		p.t.Errorf("payment %d: %d %s", trn, status, answer)
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acked[trn] = true
	return true
}

func (p *payers) snapshot() map[int64]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	safe := make(map[int64]bool, len(p.acked))
	for trn := range p.acked {
		safe[trn] = true
	}
	return safe
}

// progress waits until so many payments more are acknowledged.
func (p *payers) progress(more int) {
	for want := len(p.snapshot()) + more; len(p.snapshot()) < want && !p.t.Failed(); {
		p.must("GET", "/_sim/health", "")
	}
}

// groups waits until so many groups more are in the file.
func (p *payers) groups(more int) {
	size := int64(-1)
	for n := -1; n < more; {
		info, err := os.Stat(p.file)
		if err != nil {
			p.t.Fatal(err)
		}
		if info.Size() != size {
			size, n = info.Size(), n+1
		}
		p.must("GET", "/_sim/health", "")
	}
}

// check that the acknowledged payments are there, and that the demand's sum is theirs.
func (p *payers) check() {
	p.t.Helper()
	var payments map[string]struct{ Amount json.RawMessage }
	var demands map[string]struct{ Paid json.RawMessage }
	for collection, into := range map[string]any{"k2.payments": &payments, "k2.demands": &demands} {
		if err := json.Unmarshal([]byte(p.must("GET", "/_sim/sandboxes/default/state/"+collection, "")), into); err != nil {
			p.t.Fatal(err)
		}
	}
	for trn := range p.acked {
		if _, there := payments[strconv.FormatInt(trn, 10)]; !there {
			p.t.Errorf("payment %d was acknowledged and is lost", trn)
		}
	}
	paid := strings.Trim(string(demands["PTPJ000000000001"].Paid), `"`)
	if sum, err := strconv.ParseFloat(paid, 64); err != nil || sum != float64(10*len(payments)) {
		p.t.Errorf("%s is paid by %d payments of 10 each (%v)", paid, len(payments), err)
	}
}

func (p *payers) ask(method, path, body string) (status int, answer string, err error) {
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(content), err
}

func (p *payers) must(method, path, body string) string {
	p.t.Helper()
	status, answer, err := p.ask(method, path, body)
	if err != nil || status >= 300 {
		p.t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
	}
	return answer
}
