//go:build unix

package postgres_test

import (
	"errors"
	"runtime"
	"testing"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
)

// TestAside is what the interface says, beside another log of the process and over a broken connection.
func TestAside(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	p := join(t, opts)
	defer p.Leave()
	l := open(t, p)
	other, err := p.Open("others")
	must(t, err)
	must(t, commitlogtest.SetAside(other, 1, "of the other log"))
	must(t, commitlogtest.AsideConforms(l))
	must(t, commitlogtest.StandsAside(other, 1, "of the other log"))
	for range 2 {
		breakConnections(t, opts.Database)
		must(t, commitlogtest.SetAside(l, 1, "once more"))
		breakConnections(t, opts.Database)
		must(t, commitlogtest.StandsAside(l, 1, "once more"))
	}
	wantContents(t, l)
}

// TestAsideOfALogThatIsLost: what comes too late changes nothing, and the next owner has what was set aside before.
func TestAsideOfALogThatIsLost(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	first := join(t, opts)
	late := open(t, first)
	must(t, commitlogtest.SetAside(late, 1, "of the first"))
	must(t, late.Close())
	for name, err := range map[string]error{
		"without an owner": commitlogtest.SetAside(late, 1, "too late"), "retaining": late.Retain(nil),
	} {
		if !errors.Is(err, commitlog.ErrLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	second := join(t, opts)
	defer second.Leave()
	l := open(t, second)
	for name, err := range map[string]error{
		"a number that is there": commitlogtest.SetAside(late, 1, "too late"), "another one": commitlogtest.SetAside(late, 2, "too late"),
		"retaining": late.Retain(nil),
	} {
		if !errors.Is(err, commitlog.ErrLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, commitlogtest.StandsAside(l, 1, "of the first"))
	must(t, commitlogtest.StandsAside(l, 2))
	must(t, commitlogtest.SetAside(l, 1, "of the second"))
	must(t, first.Leave())
	must(t, commitlogtest.StandsAside(l, 1, "of the second"))
}

// TestAsideFailsInTheMiddle: what stood there before stays whole, and the next try works.
func TestAsideFailsInTheMiddle(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	defer p.Leave()
	l := open(t, p)
	must(t, commitlogtest.SetAside(l, 1, "before"))
	ask(t, address, "ALTER TABLE kzsim_aside ADD CONSTRAINT small CHECK (part < 2)")
	large := string(make([]byte, 1<<20))
	if err := commitlogtest.SetAside(l, 1, large, large, large); err == nil {
		t.Fatal("it doesn't fail")
	}
	must(t, commitlogtest.StandsAside(l, 1, "before"))
	ask(t, address, "ALTER TABLE kzsim_aside DROP CONSTRAINT small")
	must(t, commitlogtest.SetAside(l, 1, large, large, large))
	must(t, commitlogtest.StandsAside(l, 1, large, large, large))
}

// TestAppendingWaitsForNothingAside: while the database holds what is set aside, appending goes on.
func TestAppendingWaitsForNothingAside(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	defer p.Leave()
	l := open(t, p)
	must(t, commitlogtest.SetAside(l, 1, "before"))
	release := lockTable(t, address, "kzsim_aside")
	set := make(chan error, 1)
	go func() { set <- commitlogtest.SetAside(l, 1, "after") }()
	for ask(t, address, "SELECT count(*) FROM pg_locks WHERE relation = 'kzsim_aside'::regclass AND NOT granted") == "0" {
		runtime.Gosched()
	}
	must(t, l.Append(records("a")))
	select {
	case err := <-set:
		t.Fatalf("it has ended before: %v", err)
	default:
	}
	release()
	must(t, <-set)
	must(t, commitlogtest.StandsAside(l, 1, "after"))
}
