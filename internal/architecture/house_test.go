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

// place of a room in the picture of docs/architecture.md: its floor, the ground
// being the highest number, and how many arrows stand before it there.
type place struct{ floor, step int }

var pictured = regexp.MustCompile(`[a-z][a-z0-9/]*|→`)

// places reads the picture: the first word of a line is the floor's name.
func places(picture string) map[string]place {
	all := map[string]place{}
	for floor, text := range strings.Split(strings.TrimSpace(picture), "\n") {
		step := 0
		for _, word := range pictured.FindAllString(text, -1)[1:] {
			if word == "→" {
				step++
				continue
			}
			all[word] = place{floor, step}
		}
	}
	return all
}

// placeOf a room, or else of the house that it belongs to.
func placeOf(all map[string]place, room string) (place, bool) {
	name := strings.TrimPrefix(room, "internal/")
	p, is := all[name]
	if !is {
		p, is = all[strings.TrimPrefix(house(room), "internal/")]
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
			down := b.floor > a.floor || b.floor == a.floor && b.step > a.step
			if is && !down && house(from) != house(to) {
				found = append(found, fmt.Sprintf("%s imports %s, which is not below it", from, to))
			}
		}
	}
	return found
}

// TestHouseOnThePage: the page has every room in its table, every room of the
// program in its picture, and no import that goes up.
func TestHouseOnThePage(t *testing.T) {
	content, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	_, picture, _ := strings.Cut(page, "```text\nprogram")
	picture, table, found := strings.Cut("program"+picture, "```")
	if !found {
		t.Fatal("the page has no picture that begins with the floor program")
	}
	all, graph := places(picture), arrows(theProject(t))
	program := map[string][]string{}
	for _, start := range []string{"cmd/sim", "simtest"} {
		for _, way := range append(ways(graph, start), []string{start}) {
			room := way[len(way)-1]
			program[room] = graph[room]
			if _, is := placeOf(all, room); !is {
				t.Errorf("the page's picture lacks %s", room)
			}
		}
	}
	report(t, upwards(all, program))
	for _, room := range slices.Sorted(maps.Keys(graph)) {
		name := strings.TrimPrefix(room, "internal/")
		below := name[strings.LastIndexByte(name, '/')+1:]
		if !strings.HasPrefix(room, "examples") && !strings.Contains(table, "`"+name+"`") &&
			!strings.Contains(table, "`/"+room+"`") && !strings.Contains(table, "`"+below+"`") {
			t.Errorf("the page's table lacks %s", room)
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
