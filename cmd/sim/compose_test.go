//go:build linux

package main

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/simulator"
)

// composeFile is what compose.yaml has. A member that it doesn't know is an error.
type composeFile struct {
	Hardened composeService            `yaml:"x-hardened"`
	Several  composeService            `yaml:"x-several"`
	Services map[string]composeService `yaml:"services"`
	Volumes  map[string]any            `yaml:"volumes"`
}

type composeService struct {
	Profiles    []string          `yaml:"profiles"`
	Build       string            `yaml:"build"`
	Image       string            `yaml:"image"`
	User        string            `yaml:"user"`
	Entrypoint  []string          `yaml:"entrypoint"`
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
	Ports       []string          `yaml:"ports"`
	Volumes     []string          `yaml:"volumes"`
	Tmpfs       []string          `yaml:"tmpfs"`
	DependsOn   any               `yaml:"depends_on"`
	Healthcheck any               `yaml:"healthcheck"`
	Restart     string            `yaml:"restart"`
	StopGrace   time.Duration     `yaml:"stop_grace_period"`
	ReadOnly    bool              `yaml:"read_only"`
	CapDrop     []string          `yaml:"cap_drop"`
	SecurityOpt []string          `yaml:"security_opt"`
}

// strictYAML reads the documents of a file, each into the next value.
func strictYAML(t *testing.T, file string, into ...any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(content))
	dec.KnownFields(true)
	for _, v := range into {
		if err := dec.Decode(v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	if err := dec.Decode(new(any)); err != io.EOF {
		t.Errorf("%s: there is more than %d documents: %v", file, len(into), err)
	}
}

// acceptedBy is the settings of sim serve by a command line and an environment.
func acceptedBy(t *testing.T, line []string, env map[string]string) *serveConfig {
	t.Helper()
	var cfg serveConfig
	var said strings.Builder
	flags := cfg.flags()
	if len(line) == 0 || line[0] != "serve" {
		t.Fatalf("the command line is %q", line)
	}
	given, _, ok := readSettings(environment{&said, &said, func(name string) string { return env[name] }, nil, nil}, flags, line[1:])
	if !ok || flags.NArg() > 0 || said.Len() > 0 {
		t.Fatalf("sim %q: %s", line, &said)
	}
	if _, err := cfg.check(given); err != nil {
		t.Fatalf("sim %q: %v", line, err)
	}
	return &cfg
}

// TestCompose: without a profile there is the one simulator. The others are of the profile; they are
// locked up in the same way, and only this machine reaches them.
func TestCompose(t *testing.T) {
	var file composeFile
	strictYAML(t, "compose.yaml", &file)
	plain := 0
	for name, s := range file.Services {
		if len(s.Profiles) == 0 {
			plain++
		} else if s.Profiles[0] != "several" {
			t.Errorf("%s is of the profiles %q", name, s.Profiles)
		}
		hardened := composeService{ReadOnly: s.ReadOnly, CapDrop: s.CapDrop, SecurityOpt: s.SecurityOpt}
		if diff := cmp.Diff(file.Hardened, hardened); diff != "" || !s.ReadOnly || len(s.CapDrop) == 0 || len(s.SecurityOpt) == 0 {
			t.Errorf("%s: %s", name, diff)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s publishes %s to the network", name, port)
			}
		}
		for _, on := range dependedOn(s.DependsOn) {
			if _, ok := file.Services[on]; !ok {
				t.Errorf("%s depends on %s, which there is not", name, on)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := file.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s has the volume %s, which there is not", name, from)
			}
		}
		for variable, value := range s.Environment {
			if isOfSecret(variable) && !regexp.MustCompile(`^\$\{\w+:-\}$`).MatchString(value) {
				t.Errorf("%s has a value for %s in the file", name, variable)
			}
		}
		if s.Image == "kzsim" && s.StopGrace <= simulator.Grace {
			t.Errorf("%s has %s to stop, and its requests have %s", name, s.StopGrace, simulator.Grace)
		}
	}
	if plain != 1 || len(file.Services["kzsim"].Profiles) > 0 {
		t.Errorf("%d services are started without a profile", plain)
	}
	acceptedBy(t, file.Services["kzsim"].Command, nil)
}

func isOfSecret(variable string) bool {
	return strings.Contains(variable, "PASSWORD") || strings.Contains(variable, "TOKEN")
}

