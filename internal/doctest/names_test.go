package doctest_test

import (
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
)

var (
	namedCommand = regexp.MustCompile(`^(?:go run \./cmd/)?sim(?: ([a-z]+))?( .*)?$`)
	namedFlag    = regexp.MustCompile(`^--([a-z][a-z-]*)|\s--([a-z][a-z-]*)`)
	shownFlag    = regexp.MustCompile(`(?m)^  --(\S+)`)
	shownCommand = regexp.MustCompile(`(?m)^  ([a-z]+) `)
)

// otherFlags are of other programs than sim, and are named beside them.
var otherFlags = map[string]string{
	"pull-never": "buildah",
}

// TestNamedCommandsAndFlagsExist: a command or flag that a page names in a code
// span is one that sim knows.
func TestNamedCommandsAndFlagsExist(t *testing.T) {
	flags := flagsOf(t)
	var any []string
	for _, of := range flags {
		any = append(any, of...)
	}
	for _, p := range pages(t) {
		for _, span := range p.spans() {
			known, m := any, namedCommand.FindStringSubmatch(span.text)
			if m != nil {
				command := m[1]
				if command == "" {
					command = "serve"
				}
				if known = flags[command]; known == nil {
					t.Errorf("%s:%d: %s: there is no such command", p.name, span.number, span.text)
					continue
				}
			} else if !strings.HasPrefix(span.text, "--") {
				continue
			}
			text, _, _ := strings.Cut(span.text, " -- ") // what is behind it is another command's
			for _, f := range namedFlag.FindAllStringSubmatch(text, -1) {
				if name := f[1] + f[2]; !slices.Contains(known, name) && otherFlags[name] == "" {
					t.Errorf("%s:%d: %s: there is no flag --%s", p.name, span.number, span.text, name)
				}
			}
		}
	}
}

// flagsOf each command, as its help shows them.
func flagsOf(t *testing.T) map[string][]string {
	t.Helper()
	sim := filepath.Join(build(t), "sim-itself")
	help := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), sim, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("sim %v: %s", args, out)
		}
		return string(out)
	}
	flags := map[string][]string{"help": {}}
	for _, m := range shownCommand.FindAllStringSubmatch(help("help"), -1) {
		flags[m[1]] = []string{"help"}
		for _, f := range shownFlag.FindAllStringSubmatch(help(m[1], "--help"), -1) {
			flags[m[1]] = append(flags[m[1]], f[1])
		}
	}
	return flags
}

var (
	namedPath = regexp.MustCompile(`^(GET|PUT|POST|DELETE|HEAD)(?:\|(?:GET|PUT|POST|DELETE))* (?:/s/\{id\})?(/_sim[^ ?]*)`)
	variable  = regexp.MustCompile(`\{[^}]*\}`)
)

// TestNamedControlPathsExist: what a page names of the control API is there, and
// the API's own page names all that there is.
func TestNamedControlPathsExist(t *testing.T) {
	missing := controlPaths(t)
	known := maps.Clone(missing)
	for _, p := range pages(t) {
		for _, span := range p.spans() {
			m := namedPath.FindStringSubmatch(span.text)
			if m == nil {
				continue
			}
			route := m[1] + " " + variable.ReplaceAllString(m[2], "{}")
			if _, is := known[route]; !is && m[2] != "/_sim/" {
				t.Errorf("%s:%d: %s: the control API has no such path", p.name, span.number, span.text)
			}
			if p.name == "docs/control-api.md" {
				delete(missing, route)
			}
		}
		if p.name == "docs/control-api.md" {
			tellsParameters(t, p, known)
		}
	}
	for route := range missing {
		t.Errorf("docs/control-api.md says nothing of %s", route)
	}
}

// tellsParameters checks that a page names each parameter of a query.
func tellsParameters(t *testing.T, p page, known map[string][]string) {
	t.Helper()
	var text strings.Builder
	for _, span := range p.spans() {
		text.WriteString(span.text + "\n")
	}
	for route, names := range known {
		for _, name := range names {
			if !strings.Contains(text.String(), "?"+name+"=") && !strings.Contains(text.String(), "&"+name+"=") {
				t.Errorf("%s says nothing of the parameter %s of %s", p.name, name, route)
			}
		}
	}
}

// controlPaths by method and path, {} for a variable, with the parameters of their queries, as the API tells
// itself.
func controlPaths(t *testing.T) map[string][]string {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answer := testsim.Ask(sim.Handler(), "GET", "/_sim/openapi.json", "")
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		} `json:"paths"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for path, methods := range document.Paths {
		for method, operation := range methods {
			route := strings.ToUpper(method) + " " + variable.ReplaceAllString(path, "{}")
			all[route] = nil
			for _, parameter := range operation.Parameters {
				if parameter.In == "query" {
					all[route] = append(all[route], parameter.Name)
				}
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("the control API tells of no path")
	}
	return all
}
