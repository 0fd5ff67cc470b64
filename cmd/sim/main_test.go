package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/kzsim/kzsim/internal/testgc"
)

// TestMain lets the test binary be other programs, too: the simulator itself, and
// the commands that it runs.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if part, ok := parts[os.Args[1]]; ok {
			os.Args = append(os.Args[:1], os.Args[2:]...)
			part()
			os.Exit(0)
		}
	}
	_ = flag.Set("test.parallel", "8") // they wait for other processes, most of the time; -parallel is read later
	code := m.Run()
	for _, end := range atTheEnd {
		_ = end() // of something temporary
	}
	os.Exit(code)
}

// atTheEnd is what removes what tests have shared.
var atTheEnd = []func() error{func() error { return os.RemoveAll(shippedIn) }}

// parts that the test binary plays, by its first argument. Each file that needs one
// adds it in its init.
var parts = map[string]func(){"as:sim": main}

// self is a command line in which the test binary plays a part.
func self(part string, args ...string) []string { return append([]string{os.Args[0], part}, args...) }

// write a file of a folder of its own, which is the answer.
func write(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
