package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/config"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// sections are the commands that have settings in sim.yaml.
func sections() []*flag.FlagSet {
	return []*flag.FlagSet{new(serveConfig).flags(), new(execConfig).flags()}
}

// TestConfigSchemaIsFresh: the schema of sim.yaml has the flags, and nothing else.
func TestConfigSchemaIsFresh(t *testing.T) {
	properties := map[string]any{"version": map[string]any{"const": 1, "description": "Of this format."}}
	for _, flags := range sections() {
		properties[flags.Name()] = sectionSchema(flags)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "config.schema.json",
		"title":       "sim.yaml",
		"description": "Settings of the command sim. A setting's environment variable outweighs it, and its flag outweighs both.",
		"type":        "object", "required": []string{"version"}, "additionalProperties": false, "properties": properties,
	})
	if err != nil {
		t.Fatal(err)
	}
	testgolden.Compare(t, "../../schemas/config.schema.json", text.String())
}

func sectionSchema(flags *flag.FlagSet) map[string]any {
	properties := map[string]any{}
	flags.VisitAll(func(f *flag.Flag) {
		if unsettled[f.Name] {
			return
		}
		s := typeSchema(f)
		s["description"] = strings.ToUpper(f.Usage[:1]) + f.Usage[1:] + ". --" + f.Name + ", " + variable(f.Name) + "."
		properties[settingName(f)] = s
	})
	return map[string]any{
		"type": "object", "description": "Settings of sim " + flags.Name() + ".",
		"additionalProperties": false, "properties": properties,
	}
}

// typeSchema is what a flag's type says of its values.
func typeSchema(f *flag.Flag) map[string]any {
	switch v := f.Value.(type) {
	case choice:
		return map[string]any{"type": "string", "enum": v.words, "default": f.DefValue}
	case list:
		items := map[string]any{"type": "string"}
		if v.words != nil {
			items["enum"] = v.words
		}
		return map[string]any{"type": "array", "items": items, "default": append([]string{}, *v.values...)}
	case clockValue:
		return map[string]any{
			"type": "string", "default": f.DefValue, "pattern": `^(real|frozen|[0-9]+(\.[0-9]+)?x)(@.+)?$`,
			"examples": []string{"frozen@2024-03-01T09:00:00+05:00", "60x"},
		}
	case secret:
		return map[string]any{"type": "string", "minLength": 1}
	}
	switch got := f.Value.(flag.Getter).Get().(type) {
	case bool:
		return map[string]any{"type": "boolean", "default": got}
	case int, int64:
		return map[string]any{"type": "integer", "default": got}
	case uint64:
		return map[string]any{"type": "integer", "minimum": 0, "default": got}
	case float64:
		return map[string]any{"type": "number", "default": got}
	case time.Duration:
		return map[string]any{
			"type": "string", "default": f.DefValue,
			"pattern": `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`, "examples": []string{"90s", "1h30m"},
		}
	default:
		return map[string]any{"type": "string", "default": got}
	}
}

// TestSettingsPageIsFresh: the page of settings has them all.
func TestSettingsPageIsFresh(t *testing.T) {
	const page, begin, end = "../../docs/configuration.md", "<!-- settings -->\n", "<!-- /settings -->\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begins := strings.Cut(string(text), begin)
	_, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("%s has no place for the settings", page)
	}
	var b strings.Builder
	for _, flags := range sections() {
		fmt.Fprintf(&b, "### sim %s\n\n| flag | variable | default | |\n|---|---|---|---|\n", flags.Name())
		flags.VisitAll(func(f *flag.Flag) {
			value := ""
			if f.DefValue != "" {
				value = "`" + f.DefValue + "`"
			}
			fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, variable(f.Name), value, f.Usage)
		})
		b.WriteString("\n")
	}
	testgolden.Compare(t, page, head+begin+b.String()+end+tail)
}

