package trial

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
)

// differences are the places in which two sides that alike has brought together
// differ, in the words of the scenario: its author need not read Go, and a
// text stays whole, in any alphabet.
func differences(at string, want, have any) []string {
	var all []string
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			break
		}
		for _, name := range slices.Sorted(maps.Keys(w)) {
			if value, there := h[name]; there {
				all = append(all, differences(at+"."+name, w[name], value)...)
			} else {
				all = append(all, fmt.Sprintf("%s.%s: expected %s, got no such field", at, name, shown(w[name])))
			}
		}
		return all
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			break
		}
		for i := range w {
			all = append(all, differences(fmt.Sprintf("%s[%d]", at, i), w[i], h[i])...)
		}
		return all
	}
	if reflect.DeepEqual(want, have) {
		return nil
	}
	return []string{fmt.Sprintf("%s: expected %s, got %s", at, shown(want), shown(have))}
}

// shown is a value as JSON, on one line.
func shown(v any) string {
	text, err := contract.Encode(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%.300s", text)
}
