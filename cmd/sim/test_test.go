package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testScenarios runs `sim test`; the answer is its exit code and what it says.
func testScenarios(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), environment{&out, &err, func(string) string { return "" }}, append([]string{"test"}, args...))
	return code, out.String(), err.String()
}

const failing = `version: 1
scenario: failing
about: A try that doesn't hold.
try:
  - {call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: unavailable}
`

// TestFailuresNameTheFileAsItWasCalled: a terminal and an editor open what is
// printed, so a place begins with the path that the caller gave, whichever form
// the report has.
func TestFailuresNameTheFileAsItWasCalled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "failing.yaml")
	if err := os.WriteFile(file, []byte(failing), 0o600); err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(regexp.QuoteMeta(file) + `:5:\d+: expected the outcome unavailable, got found`)
	for _, format := range []string{"text", "json", "junit"} {
		code, stdout, stderr := testScenarios(t, "--format", format, file)
		if code != exitFindings || !place.MatchString(stdout) {
			t.Errorf("%s: exit code %d, no %s in:\n%s%s", format, code, place, stdout, stderr)
		}
	}
	_, stdout, _ := testScenarios(t, "--format", "json", file)
	var results []struct {
		Reports []struct {
			File  string
			Steps []struct{ File string }
		}
	}
	if err := json.Unmarshal([]byte(stdout), &results); err != nil {
		t.Fatal(err)
	}
	if report := results[0].Reports[0]; report.File != file || report.Steps[0].File != file {
		t.Errorf("the report is of %s, its step of %s, want %s", report.File, report.Steps[0].File, file)
	}
}

// TestNamesInTheLibrary go for files, as in sim serve.
func TestNamesInTheLibrary(t *testing.T) {
	for _, name := range []string{"payment-lost-reply", "payment-lost-reply.yaml"} {
		if code, stdout, stderr := testScenarios(t, name); code != exitGood || !strings.Contains(stdout, "ok    payment-lost-reply ") {
			t.Errorf("%s: exit code %d, %s%s", name, code, stdout, stderr)
		}
	}
	if code, _, stderr := testScenarios(t, "payment-lost-repply"); code != exitUsage || !strings.Contains(stderr, `did you mean "payment-lost-reply"?`) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

func TestFlagsBehindFilesAreRefused(t *testing.T) {
	code, _, stderr := testScenarios(t, "library", "--quiet")
	if code != exitUsage || !strings.Contains(stderr, "--quiet stands behind a file; flags go first") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestSchemaIsThePublishedOne: whoever doesn't have the repository gets the same
// schema from the program, on the terminal or into a file.
func TestSchemaIsThePublishedOne(t *testing.T) {
	want, err := os.ReadFile("../../schemas/scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := testScenarios(t, "--schema")
	if code != exitGood || stdout != string(want) || stderr != "" {
		t.Errorf("exit code %d, %d bytes of %d; %s", code, len(stdout), len(want), stderr)
	}
	file := filepath.Join(t.TempDir(), "scenario.schema.json")
	code, stdout, stderr = testScenarios(t, "--schema", "--out", file)
	if got, err := os.ReadFile(file); err != nil || code != exitGood || string(got) != string(want) || stdout+stderr != "" {
		t.Errorf("exit code %d, %d bytes of %d in the file (%v); %s%s", code, len(got), len(want), err, stdout, stderr)
	}
	if code, _, stderr := testScenarios(t, "--schema", "library"); code != exitUsage || !strings.Contains(stderr, "--schema takes no file") {
		t.Errorf("with a file: exit code %d: %s", code, stderr)
	}
}
