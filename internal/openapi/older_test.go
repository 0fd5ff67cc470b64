package openapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/openapi"
)

func older(t *testing.T) []byte {
	t.Helper()
	doc, err := openapi.YAML(whole(t), openapi.V30)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestOlderDocumentHasOnlyKeywordsOf30 looks at every schema. Public tools look at the
// rest in .ci/openapi.
func TestOlderDocumentHasOnlyKeywordsOf30(t *testing.T) {
	var doc any
	if err := yaml.Unmarshal(older(t), &doc); err != nil {
		t.Fatal(err)
	}
	if version := doc.(map[string]any)["openapi"]; version != "3.0.3" {
		t.Errorf("openapi is %v, want 3.0.3", version)
	}
	known := []string{
		"title", "description", "type", "required", "properties", "additionalProperties", "items", "enum", "format",
		"pattern", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties",
		"not", "allOf", "anyOf", "oneOf", "nullable", "example", "default", "uniqueItems", "$ref", "x-go-name",
	}
	seen := 0
	schemasOf(doc, func(at string, schema map[string]any) {
		seen++
		for keyword := range schema {
			if !slices.Contains(known, keyword) {
				t.Errorf("%s: the keyword %s is not of OpenAPI 3.0", at, keyword)
			}
		}
		if _, is := schema["type"].([]any); is {
			t.Errorf("%s: a list of types", at)
		}
		if schema["type"] == "null" || schema["nullable"] == true && schema["type"] == nil {
			t.Errorf("%s: null without a type: %v", at, schema)
		}
		if schema["type"] == "array" && schema["items"] == nil {
			t.Errorf("%s: an array without items", at)
		}
		if schema["$ref"] != nil && len(schema) > 1 {
			t.Errorf("%s: what stands beside a reference is ignored", at)
		}
	})
	if seen < 300 {
		t.Errorf("only %d schemas", seen)
	}
}

// schemasOf a document or of a part of it.
func schemasOf(n any, visit func(at string, schema map[string]any)) {
	var walk func(at string, n any, isSchema bool)
	walk = func(at string, n any, isSchema bool) {
		switch n := n.(type) {
		case []any:
			for i, child := range n {
				walk(fmt.Sprintf("%s/%d", at, i), child, isSchema)
			}
		case map[string]any:
			if isSchema {
				visit(at, n)
			}
			for key, child := range n {
				below := at + "/" + key
				switch {
				case key == "example" || key == "examples" || key == "enum" || key == "required" && isSchema:
				case key == "schemas" || isSchema && key == "properties":
					for name, one := range child.(map[string]any) {
						walk(below+"/"+name, one, true)
					}
				case isSchema:
					walk(below, child, slices.Contains([]string{"items", "not", "allOf", "anyOf", "oneOf", "additionalProperties"}, key))
				default:
					walk(below, child, key == "schema")
				}
			}
		}
	}
	walk("", n, false)
}

// TestOlderDocumentSaysTheSame: operations, examples and outcomes are those of 3.1.
func TestOlderDocumentSaysTheSame(t *testing.T) {
	newer := written(t, whole(t))
	for _, what := range []string{"operationId: .*", "summary: .*", "x-effect: .*", "confidence: .*", "        sample-[0-9]+:"} {
		pattern := regexp.MustCompile(`(?m)^ +(- )?` + what + `$`)
		want := pattern.FindAll(newer, -1)
		got := pattern.FindAll(older(t), -1)
		if what == "summary: .*" {
			want = want[1:] // of the document itself, which 3.0 does not have
		}
		if !slices.EqualFunc(got, want, bytes.Equal) || len(got) == 0 {
			t.Errorf("%s: %d in 3.0, %d in 3.1", what, len(got), len(want))
		}
	}
}

// TestOlderReferencesLeadSomewhere: schemas are renamed together with what refers to
// them, so that a generated client has each name once.
func TestOlderReferencesLeadSomewhere(t *testing.T) {
	doc := older(t)
	var parsed document
	if err := yaml.Unmarshal(doc, &parsed); err != nil {
		t.Fatal(err)
	}
	refs := regexp.MustCompile(`\$ref: '?#/components/schemas/([^'\n]+)`).FindAllSubmatch(doc, -1)
	if len(refs) < 50 {
		t.Errorf("only %d references", len(refs))
	}
	for _, ref := range refs {
		if _, there := parsed.Components.Schemas[string(ref[1])]; !there {
			t.Errorf("%s leads nowhere", ref[1])
		}
	}
	for name := range parsed.Components.Schemas {
		if strings.HasSuffix(name, ".response") {
			t.Errorf("%s has the name of an operation's result", name)
		}
	}
}

func TestOlderJSONIsValid(t *testing.T) {
	raw, err := openapi.Document(whole(t), openapi.V30)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(raw) {
		t.Error("not JSON")
	}
}
