// Package money keeps sums exactly, as whole tiyn. The services write them as
// JSON numbers with at most two decimals, or as strings with exactly two; binary
// fractions never come near them.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Amount is a sum in tiyn, the hundredth part of a tenge (or of whichever
// currency it is in). A negative one is possible; whether it makes sense is the
// service's to say.
type Amount int64

// Why a text is no amount.
var (
	ErrForm     = errors.New("an amount is a decimal number, such as 2000000 or 10001.50")
	ErrFraction = errors.New("an amount has at most two decimals: nothing is smaller than a tiyn")
	ErrRange    = errors.New("the amount is too large: at most 92233720368547758.07")
)

const (
	decimals  = 2   // of a tenge, in tiyn
	whole     = 100 // tiyn in a tenge
	maxDigits = 19  // of the largest Amount
)

// decimal is the grammar of a JSON number: sign, whole part, fraction, exponent.
var decimal = regexp.MustCompile(`^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$`)

// Parse reads a decimal number of tenge, exactly. A fraction of a tiyn is an
// error and never rounded; zeros behind the second decimal are none. Errors wrap
// ErrForm, ErrFraction or ErrRange and quote the text.
func Parse(text string) (Amount, error) {
	if tiyn, ok := parseWhole(text); ok {
		return tiyn, nil
	}
	parts := decimal.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("%s: %w", quote(text), ErrForm)
	}
	tiyn, err := shift(parts[2]+parts[3], decimals-len(parts[3]), parts[4])
	if err != nil {
		return 0, fmt.Errorf("%s: %w", quote(text), err)
	}
	if tiyn == "" {
		return 0, nil
	}
	value, err := strconv.ParseInt(parts[1]+tiyn, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", quote(text), ErrRange)
	}
	return Amount(value), nil
}

// parseWhole is Parse for what most amounts are: a few digits.
func parseWhole(text string) (tenge Amount, ok bool) {
	const few = 15
	if text == "" || len(text) > few || text[0] == '0' && len(text) > 1 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		tenge = tenge*10 + Amount(text[i]-'0')
	}
	return tenge * whole, true
}

// shift moves the decimal point of some digits by places and by an exponent, to
// the right if positive. It answers at most maxDigits digits, none for zero, so
// an exponent of a billion costs nothing.
func shift(digits string, places int, exponent string) (string, error) {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "", nil
	}
	significant := strings.TrimRight(digits, "0")
	places += len(digits) - len(significant)
	power, err := exponentOf(exponent)
	switch {
	case err != nil && strings.HasPrefix(exponent, "-"), err == nil && places+power < 0:
		return "", ErrFraction
	case err != nil, len(significant)+places+power > maxDigits:
		return "", ErrRange
	}
	return significant + strings.Repeat("0", places+power), nil
}

// exponentOf reads an exponent of at most 30 bits, so that places can be added
// to it; an absent one is 0.
func exponentOf(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	power, err := strconv.ParseInt(text, 10, 30)
	return int(power), err
}

// quote shortens a value that was sent to what fits a message.
func quote(text string) string {
	const enough = 40
	if len(text) > enough {
		text = text[:enough] + "…"
	}
	return strconv.Quote(text)
}

// Add answers the sum of two amounts, or ErrRange.
func (a Amount) Add(b Amount) (Amount, error) {
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return 0, ErrRange
	}
	return a + b, nil
}

// String prints the amount with two decimals, as K2's items have it: 10001.00.
func (a Amount) String() string {
	sign, tiyn := a.split()
	var few [32]byte // the smallest Amount takes 21
	text := strconv.AppendUint(append(few[:0], sign...), tiyn/whole, 10)
	text = append(text, '.', '0'+byte(tiyn%whole/10), '0'+byte(tiyn%whole%10))
	return string(text)
}

// split answers the sign and the size; the size of the smallest Amount fits no
// Amount.
func (a Amount) split() (sign string, tiyn uint64) {
	if a < 0 {
		return "-", -uint64(a)
	}
	return "", uint64(a)
}

// MarshalJSON writes a number without needless decimals: 2000000, 1234.5.
func (a Amount) MarshalJSON() ([]byte, error) {
	text := strings.TrimRight(a.String(), "0")
	return []byte(strings.TrimSuffix(text, ".")), nil
}

// Fill takes a decoded number or string as UnmarshalJSON does; false leaves it to that.
func (a *Amount) Fill(value any) bool {
	var text string
	switch v := value.(type) {
	case nil:
		return true
	case json.Number:
		text = string(v)
	case string:
		text = v
	default:
		return false
	}
	sum, err := Parse(text)
	if err == nil {
		*a = sum
	}
	return err == nil
}

// UnmarshalJSON reads a number, or a string that holds one, as Parse does. Like
// all of encoding/json it leaves the amount alone for a null.
func (a *Amount) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	}
	value, err := Parse(text)
	if err != nil {
		return err
	}
	*a = value
	return nil
}
