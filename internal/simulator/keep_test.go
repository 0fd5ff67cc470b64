package simulator_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
	"github.com/kzsim/kzsim/internal/simulator"
)

var silent = slog.New(slog.DiscardHandler)

// fullStorage refuses to be written while it is full.
type fullStorage struct {
	commitlogtest.Memory
	full atomic.Bool
}

var errFull = errors.New("no space left on device")

func (s *fullStorage) Append(records [][]byte) error {
	if s.full.Load() {
		return errFull
	}
	return s.Memory.Append(records)
}

func (s *fullStorage) Rewrite() (commitlog.Rewriting, error) {
	if s.full.Load() {
		return nil, errFull
	}
	return s.Memory.Rewrite()
}

// TestHealthTellsOfAFullDisk, and the simulator serves on; what was changed meanwhile is kept
// when there is room again.
func TestHealthTellsOfAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		wantHealth(t, sim.Handler(), 200, "ok")
		var s fullStorage
		if _, err := sim.Keep(simulator.Keeping{Storage: &s, Interval: time.Millisecond}); err != nil {
			t.Fatal(err)
		}
		says := func(want string) {
			t.Helper()
			sim.Flush()
			r := &controlRequest{method: "GET", path: "/health", status: 200, says: want}
			r.do(t.Context(), sim.Handler())
			r.check(t)
		}
		c := client{handler: sim.Handler()}
		c.request(3, "")
		says(`"kept": true`)
		s.full.Store(true)
		began := sim.Pool.Now()
		c.request(7, "")
		says(`"kept": false,
    "since": "` + began.Format(time.RFC3339)[:16])
		c.request(11, "")
		s.full.Store(false)
		<-time.After(2 * time.Second)
		says(`"kept": true`)
		c.request(15, "")
		if err := sim.StopKeeping(); err != nil {
			t.Fatal(err)
		}
		again, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Keep(simulator.Keeping{Storage: &s}); err != nil {
			t.Fatal(err)
		}
		if kept := ask(t, again, "GET", "/_sim/sandboxes/default/state", ""); !strings.Contains(kept, `"loans": 4,`) {
			t.Errorf("what is kept is %s", kept)
		}
		if err := again.StopKeeping(); err != nil {
			t.Fatal(err)
		}
	})
}
