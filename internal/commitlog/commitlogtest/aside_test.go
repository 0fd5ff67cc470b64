package commitlogtest_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
)

// TestMemoryAside is what the interface says, as the database is.
func TestMemoryAside(t *testing.T) {
	if err := commitlogtest.AsideConforms(&commitlogtest.Memory{}); err != nil {
		t.Error(err)
	}
}
