package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/internal/testtool"
)

// sim runs the command in this process and answers what it prints.
func sim(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), environment{&out, &errs, func(name string) string { return env[name] }, nil, nil}, args)
	return code, out.String(), errs.String()
}

// urls of all three services at one address.
func urls(base string) []string {
	return []string{"--kyc-url", base, "--k2-url", base, "--abs-url", base + "/abs"}
}

// The suite is green through the program as it is shipped, on both sides.
func TestVerifyThroughTheBinary(t *testing.T) {
	t.Parallel()
	binary := shipped(t)
	serving := exec.CommandContext(t.Context(), binary, "serve", "--addr", "127.0.0.1:0")
	base := firstMatch(t, serving, true, `http://127\.0\.0\.1:\d+`)

	junit := filepath.Join(t.TempDir(), "junit.xml")
	out, err := exec.CommandContext(t.Context(), binary, append([]string{"verify", "--junit", junit}, urls(base)...)...).Output()
	if err != nil || !regexp.MustCompile(`right: [4-9]\d\d cases, 0 findings, 0 notes\n$`).Match(out) {
		t.Errorf("%v\n%s", err, out)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	raw, err := os.ReadFile(junit)
	if err != nil || xml.Unmarshal(raw, &suites) != nil || suites.Tests < 400 || suites.Failures != 0 {
		t.Errorf("%v: %+v", err, suites)
	}
}

// firstMatch starts a process and answers the first text in its output, or its
// error output, that fits a pattern. The process ends with the test.
func firstMatch(t *testing.T, cmd *exec.Cmd, onStderr bool, pattern string) string {
	t.Helper()
	open := cmd.StdoutPipe
	if onStderr {
		open = cmd.StderrPipe
	}
	pipe, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	re := regexp.MustCompile(pattern)
	for s := bufio.NewScanner(pipe); s.Scan(); {
		if found := re.FindString(s.Text()); found != "" {
			return found
		}
	}
	t.Fatalf("%v ended without %s", cmd.Args, pattern)
	return ""
}

// pythonABS starts a program of the example.
func pythonABS(t *testing.T, program string) string {
	t.Helper()
	testtool.Need(t, "python3")
	cmd := exec.CommandContext(t.Context(), "python3", "-B", program, "0")
	cmd.Dir = filepath.Join("..", "..", "examples", "abs-python")
	return firstMatch(t, cmd, false, `http://127\.0\.0\.1:\d+`)
}

const pythonTarget = "../../examples/abs-python/target.yaml"

func TestPythonABSIsRedFirst(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "report.json")
	code, _, stderr := sim(t, nil, "verify", "--target", pythonTarget, "--abs-url", pythonABS(t, "draft.py"), "--json", file)
	if code != exitFindings {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	var report struct {
		Findings []struct{ Operation, Kind, Path string }
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &report); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range report.Findings {
		got = append(got, f.Operation+" "+f.Kind+" "+f.Path)
	}
	slices.Sort(got)
	want := []string{
		"abs.colvir_get_loan_debt type /debt", "abs.get_acc_stmt_dt format /stmt/*/DC",
		"abs.get_all_pt_from_abs behaviour body", "abs.reg_pt missing-field /error_text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestPythonABSIsGreen(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := sim(t, nil, "verify", "--target", pythonTarget, "--abs-url", pythonABS(t, "abs.py"))
	if code != exitGood || !strings.Contains(stdout, "0 findings, 0 notes") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
}

func TestVerifyWrongUse(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(broken, []byte("version: 1\nservices:\n  bas: {url: 'http://a'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	goldenWrongUse(t, "verify", filepath.Dir(broken), [][]string{
		nil,
		{"http://127.0.0.1"},
		{"--target", "nowhere.yaml"},
		{"--target", broken},
		{"--abs-url", "http://127.0.0.1:1", "--only", "abs.get_clii"},
		{"--abs-url", "http://127.0.0.1:1", "--only", "kyc.*"},
		{"--abs-url", "127.0.0.1:1"},
		{"--kyc-url", "http://127.0.0.1:1/?a=b"},
		{"--kyc-url", "http://127.0.0.1:1", "--require", "all"},
		{"--abs-url", "http://127.0.0.1:1", "--cases", "wellformed"},
		{"--abs-url", "http://127.0.0.1:1", "--ca", "nowhere.pem"},
	})
}

// goldenWrongUse runs a command with arguments that are all wrong use. What it says stands
// whole in a file, in which a folder has another name.
func goldenWrongUse(t *testing.T, command, folder string, all [][]string) {
	t.Helper()
	said := ""
	for _, args := range all {
		code, _, stderr := sim(t, nil, append([]string{command}, args...)...)
		if code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
		said += strings.ReplaceAll(fmt.Sprintf("=== %s %s\n%s", command, strings.Join(args, " "), stderr), folder, "FOLDER")
	}
	testgolden.Compare(t, "testdata/"+command+"-wrong-use.txt", said)
}

// A service of which nothing could be asked is not right.
// What is no simulator is asked five times a second.
func TestVerifyOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"kyc", "k2", "abs"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := sim(t, nil, "verify", "--"+service+"-url", "http://127.0.0.1:1")
			if code != exitFindings || !strings.Contains(stdout, "Nothing of "+service+" was verified") || !strings.Contains(stdout, "not right: ") {
				t.Errorf("exit code %d: %s %s", code, stdout, stderr)
			}
		})
	}
}

