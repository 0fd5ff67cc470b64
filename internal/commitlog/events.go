package commitlog

import "time"

// Event is what a journal has noted. It is kept beside the logs: no answer waits for it.
type Event struct {
	Journal string
	ID      uint64 // its number in the journal
	Note    bool   // it is a note, and no exchange
	Packed  []byte
}

// Drop removes the notes of a journal, or else its exchanges, up to an event.
type Drop struct {
	Journal string
	Notes   bool
	UpTo    uint64
}

// Events is a storage of events.
type Events interface {
	// Write adds events, and then drops some, all or nothing. An event that is there already stays as it is. The
	// error is ErrLost when another process has ended this one's right to write.
	Write(events []Event, drops []Drop) error
	// Read the events of some journals, in the order in which they were written.
	Read(journals []string, each func(journal string, packed []byte)) error
	// Expire removes what was written longer ago than this.
	Expire(age time.Duration) error
	Close()
}
