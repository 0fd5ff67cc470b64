//go:build linux

package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
)

// postgreSQL is a server of the test's own, with an empty database.
func postgreSQL(t *testing.T) (server *postgrestest.Server, database string) {
	t.Helper()
	shared, err := sharedServer()
	wantPostgreSQL(t, err)
	server, err = shared.Another()
	wantPostgreSQL(t, err)
	t.Cleanup(func() {
		if err := server.Remove(); err != nil {
			t.Error(err)
		}
	})
	database, err = server.Database()
	wantPostgreSQL(t, err)
	return server, database
}

// emptyDatabase is on a server that tests share, each with a database of its own.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	server, err := sharedServer()
	wantPostgreSQL(t, err)
	database, err := server.Database()
	wantPostgreSQL(t, err)
	return database
}

// sharedServer is made for the first test that needs it. TestMain removes it.
var sharedServer = sync.OnceValues(func() (*postgrestest.Server, error) {
	server, err := postgrestest.New()
	if err == nil {
		atTheEnd = append(atTheEnd, server.Remove)
	}
	return server, err
})

func wantPostgreSQL(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, postgrestest.ErrNone) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// storePayers pay to processes that keep their sandboxes in one database.
type storePayers struct {
	payers
	flags []string
}

// shortLease is one that a busy machine still renews in time, most of the time.
const shortLease = "3s"

func newStorePayers(t *testing.T, database, lease string) *storePayers {
	return &storePayers{
		payers: payers{t: t, acked: map[int64]bool{}},
		flags:  []string{"--store", database, "--store-lease", lease},
	}
}

// to a process.
func (p *storePayers) to(c *child) { p.base = "http://" + c.address }

// while something happens clients pay, also after answers that are none.
func (p *storePayers) while(happens func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for ctx.Err() == nil {
				if !p.pay() {
					<-time.After(again)
				}
			}
		})
	}
	p.acknowledge(30)
	happens()
	cancel()
	clients.Wait()
}

// acknowledge waits until so many payments more are acknowledged.
func (p *storePayers) acknowledge(more int) {
	want := len(p.snapshot()) + more
	until(p.t, func() bool { return len(p.snapshot()) >= want })
}

func (p *storePayers) signal(c *child, signal syscall.Signal) {
	p.t.Helper()
	if err := c.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
}

// TestStoreOutlivesProcesses: whatever ends a process, the next one has each payment that was
// acknowledged, once.
func TestStoreOutlivesProcesses(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	for round, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL} {
		c := startChild(t, p.flags...)
		p.to(c)
		if round == 0 {
			p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
		}
		p.check()
		p.while(func() {
			p.acknowledge(30)
			p.signal(c, signal)
			if err := <-c.ended; signal == syscall.SIGTERM && err != nil {
				t.Errorf("the end: %v: %s", err, c.said)
			}
		})
	}
	c := startChild(t, p.flags...)
	p.to(c)
	p.check()
	t.Logf("%d payments were acknowledged", len(p.acked))
}

// TestStoreOutlivesTheDatabase: while it is away requests are refused, none is acknowledged that could
// be lost, and the process goes on when it is back.
func TestStoreOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	server, database := postgreSQL(t)
	p := newStorePayers(t, database, shortLease)
	c := startChild(t, p.flags...)
	p.to(c)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	for range 2 {
		p.while(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
			p.refused("PUT", "/_sim/sandboxes/made-while-it-is-away")
			p.refused("GET", "/_sim/sandboxes/default/state/k2.payments")
			if health := p.must("GET", "/_sim/health", ""); !strings.Contains(health, `"kept": false`) {
				t.Errorf("health: %s", health)
			}
			if err := server.Start(); err != nil {
				t.Error(err)
			}
			p.acknowledge(30)
		})
		p.check()
	}
	if status, answer, _ := p.ask("GET", "/_sim/sandboxes/made-while-it-is-away", ""); status != http.StatusNotFound {
		t.Errorf("the sandbox that was refused: %d %s", status, answer)
	}
	p.after(c, syscall.SIGKILL)
	p.check()
}

// refused waits until something is refused because of the database.
func (p *storePayers) refused(method, path string) {
	p.t.Helper()
	until(p.t, func() bool {
		status, answer, err := p.ask(method, path, "")
		if err != nil {
			p.t.Errorf("%s %s: %v", method, path, err)
		}
		return status == http.StatusServiceUnavailable && strings.Contains(answer, "--store")
	})
}

// TestStoreTakesOverFromAPausedProcess, which then answers for nothing any more and ends.
func TestStoreTakesOverFromAPausedProcess(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	first := startChild(t, p.flags...)
	second := startChild(t, p.flags...)
	p.to(first)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	p.while(func() {
		p.signal(first, syscall.SIGSTOP)
		second.hasShards(t, 32)
		p.signal(first, syscall.SIGCONT)
		if err := <-first.ended; err == nil || !strings.Contains(first.said.String(), "sim serve: --store: another process has taken over") {
			t.Errorf("the paused process ends with %v: %s", err, first.said)
		}
	})
	p.to(second)
	p.check()
	p.while(func() { p.acknowledge(30) })
	p.check()
}

// TestStoreIsHandedOver at once where a process ends by itself: the lease here is an hour.
func TestStoreIsHandedOver(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, "1h")
	first := startChild(t, p.flags...)
	p.to(first)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	p.while(func() {
		p.signal(first, syscall.SIGTERM)
		if err := <-first.ended; err != nil {
			t.Errorf("the end: %v: %s", err, first.said)
		}
	})
	p.to(startChild(t, p.flags...))
	p.check()
}

// TestStoreWithoutWaiting: what was answered before it was kept is kept at a clean end.
func TestStoreWithoutWaiting(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, "--store-wait=false")
	first := startChild(t, p.flags...)
	p.to(first)
	p.must("PUT", "/_sim/sandboxes/default/scenario", paidLoan)
	p.while(func() {
		p.signal(first, syscall.SIGTERM)
		<-first.ended
	})
	p.to(startChild(t, p.flags...))
	p.check()
}

// TestStoreSaysNoPassword, whatever is wrong with the address or the database.
func TestStoreSaysNoPassword(t *testing.T) {
	const password = "Geheim-7"
	unreachable := "postgres://u:" + password + "@127.0.0.1:1/db"
	for _, test := range []struct {
		store string
		flags []string
		says  string
	}{
		{"postgres://u:" + password + "@:port/db", nil, "--store: not the address of a database, such as postgres://"},
		{"host=127.0.0.1 port=x password=" + password, nil, "--store: not the address of a database"},
		{unreachable, nil, "--store: the database can't be reached"},
		{unreachable, []string{"--state", "file"}, "say one of them"},
		{unreachable, []string{"--print-config"}, "store is set, by --store, and not shown"},
	} {
		c := launch(t, nil, append([]string{"serve", "--config=", "--addr", "127.0.0.1:0", "--store", test.store}, test.flags...)...)
		<-c.code
		said := c.stderr.String()
		if !strings.Contains(said, test.says) || strings.Contains(said, password) {
			t.Errorf("%q %q: %s", test.store, test.flags, said)
		}
	}
}
