package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of an explanation, in characters.
const (
	maxShown = 80  // of a value
	maxError = 200 // of what is wrong with one
)

// showValue is the beginning of a value in JSON.
func showValue(v any) string {
	if at, ok := v.(time.Time); ok {
		return at.Format(time.RFC3339Nano)
	}
	if text, ok := v.(string); ok && isPlain(text) {
		return `"` + text + `"`
	}
	left := maxShown
	v = beginning(v, &left)
	raw, err := json.Marshal(v)
	if err != nil {
		return cut(fmt.Sprintf("%v", v))
	}
	return cut(string(raw))
}

// isPlain reports whether a text is the same in JSON, and is shown whole.
func isPlain(text string) bool {
	special := func(r rune) bool { return r < ' ' || r >= utf8.RuneSelf || strings.ContainsRune(`"\<>&`, r) }
	return len(text) <= maxShown-len(`""`) && !strings.ContainsFunc(text, special)
}

// beginning is as much of a value as its first characters in JSON need, and one more,
// so that to show a large value is no more work than to show a small one. Left is how
// many characters are still wanted.
func beginning(v any, left *int) any {
	*left--
	switch v := v.(type) {
	case string:
		return firstCharacters(v, maxShown+1)
	case []byte:
		return v[:min(len(v), maxShown+1)]
	case []any:
		return firstItems(v, left)
	case []string:
		return firstItems(v, left)
	case map[string]any:
		return firstFields(v, left)
	case map[string]string:
		return firstFields(v, left)
	}
	return v
}

func firstItems[T any](list []T, left *int) []any {
	first := []any{}
	for _, item := range list {
		if *left < 0 {
			break
		}
		first = append(first, beginning(item, left))
	}
	return first
}

// firstFields are those that come first in JSON, which sorts them by their names.
func firstFields[T any](object map[string]T, left *int) map[string]any {
	const most = maxShown / 4 // a field is at least "": and a value
	var names []string
	for name := range object {
		at, _ := slices.BinarySearch(names, name)
		if at < most {
			names = slices.Insert(names, at, name)
			names = names[:min(len(names), most)]
		}
	}
	first := map[string]any{}
	for _, name := range names {
		if *left < 0 {
			break
		}
		first[firstCharacters(name, maxShown+1)] = beginning(object[name], left)
	}
	return first
}

// cut shortens a text to what an explanation shows of a value.
func cut(text string) string { return cutTo(text, maxShown) }

func cutTo(text string, most int) string {
	if first := firstCharacters(text, most); len(first) < len(text) {
		return first + "…"
	}
	return text
}

func firstCharacters(text string, most int) string {
	for at := range text {
		if most == 0 {
			return text[:at]
		}
		most--
	}
	return text
}
