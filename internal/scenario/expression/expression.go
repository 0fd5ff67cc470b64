// Package expression compiles and evaluates the expressions of the scenario
// language. An expression comes from a scenario and its values from a request, so
// both may be hostile: the source is bounded when it is read, and every evaluation
// has a budget of steps and of memory. Steps and bytes are counted, never timed: the
// same expression and values always cost the same.
package expression

import (
	"errors"
	"reflect"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/vm"
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	code     *vm.Program
	short    shortcut     // nil if only the library's machine can evaluate it
	looks    bool         // it calls a function of Looks, which takes longer than a shortcut
	alone    []string     // the names of those, if it sees nothing else
	name     string       // of a part of others: the same as that of equal parts
	place    string       // of a part, likewise of those that fail with the same error
	compares *Comparison  // if it is one
	may      []Comparison // of which one has to hold; none if that isn't known
}

// defaults are the library's, without the functions that the language doesn't have.
// Compilations share the tables of functions, which they don't change.
var defaults = func() conf.Config {
	c := *conf.CreateNew()
	for _, left := range leftOut {
		c.Disabled[left] = true
		delete(c.Builtins, left)
	}
	return c
}()

// Compile fails with a *Refusal, or with an error of the expression library. The
// values that the expression sees are the fields of env, a struct that embeds Scope.
func Compile(text string, env any, options ...expr.Option) (*Program, error) {
	if _, err := Parse(text); err != nil {
		return nil, err
	}
	config := defaults
	config.ConstFns, config.Functions = map[string]reflect.Value{}, conf.FunctionsTable{}
	config.WithEnv(env)
	for _, option := range options {
		option(&config)
	}
	tree, err := checker.ParseCheck(text, &config)
	if err != nil {
		return nil, err
	}
	if err := optimizer.Optimize(&tree.Node, &config); err != nil {
		var located *file.Error
		if errors.As(err, &located) {
			return nil, located.Bind(tree.Source)
		}
		return nil, err
	}
	// The metered tree must run as it is: the optimizer must not rewrite it any more.
	ast.Walk(&tree.Node, newMeter())
	code, err := compiler.Compile(tree, &config)
	if err != nil {
		return nil, err
	}
	p := &Program{code: code, short: shortcutOf(tree.Node, reflect.TypeOf(env)), looks: looks(tree.Node)}
	if p.looks {
		p.alone = looksAlone(tree.Node)
	}
	if config.Expect != reflect.Bool {
		return p, nil
	}
	if p.short != nil {
		p.short = p.short.then(truth)
	}
	return p, p.analyse(tree, &config)
}

// truth is what the library makes of a value where it expects one that is true or false.
func truth(v any) (any, ending) {
	switch v.(type) {
	case nil:
		return false, answered
	case bool:
		return v, answered
	}
	return nil, otherwise(v)
}

// scoped is an environment that embeds a Scope.
type scoped interface{ spends() *Budget }

// Run evaluates the program. Env is of the type that it was compiled for, with the
// Scope of a Budget; what the program costs is taken from that budget. A panic of the
// expression library comes back as an error.
func (p *Program) Run(env any) (any, error) {
	b := env.(scoped).spends()
	if v, how := p.shorten(env, b, false); how == answered {
		return v, nil
	}
	return b.machine.Run(p.code, env)
}

// Holds reports whether the program's value is true. It is Run without the error, which
// costs more than the evaluation.
func (p *Program) Holds(env any) bool {
	b := env.(scoped).spends()
	v, how := p.shorten(env, b, true)
	if how == unsure {
		v, _ = b.machine.Run(p.code, env)
	}
	return v == true
}

// LooksAlone answers the names of the functions of Looks that the program calls, if it sees nothing
// else; none if it does.
func (p *Program) LooksAlone() []string { return p.alone }

// MayHold is false only if the program's value isn't true. What it costs is taken from a budget of
// its own, of a few looks. It is true where that is spent.
func (p *Program) MayHold(env any) bool {
	b := env.(scoped).spends()
	evaluation, before := b.evaluation, b.before
	b.evaluation, b.before = cost{}, cost{MaxRequestSteps - maxLookSteps, MaxRequestBytes - maxLookBytes}
	may := p.Holds(env) || b.spent() != nil
	b.evaluation, b.before = evaluation, before
	return may
}

// shorten evaluates the program by its shortcut. What that has spent is taken back if the
// machine has to evaluate it once more: where it is unsure and, unless its failure is
// enough, where it failed.
func (p *Program) shorten(env any, b *Budget, failure bool) (v any, how ending) {
	if p.short == nil {
		return nil, unsure
	}
	before := b.evaluation
	defer func() {
		if recover() != nil {
			how = unsure // the budget is spent: the machine says so
		}
		if how == unsure || how == failed && !failure {
			b.evaluation = before
		}
	}()
	return p.short(env, b)
}
