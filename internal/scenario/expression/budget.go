package expression

import "fmt"

// The budget of one evaluation.
const (
	// MaxSteps bounds the work. An operator that a search applies to an item of a list
	// takes a step or a few, a text of a function's a step for some bytes. All of them
	// take some 50 ms.
	MaxSteps = 2_000_000
	// MaxBytes bounds the texts and lists that an evaluation makes.
	MaxBytes = 6 << 20
)

// maxNesting bounds how many levels the lists and objects have that a function walks.
// A body has fewer; reduce can make a list with more.
const maxNesting = 500

var (
	errSteps   = fmt.Errorf("the budget of an evaluation is spent: %d steps", MaxSteps)
	errBytes   = fmt.Errorf("the budget of an evaluation is spent: %d MiB for the texts and lists that it makes", MaxBytes>>20)
	errNesting = fmt.Errorf("a value with more than %d levels", maxNesting)
)

// Budget counts what an evaluation has spent; the zero Budget has spent nothing. The
// programs of one evaluation share it, one after the other.
type Budget struct{ steps, bytes int }

// Scope lets a program spend from a budget. It is embedded in the struct of the
// values that the program sees.
type Scope struct {
	Charge func(value, rule any) any `expr:"(charge)"`
}

// chargeName is the name of Charge to a program. No expression can write it.
const chargeName = "(charge)"

// Scope of the budget.
func (b *Budget) Scope() Scope {
	return Scope{func(value, how any) any { return how.(rule).apply(b, value) }}
}

// Keep spends what it costs to keep or print a value that a program has answered.
func (b *Budget) Keep(value any) (err error) {
	defer func() {
		if spent, ok := recover().(error); ok {
			err = spent
		}
	}()
	printed.apply(b, value)
	return nil
}

// spend panics when the budget is spent; the library answers the error.
func (b *Budget) spend(c cost, times int) {
	b.steps += c.steps * times
	b.bytes += c.bytes * times
	switch {
	case b.steps > MaxSteps:
		panic(errSteps)
	case b.bytes > MaxBytes:
		panic(errBytes)
	}
}
