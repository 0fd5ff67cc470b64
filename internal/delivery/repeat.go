package delivery

import (
	"errors"
	"fmt"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// Why a call is not made again.
var (
	ErrUnknown     = errors.New("the sandbox has no such delivery (any more)")
	ErrNotRepeated = errors.New("the call can't be made again")
)

// Repeat makes a call again. One that waits is tried now. One that is over is made as another
// delivery, under an id of its own: it shows what the other system answers, and changes nothing
// else, since its process has gone on. The error is ErrUnknown, ErrNotRepeated or the store's.
func (o *Callers) Repeat(sb *sandbox.Sandbox, id string) (again Told, err error) {
	c := o.caller(sb)
	if c == nil {
		return Told{}, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	err = sb.Run().Keep(func(tx *sandbox.Tx) error {
		d, ok := deliveries.Get(tx, id)
		switch {
		case !ok:
			return fmt.Errorf("%w: %s", ErrUnknown, id)
		case !c.calls(d.Operation):
			return fmt.Errorf("%w: the sandbox has no target for %s", ErrNotRepeated, d.Operation)
		case d.State == Waiting:
			d.Next = tx.Now
			put(tx.Tx, d)
		case countWaiting(tx) >= mostWaiting:
			return fmt.Errorf("%w: %d calls wait already", ErrNotRepeated, mostWaiting)
		default:
			d.Repeats = id
			d.begin(tx.Tx, tx.Now)
			forget(tx.Tx)
		}
		tx.Stir() // the caller
		c.tell(tx, d)
		again = c.told(d)
		return nil
	})
	return again, err
}

func countWaiting(tx *sandbox.Tx) (n int) {
	for range waiting.All(tx) {
		n++
	}
	return n
}
