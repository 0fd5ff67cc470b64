package delivery

import (
	"cmp"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// How many answers of a sandbox may be late at once, and how many bytes of them are in memory
// before the next call waits.
const (
	mostLate      = 50
	mostLateBytes = 4 << 20
)

// lateAnswer is an answer that arrives later on the sandbox's clock because of a fault. It is
// only in memory: in a run that is restored the call is made again.
type lateAnswer struct {
	at       time.Time // when it arrives
	delivery Delivery
	try      try
}

// lateAnswers of one run, the first to arrive first. While one of a subject is on its way, no
// other call about the subject is made.
type lateAnswers []lateAnswer

// add an answer; those that arrive at one instant keep the order of their calls.
func (l *lateAnswers) add(a lateAnswer) {
	at, _ := slices.BinarySearchFunc(*l, a.at, func(have lateAnswer, at time.Time) int {
		if have.at.After(at) {
			return 1
		}
		return -1
	})
	*l = slices.Insert(*l, at, a)
}

// take the first answer if it has arrived at an instant.
func (l *lateAnswers) take(now time.Time) (first lateAnswer, ok bool) {
	if len(*l) == 0 || (*l)[0].at.After(now) {
		return lateAnswer{}, false
	}
	first = (*l)[0]
	*l = slices.Delete(*l, 0, 1)
	return first, true
}

// next is when the first answer arrives; never if none is late.
func (l lateAnswers) next() time.Time {
	if len(l) == 0 {
		return never
	}
	return l[0].at
}

// full reports whether no other call may be made until one of them arrives.
func (l lateAnswers) full() bool {
	bytes := 0
	for _, a := range l {
		bytes += len(a.try.heard.Body) + len(a.try.heard.File)
	}
	return len(l) >= mostLate || bytes >= mostLateBytes
}

// keep a delivery waiting: an answer about its subject is on its way.
func (l lateAnswers) keep(d Delivery) bool {
	return slices.ContainsFunc(l, func(a lateAnswer) bool { return a.delivery.subject() == d.subject() })
}

// subject whose calls keep their order: what the process says, the thing that is asked about,
// or for a push its operation.
func (d Delivery) subject() string { return cmp.Or(d.Subject, d.About, d.Operation) }

// receive the late answers that have arrived.
func (c *caller) receive(run *sandbox.Run) error {
	for {
		a, ok := c.late.take(run.Clock.Now())
		if !ok {
			return nil
		}
		if err := c.conclude(run, a.delivery, a.try); err != nil {
			return err
		}
	}
}
