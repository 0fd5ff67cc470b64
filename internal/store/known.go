package store

import (
	"slices"
	"time"
)

// Known is what transactions have found out about the state of the last commit: the answers to
// yes-or-no questions, by number. An answer is kept until a commit changes what was read for it,
// or until an instant. It is used by the store's transactions alone, one after the other.
type Known struct {
	asker   any
	now     time.Time
	next    time.Time // the first instant that ends an answer; zero for none
	nos     []uint64  // a bit for each question: set where the answer is known to be no
	answers []answer
	readers map[reading][]int // questions by what was read for their answers
	lengths map[string][]int  // of the prefixes among that, by collection
}

// answer to a question.
type answer struct {
	known, yes bool
	until      time.Time // zero for no such instant
	reads      []reading // under which the question stands among the readers
}

// reading of a key or, if below, of all keys with a prefix.
type reading struct {
	path
	below bool
}

// The bounds of what is kept. Beyond them a question is asked each time.
const (
	mostReadings = 16 // of a question
	mostLengths  = 64 // of prefixes in a collection: a commit looks for each of them
)

const wordBits = 64

// Known to an asker, which is comparable, of so many questions. What was known to another asker, in
// another zone or at a later instant is forgotten. It is nil where the transaction sees another
// state than the last commit's.
func (t *Tx) Known(asker any, now time.Time, questions int) *Known {
	s := t.store
	if !t.isPresent() || len(t.undo) > 0 {
		return nil
	}
	if k := s.known; k == nil || k.asker != asker || k.now.Location() != now.Location() || now.Before(k.now) {
		s.known = &Known{
			asker: asker, nos: make([]uint64, (questions+wordBits-1)/wordBits), answers: make([]answer, questions),
			readers: map[reading][]int{}, lengths: map[string][]int{},
		}
	}
	s.known.at(now)
	return s.known
}

// Ask a question. Unless the answer is known, find is asked in the transaction: it says, too, until
// when its answer holds if nothing is committed that changes what it has read; zero for ever. Wake
// doesn't wait for that. A nil Known always asks.
func (k *Known) Ask(t *Tx, number int, find func() (yes bool, until time.Time)) bool {
	if k == nil {
		yes, _ := find()
		return yes
	}
	a := &k.answers[number]
	if a.known {
		return a.yes
	}
	keys, prefixes := t.Unwaited(func() { a.yes, a.until = find() })
	if k.isRead(number, keys, prefixes) {
		k.next = Earlier(k.next, a.until)
		k.learn(number, true)
	}
	return a.yes
}

// No reports whether it is known that a question's answer is no, which is faster than to Ask. Of a
// number below 0 it isn't.
func (k *Known) No(number int) bool {
	return k != nil && number >= 0 && k.nos[number/wordBits]&(1<<(number%wordBits)) != 0
}

func (k *Known) learn(number int, known bool) {
	a, bit := &k.answers[number], uint64(1)<<(number%wordBits)
	a.known = known
	if k.nos[number/wordBits] &^= bit; known && !a.yes {
		k.nos[number/wordBits] |= bit
	}
}

// at an instant some answers are over.
func (k *Known) at(now time.Time) {
	k.now = now
	if k.next.IsZero() || now.Before(k.next) {
		return
	}
	k.next = time.Time{}
	for number := range k.answers {
		a := &k.answers[number]
		switch {
		case !a.known:
		case !a.until.IsZero() && !now.Before(a.until):
			k.learn(number, false)
		default:
			k.next = Earlier(k.next, a.until)
		}
	}
}

// Earlier of two instants, zero for one that never comes.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// isRead notes what was read for the answer to a question; false if that is too much.
func (k *Known) isRead(number int, keys, prefixes []path) bool {
	var few [mostReadings]reading
	reads := few[:0]
	for i, at := range [][]path{keys, prefixes} {
		for _, at := range at {
			if one := (reading{at, i == 1}); !slices.Contains(reads, one) {
				if len(reads) == mostReadings || one.below && !k.hasLength(at) {
					return false
				}
				reads = append(reads, one)
			}
		}
	}
	a := &k.answers[number]
	if slices.Equal(a.reads, reads) {
		return true
	}
	for _, one := range a.reads {
		k.readers[one] = slices.DeleteFunc(k.readers[one], func(other int) bool { return other == number })
		if len(k.readers[one]) == 0 {
			delete(k.readers, one)
		}
	}
	a.reads = slices.Clone(reads)
	for _, one := range reads {
		k.readers[one] = append(k.readers[one], number)
	}
	return true
}

// hasLength makes a commit look for prefixes as long as this one; false if it can't for more lengths.
func (k *Known) hasLength(prefix path) bool {
	all := k.lengths[prefix.collection]
	if slices.Contains(all, len(prefix.key)) {
		return true
	}
	if len(all) == mostLengths {
		return false
	}
	k.lengths[prefix.collection] = append(all, len(prefix.key))
	return true
}

// forget the answers for which something was read that has changed.
func (k *Known) forget(changes []Change) {
	if k == nil {
		return
	}
	for _, c := range changes {
		at := c.path()
		k.doubt(reading{at, false})
		for _, length := range k.lengths[at.collection] {
			if length <= len(at.key) {
				k.doubt(reading{path{at.collection, at.key[:length]}, true})
			}
		}
	}
}

func (k *Known) doubt(one reading) {
	for _, number := range k.readers[one] {
		k.learn(number, false)
	}
}
