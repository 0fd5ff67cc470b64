// Package testgolden compares what tests make with files that the repository keeps.
package testgolden

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Update is the flag -update of a test binary that imports this package: files are written, not compared.
var Update = flag.Bool("update", false, "write anew the files that tests compare")

// Compare a text with a file, line by line. The path is as the package's folder sees it.
func Compare[Text string | []byte](t testing.TB, file string, got Text) {
	t.Helper()
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v; run the test with -update to write it", err)
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is out of date; run the test with -update to write it anew (-file +now):\n%s", file, diff)
	}
}