// dependedOn is the names of what a service depends on: a list, or a mapping with conditions.
func dependedOn(dependsOn any) (all []string) {
	switch on := dependsOn.(type) {
	case []any:
		for _, name := range on {
			all = append(all, name.(string))
		}
	case map[string]any:
		for name := range on {
			all = append(all, name)
		}
	}
	return all
}

// TestComposeSeveral: the simulators of the profile are of one database, tell the others where
// they are, and are all behind the balancer.
func TestComposeSeveral(t *testing.T) {
	var file composeFile
	strictYAML(t, "compose.yaml", &file)
	var simulators []string
	for name, s := range file.Services {
		if s.Image != "kzsim" || len(s.Profiles) == 0 {
			continue
		}
		cfg := acceptedBy(t, s.Command, map[string]string{"SIM_ADDR": "0.0.0.0:8080", "SIM_CONTROL_TOKEN": "a-token-of-a-test"})
		at, err := cfg.addressForOthers(&net.TCPAddr{Port: 8080})
		if err != nil || at != name+":8080" {
			t.Errorf("%s is at %s for the others (%v)", name, at, err)
		}
		simulators = append(simulators, at)
		store, err := url.Parse(cfg.store)
		if err != nil {
			t.Fatal(err)
		}
		db := file.Services[store.Hostname()].Environment
		if db["POSTGRES_USER"] != store.User.Username() || "/"+db["POSTGRES_DB"] != store.Path || s.Environment["PGPASSWORD"] != db["KZSIM_DB_PASSWORD"] {
			t.Errorf("%s keeps its sandboxes in %s, and the database is %v", name, store.Redacted(), db)
		}
		if s.Environment["SIM_CONTROL_TOKEN"] != db["KZSIM_TOKEN"] || s.Restart == "" {
			t.Errorf("%s: the token is not that of all, or it isn't started again", name)
		}
	}
	balancer, err := os.ReadFile("../../deploy/haproxy.cfg")
	if err != nil {
		t.Fatal(err)
	}
	var behind []string
	for _, m := range regexp.MustCompile(`(?m)^\s+server (\S+) (\S+)$`).FindAllSubmatch(balancer, -1) {
		behind = append(behind, string(m[2]))
	}
	slices.Sort(simulators)
	if diff := cmp.Diff(simulators, behind); diff != "" || len(behind) != 3 {
		t.Errorf("behind the balancer (-want +have):\n%s", diff)
	}
	bound := regexp.MustCompile(`(?m)^\s+bind (:\d+)$`).FindSubmatch(balancer)
	s := file.Services["balancer"]
	if bound == nil || len(s.Ports) != 1 || !strings.HasSuffix(s.Ports[0], string(bound[1])) ||
		!strings.HasPrefix(s.Volumes[0], "./deploy/haproxy.cfg:") {
		t.Errorf("the balancer is bound to %q, and has %q and %q", bound, s.Ports, s.Volumes)
	}
}

// TestComposeAsksForSecrets: the database doesn't start without the password and the token, and names
// the one that is missing.
func TestComposeAsksForSecrets(t *testing.T) {
	var file composeFile
	strictYAML(t, "compose.yaml", &file)
	line := slices.Clone(file.Services["database"].Entrypoint)
	for i := range line {
		line[i] = strings.ReplaceAll(line[i], "$$", "$") // as Compose does
	}
	bin := t.TempDir()
	start := "#!/bin/sh\necho \"starts $1 with $POSTGRES_PASSWORD\"\n"
	if err := os.WriteFile(filepath.Join(bin, "docker-entrypoint.sh"), []byte(start), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ password, token, says string }{
		{"", "a-token-of-a-test", "KZSIM_DB_PASSWORD: is not set"},
		{"a-password", "", "KZSIM_TOKEN: is not set"},
		{"a-password", "a-token-of-a-test", "starts postgres with a-password"},
	} {
		cmd := exec.Command(line[0], line[1:]...)
		cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "KZSIM_DB_PASSWORD=" + c.password, "KZSIM_TOKEN=" + c.token}
		said, err := cmd.CombinedOutput()
		if !strings.Contains(string(said), c.says) || (err == nil) != strings.HasPrefix(c.says, "starts") {
			t.Errorf("with %q and %q: %s (%v)", c.password, c.token, said, err)
		}
	}
}
