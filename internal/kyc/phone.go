package kyc

import "strings"

// phoneDigits is the length of a number in its one spelling, 77011234567.
const phoneDigits = 11

// normalPhone is a phone in the spelling 7XXXXXXXXXX. Callers also write +7 and
// 8, and put spaces, hyphens and brackets between (ledger 25); ok is false for
// what is no number of Kazakhstan.
func normalPhone(phone string) (normal string, ok bool) {
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(phone))
	digits = strings.TrimPrefix(digits, "+")
	if len(digits) != phoneDigits || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	switch {
	case digits[0] == '7':
		return digits, true
	case digits[0] == '8' && !strings.Contains(phone, "+"):
		return "7" + digits[1:], true
	}
	return "", false
}

// isStrictPhone reports whether a phone is written in its one spelling.
func isStrictPhone(phone string) bool {
	normal, ok := normalPhone(phone)
	return ok && normal == phone
}
