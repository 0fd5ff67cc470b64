package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/kzsim/kzsim/internal/money"
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		want money.Amount
		err  error
	}{
		"0": {want: 0}, "-0": {want: 0}, "0.00": {want: 0}, "0e999999999999": {want: 0}, "0.000e-99999999999999999999": {want: 0},
		"2000000": {want: 200000000}, "10001.00": {want: 1000100}, "1234.5": {want: 123450}, "0.05": {want: 5},
		"-12.34": {want: -1234}, "1.500": {want: 150}, "2e6": {want: 200000000}, "2E+6": {want: 200000000},
		"1500e-2": {want: 1500}, "1234e-4": {err: money.ErrFraction}, "120e-3": {want: 12},
		"92233720368547758.07": {want: math.MaxInt64}, "-92233720368547758.08": {want: math.MinInt64},
		"92233720368547758.08": {err: money.ErrRange}, "100000000000000000": {err: money.ErrRange},
		"1e17": {err: money.ErrRange}, "1e999999999": {err: money.ErrRange}, "1e99999999999999999999": {err: money.ErrRange},
		"1.005": {err: money.ErrFraction}, "0.001": {err: money.ErrFraction}, "1e-3": {err: money.ErrFraction},
		"1e-99999999999999999999": {err: money.ErrFraction},
		"":                        {err: money.ErrForm}, "abc": {err: money.ErrForm}, "1,5": {err: money.ErrForm}, "01": {err: money.ErrForm},
		".5": {err: money.ErrForm}, "5.": {err: money.ErrForm}, "+5": {err: money.ErrForm}, " 5": {err: money.ErrForm},
		"1e": {err: money.ErrForm}, "0x10": {err: money.ErrForm}, "NaN": {err: money.ErrForm}, "1_000": {err: money.ErrForm},
	}
	for text, test := range tests {
		got, err := money.Parse(text)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("Parse(%q) = %d, %v; want %d, %v", text, got, err, test.want, test.err)
		}
	}
}

func TestPrint(t *testing.T) {
	tests := []struct {
		amount       money.Amount
		text, number string
	}{
		{0, "0.00", "0"}, {5, "0.05", "0.05"}, {-5, "-0.05", "-0.05"}, {100, "1.00", "1"}, {1000, "10.00", "10"},
		{123450, "1234.50", "1234.5"}, {1000100, "10001.00", "10001"}, {200000000, "2000000.00", "2000000"},
		{math.MaxInt64, "92233720368547758.07", "92233720368547758.07"},
		{math.MinInt64, "-92233720368547758.08", "-92233720368547758.08"},
	}
	for _, test := range tests {
		if got := test.amount.String(); got != test.text {
			t.Errorf("%d prints %s, want %s", int64(test.amount), got, test.text)
		}
		number, err := json.Marshal(test.amount)
		if err != nil || string(number) != test.number {
			t.Errorf("%d encodes as %s (%v), want %s", int64(test.amount), number, err, test.number)
		}
	}
}

func TestUnmarshal(t *testing.T) {
	tests := map[string]struct {
		want money.Amount
		err  bool
	}{
		`2000000`: {want: 200000000}, `"10001.00"`: {want: 1000100}, `"7"`: {want: 700}, `null`: {want: -1},
		`1.005`: {want: -1, err: true}, `""`: {want: -1, err: true}, `true`: {want: -1, err: true},
		`{}`: {want: -1, err: true}, `[1]`: {want: -1, err: true}, `"1e99"`: {want: -1, err: true},
	}
	for raw, test := range tests {
		got := money.Amount(-1)
		err := json.Unmarshal([]byte(raw), &got)
		if got != test.want || (err != nil) != test.err {
			t.Errorf("%s decodes to %d, %v; want %d, error %t", raw, got, err, test.want, test.err)
		}
	}
}

func TestAdd(t *testing.T) {
	tests := []struct {
		a, b, want money.Amount
		err        error
	}{
		{1, 2, 3, nil}, {1, -2, -1, nil}, {math.MaxInt64, 0, math.MaxInt64, nil},
		{math.MaxInt64, 1, 0, money.ErrRange}, {math.MinInt64, -1, 0, money.ErrRange},
		{math.MaxInt64, math.MinInt64, -1, nil},
	}
	for _, test := range tests {
		if got, err := test.a.Add(test.b); got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%d + %d = %d, %v; want %d, %v", test.a, test.b, got, err, test.want, test.err)
		}
	}
}

// FuzzParse holds Parse against exact rational arithmetic, and what is printed
// against what was read.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"0", "-1.5", "10001.00", "1e3", "125e-2", "1.005", "92233720368547758.08", "1E400", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := money.Parse(text)
		if err != nil {
			return
		}
		if again, err := money.Parse(amount.String()); err != nil || again != amount {
			t.Fatalf("%q is %d, which prints %s and reads back as %d, %v", text, amount, amount, again, err)
		}
		if len(text) > 50 || amount == 0 { // 0e999999999 is no exercise for big numbers
			return
		}
		exact, ok := new(big.Rat).SetString(text)
		if !ok || exact.Mul(exact, big.NewRat(100, 1)).Cmp(big.NewRat(int64(amount), 1)) != 0 {
			t.Fatalf("%q was read as %d tiyn", text, amount)
		}
	})
}
