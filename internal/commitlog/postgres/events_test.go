//go:build unix

package postgres_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
)

func wantEvents(t *testing.T, e *postgres.Events, journals []string, want ...string) {
	t.Helper()
	var all []string
	must(t, e.Read(journals, func(journal string, packed []byte) { all = append(all, journal+": "+string(packed)) }))
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEvents of journals: written, read, dropped and expired.
func TestEvents(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	defer func() { must(t, p.Leave()) }()
	e := p.Events()
	defer e.Close()
	wantEvents(t, e, nil)
	written := []commitlog.Event{
		{Journal: "a/1/1", ID: 1, Packed: []byte("\x00one")}, {Journal: "b/2/1", ID: 1, Packed: []byte("other")},
		{Journal: "a/1/1", ID: 2, Note: true, Packed: []byte("two")}, {Journal: "a/1/1", ID: 3, Packed: []byte("three")},
	}
	must(t, e.Write(written, nil))
	written[0].Packed = []byte("written again")
	must(t, e.Write(written, nil)) // as after an answer that was lost
	wantEvents(t, e, []string{"a/1/1"}, "a/1/1: \x00one", "a/1/1: two", "a/1/1: three")
	wantEvents(t, e, []string{"b/2/1", "a/1/1", "c/3/1"}, "a/1/1: \x00one", "b/2/1: other", "a/1/1: two", "a/1/1: three")
	must(t, e.Write(nil, []commitlog.Drop{{Journal: "a/1/1", UpTo: 2}}))
	wantEvents(t, e, []string{"a/1/1"}, "a/1/1: two", "a/1/1: three")
	must(t, e.Write([]commitlog.Event{{Journal: "a/1/1", ID: 4, Packed: []byte("four")}}, []commitlog.Drop{{Journal: "a/1/1", Notes: true, UpTo: 4}}))
	wantEvents(t, e, []string{"a/1/1"}, "a/1/1: three", "a/1/1: four")
	must(t, e.Expire(time.Hour))
	wantEvents(t, e, []string{"a/1/1"}, "a/1/1: three", "a/1/1: four")
	ask(t, address, "UPDATE kzsim_event SET written = written - interval '61 minutes' WHERE event = 3")
	must(t, e.Expire(time.Hour))
	wantEvents(t, e, []string{"a/1/1"}, "a/1/1: four")
}

// TestEventsOnAnotherConnection: the connection has broken since the last use.
func TestEventsOnAnotherConnection(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	defer p.Leave()
	e := p.Events()
	defer e.Close()
	var want []string
	for n := range 4 {
		must(t, e.Write([]commitlog.Event{{Journal: "a", ID: uint64(n + 1), Packed: fmt.Append(nil, n)}}, nil))
		want = append(want, fmt.Sprint("a: ", n))
		if n == 0 {
			breakConnections(t, address)
		}
	}
	for range 2 {
		wantEvents(t, e, []string{"a"}, want...)
		breakConnections(t, address)
	}
}

// TestManyEvents: large ones, and names of many journals.
func TestManyEvents(t *testing.T) {
	t.Parallel()
	p := join(t, options(t, database(t)))
	defer func() { must(t, p.Leave()) }()
	e := p.Events()
	defer e.Close()
	var events []commitlog.Event
	var names, want []string
	for n := range 2_000 {
		name, packed := fmt.Sprintf("sandbox-%d/%d/1", n, n), fmt.Sprintf("%04000d", n)
		names = append(names, name)
		events = append(events, commitlog.Event{Journal: name, ID: uint64(n + 1), Packed: []byte(packed)})
		want = append(want, name+": "+packed)
	}
	must(t, e.Write(events, nil))
	wantEvents(t, e, names, want...)
}

// TestEventsOfAProcessThatIsDead are refused: another process has taken over.
func TestEventsOfAProcessThatIsDead(t *testing.T) {
	t.Parallel()
	address := database(t)
	p := join(t, options(t, address))
	e := p.Events()
	defer e.Close()
	must(t, e.Write([]commitlog.Event{{Journal: "a", ID: 1, Packed: []byte("one")}}, nil))
	ask(t, address, "DELETE FROM kzsim_process")
	late := []commitlog.Event{{Journal: "a", ID: 2, Packed: []byte("two")}}
	if err := e.Write(late, []commitlog.Drop{{Journal: "a", UpTo: 1}}); !errors.Is(err, commitlog.ErrLost) {
		t.Errorf("the error is %v", err)
	}
	wantEvents(t, e, []string{"a"}, "a: one")
	_ = p.Leave() // its lease is gone
}
