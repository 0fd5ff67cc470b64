package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/document"
)

// testScenarios runs `sim test`; the answer is its exit code and what it says.
func testScenarios(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), environment{&out, &err, noVariables, nil, nil}, append([]string{"test"}, args...))
	return code, out.String(), err.String()
}

const tagged = `version: 1
scenario: tagged
tags: [payments]
cases:
  - {name: quick, try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}]}
  - {name: slow, tags: [slow], try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}]}
`

// TestTagsSelect scenarios and cases; a document on standard input is one like any other.
func TestTagsSelect(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-"}, exitGood, "ok    tagged/quick (1 steps)\nok    tagged/slow (1 steps)\n2 passed, 0 failed\n"},
		{[]string{"--tag", "slow", "-"}, exitGood, "ok    tagged/slow (1 steps)\n1 passed, 0 failed\n"},
		{[]string{"--tag", "slow", "--tag", "payments", "-"}, exitGood, "ok    tagged/quick (1 steps)\nok    tagged/slow (1 steps)\n2 passed, 0 failed\n"},
		{[]string{"--tag", "slow,payments", "-"}, exitGood, "ok    tagged/quick (1 steps)\nok    tagged/slow (1 steps)\n2 passed, 0 failed\n"},
		{[]string{"--tag", "paymnets", "-"}, exitUsage, "sim test: no scenario has the tag paymnets; there are payments, slow; did you mean \"payments\"?\n"},
		{[]string{"--tag", "payments", "service-slow"}, exitUsage, ""},
	} {
		var out, err bytes.Buffer
		code := run(t.Context(), environment{&out, &err, noVariables, nil, strings.NewReader(tagged)}, append([]string{"test"}, test.args...))
		if got := out.String() + err.String(); code != test.code || test.says != "" && got != test.says {
			t.Errorf("%v: exit code %d, %q, want %d, %q", test.args, code, got, test.code, test.says)
		}
	}
}

// TestStandardInputIsBounded: what is wrong with it has the hyphen for a file's name.
func TestStandardInputIsBounded(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("#", document.MaxSize+1): "-:1:1: found standard input of more than 1048576 bytes, expected a file of at most 1048576 bytes",
		"version: 1\nscenario: x\nruls: []\n":   `-:3:1: found "ruls"`,
	} {
		var out, err bytes.Buffer
		code := run(t.Context(), environment{&out, &err, noVariables, nil, strings.NewReader(text)}, []string{"test", "-"})
		if code != exitFindings || !strings.HasPrefix(out.String(), want) {
			t.Errorf("exit code %d, %s%s, want %s", code, out.String(), err.String(), want)
		}
	}
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

const inCases = `version: 1
scenario: in-cases
about: Two answers.
cases:
  - {name: found, try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: found}]}
  - {name: missing, try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: not-found}]}
`

// TestFoldersAndCases: all files with either ending, in all folders but hidden ones, and
// the summary counts what the lines list.
func TestFoldersAndCases(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"a.yaml": inCases, "b.yml": failing, "below/c.YAML": inCases, "below/.hidden/d.yaml": failing, "notes.txt": failing,
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := filepath.Join(root, "a.yaml")
	for _, test := range []struct {
		args     []string
		code     int
		ok, fail int // lines
		says     string
	}{
		{[]string{root}, exitFindings, 2, 3, "2 passed, 3 failed"},
		{[]string{"--quiet", root}, exitFindings, 0, 3, "2 passed, 3 failed"},
		{[]string{"--lint-only", root}, exitGood, 0, 0, "3 passed, 0 failed"},
		{[]string{a + "/found"}, exitGood, 1, 0, "ok    in-cases/found (1 steps)\n1 passed, 0 failed"},
		{[]string{a + "/missing"}, exitFindings, 0, 1, "0 passed, 1 failed"},
		{[]string{a + "/mising"}, exitUsage, 0, 0, `has no case "mising"; it has found, missing; did you mean "missing"?`},
		{[]string{a + "/found/more"}, exitUsage, 0, 0, "no file " + a + "/found/more"},
		{[]string{filepath.Join(root, "a")}, exitUsage, 0, 0, fmt.Sprintf("did you mean %q?", a)},
		{[]string{"—quiet", root}, exitUsage, 0, 0, `found "—quiet", expected two hyphens: --quiet`},
		{[]string{filepath.Join(root, "below", ".hidden", "none")}, exitUsage, 0, 0, "no file"},
	} {
		code, stdout, stderr := testScenarios(t, test.args...)
		ok, fail := strings.Count(stdout, "ok    "), strings.Count(stdout, "FAIL  ")
		if code != test.code || ok != test.ok || fail != test.fail || !strings.Contains(stdout+stderr, test.says) {
			t.Errorf("%s: exit code %d, %d ok and %d failed, want %d, %d, %d and %q:\n%s%s", test.args, code, ok, fail,
				test.code, test.ok, test.fail, test.says, stdout, stderr)
		}
	}
}

