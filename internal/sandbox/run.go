package sandbox

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// Run is what a sandbox holds from one beginning to the next: state, settings,
// counters, clock and seed. A reset, a scenario, a snapshot begin another run, which
// is built whole before it takes the place of this one.
//
// A request takes the run once, at its start. It shares with the requests of other runs
// only what is the sandbox's: places for held requests, rate limit, coverage. A
// transaction that has started finishes when the run ends; every later one is ErrEnded.
type Run struct {
	Clock *clock.Clock
	Seed  chance.Seed
	Log   *journal.Log    // where the run notes what happens
	Ends  context.Context // is done when the run is over; its cause is ErrEnded or ErrMoved

	store   *store.Store
	targets map[string]bool // operations that can be asked
	share   *share          // of the memory of all states
	cancel  context.CancelCauseFunc
	inForce atomic.Pointer[scenario.Settings] // as last committed
	trail   atomic.Pointer[trail]             // in the log of commits; nil without one
	waiting sync.Mutex                        // guards the following
	watches []*Watch
}

// ErrEnded is the error of what is asked of a run that is over.
var ErrEnded = errors.New("the sandbox was reset or deleted")

// The ErrEnded of a run that goes on in another process, and of one that has left memory: Open brings its
// sandbox back.
var (
	ErrMoved error = elsewhere(commitlog.Moved)
	ErrLeft  error = elsewhere("the sandbox has left memory; nothing was done; ask again")
)

// elsewhere is the ErrEnded of a run that goes on where that is not seen here.
type elsewhere string

func (e elsewhere) Error() string      { return string(e) }
func (elsewhere) Is(target error) bool { return target == ErrEnded }

// settings of a run, under one key.
var settings = store.DefineRecord[*scenario.Settings]("settings")

const inForce = "in-force"

// Tx is one transaction of a run. It sees the state, the settings and the counters
// of one moment, and changes them together or not at all.
type Tx struct {
	*store.Tx
	Run *Run
	Now time.Time // the sandbox's time, one instant for the whole transaction

	settings *scenario.Settings
}

// Do runs fn in a transaction. A run executes its transactions one after the other. An
// error from fn is returned and changes nothing. It is ErrEnded, without a call of fn, if
// the run is over when the transaction's turn comes, and NoRoom if the transaction would
// add to a state that may take no more. It is a commitlog.NotKept if the log of commits refuses
// the transaction, or if it isn't known yet whether what the transaction did is kept.
//
// Fn must not advance the run's clock: what falls due on the way needs transactions
// of its own.
func (r *Run) Do(fn func(*Tx) error) error { return r.do(fn, r.share.take) }

// Keep is Do for the simulator's own records, which have bounds of their own: Keep works also
// in a state that may take no more memory.
func (r *Run) Keep(fn func(*Tx) error) error { return r.do(fn, r.share.add) }

func (r *Run) do(fn func(*Tx) error, take func(bytes int64) error) error {
	if err := r.ready(); err != nil {
		return err
	}
	err := r.update(fn, take)
	if unsure := r.settle(); unsure != nil {
		return unsure // an error, too, shows a state that may not be kept
	}
	return err
}

func (r *Run) update(fn func(*Tx) error, take func(bytes int64) error) error {
	return r.store.Update(func(tx *store.Tx) error {
		if r.Ends.Err() != nil {
			return context.Cause(r.Ends)
		}
		if err := fn(&Tx{Tx: tx, Run: r, Now: r.Clock.Now(), settings: r.inForce.Load()}); err != nil {
			return err
		}
		return take(tx.Growth())
	})
}

// endAt ends the run unless there were other commits than so many.
func (r *Run) endAt(commits uint64) (ended bool) {
	_ = r.store.Update(func(tx *store.Tx) error { // it has no error
		if ended = tx.Commits() == commits; ended {
			r.end(ErrLeft)
		}
		return nil
	})
	return ended
}

// end the run; why is ErrEnded or ErrMoved.
func (r *Run) end(why error) {
	r.cancel(why)
	r.share.end()
}

// Fits is NoRoom if the transaction adds to a state that may take no more.
func (tx *Tx) Fits() error { return tx.Run.share.fits(tx.Growth()) }

// Number reserves the next request's number and id.
func (r *Run) Number() (uint64, string) {
	defer r.touch()
	return r.Log.Number()
}

// SetClock changes how the run's time passes.
func (r *Run) SetClock(to clock.Settings) error {
	if err := r.ready(); err != nil {
		return err
	}
	if err := r.Clock.Set(to); err != nil {
		return err
	}
	return r.touched()
}

// Advance the run's clock, as clock.Advance does.
func (r *Run) Advance(by time.Duration) (time.Time, error) {
	if err := r.ready(); err != nil {
		return time.Time{}, err
	}
	at, err := r.Clock.Advance(by)
	if err == nil {
		err = r.touched()
	}
	return at, err
}

// image of the run at one instant, for the log that follows it.
func (r *Run) image() image {
	i := image{trail: r.trail.Load()}
	_ = r.store.Update(func(tx *store.Tx) error { // it has no error
		i.Image, i.settings = tx.Image(), r.inForce.Load()
		return nil
	})
	return i
}

// Look lets fn read the settings and the counters of one moment, also of a run that is
// over.
func (r *Run) Look(fn func(*scenario.Settings, *store.Counters)) {
	_ = r.store.Update(func(tx *store.Tx) error { // it has no error
		fn(r.inForce.Load(), tx.Counters())
		return nil
	})
}

// View runs fn over the present state; it waits for no transaction.
func (r *Run) View(fn func(store.Reader) error) error { return r.store.View(fn) }

// Changed is closed by the next commit that changes the services' state.
func (r *Run) Changed() <-chan struct{} { return r.store.Changed() }

// Settings in force.
func (r *Run) Settings() *scenario.Settings { return r.inForce.Load() }

// Settings in force, the transaction's own among them.
func (tx *Tx) Settings() *scenario.Settings { return tx.settings }

// setSettings puts others in force, and drops the counters of what is no longer in force.
func (tx *Tx) setSettings(next *scenario.Settings) {
	tx.settings.DropCounters(next, tx.Counters())
	tx.settings = next
	settings.Put(tx.Tx, inForce, next)
	tx.After(func() { tx.Run.inForce.Store(next) })
}

// Call is a call without a request, for what people and fixtures do.
func (tx *Tx) Call() *contract.Call {
	c := &contract.Call{}
	tx.Bind(c)
	return c
}

// Bind a call to the transaction: its state, instant, seed, profile and targets.
func (tx *Tx) Bind(c *contract.Call) {
	c.Tx, c.Now, c.Seed, c.Profile, c.Targets = tx.Tx, tx.Now, tx.Run.Seed, tx.settings.Profile, tx.Run.targets
}
