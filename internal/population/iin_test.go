package population_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/kzsim/kzsim/internal/population"
)

func TestValidIIN(t *testing.T) {
	for _, test := range []struct {
		iin  string
		want error
	}{
		{"061211600012", nil}, // by the second weights
		{"830717350867", nil}, // by the second weights
		{"901123300258", nil},
		{"791028302728", nil},
		{"031231500126", nil},
		{"901123300255", population.ErrControlDigit},
		{"012345678901", population.ErrBirthDate},
		{"000000000000", population.ErrBirthDate},
		{"901231400567", population.ErrControlDigit},
		{"990229300000", population.ErrBirthDate}, // 1999 had no 29 February
		{"901123700258", population.ErrBirthDate}, // no seventh digit 7
		{"90112330025", population.ErrLength},
		{"9011233002588", population.ErrLength},
		{"90112330025x", population.ErrLength},
		{"", population.ErrLength},
	} {
		if got := population.ValidIIN(test.iin); !errors.Is(got, test.want) {
			t.Errorf("ValidIIN(%q) = %v, want %v", test.iin, got, test.want)
		}
	}
}

func TestNumbersWithoutControlDigitAreNeverIssued(t *testing.T) {
	for last := range 10 {
		iin := "00081315989" + strconv.Itoa(last)
		if got := population.ValidIIN(iin); !errors.Is(got, population.ErrNeverIssued) {
			t.Errorf("ValidIIN(%q) = %v, want %v", iin, got, population.ErrNeverIssued)
		}
	}
	if digit, ok := population.ControlDigit("00081315989"); ok {
		t.Errorf("ControlDigit = %d, want none", digit)
	}
}

func TestControlDigit(t *testing.T) {
	for _, test := range []struct {
		first11 string
		digit   int
		ok      bool
	}{
		{"06121160001", 2, true},
		{"96114100002", 3, true},
		{"90112330025", 8, true},
		{"9011233002", 0, false},
		{"901123300258", 0, false},
		{"9011233002x", 0, false},
	} {
		if digit, ok := population.ControlDigit(test.first11); digit != test.digit || ok != test.ok {
			t.Errorf("ControlDigit(%q) = %d, %v, want %d, %v", test.first11, digit, ok, test.digit, test.ok)
		}
	}
}

func TestValidBIN(t *testing.T) {
	for _, test := range []struct {
		bin  string
		want error
	}{
		{"940140000385", nil},
		{"961141000023", nil}, // by the second weights
		{"950341000052", nil},
		{"990940003030", nil},
		{"971240001315", nil},
		{"940140000380", population.ErrControlDigit},
		{"901123300258", population.ErrBINForm}, // an IIN
		{"941340000385", population.ErrBINForm}, // a thirteenth month
		{"940144000385", population.ErrBINForm}, // no sign 4
		{"94014000038", population.ErrLength},
	} {
		if got := population.ValidBIN(test.bin); !errors.Is(got, test.want) {
			t.Errorf("ValidBIN(%q) = %v, want %v", test.bin, got, test.want)
		}
	}
}

func TestIdentifiersAreToldApartByTheirForm(t *testing.T) {
	for identifier, want := range map[string]bool{
		"940140000385": true, "961141000023": true, "940140000380": true, "210640000789": true, "971240001315": true,
		"901123300258": false, "012345678901": false, "000000000000": false, "111111111111": false, "061211600012": false,
		"9401400003": false, "": false, "94014000038x": false,
	} {
		if got := population.IsBIN(identifier); got != want {
			t.Errorf("IsBIN(%q) = %v, want %v", identifier, got, want)
		}
	}
	for identifier, want := range map[string]error{
		"940140000385": nil, "901123300258": nil,
		"940140000380": population.ErrControlDigit, "901123300255": population.ErrControlDigit,
		"111111111111": population.ErrControlDigit, "": population.ErrLength,
	} {
		if got := population.ValidIdentifier(identifier); !errors.Is(got, want) {
			t.Errorf("ValidIdentifier(%q) = %v, want %v", identifier, got, want)
		}
	}
}

func TestGeneratedIdentifiersAreValid(t *testing.T) {
	people, seen := population.New(1), map[string]bool{}
	for i := range 5000 {
		key := strconv.Itoa(i)
		iin, bin := people.IINOf(key), people.SomeOrganisation(key)
		if err := population.ValidIIN(iin); err != nil {
			t.Fatalf("IINOf(%s) = %s: %v", key, iin, err)
		}
		if iin[6] == '0' {
			t.Fatalf("IINOf(%s) = %s has the seventh digit 0", key, iin)
		}
		if err := population.ValidBIN(bin); err != nil {
			t.Fatalf("SomeOrganisation(%s) = %s: %v", key, bin, err)
		}
		seen[iin], seen[bin] = true, true
	}
	if len(seen) < 9990 {
		t.Errorf("10000 identifiers are only %d different ones", len(seen))
	}
	if population.New(2).IINOf("0") == people.IINOf("0") {
		t.Error("the seed does not change who a key leads to")
	}
}
