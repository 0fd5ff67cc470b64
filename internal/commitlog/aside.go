package commitlog

// Aside is a place beside a log for records that few readers need: those of one sandbox, by its number.
type Aside interface {
	// SetAside keeps records under a number, in place of those that it has. The error is ErrLost where the log is
	// another process's.
	SetAside(number uint64, records [][]byte) error
	// TakeUp calls each with the records under a number, in their order.
	TakeUp(number uint64, each func(record []byte) error) error
	// Retain drops what stands under all other numbers.
	Retain(numbers []uint64) error
}
