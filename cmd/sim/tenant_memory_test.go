//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mostOfATenant is how much memory a process with a journal of 16 MiB may take whatever
// one tenant does: its budgets of state (96 MiB) and of bodies are in it.
const mostOfATenant = 320 << 20

// TestATenantsMemory: what one tenant makes the process keep has a bound. It takes a
// minute, so it has a step of its own in .ci/run. SIM=FILE measures another program by the
// same requests: TENANT=1 SIM=… go test ./cmd/sim -run ATenantsMemory -v
func TestATenantsMemory(t *testing.T) {
	if os.Getenv("TENANT") == "" {
		t.Skip("TENANT=1 runs it: it takes a minute")
	}
	const approve, exclude = "/api/v1/backend/address/approve/", "/restapi/services/run/k2loan_exclude_on_by_iin_dbznum"
	long := func(n, size int) string {
		return fmt.Sprintf(`{"api_key":"any","iin":"901123300258","dbz_num":"KD1","return_extreq":false,"title":"T","fio":"%d%s"}`, n, strings.Repeat("a", size))
	}
	for _, test := range []struct {
		name, sandbox string
		does          func(*crowd)
	}{
		{"a waiting expectation that no request meets", "", func(c *crowd) {
			c.all.Go(func() {
				c.ask("POST", "/_sim/sandboxes/greedy/expectations", `{"on":"kyc.*","count":">=1000000","within":"10m"}`)
			})
			for range 4000 {
				c.ask("POST", "/s/greedy"+approve, long(1, 64_000))
			}
		}},
		{"deliveries to a dead target", `{"deliver":{"abs.post_all_loan_exclude_to_eko":"http://127.0.0.1:9/"}}`, func(c *crowd) {
			for n := range 500 {
				c.ask("POST", "/s/greedy"+exclude, long(n, 900_000))
			}
		}},
		{"one exclusion that is written again", "", func(c *crowd) {
			for n := range 168 {
				c.ask("POST", "/s/greedy"+exclude, long(n, 1_000_000))
			}
		}},
		{"twenty readers of a HAR that don't read", "", func(c *crowd) {
			for range 400 {
				c.ask("POST", "/s/greedy"+approve, long(1, 64_000))
			}
			var readers []net.Conn
			for range harReaders {
				readers = append(readers, c.dial("GET /_sim/sandboxes/greedy/requests.har HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
			}
			for _, reader := range readers { // each has its turn, or the kernel's buffers are full
				_ = reader.SetReadDeadline(time.Now().Add(2 * time.Second))
				_, _ = reader.Read(make([]byte, 1))
			}
			for _, reader := range readers {
				_ = reader.Close()
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			process := startChild(t, "--memory", "16777216")
			ctx, stop := context.WithCancel(t.Context())
			c := &crowd{t: t, ctx: ctx, pid: process.Process.Pid, address: process.address, client: &http.Client{}}
			c.must("PUT", "/_sim/sandboxes/greedy", test.sandbox)
			test.does(c)
			most := c.resident("VmHWM:")
			stop()
			c.all.Wait()
			_ = process.Process.Signal(syscall.SIGKILL)
			<-process.ended
			t.Logf("%d MiB at most", most>>20)
			if os.Getenv("SIM") == "" && most > mostOfATenant {
				t.Errorf("%d MiB were resident, at most %d may be", most>>20, mostOfATenant>>20)
			}
		})
	}
}
