package expression

import (
	"fmt"

	"github.com/expr-lang/expr/vm"
)

// The budget of one evaluation.
const (
	// MaxSteps bounds the work. An operator that a search applies to an item of a list
	// takes a step or a few, a text of a function's a step for some bytes. All of them
	// take some 50 ms.
	MaxSteps = 2_000_000
	// MaxBytes bounds the texts and lists that an evaluation makes.
	MaxBytes = 6 << 20
)

// The budget of all evaluations that one request has.
const (
	MaxRequestSteps = 3 * MaxSteps
	MaxRequestBytes = 3 * MaxBytes
)

// What Ask may spend beside the budget of a request, of steps and of bytes.
const (
	MaxAskSteps = MaxSteps / 4
	MaxAskBytes = MaxBytes / 4
)

// What MayHold may spend, of steps and of bytes.
const (
	maxLookSteps = 6 * callSteps
	maxLookBytes = 6 * callBytes
)

// maxNesting bounds how many levels the lists and objects have that a function walks.
// A body has fewer; reduce can make a list with more.
const maxNesting = 500

var (
	errSteps        = fmt.Errorf("the budget of an evaluation is spent: %d steps", MaxSteps)
	errBytes        = fmt.Errorf("the budget of an evaluation is spent: %d MiB for the texts and lists that it makes", MaxBytes>>20)
	errRequestSteps = fmt.Errorf("the budget of a request is spent: %d steps for all its expressions", MaxRequestSteps)
	errRequestBytes = fmt.Errorf("the budget of a request is spent: %d MiB for the texts and lists that its expressions make", MaxRequestBytes>>20)
	errNesting      = fmt.Errorf("a value with more than %d levels", maxNesting)
)

// Budget counts what an evaluation of a request has spent, and those before it; the
// zero Budget has spent nothing. The programs of a request share it, one after the
// other.
type Budget struct {
	evaluation, before cost
	machine            vm.VM // of all programs, so that its stack is made once
	with               []any // of the last look
}

// Begin another evaluation. Work that the budget refused to the last one wasn't done.
func (b *Budget) Begin() {
	b.before = b.before.plus(b.evaluation.within(MaxSteps, MaxBytes))
	b.evaluation = cost{}
}

// Scope lets a program spend from a budget. It is embedded in the struct of the
// values that the program sees.
type Scope struct {
	Charge func(value, rule any) any `expr:"(charge)"`
	budget *Budget
}

func (s Scope) spends() *Budget { return s.budget }

// chargeName is the name of Charge to a program. No expression can write it.
const chargeName = "(charge)"

// Scope of the budget.
func (b *Budget) Scope() Scope {
	return Scope{func(value, how any) any { return how.(rule).apply(b, value) }, b}
}

// Row spends what it costs to evaluate a program once more, for another row of a batch,
// within the evaluation under way.
func (b *Budget) Row() (err error) {
	defer func() {
		if spent, ok := recover().(error); ok {
			err = spent
		}
	}()
	b.spend(cost{steps: rowSteps}, 1)
	return nil
}

// rowSteps is what a program costs beside what it spends itself.
const rowSteps = 100

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

// What a function costs that is not of the expression library: a look into the state,
// of any result, or a value that is made.
const (
	callSteps = 400
	callBytes = 1 << 10
)

// Call spends what such a function costs. It is called while a program runs, and ends it
// when the budget is spent.
func (b *Budget) Call() { b.spend(cost{callSteps, callBytes}, 1) }

// spend panics when the budget is spent; the library answers the error.
func (b *Budget) spend(c cost, times int) {
	b.evaluation.steps += c.steps * times
	b.evaluation.bytes += c.bytes * times
	if err := b.spent(); err != nil {
		panic(err)
	}
}

// spent is an error if the budget is spent.
func (b *Budget) spent() error {
	switch {
	case b.evaluation.steps > MaxSteps:
		return errSteps
	case b.evaluation.bytes > MaxBytes:
		return errBytes
	case b.before.steps+b.evaluation.steps > MaxRequestSteps:
		return errRequestSteps
	case b.before.bytes+b.evaluation.bytes > MaxRequestBytes:
		return errRequestBytes
	}
	return nil
}
