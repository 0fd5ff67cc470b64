package histories_test

import (
	"os"
	"runtime"
	"testing"

	_ "github.com/kzsim/kzsim/internal/testgc"
)

// threads are more than a small machine has processors, so that its scheduler stops
// a client anywhere in a request and lets another go on.
const threads = 4

func TestMain(m *testing.M) {
	runtime.GOMAXPROCS(max(threads, runtime.NumCPU()))
	os.Exit(m.Run())
}
