package schema

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// kinds are a set of types.
type kinds int

const (
	aNull kinds = 1 << iota
	aBoolean
	aNumber
	anInteger
	aString
	anArray
	anObject
)

var kindNames = map[string]kinds{
	"null": aNull, "boolean": aBoolean, "number": aNumber, "integer": anInteger,
	"string": aString, "array": anArray, "object": anObject,
}

// have says whether a value is of one of the types.
func (k kinds) have(v any) verdict {
	kind := kinds(0)
	switch v := v.(type) {
	case nil:
		kind = aNull
	case bool:
		kind = aBoolean
	case string:
		kind = aString
	case []any:
		kind = anArray
	case map[string]any:
		kind = anObject
	case json.Number:
		if kind = aNumber; k&(aNumber|anInteger) == anInteger {
			return isWhole(string(v))
		}
	default:
		return unsure
	}
	return verdictOf(k&kind != 0)
}

// isWhole says whether a number has no fraction.
func isWhole(number string) verdict {
	if number != "" && !strings.ContainsFunc(number, func(c rune) bool { return c < '0' || c > '9' }) {
		return fits
	}
	n, ok := new(big.Rat).SetString(number)
	if !ok {
		return unsure
	}
	return verdictOf(n.IsInt())
}

// bound of a number.
type bound struct {
	at    *big.Rat
	whole int64 // the same, if isInt
	isInt bool
	upper bool // the number is at most this, not at least
	open  bool // and not equal to it
}

func newBound(at *big.Rat, upper, open bool) bound {
	b := bound{at: at, upper: upper, open: open}
	if b.isInt = at.IsInt() && at.Num().IsInt64(); b.isInt {
		b.whole = at.Num().Int64()
	}
	return b
}

func (b bound) holds(v any) verdict {
	number, ok := v.(json.Number)
	if !ok {
		return fits // it bounds numbers alone; what else a value is the types say
	}
	compared, ok := b.compare(string(number))
	if !ok {
		return unsure
	}
	if b.upper {
		compared = -compared
	}
	return verdictOf(compared > 0 || compared == 0 && !b.open)
}

// compare a number with the bound.
func (b bound) compare(number string) (order int, ok bool) {
	if b.isInt && !strings.ContainsAny(number, ".eE") {
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			switch {
			case n < b.whole:
				return -1, true
			case n > b.whole:
				return 1, true
			}
			return 0, true
		}
	}
	n, ok := new(big.Rat).SetString(number)
	if !ok {
		return 0, false
	}
	return n.Cmp(b.at), true
}

// equal says whether a value is another one of a schema.
func equal(v, want any) verdict {
	switch want := want.(type) {
	case nil, bool, string:
		switch v.(type) {
		case nil, bool, string, json.Number, []any, map[string]any:
			return verdictOf(v == want)
		}
	case json.Number:
		switch v := v.(type) {
		case json.Number:
			return sameNumber(string(v), string(want))
		case nil, bool, string, []any, map[string]any:
			return unfit
		}
	}
	return unsure
}

func sameNumber(a, b string) verdict {
	if a == b {
		return fits
	}
	x, ok := new(big.Rat).SetString(a)
	y, okToo := new(big.Rat).SetString(b)
	if !ok || !okToo {
		return unsure
	}
	return verdictOf(x.Cmp(y) == 0)
}

func isOneOf(v any, values []any) verdict {
	said := unfit
	for _, want := range values {
		switch equal(v, want) {
		case fits:
			return fits
		case unsure:
			said = unsure
		}
	}
	return said
}
