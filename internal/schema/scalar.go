package schema

import (
	"encoding/json"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Scalar makes of a text what the shape allows: of a number where numbers are
// allowed, of true and false where truth values are, else the text itself. It is
// false if the shape allows no scalar; the value is the text then.
func (s Shape) Scalar(text string) (any, bool) {
	number := document.IsNumber(text) && s.Allows("number") || IsInteger(text) && s.Allows("integer")
	switch {
	case number:
		return json.Number(text), true
	case document.IsTruth(text) && s.Allows("boolean"):
		return text == "true", true
	}
	return text, s.Allows("string")
}

// IsInteger reports whether a text is a number without fraction and exponent.
func IsInteger(text string) bool { return document.IsNumber(text) && !strings.ContainsAny(text, ".eE") }
