package sandbox_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

func TestSandboxesAreApart(t *testing.T) {
	b := newBench(t)
	first, second := b.create(sandbox.Config{ID: "a"}), b.create(sandbox.Config{ID: "b"})
	use(t, first, b.Now())
	if note(second) != "" {
		t.Errorf("the other one has the note %q", note(second))
	}
	if kept, _ := second.Journal.Exchanges(); len(kept) != 0 {
		t.Errorf("the other one's journal has %d exchanges", len(kept))
	}
	if first.Requests() != 1 || second.Requests() != 0 {
		t.Errorf("%d and %d requests, want 1 and 0", first.Requests(), second.Requests())
	}
	if _, err := first.Run().Clock.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if ahead := first.Run().Clock.Now().Sub(second.Run().Clock.Now()); ahead < 59*time.Minute {
		t.Errorf("one clock is %s ahead of the other, want an hour", ahead)
	}
}

func TestATokenOpensItsOwnSandbox(t *testing.T) {
	b := newBench(t)
	first, second := b.create(sandbox.Config{ID: "a"}), b.create(sandbox.Config{ID: "b"})
	for token, opens := range map[string]bool{
		first.Token(): true, second.Token(): false, "": false, first.Token() + "0": false, first.Token()[1:]: false,
	} {
		if first.Opens(token) != opens {
			t.Errorf("Opens(%q): %v", token, !opens)
		}
	}
	if len(first.Token()) < 32 {
		t.Errorf("the token %q can be guessed", first.Token())
	}
}

func TestHeldRequestsAreCapped(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Limits.Held = 2 })
	sb, other := b.create(sandbox.Config{ID: "a"}), b.create(sandbox.Config{ID: "b"})
	hold := func() func() {
		t.Helper()
		release, err := sb.Hold()
		if err != nil {
			t.Fatal(err)
		}
		return release
	}
	first, second := hold(), hold()
	_, err := sb.Hold()
	wantError(t, err, sandbox.ErrBusy)
	if sb.Held() != 2 || other.Held() != 0 {
		t.Errorf("%d and %d are held, want 2 and 0", sb.Held(), other.Held())
	}
	first()
	third := hold()
	_, err = sb.Hold()
	wantError(t, err, sandbox.ErrBusy)
	second()
	third()
	if sb.Held() != 0 {
		t.Errorf("%d are held after all were released", sb.Held())
	}
}

func TestRequestsASecondAreCapped(t *testing.T) {
	for _, test := range []struct {
		rate         float64
		first, after int // admitted at once, and after a second more
	}{
		{0, 50, 50},
		{10, 10, 10},
		{2.5, 2, 2},
		{0.5, 1, 0},
	} {
		t.Run(fmt.Sprint(test.rate), func(t *testing.T) {
			b := newBench(t, func(o *sandbox.Options) { o.Limits.Rate = test.rate })
			sb, other := b.create(sandbox.Config{ID: "a"}), b.create(sandbox.Config{ID: "b"})
			admitted := func() (count int) {
				for range 50 {
					if sb.Admit(b.Now()) {
						count++
					}
				}
				return count
			}
			if got := admitted(); got != test.first {
				t.Errorf("%d of 50 are admitted, want %d", got, test.first)
			}
			if !other.Admit(b.Now()) {
				t.Error("another sandbox pays for it")
			}
			b.advance(time.Second)
			if got := admitted(); got != test.after {
				t.Errorf("a second later %d of 50 are admitted, want %d", got, test.after)
			}
			if sb.Requests() != 100 {
				t.Errorf("%d requests, want 100: those that were refused count", sb.Requests())
			}
		})
	}
}

func profile(t *testing.T, words map[string]string) contract.Profile {
	t.Helper()
	table, err := contract.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := table.Profile(words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestResetBringsBackTheBeginning(t *testing.T) {
	b := newBench(t)
	sb := b.create(sandbox.Config{
		ID: "a", Owner: "team", Seed: 7, Clock: clock.Settings{Mode: clock.Frozen, Start: start},
		Profile: profile(t, map[string]string{"preset": contract.PresetStrict}),
	})
	token, life := sb.Token(), sb.Run().Ends
	use(t, sb, b.Now())
	observed := profile(t, map[string]string{"preset": contract.PresetObserved})
	err := sb.Change(func(s *scenario.Settings) (*scenario.Settings, error) { return s.WithProfile(observed), nil }, func(*sandbox.Run) {})
	if err != nil || sb.Run().Settings().Profile.Preset() != contract.PresetObserved {
		t.Fatal("the profile is not in force", err)
	}
	if err := sb.Run().Clock.Set(clock.Settings{Mode: clock.Real, Start: start.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	if !ended(life) || ended(sb.Run().Ends) {
		t.Errorf("the old life has ended: %v, the new one: %v", ended(life), ended(sb.Run().Ends))
	}
	if note(sb) != "" {
		t.Errorf("there is the note %q", note(sb))
	}
	if kept, dropped := sb.Journal.Exchanges(); len(kept) != 0 || dropped != 0 {
		t.Errorf("the journal has %d exchanges and has dropped %d", len(kept), dropped)
	}
	if _, id := sb.Run().Log.Number(); id != "req-000001" {
		t.Errorf("the first request is %s", id)
	}
	if s := sb.Run().Clock.Settings(); s.Mode != clock.Frozen || !s.Start.Equal(start) {
		t.Errorf("the clock is %+v", s)
	}
	if p := sb.Run().Settings().Profile.Preset(); p != contract.PresetStrict {
		t.Errorf("the profile is %s", p)
	}
	if sb.Token() != token || sb.Owner() != "team" || sb.Run().Seed != 7 {
		t.Errorf("token, owner or seed is another: %q, %q, %d", sb.Token(), sb.Owner(), sb.Run().Seed)
	}
	if got, err := b.Get("a"); got != sb {
		t.Errorf("the pool has another one: %v", err)
	}
}

// Requests go on while their sandboxes are reset, go and come again, and while
// time passes.
func TestAPoolIsSafeForConcurrentUse(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for n := range 50 {
				id := fmt.Sprintf("sb-%d", (worker+n)%10)
				if _, err := b.Create(sandbox.Config{ID: id}); err != nil && !errors.Is(err, sandbox.ErrExists) {
					t.Error(err)
				}
				sb, err := b.Get(id)
				if err != nil {
					continue // another worker has deleted it, or its time was over
				}
				use(t, sb, b.Now())
				release, err := sb.Hold()
				if err != nil {
					t.Error(err)
					continue
				}
				switch n % 10 {
				case 0:
					_ = b.Delete(id)
				case 1:
					if _, err := sb.Reset(); err != nil {
						t.Error(err)
					}
				case 2:
					b.advance(10 * time.Minute)
				case 3:
					b.Expire()
					b.List()
				}
				release()
			}
		})
	}
	wg.Wait()
	b.advance(time.Hour)
	b.Expire()
	b.wantIDs()
	if used, _ := b.Budget().Usage(); used != 0 {
		t.Errorf("%d bytes are in use", used)
	}
}
