//go:build unix

package postgres_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
)

// TestStorage is what the interface says, as the file is.
func TestStorage(t *testing.T) {
	t.Parallel()
	p := join(t, options(t, database(t)))
	defer p.Leave()
	err := commitlogtest.Conforms(func(s commitlog.Storage) (commitlog.Storage, error) {
		if s != nil {
			must(t, s.Close())
		}
		return p.Open("sandboxes")
	})
	if err != nil {
		t.Error(err)
	}
}

// TestLogsAreApart: two logs of one database have nothing in common.
func TestLogsAreApart(t *testing.T) {
	t.Parallel()
	p := join(t, options(t, database(t)))
	defer p.Leave()
	a := open(t, p)
	b, err := p.Open("others")
	must(t, err)
	must(t, a.Append(records("of a")))
	must(t, b.Append(records("of b")))
	rewriting, err := b.Rewrite()
	must(t, err)
	must(t, rewriting.Commit())
	wantContents(t, a, "of a")
	wantContents(t, b)
}

// TestOpenAgain: a process opens a log again that it could not close, and writes there by one of both alone.
func TestOpenAgain(t *testing.T) {
	t.Parallel()
	p := join(t, options(t, database(t)))
	defer p.Leave()
	first := open(t, p)
	must(t, first.Append(records("of the first")))
	second := open(t, p)
	if err := first.Append(records("too late")); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the first one appends: %v", err)
	}
	must(t, second.Append(records("of the second")))
	wantContents(t, second, "of the first", "of the second")
}

// TestMembers are the processes that are alive, with what they have.
func TestMembers(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	first := join(t, opts)
	open(t, first)
	other := opts
	other.Address = "sim-b:8080"
	second := join(t, other)
	defer second.Leave()
	must(t, second.StopTaking())
	want := []postgres.Member{first.Self(), second.Self()}
	want[0].Takes, want[0].Logs = true, []string{"sandboxes"}
	got, err := second.Members()
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" || want[0].Secret == want[1].Secret {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, first.Leave())
	if got, err = second.Members(); err != nil || len(got) != 1 {
		t.Errorf("when the first one has left: %+v %v", got, err)
	}
}

