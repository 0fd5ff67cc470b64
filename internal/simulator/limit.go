package simulator

import (
	"errors"
	"os"
	"sync"
	"time"
)

// passed is a deadline that ends what is on, the same as that of net/http.
var passed = time.Unix(1, 0)

// limit is the deadline of a connection for reading, or that for writing. What is read or written begins with an earlier
// deadline that the system knows, if there is one, and goes on if that passes: few changes are told to the system.
type limit struct {
	deadline, told time.Time // the one that counts, and the one that the system knows
	tell           func(time.Time) error
	on             int // calls of the system
}

// set the deadline, also of what is on.
func (l *limit) set(t time.Time) error {
	if l.deadline = t; l.on == 0 {
		return nil
	}
	return l.say(t)
}

// say to the system what its deadline is.
func (l *limit) say(t time.Time) error {
	l.told = t
	return l.tell(t)
}

// keep the deadline while do reads or writes p. The mutex is locked, but not meanwhile.
func (l *limit) keep(mu *sync.Mutex, do func([]byte) (int, error), p []byte) (done int, err error) {
	if !l.deadline.IsZero() && (l.told.IsZero() || l.deadline.Before(l.told)) {
		_ = l.say(l.deadline) // do has the error of a connection that has ended
	}
	l.on++
	defer func() { l.on-- }()
	for {
		mu.Unlock()
		n, err := do(p[done:])
		mu.Lock()
		if done += n; l.told == l.deadline || !errors.Is(err, os.ErrDeadlineExceeded) {
			return done, err
		}
		_ = l.say(l.deadline)
	}
}