// The simulator's own archive of its requests is recorded traffic like any other.
func TestVerifyOfARecording(t *testing.T) {
	t.Parallel()
	p := launch(t, nil, "serve", "--addr", "127.0.0.1:0")
	base := "http://" + p.address()
	if code, stdout, _ := sim(t, nil, append([]string{"verify", "--cases", "well-formed,flow"}, urls(base)...)...); code != exitGood {
		t.Fatal(stdout)
	}
	resp, err := http.Get(base + "/_sim/sandboxes/default/requests.har?limit=1000")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	recording, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err, string(recording))
	}
	har := filepath.Join(t.TempDir(), "traffic.har")
	judge := func(content []byte) (int, string, string) {
		if err := os.WriteFile(har, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return sim(t, nil, "verify", "--har", har)
	}
	if code, stdout, stderr := judge(recording); code != exitGood || !strings.Contains(stdout, "recording: ") {
		t.Errorf("exit code %d: %s %s", code, stdout, stderr)
	}
	wrong := bytes.ReplaceAll(recording, []byte(`\"DC\":\"D\"`), []byte(`\"DC\":\"C\"`))
	if code, stdout, stderr := judge(wrong); code != exitFindings || !strings.Contains(stdout, "abs.get_acc_stmt_dt /stmt/*/DC behaviour") {
		t.Errorf("exit code %d: %s %s", code, stdout, stderr)
	}
	if code, _, stderr := judge([]byte("{}")); code != exitUsage || !strings.Contains(stderr, "traffic.har: found no log") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestVerifyRequiresWhatItIsToldTo(t *testing.T) {
	p := launch(t, nil, "serve", "--addr", "127.0.0.1:0")
	address := "http://" + p.address() + "/abs"
	wellFormed := []string{"verify", "--abs-url", address, "--only", "abs.get_cli,abs.reg_pt", "--cases", "well-formed"}
	if code, stdout, _ := sim(t, nil, append(wellFormed, "--require", "verified")...); code != exitGood {
		t.Errorf("exit code %d: %s", code, stdout)
	}
	readOnly := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(readOnly, []byte("version: 1\nservices: {abs: {url: '"+address+"'}}\nallow: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	only := []string{"verify", "--target", readOnly, "--only", "abs.get_cli,abs.reg_pt", "--cases", "well-formed"}
	if code, stdout, _ := sim(t, nil, only...); code != exitGood || !strings.Contains(stdout, "1 operation not verified\n") {
		t.Errorf("exit code %d: %s", code, stdout)
	}
	if code, stdout, _ := sim(t, nil, append(only, "--require", "verified")...); code != exitFindings {
		t.Errorf("exit code %d: %s", code, stdout)
	}
}

func TestVerifyWritesItsReports(t *testing.T) {
	p := launch(t, nil, "serve", "--addr", "127.0.0.1:0")
	folder := t.TempDir()
	env := map[string]string{"SIM_ABS_URL": "http://" + p.address() + "/abs"}
	begins := map[string]string{
		"--junit": "<?xml", "--json": "{", "--html": "<!doctype html>", "--markdown": "# Contract report",
	}
	args := []string{"verify", "--only", "abs.*", "--color", "always"}
	for flag := range begins {
		args = append(args, flag, filepath.Join(folder, strings.Trim(flag, "-")))
	}
	code, stdout, stderr := sim(t, env, args...)
	if code != exitGood || !strings.Contains(stdout, "\x1b[32m") {
		t.Errorf("exit code %d: %s %s", code, stdout, stderr)
	}
	for flag, want := range begins {
		content, err := os.ReadFile(filepath.Join(folder, strings.Trim(flag, "-")))
		if err != nil || !bytes.HasPrefix(content, []byte(want)) {
			t.Errorf("%s: %v, begins %.20q", flag, err, content)
		}
	}
}

func TestOpenAPIIsThePublishedDocument(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := sim(t, nil, "openapi"); code != exitGood || stdout != string(want) {
		t.Errorf("exit code %d, %d bytes of %d; %s", code, len(stdout), len(want), stderr)
	}
	if code, stdout, _ := sim(t, nil, "openapi", "--openapi", "3.0"); code != exitGood || !strings.HasPrefix(stdout, "openapi: 3.0.3\n") {
		t.Errorf("exit code %d, begins %.20q, want OpenAPI 3.0.3", code, stdout)
	}
	file := filepath.Join(t.TempDir(), "openapi.json")
	code, _, _ := sim(t, nil, "openapi", "--format", "json", "--output", file)
	raw, err := os.ReadFile(file)
	if code != exitGood || err != nil || !json.Valid(raw) {
		t.Errorf("exit code %d, %v", code, err)
	}
}

func TestContractTables(t *testing.T) {
	for format, want := range map[string][]string{
		"text":     {"Operations\n", "kyc.address.get ", "token-expired", "Reserved values", "990101504019", "kyc.error_envelope", "Fidelity ledger"},
		"markdown": {"## Operations\n", "| kyc.address.get |", "| kyc.address.get | token-expired | 400 |", "| iin | 990101504019 | token-expired |"},
	} {
		code, stdout, stderr := sim(t, nil, "contract", "--format", format)
		if code != exitGood {
			t.Errorf("%s: exit code %d: %s", format, code, stderr)
		}
		for _, text := range want {
			if !strings.Contains(stdout, text) {
				t.Errorf("%s: no %q", format, text)
			}
		}
	}
	code, stdout, _ := sim(t, nil, "contract", "--format", "json", "--sections", "reserved,ledger")
	var all map[string][]any
	if err := json.Unmarshal([]byte(stdout), &all); err != nil || code != exitGood {
		t.Fatal(code, err)
	}
	if len(all) != 2 || len(all["reserved"]) < 30 || len(all["ledger"]) < 62 {
		t.Errorf("%d sections, %d reserved values, %d entries", len(all), len(all["reserved"]), len(all["ledger"]))
	}
}
