//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The sizes of a crowd.
const (
	slowClients   = 10_000
	heldSandboxes = 16 // each holds as many requests as it may
	heldEach      = 256
	harReaders    = 20
)

// mostResident is how much memory a process may take with the default budgets.
const mostResident = 512 << 20

// crowd is one process, and clients that each do to it the worst that they may.
type crowd struct {
	t       *testing.T
	ctx     context.Context
	pid     int
	address string
	client  *http.Client
	fast    int            // requests of one measurement
	refused atomic.Int64   // connections, to make room for others
	all     sync.WaitGroup // the clients that go on until ctx ends
}

// TestACrowd measures what a request of a fast client costs the process, alone and beside a crowd: at
// most twice as much. It is run by hand: CROWD=1 go test ./cmd/sim -run ACrowd -v
func TestACrowd(t *testing.T) {
	if os.Getenv("CROWD") == "" {
		t.Skip("CROWD=1 runs it: it takes some minutes and 15,000 connections")
	}
	c := newCrowd(t, 10_000)
	alone := c.measure("alone")
	for _, step := range []struct {
		name string
		join func()
	}{
		{"a tenant at all its caps", c.greedy},
		{"4,096 held requests", c.held},
		{"twenty readers of a HAR that don't read", c.readers},
		{"10,000 slow clients", c.slow},
	} {
		step.join()
		beside := c.measure("and " + step.name)
		if beside > 2*alone {
			t.Errorf("beside %s a request takes %v of CPU, alone %v", step.name, beside, alone)
		}
	}
}

// TestEverythingAtOnce goes on for as long as SOAK says and logs the process's memory and CPU:
// SOAK=30m go test ./cmd/sim -run EverythingAtOnce -v -timeout 40m
func TestEverythingAtOnce(t *testing.T) {
	long, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK=30m runs it for half an hour")
	}
	c := newCrowd(t, 100)
	for _, join := range []func(){c.greedy, c.held, c.readers, c.slow, c.busy} {
		join()
	}
	for begun := time.Now(); time.Since(begun) < long; c.wait(time.Minute) {
		c.measure(fmt.Sprintf("minute %.0f", time.Since(begun).Minutes()))
	}
}

func newCrowd(t *testing.T, fast int) *crowd {
	process := startChild(t, "--state", t.TempDir()+"/state")
	ctx, stop := context.WithCancel(t.Context())
	c := &crowd{t: t, ctx: ctx, pid: process.Process.Pid, address: process.address, fast: fast, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	t.Cleanup(func() {
		stop()
		c.all.Wait()
		_ = process.Process.Signal(syscall.SIGTERM)
		if err := <-process.ended; err != nil {
			t.Errorf("the end: %v", err)
		}
		t.Logf("it said:\n%s", process.said)
	})
	c.must("PUT", "/_sim/sandboxes/fast", "")
	c.must("PUT", "/_sim/sandboxes/fast/scenario", paidLoan)
	return c
}

// ask the process; the answer's status is 0 if there is none.
func (c *crowd) ask(method, path, body string) (status int, answer string) {
	req, err := http.NewRequestWithContext(c.ctx, method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return 0, ""
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(content)
}

// insist asks again after a pause, as clients do, where the connection was closed to make
// room for another, or was one too many.
func (c *crowd) insist(method, path, body string) (status int, answer string) {
	for range 20 {
		if status, answer = c.ask(method, path, body); status != 0 && status != http.StatusServiceUnavailable {
			break
		}
		c.refused.Add(1)
		c.wait(500 * time.Millisecond)
	}
	return status, answer
}

func (c *crowd) must(method, path, body string) {
	c.t.Helper()
	if status, answer := c.insist(method, path, body); c.ctx.Err() == nil && (status < 200 || status > 299) {
		c.t.Errorf("%s %s: %d %.300s", method, path, status, answer)
	}
}

// measure what a request of a fast client costs the process: the median of three times.
func (c *crowd) measure(when string) time.Duration {
	var all []time.Duration
	for range 3 {
		before := c.cpu()
		for i := range c.fast {
			path, body := "/restapi/services/run/k2loan_sync_debt", `[{"contract_number":"KD0000000001","debt":`+strconv.Itoa(1000+i)+`}]`
			if i%2 == 0 {
				path, body = "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"any","iin":"901123300258"}`
			}
			if status, answer := c.insist("POST", "/s/fast"+path, body); status != http.StatusOK {
				c.t.Fatalf("the fast client, %s: %d %s", when, status, answer)
			}
		}
		all = append(all, (c.cpu()-before)/time.Duration(c.fast))
	}
	slices.Sort(all)
	now, most := c.resident("VmRSS:"), c.resident("VmHWM:")
	c.t.Logf("%-45s %4d µs of CPU a request (%d to %d); %3d MiB resident, %3d at most; %d connections refused", when,
		all[1].Microseconds(), all[0].Microseconds(), all[2].Microseconds(), now>>20, most>>20, c.refused.Swap(0))
	if most > mostResident {
		c.t.Errorf("%s: %d MiB were resident, at most %d may be", when, most>>20, mostResident>>20)
	}
	return all[1]
}

func (c *crowd) cpu() time.Duration { return cpuOf(c.t, c.pid) }

// cpuOf a process: what it has taken, by the system and by itself.
func cpuOf(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const hundredths = 10 * time.Millisecond // a tick is a hundredth of a second
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * hundredths
}

// resident memory in bytes, by a line of the process's status.
func (c *crowd) resident(name string) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.pid))
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), name)
	kib, _ := strconv.Atoi(strings.Fields(rest)[0])
	return kib << 10
}

