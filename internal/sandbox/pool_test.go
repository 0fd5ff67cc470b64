package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

var start = time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)

var notes = store.Define[string]("notes")

// bench is a pool on a process clock that only the test moves.
type bench struct {
	*sandbox.Pool
	t     testing.TB
	clock *clock.Clock
}

func newBench(t testing.TB, change ...func(*sandbox.Options)) bench {
	t.Helper()
	c, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: start})
	if err != nil {
		t.Fatal(err)
	}
	table, err := contract.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	opts := sandbox.Options{Clock: c, Table: table, Records: []store.Definition{notes.Definition()}}
	for _, fn := range change {
		fn(&opts)
	}
	return bench{sandbox.NewPool(opts), t, c}
}

func (b bench) create(cfg sandbox.Config) *sandbox.Sandbox {
	b.t.Helper()
	sb, err := b.Create(cfg)
	if err != nil {
		b.t.Fatal(err)
	}
	return sb
}

func (b bench) advance(by time.Duration) {
	b.t.Helper()
	if _, err := b.clock.Advance(by); err != nil {
		b.t.Fatal(err)
	}
}

// wantIDs checks what the pool lists and that each of it can be had.
func (b bench) wantIDs(ids ...string) {
	b.t.Helper()
	var have []string
	for _, sb := range b.List() {
		have = append(have, sb.ID())
		if got, err := b.Get(sb.ID()); err != nil || got != sb {
			b.t.Errorf("Get(%s): %v, %v", sb.ID(), got, err)
		}
	}
	if diff := cmp.Diff(ids, have); diff != "" {
		b.t.Errorf("sandboxes (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

// use a sandbox as a request does: something is stored and remembered.
func use(t testing.TB, sb *sandbox.Sandbox, now time.Time) {
	t.Helper()
	sb.Admit(now)
	err := sb.Do(func(tx *sandbox.Tx) error {
		notes.Put(tx.Tx, "note", "of "+sb.ID())
		return nil
	})
	if err != nil && err != sandbox.ErrEnded {
		t.Fatal(err)
	}
	run := sb.Run()
	seq, id := run.Log.Number()
	run.Log.Add(&journal.Exchange{
		ID: id, Seq: seq, At: run.Clock.Now(), Method: "POST", URL: "/api/v1/backend/address/",
		Request: journal.NewMessage(nil, []byte(`{"iin":"901123300258"}`)),
	})
}

func note(sb *sandbox.Sandbox) string {
	var text string
	_ = sb.Run().View(func(r store.Reader) error {
		text, _ = notes.Get(r, "note")
		return nil
	})
	return text
}

func ended(ctx context.Context) bool { return ctx.Err() != nil }

func TestCheckID(t *testing.T) {
	for id, good := range map[string]bool{
		"a": true, "7": true, "default": true, "team-1": true, "a--b": true,
		strings.Repeat("a", 63): true,
		strings.Repeat("a", 64): false,
		"":                      false, "-a": false, "a-": false, "-": false, "A": false, "a_b": false, "a.b": false,
		"a b": false, "a/b": false, "..": false, "команда": false, "a\n": false, "a\x00": false, "%61": false,
	} {
		if err := sandbox.CheckID(id); (err == nil) != good {
			t.Errorf("CheckID(%q): %v", id, err)
		}
		b := newBench(t)
		if id == "" {
			continue // a pool makes one
		}
		if _, err := b.Create(sandbox.Config{ID: id}); (err == nil) != good {
			t.Errorf("Create(%q): %v", id, err)
		}
		if n := len(b.List()); (n == 1) != good {
			t.Errorf("after Create(%q) there are %d", id, n)
		}
	}
}

func TestASandboxWithoutAnIDGetsOneOfItsOwn(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for range 100 {
		sb := b.create(sandbox.Config{})
		if err := sandbox.CheckID(sb.ID()); err != nil || seen[sb.ID()] || seen[sb.Token()] {
			t.Errorf("id %q, token %q: %v; or they were there before", sb.ID(), sb.Token(), err)
		}
		seen[sb.ID()], seen[sb.Token()] = true, true
	}
}

func TestCreateThatIsRefusedLeavesNothing(t *testing.T) {
	b := newBench(t)
	_, err := b.Create(sandbox.Config{ID: "a", Clock: clock.Settings{Mode: "sundial"}})
	if err == nil {
		t.Error("a clock of an unknown mode is taken")
	}
	b.wantIDs()
	b.create(sandbox.Config{ID: "a", Owner: "first"})
	_, err = b.Create(sandbox.Config{ID: "a", Owner: "second"})
	wantError(t, err, sandbox.ErrExists)
	if sb, _ := b.Get("a"); sb.Owner() != "first" {
		t.Errorf("the sandbox is of %s", sb.Owner())
	}
}

func TestIdleSandboxesExpireOnTheProcessClock(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Expires = time.Hour })
	b.create(sandbox.Config{ID: sandbox.DefaultID, Expires: time.Minute})
	b.create(sandbox.Config{ID: "never", Expires: -1})
	b.create(sandbox.Config{ID: "as-the-pool"})
	own := b.create(sandbox.Config{ID: "own", Expires: 10 * time.Minute})
	touched := b.create(sandbox.Config{ID: "touched", Expires: 10 * time.Minute})
	admitted := b.create(sandbox.Config{ID: "admitted", Expires: 10 * time.Minute})
	held := b.create(sandbox.Config{ID: "held", Expires: 10 * time.Minute})
	release, err := held.Hold()
	if err != nil {
		t.Fatal(err)
	}
	life := own.Run().Ends

	b.advance(10*time.Minute - 1)
	touched.Touch(b.Now())
	admitted.Admit(b.Now())
	b.wantIDs("admitted", "as-the-pool", "default", "held", "never", "own", "touched")
	if n := b.Expire(); n != 0 {
		t.Errorf("%d expired too early", n)
	}
	b.advance(1)
	b.wantIDs("admitted", "as-the-pool", "default", "held", "never", "touched")
	_, err = b.Get("own")
	wantError(t, err, sandbox.ErrUnknown)
	if n := b.Expire(); n != 1 || !ended(life) {
		t.Errorf("%d expired, want 1; its life has ended: %v", n, ended(life))
	}
	b.advance(50 * time.Minute)
	release()
	if n := b.Expire(); n != 4 {
		t.Errorf("%d expired, want 4", n)
	}
	b.advance(1000 * time.Hour)
	b.Expire()
	b.wantIDs("default", "never")
}

func TestSandboxesExpireAfterAnHourIfNobodySaysOtherwise(t *testing.T) {
	b := newBench(t)
	if got := b.create(sandbox.Config{ID: "a"}).Expires(); got != time.Hour {
		t.Errorf("after %s", got)
	}
	if got := b.create(sandbox.Config{ID: sandbox.DefaultID}).Expires(); got != 0 {
		t.Errorf("the default one after %s", got)
	}
}

func TestCreateOverAnExpiredSandbox(t *testing.T) {
	b := newBench(t)
	old := b.create(sandbox.Config{ID: "a"})
	use(t, old, b.Now())
	life := old.Run().Ends
	b.advance(time.Hour)
	sb := b.create(sandbox.Config{ID: "a"})
	if sb == old || note(sb) != "" || !ended(life) || ended(sb.Run().Ends) {
		t.Errorf("the new one is the old one: %v, its note %q; the old life has ended: %v, the new one: %v",
			sb == old, note(sb), ended(life), ended(sb.Run().Ends))
	}
	if used, _ := b.Budget().Usage(); used != 0 {
		t.Errorf("the old one's journal takes %d bytes", used)
	}
	b.wantIDs("a")
}

func TestAFullPool(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Max = 3 })
	b.create(sandbox.Config{ID: "a"})
	b.create(sandbox.Config{ID: "b", Expires: -1})
	b.create(sandbox.Config{ID: "c"})
	_, err := b.Create(sandbox.Config{ID: "d"})
	wantError(t, err, sandbox.ErrFull)
	_, err = b.Create(sandbox.Config{ID: "a"})
	wantError(t, err, sandbox.ErrExists)
	if err := b.Delete("c"); err != nil {
		t.Fatal(err)
	}
	b.create(sandbox.Config{ID: "d"})
	b.advance(time.Hour)
	b.create(sandbox.Config{ID: "e"}) // the idle ones make room without a sweep
	b.wantIDs("b", "e")
}

