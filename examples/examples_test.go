// Package examples runs the examples that aren't Go.
package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/internal/testsim"
	"github.com/kzsim/kzsim/internal/testtool"
)

// sim is the product, built once.
var sim = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sim")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "sim")
	return binary, testsim.Link(binary)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if binary, err := sim(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary)) // a temporary folder: the system clears it otherwise
	}
	os.Exit(code)
}

// run a command of the examples, in one of their folders.
func run(t *testing.T, dir string, command ...string) (string, error) {
	t.Helper()
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SIM_BIN="+binary, "PYTHON="+pythonWithPytest(), "PYTHONDONTWRITEBYTECODE=1",
		"JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC") // what ends after a second isn't worth optimizing
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pythonWithPytest is a Python that has it: the system's may, where another one
// stands before it on the PATH. Empty if none has.
var pythonWithPytest = sync.OnceValue(func() string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import pytest; pytest.main").Run() == nil {
			return python
		}
	}
	return ""
})

// TestUnittest needs nothing but Python.
func TestUnittest(t *testing.T) {
	t.Parallel()
	testtool.Need(t, "python3")
	if out, err := run(t, "pytest", "python3", "-m", "unittest", "test_with_unittest"); err != nil || !strings.Contains(out, "\nOK\n") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestPytest starts the simulator by its fixture.
func TestPytest(t *testing.T) {
	t.Parallel()
	if pythonWithPytest() == "" {
		testtool.Absent(t, "pytest is not on this machine")
	}
	out, err := run(t, "pytest", pythonWithPytest(), "-m", "pytest", "-q", "-p", "no:cacheprovider")
	if err != nil || !strings.Contains(out, " passed in ") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestCoverageGate: a suite that meets too little fails, though its tests pass.
func TestCoverageGate(t *testing.T) {
	t.Parallel()
	if pythonWithPytest() == "" {
		testtool.Absent(t, "pytest is not on this machine")
	}
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "pytest", binary, "exec", "--min-coverage", "90", "--",
		pythonWithPytest(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "lost_reply")
	if err == nil || !strings.Contains(out, "2 passed") || !strings.Contains(out, "90 % were asked for") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestReports: a run beside the simulator that meets what it has to leaves the
// reports that docs/ci.md tells of.
func TestReports(t *testing.T) {
	t.Parallel()
	if pythonWithPytest() == "" {
		testtool.Absent(t, "pytest is not on this machine")
	}
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	reports := t.TempDir()
	out, err := run(t, "pytest", binary, "exec", "--min-coverage", "90", "--fail-on", "findings,unmatched,verdict", "--out", reports,
		"--", pythonWithPytest(), "-m", "pytest", "-q", "-p", "no:cacheprovider")
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	for pattern, want := range map[string]string{ // in which report there has to be what
		"junit.xml":                "at least 90 % of the outcomes",
		"coverage.md":              "kyc.address.approve",
		"sandboxes/*/requests.har": "k2extreq_pay_from_eko",
	} {
		if text := contents(t, filepath.Join(reports, pattern)); !strings.Contains(text, want) {
			t.Errorf("%s has nothing of %q:\n%.500s", pattern, want, text)
		}
	}
}

// TestJUnit starts the simulator by its extension.
func TestJUnit(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/usr/share/java/junit-jupiter-api.jar"); err != nil {
		testtool.Absent(t, "JUnit 5 is not on this machine")
	}
	testtool.Need(t, "javac")
	reports := t.TempDir()
	if out, err := run(t, ".", "junit5/run.sh", reports); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if text := contents(t, filepath.Join(reports, "TEST-junit-jupiter.xml")); !strings.Contains(text, "aLostReplyIsPaidOnce") {
		t.Errorf("the report has nothing of the test:\n%.500s", text)
	}
}

// contents of all the files that a pattern finds.
func contents(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
		}
		all += string(text)
	}
	return all
}