// greedy is a tenant at all its caps: rules, live faults, expectations, deliveries, state, journal.
func (c *crowd) greedy() {
	c.must("PUT", "/_sim/sandboxes/greedy", `{"deliver":{"abs.post_all_loan_exclude_to_eko":"http://127.0.0.1:9/"}}`)
	rules := "version: 1\nscenario: greedy\nrules:\n"
	for n := range 500 {
		rules += fmt.Sprintf("  - {on: kyc.info.exec_proc, when: 'body.iin == \"%d\"', do: unavailable}\n", n)
	}
	c.must("PUT", "/_sim/sandboxes/greedy/scenario", rules)
	for range 100 {
		c.must("POST", "/_sim/sandboxes/greedy/faults", `{"on":"kyc.info.exec_proc","fault":"reset","when":"body.iin == \"`+strings.Repeat("a", 3900)+`\""}`)
	}
	for range 100 {
		c.repeat(func() {
			c.ask("POST", "/_sim/sandboxes/greedy/expectations", `{"on":"*","when":"body.iin == \"901123300258\"","count":">=1000000","within":"10m"}`)
		})
	}
	for n := range 200 {
		c.exclude(n)
	}
	for n := 0; c.load(n) && n < 1000; n++ { // until there is no room for more
	}
	for range 2000 { // 128 MiB
		c.ask("POST", "/s/greedy/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"any","iin":"`+strings.Repeat("9", 64<<10)+`"}`)
	}
}

// load a batch of loans; false if it is refused.
func (c *crowd) load(n int) bool {
	var rows []string
	for i := range 2000 {
		number := fmt.Sprintf("KD%07d%03d", n, i)
		rows = append(rows, `{"contract_number":"`+number+`","dbz_contract_number":"`+number+`","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"}`)
	}
	status, answer := c.ask("POST", "/s/greedy/restapi/services/run/k2loan_from_eko", "["+strings.Join(rows, ",")+"]")
	if status != http.StatusOK && status != http.StatusInsufficientStorage {
		c.t.Errorf("loans: %d %.200s", status, answer)
	}
	return status == http.StatusOK
}

// exclude a loan for a reason of half a megabyte.
func (c *crowd) exclude(n int) {
	c.ask("POST", "/s/greedy/restapi/services/run/k2loan_exclude_on_by_iin_dbznum",
		`{"iin":"901123300258","dbz_num":"KD`+strconv.Itoa(n%3)+`","return_extreq":false,"title":"T","fio":"`+strconv.Itoa(n)+strings.Repeat("a", 500_000)+`"}`)
}

// held are requests that wait until a person answers, who never does.
func (c *crowd) held() {
	for n := range heldSandboxes {
		id := fmt.Sprintf("held-%d", n)
		c.must("PUT", "/_sim/sandboxes/"+id, `{"clock":{"mode":"frozen"},"profile":{"kyc.address_wait":"hold"}}`)
		for range heldEach {
			c.repeat(func() {
				c.ask("POST", "/s/"+id+"/api/v1/backend/address/approve/", `{"api_key":"any","iin":"901123300258"}`)
			})
		}
	}
	c.until("held requests", heldSandboxes*heldEach, `sim_held_requests{owner=""} `)
}

// readers ask for the tenant's HAR and don't read it, again and again.
func (c *crowd) readers() {
	for range harReaders {
		c.repeat(func() {
			if conn := c.dial("GET /_sim/sandboxes/greedy/requests.har HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); conn != nil {
				c.wait(40 * time.Second) // after 30 s without progress the process breaks it off
				_ = conn.Close()
			}
		})
	}
}

// slow clients send a byte of their body every ten seconds. One that is refused comes
// again after ten seconds.
func (c *crowd) slow() {
	var begun atomic.Int64
	for n := range slowClients {
		c.repeat(func() {
			if n >= 5000 {
				c.wait(time.Duration(n) * time.Millisecond) // not all of them at once
				n = 0
			}
			conn := c.dial("POST /s/fast/api/v1/backend/address/approve/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
			if conn == nil {
				return
			}
			defer conn.Close()
			for begun.Add(1); c.wait(10 * time.Second); {
				if _, err := conn.Write([]byte(" ")); err != nil {
					return
				}
			}
		})
	}
	for begun.Load() < slowClients && c.ctx.Err() == nil {
		c.wait(100 * time.Millisecond)
	}
}

// busy tenants do what costs much, one after the other, without a pause.
func (c *crowd) busy() {
	for n := range 2 {
		id := fmt.Sprintf("busy-%d", n)
		c.must("PUT", "/_sim/sandboxes/"+id, "")
		c.repeat(func() { // what makes room for others is sent in vain
			c.ask("PUT", "/_sim/sandboxes/"+id, "")
			c.ask("POST", "/s/"+id+"/restapi/services/run/k2loan_from_eko", "["+strings.Repeat("{},", 349_000)+"{}]")
			c.ask("PUT", "/_sim/sandboxes/"+id+"/scenario", "version: 1\nscenario: busy\nrules:\n  - {on: '*', when: 'len(replace(body.title, \"\", body.title)) > 1', do: unavailable}\n")
			c.ask("POST", "/s/"+id+"/restapi/services/run/k2loan_exclude_on_by_iin_dbznum",
				`{"iin":"901123300258","dbz_num":"KD1","return_extreq":false,"title":"T","fio":"`+strings.Repeat("a", 1_000_000)+`"}`)
			c.ask("GET", "/_sim/sandboxes/"+id+"/snapshot", "")
			c.ask("POST", "/_sim/sandboxes/"+id+"/reset", "")
			c.exclude(n)
			c.ask("DELETE", "/_sim/sandboxes/"+id, "")
		})
	}
}

// repeat a thing beside everything else until the crowd goes.
func (c *crowd) repeat(do func()) {
	c.all.Go(func() {
		for c.ctx.Err() == nil {
			do()
		}
	})
}

// wait; false if the crowd goes.
func (c *crowd) wait(d time.Duration) bool {
	select {
	case <-c.ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// dial the process with a receive buffer that is soon full, and say something; nil if that failed.
func (c *crowd) dial(say string) net.Conn {
	conn, err := (&net.Dialer{}).DialContext(c.ctx, "tcp", c.address)
	if err != nil {
		c.wait(time.Second)
		return nil
	}
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	if _, err := conn.Write([]byte(say)); err != nil {
		_ = conn.Close()
		return nil
	}
	return conn
}

// until a line of the metrics has a value.
func (c *crowd) until(what string, want int, line string) {
	for range 600 {
		_, answer := c.ask("GET", "/_sim/metrics", "")
		_, rest, _ := strings.Cut(answer, line)
		value, _, _ := strings.Cut(rest, "\n")
		if value == strconv.Itoa(want) {
			return
		}
		c.wait(100 * time.Millisecond)
	}
	c.t.Errorf("there aren't %d %s", want, what)
}
