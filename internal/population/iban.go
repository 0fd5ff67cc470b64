package population

import (
	"errors"
)

// Why an IBAN is not valid.
var (
	ErrIBANForm  = errors.New("an IBAN is KZ, two check digits, three digits of the bank and thirteen digits or capital letters")
	ErrIBANCheck = errors.New("the check digits of the IBAN are wrong")
)

// Where the parts of an IBAN lie: KZ, check digits, bank code, account.
const (
	ibanLength   = 20
	ibanBank     = 4
	ibanAccount  = 7
	ibanModulus  = 97
	ibanRemained = 1 // what every valid IBAN leaves when divided by the modulus
)

// ValidIBAN reports why s is not an IBAN of Kazakhstan, or nil (ISO 13616). It
// does not ask whether the bank code is one of Banks.
func ValidIBAN(s string) error {
	if len(s) != ibanLength || s[:2] != "KZ" || !allDigits(s[2:ibanAccount]) {
		return ErrIBANForm
	}
	for i := ibanAccount; i < ibanLength; i++ {
		if !isDigitOrCapital(s[i]) {
			return ErrIBANForm
		}
	}
	if ibanRemainder(s[ibanBank:], s[:ibanBank]) != ibanRemained {
		return ErrIBANCheck
	}
	return nil
}

// newIBAN computes the check digits of an account of thirteen characters at the
// bank with a code of three.
func newIBAN(bankCode, account string) string {
	check := ibanModulus + ibanRemained - ibanRemainder(bankCode+account, "KZ00")
	return "KZ" + string([]byte{'0' + byte(check/10), '0' + byte(check%10)}) + bankCode + account
}

// ibanRemainder divides the number that the account and then the head make,
// with a letter for two digits (A is 10, Z is 35), and returns the remainder.
func ibanRemainder(account, head string) int {
	remainder := 0
	for _, part := range [2]string{account, head} {
		for i := range len(part) {
			if c := part[i]; c >= 'A' {
				remainder = (remainder*100 + int(c-'A') + 10) % ibanModulus
			} else {
				remainder = (remainder*10 + int(c-'0')) % ibanModulus
			}
		}
	}
	return remainder
}

func isDigitOrCapital(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
}
