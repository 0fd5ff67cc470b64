package papers

import (
	"slices"
	"testing"
)

func TestWrapBreaksBehindHyphens(t *testing.T) {
	s := style{regular(), 10, black}
	width := s.width("БЕКМҰХАМБЕТОВА-") + 0.01
	for text, want := range map[string][]string{
		"БЕКМҰХАМБЕТОВА-ИВАНОВА": {"БЕКМҰХАМБЕТОВА-", "ИВАНОВА"},
		"А-БЕКМҰХАМБЕТОВА-ИВАН":  {"А-", "БЕКМҰХАМБЕТОВА-", "ИВАН"},
	} {
		if got := wrap(s, width, text); !slices.Equal(got, want) {
			t.Errorf("%s is broken into %q", text, got)
		}
	}
}
