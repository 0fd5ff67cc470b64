// Package commitlog stores what is committed, so that it is still there after the process ends.
//
// A Writer takes entries in their order, encodes them in a goroutine of its own, and
// appends them in groups to a Storage. When the storage has grown enough the Writer
// rewrites it: a snapshot replaces the entries before it.
//
// The package doesn't interpret records. A reader must expect records whose content is
// already in the snapshot before them.
package commitlog

// Storage keeps records in the order in which they were appended. Append, Sync and Load
// are for one goroutine; a Rewriting may go on in another at the same time.
type Storage interface {
	// Load calls each with one record after the other, and ends with its first error.
	// The record is valid during the call only.
	Load(each func(record []byte) error) error
	// Append records. After an error some of the first may be kept, and no later one.
	Append(records [][]byte) error
	// Sync returns when a failure of the machine can't lose what was appended.
	Sync() error
	// Rewrite begins to replace all records that were appended so far. What is appended
	// meanwhile comes after the new ones. There is one rewriting at a time.
	Rewrite() (Rewriting, error)
	// Close the storage; another process may use what it keeps from then on.
	Close() error
}

// Rewriting is a replacement that isn't in force yet. It ends with Commit or Discard.
type Rewriting interface {
	// Add a record to the new ones.
	Add(record []byte) error
	// Commit puts the new records in force in one step, for a failure of the machine,
	// too. After an error the old ones are in force.
	Commit() error
	// Discard the new records.
	Discard()
}
