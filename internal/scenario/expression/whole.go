package expression

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/vm/runtime"
)

// function replaces one of the library whose price depends on several arguments.
type function struct {
	pay  func(b *Budget, args []any)
	call func(b *Budget, args []any) (any, error)
}

// apply calls the function; the value is the list of its arguments.
func (f *function) apply(b *Budget, v any) any {
	args := v.([]any)
	f.pay(b, args)
	answer, err := f.call(b, args)
	if err != nil {
		panic(err)
	}
	return answer
}

// library is the function of that name as the library has it.
func library(name string) func(*Budget, []any) (any, error) {
	of := builtin.Builtins[builtin.Index[name]]
	return func(_ *Budget, args []any) (any, error) { return of.Func(args...) }
}

func payNothing(*Budget, []any) {}

var (
	trim       = &function{payTrim, library("trim")}
	split      = &function{paySplit, library("split")}
	splitAfter = &function{paySplit, library("splitAfter")}
	replace    = &function{payReplace, library("replace")}
	join       = &function{payJoin, library("join")}
	uniq       = &function{payNothing, callUniq}
	keys       = &function{payKeys, callKeys}
	values     = &function{payKeys, callValues}
)

// text of an argument; empty if there is none or it is no text: the library refuses it.
func text(args []any, i int) string {
	if i >= len(args) {
		return ""
	}
	s, _ := args[i].(string)
	return s
}

// payTrim: each character may be looked for in the whole set.
func payTrim(b *Budget, args []any) {
	b.spend(cost{steps: 1}, 1+len(text(args, 0))/2*(1+len(text(args, 1))/16))
}

// paySplit pays for the list of the parts, which share the text's memory.
func paySplit(b *Budget, args []any) {
	searched.apply(b, text(args, 0))
	b.spend(cost{2, 16}, 1+parts(args, 0, 1, 2))
}

// payReplace pays for the new text, however often the old one stands there.
func payReplace(b *Budget, args []any) {
	s, with := text(args, 0), text(args, 2)
	searched.apply(b, s)
	times := parts(args, 0, 1, 3)
	b.spend(cost{steps: 6}, times)
	b.spend(joined.ofText(len(s)+len(with)*times), 1)
}

// parts is how often one text stands in another, with a bound as a further argument.
func parts(args []any, in, of, most int) int {
	times := strings.Count(text(args, in), text(args, of))
	if most < len(args) {
		if n := runtime.ToInt(args[most]); n >= 0 && n < times {
			return n
		}
	}
	return times
}

func payJoin(b *Budget, args []any) {
	items := size(args[0])
	b.spend(cost{2, 48 + len(text(args, 1))}, items)
	made := price{text: cost{2, 64}, item: cost{steps: 1}}
	made.apply(b, args[0])
}

// callUniq keeps the first of equal items. Texts, such as the IINs of a batch, are looked
// up in a set; other items are compared with each that is kept.
func callUniq(b *Budget, args []any) (any, error) {
	list := reflect.ValueOf(args[0])
	if k := list.Kind(); k != reflect.Slice && k != reflect.Array {
		return nil, fmt.Errorf("cannot uniq %s", k)
	}
	kept, others, texts := []any{}, []any{}, map[string]bool{}
	for i := range list.Len() {
		item := list.Index(i).Interface()
		compared.apply(b, item)
		b.spend(cost{20, 128}, 1)
		if s, ok := item.(string); ok {
			if texts[s] {
				continue
			}
			texts[s] = true
		} else {
			same := func(other any) bool {
				compared.apply(b, other)
				b.spend(cost{steps: 1}, 1)
				return runtime.Equal(item, other)
			}
			if slices.ContainsFunc(others, same) {
				continue
			}
			others = append(others, item)
		}
		kept = append(kept, item)
	}
	return kept, nil
}

func payKeys(b *Budget, args []any) { relisted.apply(b, args[0]) }

// sortedKeys of an object, because the library answers them in any order.
func sortedKeys(b *Budget, v any) ([]reflect.Value, error) {
	object := reflect.ValueOf(v)
	if object.Kind() != reflect.Map {
		return nil, fmt.Errorf("cannot get keys from %s", object.Kind())
	}
	names := object.MapKeys()
	sortable.apply(b, v)
	for _, name := range names {
		sorted.apply(b, name.String())
	}
	slices.SortFunc(names, func(x, y reflect.Value) int { return cmp.Compare(x.String(), y.String()) })
	return names, nil
}

func callKeys(b *Budget, args []any) (any, error) {
	names, err := sortedKeys(b, args[0])
	all := make([]any, len(names))
	for i, name := range names {
		all[i] = name.Interface()
	}
	return all, err
}

func callValues(b *Budget, args []any) (any, error) {
	names, err := sortedKeys(b, args[0])
	all := make([]any, len(names))
	for i, name := range names {
		all[i] = reflect.ValueOf(args[0]).MapIndex(name).Interface()
	}
	return all, err
}
