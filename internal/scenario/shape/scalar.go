package shape

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Scalar makes of a text what the shape allows: of a number where numbers are
// allowed, of true and false where truth values are, else the text itself. It is
// false if the shape allows none of them; the value is the text then.
func (s Shape) Scalar(text string) (any, bool) {
	number := IsNumber(text) && s.Allows("number") || IsInteger(text) && s.Allows("integer")
	switch {
	case number:
		return json.Number(text), true
	case (text == "true" || text == "false") && s.Allows("boolean"):
		return text == "true", true
	}
	return text, s.Allows("string")
}

// longest is how many characters a number may have. Whoever compares numbers
// exactly takes for ever over 1e99999999.
const longest = 100

var hugeExponent = regexp.MustCompile(`[eE][+-]?[0-9]{4}`)

// IsNumber reports whether a text is a number as JSON writes one: no leading
// zeros, no plus sign, no underscores. One that no field can hold is none.
func IsNumber(text string) bool {
	return text != "" && len(text) <= longest && strings.ContainsAny(text[:1], "-0123456789") &&
		!strings.ContainsAny(text, " \t\r\n") && json.Valid([]byte(text)) && !hugeExponent.MatchString(text)
}

// IsInteger reports whether a text is a number without fraction and exponent.
func IsInteger(text string) bool { return IsNumber(text) && !strings.ContainsAny(text, ".eE") }
