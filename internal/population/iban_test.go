package population_test

import (
	"errors"
	"testing"

	"github.com/kzsim/kzsim/internal/population"
)

func TestValidIBAN(t *testing.T) {
	for _, test := range []struct {
		iban string
		want error
	}{
		{"KZ86125KZT5004100100", nil},
		{"KZ476010131000179714", nil},
		{"KZ71563D601200019058", nil},
		{"KZ9584901KZ014467972", nil},
		{"KZ64722R000000000001", nil},
		{"KZ12722R00000000000", population.ErrIBANForm}, // nineteen characters
		{"KZ000000000000000000", population.ErrIBANCheck},
		{"KZ65722R000000000001", population.ErrIBANCheck},
		{"KZ64722r000000000001", population.ErrIBANForm},
		{"KZ6472XR000000000001", population.ErrIBANForm},
		{"RU64722R000000000001", population.ErrIBANForm},
		{"KZ64722R00000000000 ", population.ErrIBANForm},
		{"", population.ErrIBANForm},
	} {
		if got := population.ValidIBAN(test.iban); !errors.Is(got, test.want) {
			t.Errorf("ValidIBAN(%q) = %v, want %v", test.iban, got, test.want)
		}
	}
}

func TestBanks(t *testing.T) {
	seen := map[string]bool{}
	for _, bank := range population.Banks() {
		if err := population.ValidBIN(bank.BIN); err != nil {
			t.Errorf("%s: BIN %s: %v", bank.BIC, bank.BIN, err)
		}
		if byBIC, ok := population.BankByBIC(bank.BIC); !ok || byBIC != bank {
			t.Errorf("BankByBIC(%s) = %v, %v", bank.BIC, byBIC, ok)
		}
		if byCode, ok := population.BankByCode(bank.Code); !ok || byCode != bank {
			t.Errorf("BankByCode(%s) = %v, %v", bank.Code, byCode, ok)
		}
		for _, key := range []string{bank.BIC, bank.Code, bank.Name, bank.BIN} {
			if seen[key] {
				t.Errorf("%q belongs to two banks", key)
			}
			seen[key] = true
		}
	}
	if _, ok := population.BankByBIC("NOSUCHXX"); ok {
		t.Error("an unknown BIC was found")
	}
	if own := population.OwnBank(); own.BIC != "TSESKZKA" {
		t.Errorf("OwnBank = %v", own)
	}
}

func TestBankOfIBAN(t *testing.T) {
	for iban, want := range map[string]string{
		"KZ86125KZT5004100100": "NBRKKZKX",
		"KZ71563D601200019058": "KPSTKZKA",
		"KZ00722R000000000001": "CASPKZKA", // wrong check digits
		"KZ12722R00000000000":  "CASPKZKA", // a character is missing, as in the sample of reg_pt
		"KZ1272":               "",         // it ends before the bank does
		"KZ000000000000000000": "",         // no such bank
	} {
		if got, ok := population.BankOfIBAN(iban); got.BIC != want || ok != (want != "") {
			t.Errorf("BankOfIBAN(%s) = %q, %v, want %q", iban, got.BIC, ok, want)
		}
	}
}