func TestTestIsUsedWrongly(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.yaml")
	if err := os.WriteFile(file, []byte(inCases), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(folder, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	goldenWrongUse(t, "test", folder, [][]string{
		nil, {"payment-lost-repply"}, {"library", "--quiet"}, {"--schema", "library"}, {"--format", "xml", "library"}, {empty},
		{file + "/mising"}, {file + "/found/more"}, {filepath.Join(folder, "none.yaml")}, {"--lint", file}, {"--out", empty, file},
	})
}

// TestTimesInJUnit: a case has the time that it took, and a suite the sum.
func TestTimesInJUnit(t *testing.T) {
	_, stdout, _ := testScenarios(t, "--format", "junit", "payment-lost-reply")
	times := regexp.MustCompile(`<testsuite [^>]*tests="2"[^>]* time="(0\.[0-9]*[1-9][0-9]*)"`)
	if !times.MatchString(stdout) {
		t.Errorf("no time of a suite of two in:\n%.600s", stdout)
	}
}

func TestFlagsBehindFilesAreRefused(t *testing.T) {
	code, _, stderr := testScenarios(t, "library", "--quiet")
	if code != exitUsage || !strings.Contains(stderr, "--quiet stands behind a file; flags go first") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestSchemaIsThePublishedOne: a user without the repository gets the same
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

const explainedRules = `version: 1
scenario: explained
rules:
  - {on: kyc.address.approve, do: [pending, valid]}
  - {on: kyc.info.exec_proc, times: 2, probability: 0.5, do: 503}
  - {on: "kyc.*", per: api_key, over: 2/1m, do: {fault: {status: 429}}}
  - {on: "k2.*", per: request.iinbin, share: 57%, do: [502, pass]}
  - {on: k2.k2loan_from_eko, for: {iinbin: 901123300258}, rows: 'row.debt > 10', when: 'hour < 9', between: [0s, 10m], do: bad-row}
  - {on: kyc.address.get, once: {on: k2.k2extreq_pay_from_eko, outcome: accepted, count: 3}, do: {choose: {pass: 70, 503: 10}}}
  - {name: cold start, on: "abs.*", per: sandbox, do: [503, pass]}
`

// TestExplain: what each rule does is told, and whose requests it counts, also where that is
// by default.
func TestExplain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "explained.yaml")
	if err := os.WriteFile(file, []byte(explainedRules), 0o600); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`FILE:4:5: requests to kyc.address.approve meet pending, then valid from then on
FILE:4:5: the rule on kyc.address.approve counts the list of 2 steps: for each session, else for each subject, else for the sandbox
FILE:5:5: requests to kyc.info.exec_proc meet 503
FILE:5:5: the rule on kyc.info.exec_proc counts times 2: in all
FILE:5:5: the rule on kyc.info.exec_proc counts probability 0.5: each request by itself, by the seed
FILE:6:5: requests to kyc.* meet fault status 429
FILE:6:5: the rule on kyc.* counts over 2 in 1m0s: for each api_key
FILE:7:5: requests to k2.* meet 502, then pass from then on
FILE:7:5: the rule on k2.* counts the list of 2 steps: for each iinbin
FILE:7:5: the rule on k2.* counts share 57%: of each iinbin all requests or none, by the seed
FILE:8:5: requests to k2.k2loan_from_eko with iinbin 901123300258, of their rows those with "row.debt > 10", when "hour < 9" from 0s until 10m0s after the start meet bad-row
FILE:9:5: requests to kyc.address.get once there were 3 of k2.k2extreq_pay_from_eko with the outcome accepted meet by weight pass (70) or 503 (10)
FILE:9:5: the rule on kyc.address.get counts choose: each request by itself, by the seed
FILE:10:5: requests to abs.* meet 503, then pass from then on
FILE:10:5: the rule "cold start" counts the list of 2 steps: in all
1 passed, 0 failed
`, "FILE", file)
	code, stdout, stderr := testScenarios(t, "--explain", "--lint-only", file)
	if code != exitGood || stdout != want {
		t.Errorf("exit code %d:\n%s%s\nwant\n%s", code, stdout, stderr, want)
	}
}

// TestExplainNamesRulesThatMeetNothing: after the tries of all cases, each once.
func TestExplainNamesRulesThatMeetNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unmet.yaml")
	if err := os.WriteFile(file, []byte(`version: 1
scenario: unmet
rules:
  - {on: kyc.info.exec_proc, for: {iin: 901123300258}, do: 503}
  - {on: kyc.info.exec_proc, for: {iin: 850101300001}, do: 504}
  - {on: kyc.info.exec_proc, for: {iin: 850101300002}, do: 504}
cases:
  - {name: one, try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: 503}]}
  - {name: other, try: [{call: kyc.info.exec_proc, with: {iin: 850101300002}, expect: 504}]}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	want := file + ":5:5: the rule on kyc.info.exec_proc met no request of the steps that were run\n"
	code, stdout, stderr := testScenarios(t, "--explain", file)
	if code != exitGood || strings.Count(stdout, "met no request") != 1 || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d:\n%s%s\nwant\n%s", code, stdout, stderr, want)
	}
	if _, stdout, _ := testScenarios(t, "--explain", "--lint-only", file); strings.Contains(stdout, "met no request") {
		t.Errorf("without steps that are run:\n%s", stdout)
	}
}
