package architecture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// ban says which packages must not import which, directly or through others, and why. Names
// are folders below internal/ unless they begin with a slash; "name/..." is a
// folder and all below it, "..." is all of the project. Who is spared stands in
// except, and what is allowed all the same in but.
type ban struct {
	from, except []string
	to, but      []string
	directly     bool // through others it may
	why          string
}

var (
	services = []string{"kyc/...", "k2/...", "abs/..."}
	served   = []string{"gateway", "control", "console", "simulator", "/simtest", "/cmd/..."}
)

var bans = []ban{
	{from: []string{"atomicfile", "clock", "document", "store", "chance", "money", "papers", "problem", "har", "junit", "tlsca", "inprocess"}, to: []string{"..."},
		why: "the ground layer stands on nothing of the project: each can be understood and tested alone"},
	{from: []string{"relay"}, to: []string{"..."}, but: []string{"clock"},
		why: "bytes are passed as they come, whatever they say"},
	{from: []string{"shards"}, to: []string{"..."}, but: []string{"clock"},
		why: "who has which sandboxes is decided without a look into one, and without a database"},
	{from: []string{"schema"}, to: []string{"..."}, but: []string{"document"},
		why: "what judges a value knows no operation"},
	{from: []string{"/schemas", "/scenarios"}, to: []string{"..."},
		why: "they are data, with as much code as it takes to embed them"},
	{from: []string{"population"}, to: []string{"..."}, but: []string{"chance", "papers"},
		why: "people are pure functions of seed, number and day: no state, no clock, no operation; a document says how it is drawn"},
	{from: []string{"contract", "contract/ledger"}, to: []string{"..."}, but: []string{"chance", "store", "document", "schema"},
		why: "everything is derived from the table, so the table knows nothing that is derived from it, nor any service"},
	{from: []string{"faults"}, to: []string{"..."}, but: []string{"chance", "store", "document", "schema", "contract"},
		why: "a fault is a decision; the gateway carries it out"},
	{from: []string{"world"}, to: []string{"..."}, but: []string{"chance", "store", "document", "schema", "papers", "contract", "population"},
		why: "the world is what the services have in common, and knows none of them"},
	{from: services, to: services,
		why: "services never call each other: what they share is in the world"},
	{from: services, to: []string{"..."},
		but: slices.Concat(services, []string{"chance", "store", "document", "schema", "money", "papers", "contract", "population", "world"}),
		why: "a behaviour knows its call: no sandbox, no clock but the call's, no HTTP, nobody who serves or scripts it"},
	{from: []string{"journal"}, to: []string{"..."}, but: []string{"har", "chance", "store", "document", "schema", "contract"},
		why: "the journal remembers exchanges, whoever had them"},
	{from: []string{"sandbox"}, to: slices.Concat(services, served, []string{"world", "population", "verify/...", "delivery", "expect", "trial"}),
		why: "a sandbox holds state and settings; which services those are and who serves it is no matter of its own"},
	{from: []string{"gateway"}, to: slices.Concat(services, []string{"world", "population", "verify/...", "expect", "trial", "control", "console", "simulator"}),
		why: "the road is the same for every operation: a new one touches nothing here"},
	{from: []string{"scenario/..."}, to: slices.Concat(services, served, []string{"sandbox", "world", "population", "verify/...", "expect", "trial"}),
		why: "a scenario decides what a request meets, whatever sandbox it is in force in; events of a service stand in the table"},
	{from: []string{"openapi/..."}, to: slices.Concat(services, served, []string{"sandbox", "journal", "scenario/...", "world"}),
		why: "the document is derived from the table and nothing else"},
	{from: []string{"verify/..."}, to: slices.Concat(services, served, []string{"sandbox", "journal", "scenario/...", "world", "population"}),
		why: "the suite judges any endpoint by the contract alone: what it knew of the simulator it would believe of the real service"},
	{from: []string{"delivery"}, to: slices.Concat(services, served, []string{"verify/...", "world", "population", "expect", "trial"}),
		why: "what is sent stands in the table: a new push touches nothing here"},
	{from: []string{"control"}, to: []string{"console", "simulator", "verify/..."},
		why: "the console is a client of the control API"},
	{from: []string{"console"}, directly: true, to: slices.Concat(services, []string{"gateway", "sandbox/...", "scenario/...", "simulator"}),
		why: "the pages ask the control API, as everybody does"},
	{from: []string{"..."}, except: []string{"simulator", "execution", "/simtest", "/cmd/..."}, to: []string{"simulator", "execution", "/simtest", "/cmd/..."},
		why: "putting the packages together is the last thing that happens"},
	{from: []string{"/cmd/sim", "simulator"}, to: []string{"contract/calltest", "commitlog/commitlogtest", "commitlog/postgres/postgrestest", "papers/paperstest", "testgc", "testgolden", "testsim", "testtool"},
		why: "these are for tests: they would put package testing into the program, or change when it collects garbage"},
}