// TestFewConnections: those of a process don't grow with its logs, and go on with the next one.
func TestFewConnections(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	defer p.Leave()
	atMost := func(most int) {
		t.Helper()
		if n, err := strconv.Atoi(ask(t, address, "SELECT count(*) FROM "+connections)); err != nil || n > most {
			t.Errorf("%d connections (%v), want %d at most", n, err, most)
		}
	}
	e := p.Events()
	defer e.Close()
	logs := make([]*postgres.Log, 20)
	for n := range logs {
		var err error
		logs[n], err = p.Open(fmt.Sprint("log-", n))
		must(t, err)
		must(t, logs[n].Append(records("a")))
		must(t, commitlogtest.SetAside(logs[n], 1, "b"))
		must(t, e.Write([]commitlog.Event{{Journal: fmt.Sprint(n), ID: 1, Packed: []byte("c")}}, nil))
		rewriting, err := logs[n].Rewrite()
		must(t, err)
		must(t, rewriting.Commit())
		_, err = p.Members()
		must(t, err)
	}
	atMost(1 + 1) // of the lease, and the one by which all this is done, one thing after the other
	var all sync.WaitGroup
	for _, l := range logs {
		all.Go(func() {
			read := e.Read([]string{"a"}, func(string, []byte) {})
			if err := errors.Join(commitlogtest.StandsAside(l, 1, "b"), read, l.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	atMost(1 + 2 + 4)
}

// TestOwnedKeepsTheConnection: a process that asks for logs that others own does so by one connection.
func TestOwnedKeepsTheConnection(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	first := join(t, opts)
	defer first.Leave()
	open(t, first)
	second := join(t, opts)
	defer second.Leave()
	asks := func() (pids string) {
		t.Helper()
		if _, err := second.Open("sandboxes"); !errors.As(err, new(postgres.Owned)) {
			t.Fatalf("it opens it: %v", err)
		}
		return ask(t, opts.Database, "SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM "+connections)
	}
	if before, after := asks(), asks(); before != after || len(strings.Fields(before)) != 2*(1+1) {
		t.Errorf("the connections of both were %s and are %s, want the same four", before, after)
	}
}

// TestOneOwner: a log that a process has is no other's until that process leaves.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	first := join(t, opts)
	l := open(t, first)
	must(t, l.Append(records("of the first")))
	second := join(t, opts)
	defer second.Leave()
	var owned postgres.Owned
	if _, err := second.Open("sandboxes"); !errors.As(err, &owned) {
		t.Fatalf("the second one opens it: %v", err)
	}
	if owned.Address != "sim-a:8080" || owned.Left <= 0 || owned.Left > time.Minute {
		t.Errorf("it is told of %+v", owned)
	}
	must(t, first.Leave())
	l2 := open(t, second)
	must(t, l2.Append(records("of the second")))
	if err := l.Append(records("too late")); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the first one appends: %v", err)
	}
	rewriting, err := l.Rewrite()
	must(t, err)
	must(t, rewriting.Add([]byte("too late")))
	if err := rewriting.Commit(); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the first one rewrites: %v", err)
	}
	wantContents(t, l2, "of the first", "of the second")
	must(t, l.Close()) // which changes nothing: it is the second's
	must(t, l2.Append(records("and more")))
}

// TestDeadOwner: the log of a process that renews its lease no more is another's when the lease has
// ended by the database's clock, and the process learns that it has lost it.
func TestDeadOwner(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	opts.Lease = time.Second
	frozen := opts
	var err error
	frozen.Clock, err = newFrozen()
	must(t, err)
	began := time.Now()
	paused := join(t, frozen) // its clock stands: it renews nothing
	l := open(t, paused)
	must(t, l.Append(records("a")))
	must(t, paused.Holds())
	second := join(t, opts)
	defer second.Leave()
	var waited postgres.Owned
	l2, err := second.Open("sandboxes")
	for errors.As(err, &waited) {
		<-time.After(20 * time.Millisecond)
		l2, err = second.Open("sandboxes")
	}
	must(t, err)
	if took := time.Since(began); took < opts.Lease {
		t.Errorf("it has the log after %s, before the lease has ended", took)
	}
	if waited != (postgres.Owned{}) && (waited.Address != opts.Address || waited.Left > opts.Lease) { // a slow machine doesn't wait
		t.Errorf("it waited for %+v", waited)
	}
	must(t, l2.Append(records("b")))
	if err := l.Append(records("late")); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the paused one appends: %v", err)
	}
	// It goes on: first its own clock tells it that the lease is over, then the database that it is lost.
	_, err = frozen.Clock.Advance(opts.Lease)
	must(t, err)
	<-paused.Lost()
	wantReason(t, paused.Holds(), commitlog.TakenOver)
	wantContents(t, l2, "a", "b")
}

// TestLeaseEndsByTheOwnClock, earlier than in the database.
func TestLeaseEndsByTheOwnClock(t *testing.T) {
	t.Parallel()
	opts := options(t, "")
	server := removable(t)
	address, err := server.Database()
	must(t, err)
	opts.Database = address
	opts.Clock, err = newFrozen()
	must(t, err)
	p := join(t, opts)
	must(t, server.Stop())
	_, err = opts.Clock.Advance(opts.Lease*3/4 - time.Millisecond)
	must(t, err)
	must(t, p.Holds())
	_, err = opts.Clock.Advance(time.Millisecond)
	must(t, err)
	wantReason(t, p.Holds(), commitlog.NoLease)
	must(t, server.Start())
	for p.Holds() != nil { // no other process has taken over: it is renewed
		_, err = opts.Clock.Advance(opts.Lease / 5)
		must(t, err)
	}
	must(t, p.Leave())
}

func wantReason(t *testing.T, err error, want commitlog.Reason) {
	t.Helper()
	var not commitlog.NotKept
	if !errors.As(err, &not) || not.Reason != want {
		t.Errorf("%v, want %v", err, want)
	}
}

// TestAppendOnAnotherConnection: where the connection has broken since the last use, the records are appended once, on
// another one, and what is answered after that belongs to what was asked.
func TestAppendOnAnotherConnection(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	p := join(t, opts)
	defer p.Leave()
	first := open(t, p)
	must(t, first.Append(records("a")))
	breakConnections(t, opts.Database)
	must(t, first.Append(records("b")))
	must(t, first.Append(records("c")))
	second := open(t, p)
	if err := first.Append(records("too late")); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the first one appends: %v", err)
	}
	wantContents(t, second, "a", "b", "c")
}

// connections of this test, in a statement, but the one that it is sent on.
const connections = "pg_stat_activity WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()"

func breakConnections(t *testing.T, database string) {
	t.Helper()
	ask(t, database, "SELECT pg_terminate_backend(pid, 5000) FROM "+connections)
}
