package main

import "testing"

// TestAmount: tiyn, exactly, or nothing.
func TestAmount(t *testing.T) {
	good := map[string]int64{"2000": 2000_00, "2000.5": 2000_50, "2000.50": 2000_50, "0.01": 1, "90071992547409.93": 90071992547409_93}
	for text, want := range good {
		if got, err := amount(text); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1.00", "1.234", "1,5", "1e3", "9223372036854775807"} {
		if got, err := amount(text); err == nil {
			t.Errorf("%q is taken for %d tiyn", text, got)
		}
	}
}
