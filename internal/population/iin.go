package population

import (
	"errors"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
)

// Why an identifier is not valid.
var (
	ErrLength       = errors.New("an identifier has 12 digits")
	ErrBirthDate    = errors.New("an IIN starts with a birth date and a digit from 0 to 6 for century and sex")
	ErrBINForm      = errors.New("a BIN starts with a year and a month, a type from 4 to 6 and a sign from 0 to 3")
	ErrControlDigit = errors.New("the control digit is wrong")
	ErrNeverIssued  = errors.New("a number without a control digit is never issued")
)

// identifierLength is the number of digits of an IIN and of a BIN.
const identifierLength = 12

// Weights of the first eleven digits, and those of the second try.
var (
	firstWeights  = [11]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	secondWeights = [11]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2}
)

// ControlDigit computes the twelfth digit of an IIN or BIN from the first
// eleven. ok is false when they are not eleven digits, and for the numbers that
// have no control digit and so are never issued.
func ControlDigit(first11 string) (digit int, ok bool) {
	if len(first11) != identifierLength-1 || !allDigits(first11) {
		return 0, false
	}
	for _, weights := range [][11]int{firstWeights, secondWeights} {
		sum := 0
		for i, weight := range weights {
			sum += weight * int(first11[i]-'0')
		}
		if rest := sum % 11; rest < 10 {
			return rest, true
		}
	}
	return 0, false
}

// ValidIIN reports why s is not the number of a person, or nil. The seventh
// digit 0, which some foreigners have, is let through; it is never generated.
func ValidIIN(s string) error {
	if !isIdentifier(s) {
		return ErrLength
	}
	if _, ok := birthDate(s); !ok {
		return ErrBirthDate
	}
	return checkControlDigit(s)
}

// ValidBIN reports why s is not the number of an organisation, or nil.
func ValidBIN(s string) error {
	if !isIdentifier(s) {
		return ErrLength
	}
	if !IsBIN(s) {
		return ErrBINForm
	}
	return checkControlDigit(s)
}

// ValidIdentifier checks an IIN or a BIN, whichever s has the form of.
func ValidIdentifier(iinbin string) error {
	if IsBIN(iinbin) {
		return ValidBIN(iinbin)
	}
	return ValidIIN(iinbin)
}

// IsBIN distinguishes a BIN from an IIN by its form alone, without the control digit:
// twelve digits, a month, and in the fifth place a type (4 to 6), where an IIN
// has the first digit of a day.
func IsBIN(s string) bool {
	if !isIdentifier(s) {
		return false
	}
	month := twoDigits(s[2:])
	return month >= 1 && month <= 12 && s[4] >= '4' && s[4] <= '6' && s[5] <= '3'
}

// IINOf returns a valid IIN that belongs to a key which names no person, such
// as an unknown reference: always the same one, of an adult.
func (p Population) IINOf(key string) string {
	draw := p.sequence(scopeIIN, key)
	sex := pick(draw, []Sex{Male, Female})
	return newIIN(draw, sex, dayBetween(draw, date(1960, time.January, 1), date(2003, time.December, 31)))
}

// SomeOrganisation returns a valid BIN that belongs to a key, likewise.
func (p Population) SomeOrganisation(key string) string {
	draw := p.sequence(scopeCompany, key)
	registered := dayBetween(draw, date(1994, time.January, 1), date(2022, time.December, 31))
	return withControlDigit(registered.Format("0601")+"40", func() string { return draw.Digits(5) })
}

// newIIN draws an IIN for a birth date from 1800 to 2099.
func newIIN(draw *chance.Sequence, sex Sex, born time.Time) string {
	return withControlDigit(birthDigits(sex, born), func() string { return draw.Digits(4) })
}

// birthDigits are the first seven of an IIN: the birth date, century and sex.
func birthDigits(sex Sex, born time.Time) string {
	century := (born.Year()/100-18)*2 + 1
	if sex == Female {
		century++
	}
	return born.Format("060102") + string(rune('0'+century))
}

// withControlDigit draws serial numbers until one has a control digit, as
// nearly all have.
func withControlDigit(prefix string, serial func() string) string {
	for {
		first11 := prefix + serial()
		if digit, ok := ControlDigit(first11); ok {
			return first11 + string(rune('0'+digit))
		}
	}
}

// birthDate reads the birth date of an IIN; ok is false when there is no such
// day.
func birthDate(iin string) (born time.Time, ok bool) {
	year, ok := birthYear(iin)
	if !ok {
		return time.Time{}, false
	}
	month, day := twoDigits(iin[2:]), twoDigits(iin[4:])
	born = date(year, time.Month(month), day)
	return born, month >= 1 && month <= 12 && born.Day() == day
}

// birthYear reads the year of an IIN. The digit 0 for the century says nothing
// about it: such a person is taken for an adult.
func birthYear(iin string) (year int, ok bool) {
	if !isIdentifier(iin) || iin[6] > '6' {
		return 0, false
	}
	year = twoDigits(iin)
	if iin[6] == '0' {
		if adultSince := latestDay.Year()%100 - 18; year < adultSince {
			return 2000 + year, true
		}
		return 1900 + year, true
	}
	return 1800 + int(iin[6]-'1')/2*100 + year, true
}

// sexOf reads the sex of an IIN from its seventh digit, where it says.
func sexOf(iin string) (sex Sex, ok bool) {
	if !isIdentifier(iin) || iin[6] < '1' || iin[6] > '6' {
		return "", false
	}
	if (iin[6]-'0')%2 == 1 {
		return Male, true
	}
	return Female, true
}

func checkControlDigit(identifier string) error {
	digit, ok := ControlDigit(identifier[:identifierLength-1])
	if !ok {
		return ErrNeverIssued
	}
	if identifier[identifierLength-1] != '0'+byte(digit) {
		return ErrControlDigit
	}
	return nil
}

func isIdentifier(s string) bool {
	return len(s) == identifierLength && allDigits(s)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// twoDigits reads the number that s, which has at least two digits, starts with.
func twoDigits(s string) int {
	return int(s[0]-'0')*10 + int(s[1]-'0')
}
