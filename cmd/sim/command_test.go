package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/testtool"
)

// asked runs a command line in this process and answers what it printed.
func asked(t *testing.T, variables []string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), environment{&stdout, &stderr, noVariables, variables, nil}, args)
	return code, stdout.String(), stderr.String()
}

func noVariables(string) string { return "" }

func TestVersionAndHelpByOtherNames(t *testing.T) {
	for _, same := range [][2][]string{
		{{"version"}, {"--version"}},
		{{"version"}, {"-version"}},
		{{"help"}, {"--help"}},
		{{"serve", "--help"}, {"help", "serve"}},
		{{"verify", "--help"}, {"help", "verify"}},
	} {
		code, want, _ := asked(t, nil, same[0]...)
		otherCode, got, errs := asked(t, nil, same[1]...)
		if diff := cmp.Diff(want, got); diff != "" || code != 0 || otherCode != 0 {
			t.Errorf("%v and %v end with %d and %d (-first +second):\n%s%s", same[0], same[1], code, otherCode, diff, errs)
		}
	}
	if code, _, errs := asked(t, nil, "help", "veirfy"); code != exitUsage || !strings.Contains(errs, `did you mean "verify"?`) {
		t.Errorf("help of an unknown command: %d %s", code, errs)
	}
}

// TestEveryHelpHasItsExample: what the command does, and a line that shows it, which begins
// with a command there is and has only its flags.
func TestEveryHelpHasItsExample(t *testing.T) {
	for name, cmd := range commands() {
		code, help, _ := asked(t, nil, "help", name)
		if code != 0 || !strings.Contains(help, "sim "+name+" "+cmd.about) || !strings.Contains(help, "\n  "+cmd.example+"\n") {
			t.Errorf("sim help %s ends with %d:\n%s", name, code, help)
		}
		shown, _, _ := strings.Cut(cmd.example, " -- ")
		for _, word := range strings.Fields(shown) {
			if flag, isFlag := strings.CutPrefix(word, "--"); isFlag && !strings.Contains(help, "\n  --"+flag+" ") {
				t.Errorf("the example of sim %s has --%s, which is no flag of it", name, flag)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	for given, want := range map[string]string{
		"8080": "127.0.0.1:8080", ":8080": ":8080", "0.0.0.0:80": "0.0.0.0:80", "[::1]:0": "[::1]:0", "bank.example:443": "bank.example:443", "": "",
	} {
		var got string
		if err := address(&got).Set(given); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", given, got, err, want)
		}
	}
	for _, given := range []string{"localhost", "65536", "-1", "127.0.0.1", "127.0.0.1:", "::1"} {
		got := "before"
		if err := address(&got).Set(given); err == nil || got != "before" {
			t.Errorf("%q is taken as %q", given, got)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	set := []string{"SIM_ADRR", "SIM_FOO", "SIM_ADDR", "SIM_GRACE", "SIM_URL", "SIM_TARGET_BANK_AUTHORIZATION", "SIM_TARGET_BANK_HEADERS", "SIM_TARGET_BANK_CA", "HOME", "SIMULATOR"}
	code, _, errs := asked(t, set, "version")
	want := "sim version: warning: SIM_ADRR is set, and no command has such a setting; did you mean \"SIM_ADDR\"?\n" +
		"sim version: warning: SIM_FOO is set, and no command has such a setting\n"
	if diff := cmp.Diff(want, errs); diff != "" || code != 0 {
		t.Errorf("it ends with %d and says (-want +got):\n%s", code, diff)
	}
}

// TestUnknownCommands: a command by another name is told, if it is near or another tool's.
func TestUnknownCommands(t *testing.T) {
	for name, meant := range map[string]string{"check": "test", "start": "serve", "Serve": "serve", "verfy": "verify"} {
		want := fmt.Sprintf("sim: no command %q: sim help lists them; did you mean %q?\n", name, meant)
		if code, _, errs := asked(t, nil, name); errs != want || code != exitUsage {
			t.Errorf("%s ends with %d and says %s", name, code, errs)
		}
	}
}

// TestCompletion lets the shells complete words.
func TestCompletion(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ words, want string }{
		{"sim ver", "verify version"},
		{"sim ini", "init"},
		{"sim help exe", "exec"},
		{"sim verify --no-p", "--no-person"},
		{"sim --stat", "--state --state-interval --state-memory --state-sync"},
		{"sim completion z", "zsh"},
		{"sim contract --sect", "--sections"},
		{"sim --addr 8080 --expi", "--expires"},
		{"sim test ''", ""},
	}
	for _, shell := range []string{"bash", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			testtool.Need(t, shell)
			// A function, not a file: one just written can't be run while another test starts a process.
			script := "sim() { '" + self + "' as:sim \"$@\"; }\n" + `source /dev/stdin <<< "$(sim completion ` + shell + `)"` + "\n"
			if shell == "zsh" { // as bashcompinit calls it
				script += "emulate sh\n"
			}
			want := ""
			for _, c := range cases {
				script += "COMP_WORDS=(" + c.words + `); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _sim; echo "` + c.words + `: ${#COMPREPLY[@]} ${COMPREPLY[*]}"` + "\n"
				want += fmt.Sprintf("%s: %d %s\n", c.words, len(strings.Fields(c.want)), c.want)
			}
			cmd := exec.Command(shell, "-c", script)
			cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if diff := cmp.Diff(want, string(out)); diff != "" || err != nil {
				t.Errorf("words, how many they complete to, and to which (-want +got):\n%s%v", diff, err)
			}
		})
	}
}
