//go:build unix

package postgres_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
)

var server *postgrestest.Server // nil where there is none

func TestMain(m *testing.M) {
	var err error
	server, err = postgrestest.New()
	if err != nil && (!errors.Is(err, postgrestest.ErrNone) || os.Getenv("CI") == "true") {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if server != nil {
		if err := server.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// database that is empty. The test's name is that of its connections.
func database(t testing.TB) string {
	t.Helper()
	if server == nil {
		t.Skip(postgrestest.ErrNone)
	}
	address, err := server.Database()
	must(t, err)
	return address + "&application_name=" + t.Name()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func machine(t testing.TB) *clock.Clock {
	t.Helper()
	c, err := clock.New(clock.Settings{})
	must(t, err)
	return c
}

// options of a process.
func options(t testing.TB, database string) postgres.Options {
	return postgres.Options{
		Database: database, Address: "sim-a:8080", Lease: time.Minute,
		Clock: machine(t), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func join(t testing.TB, opts postgres.Options) *postgres.Process {
	t.Helper()
	p, err := postgres.Join(opts)
	must(t, err)
	return p
}

func open(t testing.TB, p *postgres.Process) *postgres.Log {
	t.Helper()
	l, err := p.Open("sandboxes")
	must(t, err)
	return l
}

func contents(t testing.TB, s commitlog.Storage) (all []string) {
	t.Helper()
	must(t, s.Load(func(record []byte) error {
		all = append(all, string(record))
		return nil
	}))
	return all
}

func wantContents(t *testing.T, s commitlog.Storage, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, contents(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func records(texts ...string) (all [][]byte) {
	for _, text := range texts {
		all = append(all, []byte(text))
	}
	return all
}

func newFrozen() (*clock.Clock, error) { return clock.New(clock.Settings{Mode: clock.Frozen}) }

// removable is a server of the test's own.
func removable(t testing.TB) *postgrestest.Server {
	t.Helper()
	if server == nil {
		t.Skip(postgrestest.ErrNone)
	}
	s, err := server.Another()
	must(t, err)
	t.Cleanup(func() { must(t, s.Remove()) })
	return s
}