// printed is what `sim serve --print-config` says, in a folder with a file of
// settings (none if it is empty), in an environment, with some arguments.
func printed(t *testing.T, file string, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		if err := os.WriteFile("sim.yaml", []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	around := environment{stdout: &out, stderr: &errs, getenv: func(name string) string { return env[name] }}
	code = run(t.Context(), around, append([]string{"serve", "--print-config"}, args...))
	return code, out.String(), errs.String()
}

const threeSettings = `version: 1
serve:
  addr: 127.0.0.1:1111
  log_level: info
  expires: 10m
  tls_hosts: [k2.bank.example, abs.bank.example]
`

// TestWeights: a flag outweighs the environment, which outweighs the file, which
// outweighs the default; and each says where it comes from.
func TestWeights(t *testing.T) {
	cases := []struct {
		name string
		file string
		env  map[string]string
		args []string
		want []string
	}{
		{"defaults", "", nil, nil, []string{"addr: 127.0.0.1:8080 # default", "log_level: warn # default", "tls: false # default",
			"expires: 1h0m0s # default", "tls_hosts: [] # default", `public_url: "" # default`}},
		{"a file", threeSettings, nil, nil, []string{"addr: 127.0.0.1:1111 # sim.yaml:3:9", "log_level: info # sim.yaml:4:14",
			"expires: 10m0s # sim.yaml:5:12", "tls_hosts: [k2.bank.example, abs.bank.example] # sim.yaml:6:14", "seed: 1 # default"}},
		{"the environment over a file", threeSettings,
			map[string]string{"SIM_ADDR": "127.0.0.1:2222", "SIM_TLS_HOSTS": "x.example"}, nil,
			[]string{"addr: 127.0.0.1:2222 # SIM_ADDR", "log_level: info # sim.yaml:4:14", "tls_hosts: [x.example] # SIM_TLS_HOSTS"}},
		{"a flag over both", threeSettings,
			map[string]string{"SIM_ADDR": "127.0.0.1:2222", "SIM_SEED": "5"}, []string{"--addr", "127.0.0.1:3333", "--tls"},
			[]string{"addr: 127.0.0.1:3333 # --addr", "seed: 5 # SIM_SEED", "tls: true # --tls", "expires: 10m0s # sim.yaml:5:12"}},
		{"a file that isn't wanted", threeSettings, nil, []string{"--config="}, []string{"addr: 127.0.0.1:8080 # default"}},
		{"a list by several flags, over those of a file", "version: 1\nserve: {deliver_allow: [x]}\n", nil, []string{"--deliver-allow", "a,b", "--deliver-allow", "c"},
			[]string{"deliver_allow: [a, b, c] # --deliver-allow"}},
		{"a list that a flag empties", "version: 1\nserve: {deliver_allow: [x]}\n", nil, []string{"--deliver-allow", "a", "--deliver-allow="},
			[]string{"deliver_allow: [] # --deliver-allow"}},
		{"a flag that sets the default", threeSettings, nil, []string{"--addr", "127.0.0.1:8080"}, []string{"addr: 127.0.0.1:8080 # --addr"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := printed(t, c.file, c.env, c.args...)
			if code != exitGood || stderr != "" {
				t.Fatalf("exit code %d, standard error %q", code, stderr)
			}
			for _, line := range c.want {
				if !strings.Contains(stdout, "  "+line+"\n") {
					t.Errorf("no line %q in\n%s", line, stdout)
				}
			}
		})
	}
}

// TestPrintedConfigIsOne: what is printed is itself a file of settings, and says
// the same.
func TestPrintedConfigIsOne(t *testing.T) {
	_, first, _ := printed(t, threeSettings, map[string]string{"SIM_PUBLIC_URL": "https://sim.bank.example: odd", "SIM_SEED": "18446744073709551615"})
	code, second, stderr := printed(t, first, nil)
	if code != exitGood {
		t.Fatalf("refused: %s\n%s", stderr, first)
	}
	if diff := cmp.Diff(settingsOf(t, first), settingsOf(t, second)); diff != "" {
		t.Errorf("read back it says something else (-first +second):\n%s", diff)
	}
}

func settingsOf(t *testing.T, text string) map[string]string {
	t.Helper()
	all, err := config.Read("printed", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, s := range all {
		values[s.Section+"."+s.Name] = s.Value
	}
	return values
}

func TestSecretsAreNotPrinted(t *testing.T) {
	file := "version: 1\nserve:\n  control_token: from the file\n"
	cases := map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"file":        {nil, nil, "# control_token is set, by sim.yaml:3:18, and not shown"},
		"environment": {map[string]string{"SIM_CONTROL_TOKEN": "from the environment"}, nil, "# control_token is set, by SIM_CONTROL_TOKEN, and not shown"},
		"flag":        {nil, []string{"--control-token", "from the flag"}, "# control_token is set, by --control-token, and not shown"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, stdout, _ := printed(t, file, c.env, c.args...)
			if strings.Contains(stdout, "from the "+name) || !strings.Contains(stdout, c.want) {
				t.Errorf("want the line %q and no token in\n%s", c.want, stdout)
			}
		})
	}
}

