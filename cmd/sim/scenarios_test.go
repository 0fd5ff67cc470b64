package main

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/scenarios"
)

func TestScenarios(t *testing.T) {
	t.Parallel()
	source, err := fs.ReadFile(scenarios.FS, "payment-lost-reply.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := fs.Glob(scenarios.FS, "*.yaml") // the pattern is well-formed
	for _, tc := range []struct {
		args           []string
		lines          int // of the standard output
		stdout, stderr string
	}{
		{nil, len(files), "payment-lost-reply ", ""},
		{[]string{"--tag", "weights"}, 1, "weights", ""},
		{[]string{"--tag", "weights,calendar"}, 7, "weights", ""},
		{[]string{"payment-lost-reply"}, strings.Count(string(source), "\n"), string(source), ""},
		{[]string{"--tag", "paymens"}, 0, "", `did you mean "payments"?`},
		{[]string{"payment-lost"}, 0, "", `did you mean "payment-lost-reply"?`},
		{[]string{"--tag", "payments", "payment-lost-reply"}, 0, "", "expected a name, or flags"},
	} {
		code, stdout, stderr := sim(t, nil, append([]string{"scenarios"}, tc.args...)...)
		if (code == exitGood) != (tc.stderr == "") || !strings.Contains(stderr, tc.stderr) {
			t.Errorf("%q: exit code %d: %s", tc.args, code, stderr)
		}
		if got := strings.Count(stdout, "\n"); got != tc.lines || !strings.Contains(stdout, tc.stdout) {
			t.Errorf("%q: %d lines, want %d with %q:\n%s", tc.args, got, tc.lines, tc.stdout, stdout)
		}
	}
}