func TestDeleteEndsWhatIsHeld(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{ID: "a"})
	use(t, sb, b.Now())
	life := sb.Run().Ends
	if err := b.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if !ended(life) {
		t.Error("its life goes on")
	}
	b.wantIDs()
	_, err := b.Get("a")
	wantError(t, err, sandbox.ErrUnknown)
	wantError(t, b.Delete("a"), sandbox.ErrUnknown)
	use(t, sb, b.Now()) // a request that was on its way
	if used, _ := b.Budget().Usage(); used != 0 {
		t.Errorf("its journal takes %d bytes", used)
	}
	b.create(sandbox.Config{ID: "a"})
}

func TestRunExpiresAsTimePasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			b.Run(ctx)
			close(done)
		}()
		synctest.Wait()
		life := b.create(sandbox.Config{ID: "a"}).Run().Ends
		b.advance(time.Hour - 1)
		if ended(life) {
			t.Error("it went too early")
		}
		b.advance(time.Minute)
		if !ended(life) {
			t.Error("it is there still")
		}
		cancel()
		<-done
	})
}

func TestTenThousandSandboxesLeaveNothing(t *testing.T) {
	const count = 10_000
	b := newBench(t)
	lives := make([]context.Context, count)
	for i := range lives {
		sb := b.create(sandbox.Config{ID: fmt.Sprintf("job-%d", i)})
		use(t, sb, b.Now())
		lives[i] = sb.Run().Ends
	}
	if sb, err := b.Get("job-7777"); err != nil || note(sb) != "of job-7777" {
		t.Errorf("job-7777: %v", err)
	}
	b.advance(time.Hour)
	if n := b.Expire(); n != count {
		t.Errorf("%d expired, want %d", n, count)
	}
	b.wantIDs()
	if used, dropped := b.Budget().Usage(); used != 0 || dropped != 0 {
		t.Errorf("%d bytes are in use and %d exchanges were dropped", used, dropped)
	}
	for i, life := range lives {
		if !ended(life) {
			t.Fatalf("the life of job-%d goes on", i)
		}
	}
}
