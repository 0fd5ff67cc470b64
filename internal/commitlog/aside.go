package commitlog

// Aside is a place beside a log for records that are read apart: those of one sandbox, by its number. It is safe for
// concurrent use.
type Aside interface {
	// SetAside keeps records, one or more, under a number, in place of those that stood there. After an error those
	// may stand there, or these, whole. The error is ErrLost if the log is another process's.
	SetAside(number uint64, records [][]byte) error
	// TakeUp calls each with the records under a number, in their order, and ends with its first error. Where there
	// are none it is not called. The record is valid during the call only.
	TakeUp(number uint64, each func(record []byte) error) error
	// Retain drops what stands under all other numbers. The error is as SetAside's.
	Retain(numbers []uint64) error
}
