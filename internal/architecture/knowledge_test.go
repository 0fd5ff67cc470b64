package architecture

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// confined are packages from outside, and members of them, that only some packages
// may use.
var confined = []struct {
	of       string   // import path, or the beginning of it if it ends in a slash
	members  []string // nil for all
	packages []string // as in a ban
	why      string
}{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, []string{"testtool", "/cmd/...", "/examples/..."},
		"what the environment says has to be a flag or an option, so that two simulators in one process can differ"},
	{"os", []string{"Exit"}, []string{"/cmd/...", "/examples/...", "/bench"}, "only a program ends"},
	{"net/http", []string{"ResponseWriter"},
		[]string{"gateway", "control", "console", "metrics", "problem", "simulator", "inprocess", "/simtest", "/bench"},
		"an operation answers a value, and one place writes"},
	{"github.com/santhosh-tekuri/jsonschema/v5", nil, []string{"schema"}, "there is one compiler of schemas, and one way to tell what doesn't fit"},
	{"github.com/tidwall/btree", nil, []string{"store"}, "what a state is kept in is the store's matter"},
	{"github.com/brianvoe/gofakeit/", nil, nil, "it is for tests: linked into the program its tables take 1.6 MB"},
	{"github.com/jackc/pgx/", nil, []string{"commitlog/postgres/..."}, "what is kept in a database is asked for in one place"},
	{"testing", nil, []string{"contract/calltest", "testgolden", "testtool", "/simtest"}, "it would be linked into the program"},
}

func trespassers(all []source) []string {
	var found []string
	for _, c := range confined {
		of := func(imported string) bool {
			return imported == c.of || strings.HasSuffix(c.of, "/") && strings.HasPrefix(imported, c.of)
		}
		for _, s := range all {
			if s.test || isAny(c.packages, s.pkg()) {
				continue
			}
			for _, use := range s.uses(of, c.members, nil) {
				found = append(found, fmt.Sprintf("%s: %s", use, c.why))
			}
		}
	}
	return found
}

func TestWhatIsConfined(t *testing.T) { report(t, trespassers(theProject(t))) }

func TestConfinedPackagesExist(t *testing.T) {
	for _, c := range confined {
		for _, pkg := range c.packages {
			if !slices.ContainsFunc(theProject(t), func(s source) bool { return !s.test && is(pkg, s.pkg()) }) {
				t.Errorf("there is no package %q, of which it is said: %s", pkg, c.why)
			}
		}
	}
}

func TestTrespassersAreFound(t *testing.T) {
	expect(t, trespassers(sources(t, map[string]string{
		"cmd/sim/main.go":          "package main\nimport \"os\"\nvar x = os.Getenv\n",
		"internal/kyc/a.go":        "package kyc\nimport (\"os\"; \"net/http\")\nvar x = os.LookupEnv\nfunc f(w http.ResponseWriter) { _ = http.StatusOK; os.Exit(1) }\n",
		"internal/kyc/a_test.go":   "package kyc\nimport \"os\"\nvar x = os.Getenv(\"CI\")\n",
		"internal/gateway/send.go": "package gateway\nimport \"net/http\"\nvar w http.ResponseWriter\n",
		"internal/world/w.go":      "package world\nimport (\"github.com/tidwall/btree\"; \"github.com/brianvoe/gofakeit/v7\")\nvar x btree.Map[int, int]\nvar y gofakeit.Faker\n",
	})), "a.go:3: os.LookupEnv", "a.go:4: os.Exit", "a.go:4: http.ResponseWriter", "w.go:3: btree.Map", "w.go:4: gofakeit.Faker")
}