// arrows are the packages of a tree with the packages that each imports, outside of
// tests.
func arrows(all []source) map[string][]string {
	graph := map[string][]string{}
	for _, s := range all {
		if s.test {
			continue
		}
		graph[s.pkg()] = append(graph[s.pkg()], nil...)
		for _, i := range s.imports() {
			if to, ok := strings.CutPrefix(i.of, module+"/"); ok && !slices.Contains(graph[s.pkg()], to) {
				graph[s.pkg()] = append(graph[s.pkg()], to)
			}
		}
	}
	for _, to := range graph {
		slices.Sort(to)
	}
	return graph
}

// is reports whether a pattern of a ban means a package.
func is(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	name, absolute := strings.CutPrefix(pattern, "/")
	if !absolute {
		name = "internal/" + name
	}
	if below, ok := strings.CutSuffix(name, "/..."); ok {
		return pkg == below || strings.HasPrefix(pkg, below+"/")
	}
	return pkg == name
}

func isAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return is(p, pkg) })
}

// group is the folder that a package and those below it share: internal/scenario of
// internal/trial. Packages of one group may import each other.
func group(pkg string) string {
	parts := strings.SplitN(pkg, "/", 3)
	if parts[0] != "internal" || len(parts) < 2 {
		return parts[0]
	}
	return parts[0] + "/" + parts[1]
}

// broken lists the arrows that a ban forbids, with the way that they take.
func (b ban) broken(graph map[string][]string) []string {
	var found []string
	for _, from := range slices.Sorted(maps.Keys(graph)) {
		if !isAny(b.from, from) || isAny(b.except, from) {
			continue
		}
		for _, way := range ways(graph, from) {
			to := way[len(way)-1]
			if b.directly && len(way) > 2 {
				break
			}
			if isAny(b.to, to) && !isAny(b.but, to) && group(to) != group(from) {
				found = append(found, fmt.Sprintf("%s must not know %s: %s (%s)", from, to, b.why, strings.Join(way, " > ")))
			}
		}
	}
	return found
}

// ways are the shortest ways from a package to all that it knows, through others too;
// the shortest come first.
func ways(graph map[string][]string, from string) [][]string {
	found := [][]string{{from}}
	seen := map[string]bool{from: true}
	for i := 0; i < len(found); i++ {
		last := found[i][len(found[i])-1]
		for _, to := range graph[last] {
			if !seen[to] {
				seen[to] = true
				found = append(found, append(slices.Clone(found[i]), to))
			}
		}
	}
	return found[1:]
}

func TestArrows(t *testing.T) {
	graph := arrows(theProject(t))
	for _, b := range bans {
		report(t, b.broken(graph))
	}
}

// A ban on what isn't there bans nothing.
func TestBansNamePackagesThatExist(t *testing.T) {
	graph := arrows(theProject(t))
	for _, b := range bans {
		for _, pattern := range slices.Concat(b.from, b.except, b.to, b.but) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(graph)), func(pkg string) bool { return is(pattern, pkg) }) {
				t.Errorf("there is no package %q, of which it is said: %s", pattern, b.why)
			}
		}
	}
}

func TestBansAreFound(t *testing.T) {
	in := func(of ...string) string {
		for i := range of {
			of[i] = module + "/" + of[i]
		}
		return importing(of...)
	}
	tree := map[string]string{
		"internal/a/a.go":              in("internal/b", "internal/a/below"),
		"internal/a/a_test.go":         in("internal/forbidden"),
		"internal/a/below/x.go":        in("internal/a"),
		"internal/b/b.go":              in("internal/c"),
		"internal/c/c.go":              in("internal/forbidden/deep", "cmd/x") + "import _ \"net/http\"\n",
		"internal/forbidden/f.go":      "package f",
		"internal/forbidden/deep/d.go": "package d",
		"cmd/x/main.go":                "package main",
	}
	graph := arrows(sources(t, tree))
	for _, test := range []struct {
		ban  ban
		want []string
	}{
		{ban{from: []string{"a"}, to: []string{"forbidden"}}, nil},
		{ban{from: []string{"a"}, to: []string{"forbidden/..."}, why: "so there"},
			[]string{"internal/a must not know internal/forbidden/deep: so there (internal/a > internal/b > internal/c > internal/forbidden/deep)"}},
		{ban{from: []string{"a/..."}, to: []string{"c"}}, []string{"internal/a must", "internal/a/below must"}},
		{ban{from: []string{"b"}, to: []string{"..."}, directly: true}, []string{"internal/b must not know internal/c"}},
		{ban{from: []string{"b"}, to: []string{"/cmd/..."}}, []string{"internal/b must not know cmd/x"}},
		{ban{from: []string{"a"}, to: []string{"..."}, but: []string{"b", "forbidden/..."}}, []string{"know internal/c", "know cmd/x"}},
		{ban{from: []string{"/cmd/x"}, to: []string{"..."}}, nil},
		{ban{from: []string{"..."}, except: []string{"a/...", "b"}, to: []string{"/cmd/..."}}, []string{"internal/c must not know cmd/x"}},
	} {
		expect(t, test.ban.broken(graph), test.want...)
	}
}