func TestWrongSettings(t *testing.T) {
	cases := []struct {
		name, file string
		env        map[string]string
		args       []string
		want       string
	}{
		{"a flag's value", "", nil, []string{"--log", "yaml"}, `"yaml" is not one of text, json`},
		{"a variable's value", "", map[string]string{"SIM_MAX_HELD": "many"}, nil, `sim serve: SIM_MAX_HELD="many": expected a whole number`},
		{"a duration as people write it", "", nil, []string{"--expires", "1 час"}, `flag --expires: expected a duration such as 90s or 1h30m; did you mean "1h"?`},
		{"a share in percent", "version: 1\nserve: {chaos: 30}\n", nil, nil, `sim.yaml:2:16: serve.chaos: 30 is not from 0 to 1; did you mean "0.3"?`},
		{"a size in megabytes", "", map[string]string{"SIM_BODY_MEMORY": "24MB"}, nil, `SIM_BODY_MEMORY="24MB": expected a whole number; did you mean "25165824"?`},
		{"a clock's speed without its unit", "", nil, []string{"--clock", "60"}, `flag --clock: "60" is not real, frozen or a speed such as 60x; did you mean "60x"?`},
		{"a clock's instant alone", "", nil, []string{"--clock", "2026-01-01T00:00:00"}, `did you mean "frozen@2026-01-01T00:00:00+05:00"?`},
		{"a clock's day", "", nil, []string{"--clock", "60x@01.03.2024"}, `did you mean "60x@2024-03-01T00:00:00+05:00"?`},
		{"a clock in the file", "version: 1\nserve:\n  clock: frozen@2024-03-01\n", nil, nil, `sim.yaml:3:10: serve.clock: "2024-03-01" is no instant such as 2024-03-01T09:00:00+05:00; did you mean "frozen@2024-03-01T00:00:00+05:00"?`},
		{"a negative seed", "", nil, []string{"--seed", "-1"}, "flag --seed: expected a whole number from 0; see"},
		{"a dash for two hyphens", "", nil, []string{"—watch"}, `sim serve: found "—watch", expected two hyphens: --watch`},
		{"a file that isn't there", "", nil, []string{"--config", "other.yaml"}, "other.yaml"},
		{"a file that is broken", "version: 1\nserve: {addr: 1.2.3.4:1, prot: 1}\n", nil, nil, "sim.yaml:2:26: serve.prot: found an unknown key"},
		{"a number that is too large", "version: 1\nserve: {seed: 18446744073709551616}\n", nil, nil, "sim.yaml:2:15: serve.seed: "},
		{"an argument", "", nil, []string{"extra"}, `takes no argument "extra"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := printed(t, c.file, c.env, c.args...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d, standard error %q, want 2 and %q", code, stderr, c.want)
			}
		})
	}
}

// TestEnvironmentOfOtherCommands: a broken file of settings is no concern of a
// command that has none.
func TestEnvironmentOfOtherCommands(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sim.yaml"), []byte("no: settings"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var out, errs bytes.Buffer
	code := run(t.Context(), environment{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}, []string{"version"})
	if code != exitGood || errs.Len() > 0 {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
}
