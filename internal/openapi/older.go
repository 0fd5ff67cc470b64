package openapi

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// toOlder rewrites a document of OpenAPI 3.1 as one of 3.0.3. Keywords that 3.0 has
// in another form get that form. Keywords that it does not have are left out, so the
// result accepts all that the document accepts.
func toOlder(root *yaml.Node) {
	member(root, "openapi").Value = "3.0.3"
	about := member(root, "info")
	remove(about, "summary")
	licence := member(about, "license")
	remove(licence, "identifier")
	add(licence, "url", text("https://opensource.org/license/mit"))
	schemas := member(member(root, "components"), "schemas")
	for i := 0; i < len(schemas.Content); i += 2 {
		schemas.Content[i].Value = olderName(schemas.Content[i].Value)
	}
	olderSchemas(schemas)
	olderPaths(member(root, "paths"))
}

// olderName of a component. Generators give an operation's result the name of the
// operation and "Response", so no schema may have it.
func olderName(name string) string {
	if operation, is := strings.CutSuffix(name, ".response"); is {
		return operation + ".answer"
	}
	return name
}

// olderPaths rewrites what stands behind `schema`, and describes files.
func olderPaths(n *yaml.Node) {
	if n.Kind == yaml.SequenceNode {
		for _, child := range n.Content {
			olderPaths(child)
		}
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, value := n.Content[i].Value, n.Content[i+1]; key {
		case "example", "examples":
		case "schema":
			olderSchema(value)
		case "content":
			describeFiles(value)
			olderPaths(value)
		default:
			olderPaths(value)
		}
	}
}

// describeFiles gives a media type without a schema the one that 3.0 has for files.
func describeFiles(content *yaml.Node) {
	for i := 1; i < len(content.Content); i += 2 {
		if media := content.Content[i]; member(media, "schema") == nil {
			add(media, "schema", object("type", text("string"), "format", text("binary")))
		}
	}
}

// olderSchemas rewrites each member of an object of schemas.
func olderSchemas(n *yaml.Node) {
	for i := 1; i < len(n.Content); i += 2 {
		olderSchema(n.Content[i])
	}
}

// unknownBefore are the keywords that 3.0 does not have and has nothing for.
var unknownBefore = []string{
	"prefixItems", "unevaluatedProperties", "dependentRequired", "if", "then", "else",
	"contentEncoding", "contentMediaType",
}

func olderSchema(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return // additionalProperties: false
	}
	for _, keyword := range unknownBefore {
		remove(n, keyword)
	}
	if required := member(n, "required"); required != nil && len(required.Content) == 0 {
		remove(n, "required") // 3.0 wants at least one name
	}
	olderConst(n)
	olderTypes(n)
	olderNull(n)
	olderRef(n)
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, value := n.Content[i].Value, n.Content[i+1]; key {
		case "properties":
			dropTwins(value)
			nameTexts(value)
			olderSchemas(value)
		case "items", "additionalProperties", "not":
			olderSchema(value)
		case "allOf", "anyOf", "oneOf":
			for _, branch := range value.Content {
				olderSchema(branch)
			}
		}
	}
}

// olderConst writes a constant as the only value of an enumeration, and the first of
// several examples as the example.
func olderConst(n *yaml.Node) {
	if constant := member(n, "const"); constant != nil {
		remove(n, "const")
		add(n, "enum", list(constant))
	}
	if examples := member(n, "examples"); examples != nil {
		remove(n, "examples")
		add(n, "example", examples.Content[0])
	}
}

// dropTwins leaves out a property whose name differs from another one's only by
// spaces around it (ledger 57): in a generated struct both would be one field.
func dropTwins(properties *yaml.Node) {
	for i := len(properties.Content) - 2; i >= 0; i -= 2 {
		name := properties.Content[i].Value
		if trimmed := strings.TrimSpace(name); trimmed != name && member(properties, trimmed) != nil {
			remove(properties, name)
		}
	}
}

// nameTexts gives K2's texts of references (cli_id$ beside cli_id) names of their own
// in Go, where a sign such as $ is left out of a name.
func nameTexts(properties *yaml.Node) {
	for i := 0; i+1 < len(properties.Content); i += 2 {
		of, is := strings.CutSuffix(properties.Content[i].Value, "$")
		if !is {
			continue
		}
		name := ""
		for word := range strings.SplitSeq(of, "_") {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
		add(properties.Content[i+1], "x-go-name", text(name+"Text"))
	}
}

// olderTypes writes a list of types as `nullable`, and as a choice if more than one
// type is left. A number is a double, since without a format some generators take a
// float of 32 bits, which is too short for amounts.
func olderTypes(n *yaml.Node) {
	types := member(n, "type")
	if types != nil && types.Value == "number" && member(n, "format") == nil {
		add(n, "format", text("double"))
	}
	if types == nil || types.Kind != yaml.SequenceNode {
		return
	}
	named := slices.DeleteFunc(slices.Clone(types.Content), isNull)
	if len(named) < len(types.Content) {
		add(n, "nullable", truth(true))
	}
	if len(named) == 1 {
		*types = *named[0]
		return
	}
	choice := list()
	for _, t := range named {
		choice.Content = append(choice.Content, object("type", t))
	}
	remove(n, "type")
	add(n, "oneOf", choice)
}

func isNull(t *yaml.Node) bool { return t.Value == "null" }

// olderNull takes the type null from a choice: the first branch that is left is
// nullable. Only a schema with a type can be that.
func olderNull(n *yaml.Node) {
	for _, keyword := range []string{"anyOf", "oneOf"} {
		choice := member(n, keyword)
		if choice == nil {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(choice.Content), func(branch *yaml.Node) bool {
			t := member(branch, "type")
			return t != nil && isNull(t)
		})
		if len(left) < len(choice.Content) {
			choice.Content = left
			add(left[0], "nullable", truth(true))
		}
	}
}

// olderRef keeps what stands beside a reference, which 3.0 would ignore.
func olderRef(n *yaml.Node) {
	ref := member(n, "$ref")
	if ref == nil {
		return
	}
	ref.Value = olderName(ref.Value)
	if len(n.Content) == 2 {
		return
	}
	remove(n, "$ref")
	add(n, "allOf", list(object("$ref", ref)))
}
