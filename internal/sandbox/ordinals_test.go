package sandbox_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// TestOrdinalsOfLongKinds: kinds are told apart however long they are, and none is
// kept at its full length.
func TestOrdinalsOfLongKinds(t *testing.T) {
	var o sandbox.Ordinals
	long := "k2.k2loan_from_eko " + strings.Repeat("901123300258,", 10_000)
	for n := range 3 {
		for _, kind := range []string{"kyc.address.get x", long, long + "0"} {
			if got := o.Next(kind); got != n {
				t.Errorf("%.40s… of %d bytes: %d, want %d", kind, len(kind), got, n)
			}
		}
	}
	counts := o.Counts()
	for kind := range counts {
		if len(kind) > 256 {
			t.Errorf("a kind of %d bytes is kept", len(kind))
		}
	}
	if len(counts) != 3 || counts["kyc.address.get x"] != 3 {
		t.Errorf("%d kinds: %v", len(counts), counts)
	}
}
