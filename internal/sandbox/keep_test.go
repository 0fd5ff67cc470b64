package sandbox_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

var silent = slog.New(slog.DiscardHandler)

// keep a bench's sandboxes in a storage, each change at once. The answer is the sandboxes that
// can't come back.
func (b bench) keep(in commitlog.Storage, log *slog.Logger) (*commitlog.Writer, map[string]error) {
	b.t.Helper()
	back := b.Replay()
	if err := in.Load(back.Record); err != nil {
		b.t.Fatal(err)
	}
	failed := back.Finish()
	var unread [][]byte
	_ = in.Load(func(record []byte) error {
		if back.IsOfFailed(record) {
			unread = append(unread, append([]byte(nil), record...))
		}
		return nil
	})
	w := commitlog.NewWriter(commitlog.Options{
		Storage: in, Clock: b.Clock(), Sync: commitlog.Always, Log: log,
		Snapshot: func(add func([]byte) error) error { return b.Records(0, log, add) },
	})
	b.Keep(0, back, sandbox.Keeping{Log: w, Unread: unread, Aside: aside(in)})
	w.Flush()
	return w, failed
}

// describe all that comes back of a bench's sandboxes, those that are away among them.
func (b bench) describe() (all []string) {
	b.t.Helper()
	_, away := b.All()
	for _, a := range away {
		b.opened(a.ID())
	}
	for _, sb := range b.List() {
		s, err := sb.Snapshot()
		if err != nil {
			b.t.Fatal(err)
		}
		text, err := json.Marshal(s)
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, fmt.Sprint(sb.ID(), sb.Owner(), sb.Token(), sb.Expires(), sb.Config().Seed, string(text)))
	}
	return all
}

// cameBack is a bench that has come back from a storage.
func cameBack(t *testing.T, from commitlog.Storage) bench {
	t.Helper()
	b := newBench(t)
	if _, failed := b.keep(from, silent); len(failed) > 0 {
		t.Error(failed)
	}
	return b
}

func (b bench) get(id string) *sandbox.Sandbox {
	b.t.Helper()
	sb, err := b.Get(id)
	if err != nil {
		b.t.Fatal(err)
	}
	return sb
}

