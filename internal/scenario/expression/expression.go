// Package expression compiles and evaluates the expressions of the scenario
// language. An expression comes from a scenario and its values from a request, so
// both may be hostile: the source is bounded when it is read, and every evaluation
// has a budget of steps and of memory. Steps and bytes are counted, never timed: the
// same expression and values always cost the same.
package expression

import (
	"errors"

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
type Program struct{ code *vm.Program }

// Compile fails with a *Refusal, or with an error of the expression library. The
// values that the expression sees are the fields of env, a struct that embeds Scope.
func Compile(text string, env any, options ...expr.Option) (*Program, error) {
	if _, err := Parse(text); err != nil {
		return nil, err
	}
	config := conf.New(env)
	for _, option := range options {
		option(config)
	}
	for _, left := range leftOut {
		config.Disabled[left] = true
		delete(config.Builtins, left)
	}
	tree, err := checker.ParseCheck(text, config)
	if err != nil {
		return nil, err
	}
	if err := optimizer.Optimize(&tree.Node, config); err != nil {
		var located *file.Error
		if errors.As(err, &located) {
			return nil, located.Bind(tree.Source)
		}
		return nil, err
	}
	// The metered tree must run as it is: the optimizer must not rewrite it any more.
	ast.Walk(&tree.Node, newMeter())
	code, err := compiler.Compile(tree, config)
	if err != nil {
		return nil, err
	}
	return &Program{code}, nil
}

// Run evaluates the program. Env is of the type that it was compiled for, with the
// Scope of a Budget; what the program costs is taken from that budget. A panic of the
// expression library comes back as an error.
func (p *Program) Run(env any) (any, error) { return vm.Run(p.code, env) }
