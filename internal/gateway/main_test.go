package gateway_test

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8") // many wait, most of the time; -parallel is read later
	os.Exit(m.Run())
}
