package store_test

import (
	"strconv"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
)

func FuzzQuoted(f *testing.F) {
	for _, text := range []string{"", "KD9201013005331", `a "b" \c`, "тест", "a\x00b", "\x7f", "~ !", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := store.Quoted(text), strconv.Quote(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got, want := store.QuotedThen(text, "/"), strconv.Quote(text)+"/"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
