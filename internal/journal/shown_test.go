package journal_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/schemas"
)

// TestMembersThatAreShown: of the members that hold texts, the golden file has those that are
// shown on a shared machine as they are. A new one tells nothing of a person, or its name
// belongs into mask.go.
func TestMembersThatAreShown(t *testing.T) {
	shown := map[string]bool{}
	files, err := fs.Glob(schemas.FS, "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := schemas.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		addShown(t, schema, nil, shown)
	}
	testgolden.Compare(t, "testdata/shown.txt", strings.Join(slices.Sorted(maps.Keys(shown)), "\n")+"\n")
}

// addShown adds the members of a schema, below the members that lead to it, that may be texts
// and are shown.
func addShown(t *testing.T, schema any, below []string, shown map[string]bool) {
	t.Helper()
	switch at := schema.(type) {
	case []any:
		for _, one := range at {
			addShown(t, one, below, shown)
		}
	case map[string]any:
		properties, _ := at["properties"].(map[string]any)
		for name, member := range properties {
			path := append(slices.Clip(below), name)
			addShown(t, member, path, shown)
			if mayBeText(member) && isShown(t, path) {
				shown[name] = true
			}
		}
		for key, part := range at {
			if key != "properties" {
				addShown(t, part, below, shown)
			}
		}
	}
}

// mayBeText reports whether a schema allows a text, as far as its type says.
func mayBeText(schema any) bool {
	object, _ := schema.(map[string]any)
	switch is := object["type"].(type) {
	case string:
		return is == "string"
	case []any:
		return slices.Contains(is, any("string"))
	}
	return object["$ref"] == nil && object["properties"] == nil
}

// isShown reports whether a text at a path of members comes through the mask.
func isShown(t *testing.T, path []string) bool {
	t.Helper()
	const text = "Гаухар"
	var body any = text
	for _, name := range slices.Backward(path) {
		body = map[string]any{name: body}
	}
	return strings.Contains(string(jsonOf(t, journal.MaskedValue(body))), text)
}
