package control_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestOpenAPIIsTheRouter: the document says neither more nor less than what is
// routed, and every variable of a path is a parameter.
func TestOpenAPIIsTheRouter(t *testing.T) {
	var document struct {
		Paths map[string]map[string]struct {
			Summary    string
			Parameters []struct{ Name, In string }
			Responses  map[string]any
		}
	}
	w := newRig(t, nil).do("GET", "/_sim/openapi.json", "")
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, route := range routed(t) {
		method, path, _ := strings.Cut(route, " ")
		want = append(want, strings.ToLower(method)+" "+path)
	}
	for path, operations := range document.Paths {
		for method, op := range operations {
			got = append(got, method+" "+path)
			if op.Summary == "" || len(op.Responses) != 2 {
				t.Errorf("%s %s: summary %q, %d responses", method, path, op.Summary, len(op.Responses))
			}
			variables := 0
			for _, p := range op.Parameters {
				if p.In == "path" {
					variables++
				}
			}
			if variables != strings.Count(path, "{") {
				t.Errorf("%s %s: %d path parameters", method, path, variables)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	diff(t, "operations", want, got)
}

// TestWhatNeverChangesIsMadeOnce: to check the library, or to write the OpenAPI document of the
// services, takes tens of thousands of allocations. An answer of what was made before takes few.
func TestWhatNeverChangesIsMadeOnce(t *testing.T) {
	r := newRig(t, nil)
	for _, path := range []string{"/_sim/scenarios", "/_sim/contract/openapi.json"} {
		var first, second string
		allocated := testing.AllocsPerRun(1, func() { first, second = second, r.do("GET", path, "").Body.String() })
		if allocated > 2000 || first == "" || first != second {
			t.Errorf("%s: %.0f allocations, answers of %d and %d bytes", path, allocated, len(first), len(second))
		}
	}
}
