//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The sizes of TestManySandboxes.
const (
	manySandboxes = 10_000
	manyClients   = 64
	manyRequests  = 20_000 // of one measurement
)

// TestManySandboxes measures what a request costs all processes together in CPU, with 10,000 sandboxes, where one,
// two and three processes share them, and where one has them in memory; and that each sandbox answers through
// any process. It is run by hand, on a machine that does nothing else: SHARDS=1 go test ./cmd/sim -run ManySandboxes -v -timeout 20m
func TestManySandboxes(t *testing.T) {
	if os.Getenv("SHARDS") == "" {
		t.Skip("SHARDS=1 runs it: it takes some minutes")
	}
	m := &many{t: t, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * manyClients}}}
	m.processes = []*child{startChild(t)}
	m.make()
	m.measure("in memory", func(int) *child { return m.processes[0] })
	m.processes = nil
	database := emptyDatabase(t)
	for range 3 {
		m.processes = append(m.processes, startChild(t, "--store", database))
		m.settle()
		if len(m.processes) == 1 {
			m.make()
		}
		all := len(m.processes)
		m.measure(fmt.Sprintf("%d processes, straight", all), func(box int) *child { return m.owners[box] })
		m.measure(fmt.Sprintf("%d processes, through any", all), func(box int) *child { return m.processes[(box+int(m.turn.Add(1)))%all] })
	}
	for _, c := range m.processes {
		m.each(manySandboxes, func(box int) {
			m.ask("GET", c, fmt.Sprintf("/s/many-%d/abs/get_acc?iinbin=901123300258", box), "")
		})
	}
	t.Logf("%d sandboxes have answered through each of %d processes", manySandboxes, len(m.processes))
}

// many sandboxes of some processes.
type many struct {
	t         *testing.T
	client    *http.Client
	processes []*child
	owners    [manySandboxes]*child
	turn      atomic.Int64
}

// each does something for numbers from 0, some at the same time.
func (m *many) each(count int, do func(n int)) {
	var next atomic.Int64
	var clients sync.WaitGroup
	for range manyClients {
		clients.Go(func() {
			for n := int(next.Add(1)) - 1; n < count && !m.t.Failed(); n = int(next.Add(1)) - 1 {
				do(n)
			}
		})
	}
	clients.Wait()
}

func (m *many) ask(method string, c *child, path, body string) string {
	req, err := http.NewRequestWithContext(m.t.Context(), method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		m.t.Error(err)
		return ""
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		m.t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		m.t.Errorf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	return string(answer)
}

// make the sandboxes, each with a loan.
func (m *many) make() {
	began := time.Now()
	m.each(manySandboxes, func(n int) {
		m.ask("PUT", m.processes[0], fmt.Sprintf("/_sim/sandboxes/many-%d", n), `{"expires": "never"}`)
		m.ask("POST", m.processes[0], fmt.Sprintf("/s/many-%d/restapi/services/run/k2loan_from_eko", n), `[{"request_id":1,"contract_number":"KD0000000000",`+
			`"dbz_contract_number":"KD0000000000","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"}]`)
	})
	m.t.Logf("%d sandboxes were made in %s", manySandboxes, time.Since(began).Round(time.Millisecond))
}

// settle waits until each process has its share, and finds out which process has which sandbox.
func (m *many) settle() {
	for _, c := range m.processes {
		c.hasShards(m.t, 32/len(m.processes))
	}
	if len(m.processes) == 1 {
		for box := range m.owners {
			m.owners[box] = m.processes[0]
		}
		return
	}
	m.each(manySandboxes, func(n int) {
		said := m.ask("GET", m.processes[0], fmt.Sprintf("/_sim/sandboxes/many-%d", n), "")
		for _, c := range m.processes {
			if strings.Contains(said, `"direct_url": "http://`+c.address+"/") {
				m.owners[n] = c
			}
		}
	})
}

// measure requests, of which each changes a sandbox.
func (m *many) measure(where string, to func(box int) *child) {
	var before, after time.Duration
	for _, c := range m.processes {
		before += cpuOf(m.t, c.Process.Pid)
	}
	began := time.Now()
	m.each(manyRequests, func(n int) {
		box := n % manySandboxes
		m.ask("POST", to(box), fmt.Sprintf("/s/many-%d/restapi/services/run/k2loan_sync_debt", box),
			fmt.Sprintf(`[{"contract_number":"KD0000000000","debt":%d}]`, 1000+n))
	})
	took := time.Since(began)
	for _, c := range m.processes {
		after += cpuOf(m.t, c.Process.Pid)
	}
	m.t.Logf("%-28s %4d µs of CPU a request, %6.0f requests a second", where, (after-before).Microseconds()/manyRequests, manyRequests/took.Seconds())
}
