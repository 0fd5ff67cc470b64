package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/config"
	"github.com/kzsim/kzsim/internal/document"
)

func TestRead(t *testing.T) {
	got, err := config.Read("sim.yaml", []byte(`# a team's settings
version: 1
exec: {seed: &seed 18446744073709551615}
serve:
  addr: 0.0.0.0:8080
  tls: true
  tls_hosts:
    - k2.bank.example
    - abs.bank.example
  seed: *seed
  expires: 1h30m
  control_token: "0123"
`))
	if err != nil {
		t.Fatal(err)
	}
	at := func(line, column int) document.Position {
		return document.Position{File: "sim.yaml", Line: line, Column: column}
	}
	want := []config.Setting{
		{"exec", "seed", "18446744073709551615", at(3, 14)},
		{"serve", "addr", "0.0.0.0:8080", at(5, 9)},
		{"serve", "tls", "true", at(6, 8)},
		{"serve", "tls_hosts", "k2.bank.example,abs.bank.example", at(8, 5)},
		{"serve", "seed", "18446744073709551615", at(3, 14)},
		{"serve", "expires", "1h30m", at(11, 12)},
		{"serve", "control_token", "0123", at(12, 18)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// TestBrokenFiles: every mistake is told with its place, what is there, what
// should be, and the word that was most likely meant.
func TestBrokenFiles(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"nothing", "", "sim.yaml:1:1: found an empty document, expected version: 1, and settings such as serve: {addr: 127.0.0.1:9090}"},
		{"a remark alone", "# soon\n", "sim.yaml:1:1: found an empty document, expected version: 1, and settings such as serve: {addr: 127.0.0.1:9090}"},
		{"no YAML", "version: 1\nserve: [\n", "sim.yaml:2:8: found \"[\" that is not closed, expected \"]\" after its last value"},
		{"a tab", "version: 1\nserve:\n\taddr: x\n", "sim.yaml:3:1: found a tab, expected spaces: YAML is indented with spaces only"},
		{"a list", "- version: 1\n", "sim.yaml:1:1: found a list, expected a mapping with exec, serve, version"},
		{"no version", "serve: {tls: true}\n", "sim.yaml:1:1: found no version, expected the key version: 1"},
		{"another version", "version: 2\n", "sim.yaml:1:10: version: found 2, expected 1"},
		{"an unknown section", "version: 1\nserver: {tls: true}\n",
			`sim.yaml:2:1: server: found an unknown key, expected one of exec, serve, version; did you mean "serve"?`},
		{"a setting of no section", "version: 1\nlog_level: info\n",
			`sim.yaml:2:1: log_level: found an unknown key, expected one of exec, serve, version; log_level goes into exec or serve`},
		{"a word far from all", "version: 1\nserve: {log_level: verbose}\n",
			`sim.yaml:2:20: serve.log_level: found "verbose", expected one of debug, info, warn, error`},
		{"a flag's spelling", "version: 1\nserve:\n  log-level: info\n",
			`sim.yaml:3:3: serve.log-level: found an unknown key, expected a known one; did you mean "log_level"?`},
		{"a word", "version: 1\nserve:\n  log_level: warning\n",
			`sim.yaml:3:14: serve.log_level: found "warning", expected one of debug, info, warn, error; did you mean "warn"?`},
		{"a text for a truth value", "version: 1\nserve:\n  tls: yes please\n",
			`sim.yaml:3:8: serve.tls: found "yes please", expected true or false`},
		{"a number for a text", "version: 1\nserve:\n  addr: 8080\n", `sim.yaml:3:9: serve.addr: found 8080, expected a text: in quotes it is one, "8080"`},
		{"a duration without a unit", "version: 1\nserve:\n  expires: 30\n", "sim.yaml:3:12: serve.expires: found 30, expected a text such as 90s"},
		{"no duration", "version: 1\nserve:\n  expires: an hour\n",
			`sim.yaml:3:12: serve.expires: found "an hour", expected a value such as 90s or 1h30m`},
		{"a text for a list", "version: 1\nserve:\n  tls_hosts: k2.example\n",
			`sim.yaml:3:14: serve.tls_hosts: found "k2.example", expected a list: in brackets it is one, [k2.example]`},
		{"a list with a number", "version: 1\nserve:\n  tls_hosts: [a, 5]\n",
			`sim.yaml:3:18: serve.tls_hosts[1]: found 5, expected a text: in quotes it is one, "5"`},
		{"a mapping for a list", "version: 1\nserve:\n  target: {bank: \"http://x\"}\n",
			"sim.yaml:3:11: serve.target: found a mapping, expected a list whose items begin with -"},
		{"as it is written elsewhere", "version: 1\nserve:\n  expires: 1 hour\n  chaos: 30%\n  tls: yes\n  max_body: 1 048 576\n",
			`sim.yaml:3:12: serve.expires: found "1 hour", expected a value such as 90s or 1h30m; did you mean "1h"?
sim.yaml:4:10: serve.chaos: found "30%", expected a number; did you mean "0.3"?
sim.yaml:5:8: serve.tls: found "yes", expected true or false; did you mean "true"?
sim.yaml:6:13: serve.max_body: found "1 048 576", expected a whole number; did you mean "1048576"?`},
		{"a key twice", "version: 1\nserve:\n  tls: true\n  tls: false\n",
			"sim.yaml:4:3: serve.tls: found \"tls\" a second time, expected it once; the first is on line 3"},
		{"settings that other programs have", "version: 1\nserve:\n  clock: 60\n  port: 8080\nexec:\n  clock: 2026-01-01T00:00:00\n",
			`sim.yaml:3:10: serve.clock: found 60, expected a text such as frozen@2024-03-01T09:00:00+05:00; did you mean "60x"?
sim.yaml:4:3: serve.port: found an unknown key, expected a known one; did you mean "addr"?
sim.yaml:6:10: exec.clock: found "2026-01-01T00:00:00", expected a value such as frozen@2024-03-01T09:00:00+05:00 or 60x; did you mean "frozen@2026-01-01T00:00:00+05:00"?`},
		{"a section without settings", "version: 1\nserve:\n", "sim.yaml:2:7: serve: found nothing, expected a mapping"},
		{"two mistakes", "version: 1\nserve:\n  tls: 1\n  seed: -1\n",
			"sim.yaml:3:8: serve.tls: found 1, expected true or false\nsim.yaml:4:9: serve.seed: found -1, expected a number that is 0 or more"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			settings, err := config.Read("sim.yaml", []byte(c.text))
			if err == nil {
				t.Fatalf("read as %+v", settings)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("version: 1\nserve: {addr: x, tls: true}\n")
	f.Add("version: 1\nserve:\n  tls_hosts: [a, {b: c}]\n")
	f.Add("? [a]\n: b\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := config.Read("sim.yaml", []byte(text)); err != nil && err.Error() == "" {
			t.Error("an error without a word")
		}
	})
}
