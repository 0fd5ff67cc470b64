package delivery

import (
	"testing"
	"time"
)

// SetPatience for the time of a test; 0 is without end.
func SetPatience(t *testing.T, d time.Duration) {
	was := patience
	patience = d
	t.Cleanup(func() { patience = was })
}

// Post is for tests.
var Post = post
