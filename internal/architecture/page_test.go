package architecture

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// place of a package in the picture of docs/architecture.md: its layer, the ground
// being the highest number, and how many arrows stand before it there.
type place struct{ layer, step int }

var pictured = regexp.MustCompile(`[a-z][a-z0-9/]*|→`)

// places reads the picture: the first word of a line is the layer's name.
func places(picture string) map[string]place {
	all := map[string]place{}
	for layer, text := range strings.Split(strings.TrimSpace(picture), "\n") {
		step := 0
		for _, word := range pictured.FindAllString(text, -1)[1:] {
			if word == "→" {
				step++
				continue
			}
			all[word] = place{layer, step}
		}
	}
	return all
}

// placeOf a package, or else of the group that it belongs to.
func placeOf(all map[string]place, pkg string) (place, bool) {
	name := strings.TrimPrefix(pkg, "internal/")
	p, is := all[name]
	if !is {
		p, is = all[strings.TrimPrefix(group(pkg), "internal/")]
	}
	return p, is
}

// upwards lists the imports that go up by the picture.
func upwards(all map[string]place, graph map[string][]string) []string {
	var found []string
	for _, from := range slices.Sorted(maps.Keys(graph)) {
		a, is := placeOf(all, from)
		if !is {
			continue
		}
		for _, to := range graph[from] {
			b, is := placeOf(all, to)
			down := b.layer > a.layer || b.layer == a.layer && b.step > a.step
			if is && !down && group(from) != group(to) {
				found = append(found, fmt.Sprintf("%s imports %s, which is not below it", from, to))
			}
		}
	}
	return found
}

// TestArchitecturePage: the page has every package in its table, every package of the
// program in its picture, and no import that goes up.
func TestArchitecturePage(t *testing.T) {
	content, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	_, picture, _ := strings.Cut(page, "```text\nprogram")
	picture, table, found := strings.Cut("program"+picture, "```")
	if !found {
		t.Fatal("the page has no picture that begins with the layer program")
	}
	files := theProject(t)
	all, graph := places(picture), arrows(files)
	program := map[string][]string{}
	for _, start := range []string{"cmd/sim", "simtest"} {
		for _, way := range append(ways(graph, start), []string{start}) {
			pkg := way[len(way)-1]
			program[pkg] = graph[pkg]
			if _, is := placeOf(all, pkg); !is {
				t.Errorf("the page's picture lacks %s", pkg)
			}
		}
	}
	report(t, upwards(all, program))
	packages := map[string]bool{} // those that have tests alone, too
	for _, file := range files {
		packages[file.pkg()] = true
	}
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		name := strings.TrimPrefix(pkg, "internal/")
		below := name[strings.LastIndexByte(name, '/')+1:]
		if !strings.HasPrefix(pkg, "examples") && !strings.Contains(table, "`"+name+"`") &&
			!strings.Contains(table, "`/"+pkg+"`") && !strings.Contains(table, "`"+below+"`") {
			t.Errorf("the page's table lacks %s", pkg)
		}
	}
}

func TestUpwardsIsFound(t *testing.T) {
	all := places("top  a → b\nlow  c  d")
	graph := map[string][]string{
		"internal/a": {"internal/b", "internal/c"}, "internal/b": {"internal/a"}, "internal/c": {"internal/d", "internal/a"},
	}
	expect(t, upwards(all, graph), "internal/b imports internal/a", "internal/c imports internal/d", "internal/c imports internal/a")
}
