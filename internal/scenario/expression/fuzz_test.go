package expression_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// FuzzExpression: whatever the expression, it is refused or it ends within its budget.
// Where the budget isn't spent, its value is the library's.
func FuzzExpression(f *testing.F) {
	for _, text := range plain {
		f.Add(text)
	}
	for _, attack := range attacks {
		f.Add(attack.text)
	}
	large := mixed().(map[string]any)
	for name, v := range small {
		if _, has := large[name]; !has {
			large[name] = v
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("a scenario is UTF-8")
		}
		p, err := expression.Compile(text, env{})
		if err != nil {
			return
		}
		if end, made := outcome(p, large); made > mostMade+2*mebibyte {
			t.Errorf("%s: %s and %d MiB", text, end, made>>20)
		}
		got, err, _ := evaluate(p, small)
		if err != nil && strings.Contains(err.Error(), "budget") || strings.Contains(text, "keys") || strings.Contains(text, "values") {
			return // the library's object has no order
		}
		want, wantErr := unmetered(text, small)
		if (err == nil) != (wantErr == nil) || fmt.Sprintf("%T %[1]v", got) != fmt.Sprintf("%T %[1]v", want) {
			t.Errorf("%s is %v (%v), want %v (%v)", text, got, err, want, wantErr)
		}
	})
}
