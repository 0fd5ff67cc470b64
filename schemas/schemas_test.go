package schemas_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/schemas"
)

// root is where the compiler believes the schemas to be; nothing else is read.
const root = "schema:///"

// operation names the schemas of one operation of the contract.
type operation struct{ id, request, response string }

// operations are those of the contract's table.
func operations(t *testing.T) (all []operation) {
	t.Helper()
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range table.Operations() {
		one := operation{id: op.ID, request: op.Request}
		if schema := op.Outcomes[0].Schema; schema != "" { // else it answers a file
			one.response = schema
		}
		all = append(all, one)
	}
	return all
}

// names are the paths of all schemas.
func names(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, service := range []string{"kyc", "k2", "abs"} {
		found, err := fs.Glob(schemas.FS, service+"/*.json")
		if err != nil || len(found) == 0 {
			t.Fatalf("no schemas of %s (%v)", service, err)
		}
		all = append(all, found...)
	}
	return all
}

// compiled are all schemas, compiled with nothing but the embedded files in reach.
func compiled(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	compiler.AssertFormat = true
	compiler.LoadURL = func(url string) (io.ReadCloser, error) {
		name, ours := strings.CutPrefix(url, root)
		if !ours {
			return nil, fmt.Errorf("%s is outside the schemas", url)
		}
		return schemas.FS.Open(name)
	}
	all := map[string]*jsonschema.Schema{}
	for _, name := range names(t) {
		schema, err := compiler.Compile(root + name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = schema
	}
	return all
}

// object is one (sub)schema as it is written.
type object = map[string]any

func read(t *testing.T, name string) object {
	t.Helper()
	text, err := schemas.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return schema
}

// visit calls see for a schema and all below it, with their JSON pointers.
func visit(schema object, at string, see func(at string, schema object)) {
	see(at, schema)
	below := func(at string, value any) {
		if sub, ok := value.(object); ok {
			visit(sub, at, see)
		}
	}
	for _, keyword := range []string{"items", "additionalProperties", "not", "if", "then", "else"} {
		below(at+"/"+keyword, schema[keyword])
	}
	for _, keyword := range []string{"oneOf", "anyOf", "allOf", "prefixItems"} {
		list, _ := schema[keyword].([]any)
		for i, value := range list {
			below(fmt.Sprintf("%s/%s/%d", at, keyword, i), value)
		}
	}
	properties, _ := schema["properties"].(object)
	for name, value := range properties {
		below(at+"/properties/"+name, value)
	}
}

// asked are the schemas that judge requests: those of the operations, and what
// they refer to.
func asked(t *testing.T) map[string]bool {
	t.Helper()
	reached := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		visit(read(t, name), "", func(_ string, schema object) {
			if ref, ok := schema["$ref"].(string); ok {
				reach(strings.TrimPrefix(ref, "/"))
			}
		})
	}
	for _, op := range operations(t) {
		reach(op.request)
	}
	return reached
}

func TestEveryOperationHasItsSchemas(t *testing.T) {
	have := compiled(t)
	want := map[string]bool{}
	for _, op := range operations(t) {
		want[op.request] = true
		if op.response != "" {
			want[op.response] = true
		}
	}
	got := map[string]bool{}
	for name := range have {
		if strings.HasSuffix(name, ".request.json") || strings.HasSuffix(name, ".response.json") {
			got[name] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schemas of the operations (-want +got):\n%s", diff)
	}
}

func TestIDIsThePath(t *testing.T) {
	for _, name := range names(t) {
		schema := read(t, name)
		if schema["$id"] != name {
			t.Errorf("%s: $id is %v", name, schema["$id"])
		}
		if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: $schema is %v", name, schema["$schema"])
		}
	}
}

func TestReferencesLeadToFilesOfTheFolder(t *testing.T) {
	all := names(t)
	referred := map[string]bool{}
	for _, name := range all {
		visit(read(t, name), name+"#", func(at string, schema object) {
			ref, ok := schema["$ref"].(string)
			if !ok {
				return
			}
			target, rooted := strings.CutPrefix(ref, "/")
			if !rooted || !slices.Contains(all, target) {
				t.Errorf("%s: $ref %q is no file of the folder", at, ref)
			}
			referred[target] = true
		})
	}
	envelopes := []string{"kyc/error.json", "kyc/malformed.json", "k2/error.json", "k2/row_errors.json", "abs/error.json"}
	for _, name := range all {
		named := strings.HasSuffix(name, ".request.json") || strings.HasSuffix(name, ".response.json") ||
			strings.HasSuffix(name, ".fixture.json")
		if !named && !referred[name] && !slices.Contains(envelopes, name) {
			t.Errorf("%s: nothing refers to it", name)
		}
	}
}

// TestEverythingIsDescribed leaves out conditions: they narrow properties that
// are described beside them.
func TestEverythingIsDescribed(t *testing.T) {
	condition := regexp.MustCompile(`/(if|then|else|not)/`)
	property := regexp.MustCompile(`(^|/properties/[^/]+)$`)
	for _, name := range names(t) {
		visit(read(t, name), "", func(at string, schema object) {
			if condition.MatchString(at) || !property.MatchString(at) {
				return
			}
			if text, _ := schema["description"].(string); strings.TrimSpace(text) == "" {
				t.Errorf("%s#%s has no description", name, at)
			}
		})
	}
}

// TestRequestsHoldShapeOnly keeps the values out that services answer about:
// their outcomes could never happen otherwise.
func TestRequestsHoldShapeOnly(t *testing.T) {
	values := []string{
		"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "const",
		"additionalProperties", "unevaluatedProperties",
	}
	for name := range asked(t) {
		visit(read(t, name), "", func(at string, schema object) {
			for _, keyword := range values {
				if _, found := schema[keyword]; found {
					t.Errorf("%s#%s judges a value: %s", name, at, keyword)
				}
			}
		})
	}
}

// TestAnswersAreClosed allows one open end: what an e-document holds.
func TestAnswersAreClosed(t *testing.T) {
	request := asked(t)
	open := map[string]bool{}
	for _, name := range names(t) {
		if request[name] {
			continue
		}
		visit(read(t, name), "", func(at string, schema object) {
			kinds, _ := schema["type"].([]any)
			isObject := schema["type"] == "object" || slices.Contains(kinds, any("object"))
			rest, said := schema["additionalProperties"]
			if isObject && (!said || rest == true) {
				open[name+"#"+at] = true
			}
		})
	}
	want := []string{"kyc/edocument_approve.response.json#/properties/result_json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(open))); diff != "" {
		t.Errorf("open ends of answers (-want +got):\n%s", diff)
	}
}

// decode keeps numbers as they are written, as the services do.
func decode(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Fatalf("%s: more than one value", text)
	}
	return value
}