func (b bench) put(id, key, text string) {
	b.t.Helper()
	err := b.get(id).Do(func(tx *sandbox.Tx) error {
		notes.Put(tx.Tx, key, text)
		tx.Counters().Next("puts", key)
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// day is what happens to sandboxes, one record or one image after the other.
var day = []func(b bench){
	func(b bench) {
		b.create(sandbox.Config{ID: "a", Owner: "A", Seed: 7, Expires: -1, Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	},
	func(b bench) { b.put("a", "1", "one") },
	func(b bench) {
		b.create(sandbox.Config{ID: "b", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	},
	func(b bench) { b.get("a").Run().Number() },
	func(b bench) { b.put("b", "1", "uno") },
	func(b bench) { _, _ = b.get("a").Reset() },
	func(b bench) { b.put("a", "2", "two") },
	func(b bench) { _ = b.Delete("b") },
	func(b bench) { _, _ = b.get("a").Run().Advance(time.Hour) },
	func(b bench) {
		b.create(sandbox.Config{ID: "b", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	},
	func(b bench) { b.put("b", "3", "tres") },
	func(b bench) { b.put("a", "2", "zwei") },
}

// TestCutAnywhereIsAnEarlierState: a file that ends at any byte has the sandboxes as they
// were after the last change that is whole.
func TestCutAnywhereIsAnEarlierState(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "log")
	open := func(name string) *commitlog.File {
		f, err := commitlog.OpenFile(name, silent)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	b := newBench(t)
	w, _ := b.keep(open(name), silent)
	states, sizes := [][]string{nil}, []int{0}
	for _, happens := range day {
		happens(b)
		w.Flush()
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		states, sizes = append(states, b.describe()), append(sizes, int(info.Size()))
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	cut, at := filepath.Join(dir, "cut"), 0
	for size := range len(content) + 1 {
		for at+1 < len(sizes) && sizes[at+1] <= size {
			at++
		}
		if err := os.WriteFile(cut, content[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		f := open(cut)
		if diff := cmp.Diff(states[at], cameBack(t, f).describe()); diff != "" {
			t.Fatalf("cut at %d of %d (-want +got):\n%s", size, len(content), diff)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRewrittenAtAnyMoment: a log whose rewriting begins, takes its records and is put in
// force at any moments of a day leads to the same sandboxes.
func TestRewrittenAtAnyMoment(t *testing.T) { rewrittenAtAnyMoment(t, day) }

func rewrittenAtAnyMoment(t *testing.T, day []func(b bench)) {
	for begins := range day {
		for taken := begins; taken < len(day); taken++ {
			for inForce := taken; inForce <= len(day); inForce++ {
				var m commitlogtest.Memory
				var r commitlog.Rewriting
				b := newBench(t, idleAfterMinute)
				w, _ := b.keep(&m, silent)
				for n := range len(day) + 1 {
					if n == begins {
						r, _ = m.Rewrite()
					}
					if n == taken {
						if err := b.Records(0, silent, r.Add); err != nil {
							t.Fatal(err)
						}
					}
					if n == inForce {
						_ = r.Commit()
					}
					if n < len(day) {
						day[n](b)
						w.Flush()
					}
				}
				if diff := cmp.Diff(b.describe(), cameBack(t, &m).describe()); diff != "" {
					t.Fatalf("begun before %d, taken before %d, in force before %d (-want +got):\n%s", begins, taken, inForce, diff)
				}
			}
		}
	}
}

// TestOneThatCannotComeBack costs the others nothing, and is there for a program that can read
// it, over a rewriting, too.
func TestOneThatCannotComeBack(t *testing.T) {
	var m commitlogtest.Memory
	b := newBench(t)
	b.keep(&m, silent)
	b.create(sandbox.Config{ID: "a", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	b.create(sandbox.Config{ID: "b", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}})
	b.put("a", "1", "of a kind that another version doesn't know")
	want := b.describe()
	other := newBench(t, func(o *sandbox.Options) { o.Records = nil })
	w, failed := other.keep(&m, silent)
	if err := failed["a"]; len(failed) != 1 || err == nil || !strings.Contains(err.Error(), `no collection "notes"`) {
		t.Errorf("what can't come back is %v", failed)
	}
	other.wantIDs("b")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, cameBack(t, &m).describe()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAValueThatCannotBeWritten costs the other sandboxes nothing, and its own what it did after
// the last state that could be written, until it is reset.
func TestAValueThatCannotBeWritten(t *testing.T) {
	floats := store.Define[float64]("floats")
	withFloats := func(o *sandbox.Options) { o.Records = append(o.Records, floats.Definition()) }
	var m commitlogtest.Memory
	var said strings.Builder
	b := newBench(t, withFloats)
	w, _ := b.keep(&m, slog.New(slog.NewTextHandler(&said, nil)))
	b.create(sandbox.Config{ID: "a"})
	b.create(sandbox.Config{ID: "b"})
	b.put("a", "note", "before")
	_ = b.get("a").Do(func(tx *sandbox.Tx) error { floats.Put(tx.Tx, "x", math.NaN()); return nil })
	b.put("a", "note", "after")
	b.put("b", "note", "of b")
	again := newBench(t, withFloats)
	again.keep(&m, silent)
	if a, b := note(again.get("a")), note(again.get("b")); a != "before" || b != "of b" {
		t.Errorf("they come back with %q and %q", a, b)
	}
	if !strings.Contains(said.String(), "sandbox a: floats") {
		t.Errorf("the log says %s", &said)
	}
	if _, err := b.get("a").Reset(); err != nil {
		t.Fatal(err)
	}
	b.put("a", "note", "after a reset")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	last := newBench(t, withFloats)
	last.keep(&m, silent)
	if got := note(last.get("a")); got != "after a reset" {
		t.Errorf("it comes back with %q", got)
	}
}

// TestClocksComeBack: a real one has gone on meanwhile; no other has, and none stands before
// the last commit.
func TestClocksComeBack(t *testing.T) {
	for _, clean := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			machine := func(o *sandbox.Options) { o.Clock, _ = clock.New(clock.Settings{}) }
			var m commitlogtest.Memory
			b := newBench(t, machine)
			w, _ := b.keep(&m, silent)
			defer w.Close()
			b.create(sandbox.Config{ID: "real", Clock: clock.Settings{Start: noon}, Expires: -1})
			b.create(sandbox.Config{ID: "fast", Clock: clock.Settings{Mode: clock.Speed, Speed: 60, Start: noon}, Expires: -1})
			b.create(sandbox.Config{ID: "frozen", Clock: clock.Settings{Mode: clock.Frozen, Start: noon}, Expires: -1})
			<-time.After(time.Minute)
			for _, id := range []string{"real", "fast", "frozen"} {
				b.put(id, "1", "one")
			}
			want := map[string]time.Time{"real": noon.Add(3 * time.Minute), "fast": noon.Add(time.Hour), "frozen": noon}
			if clean {
				<-time.After(time.Minute)
				want["fast"] = noon.Add(2 * time.Hour)
				if err := b.StopKeeping(0); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Minute)
			} else {
				w.Flush()
				<-time.After(2 * time.Minute)
			}
			again := newBench(t, machine)
			last, _ := again.keep(&m, silent)
			defer last.Close()
			for id, at := range want {
				if got := again.get(id).Run().Clock.Now(); !got.Equal(at) {
					t.Errorf("clean %v: the %s clock is %s, want %s", clean, id, got, at)
				}
			}
		})
	}
}
