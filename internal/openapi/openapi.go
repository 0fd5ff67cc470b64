// Package openapi writes the contract table as an OpenAPI document: every
// operation, every outcome as an example, the schemas as they are. The document is
// OpenAPI 3.1; for tools that read only 3.0 it is rewritten (older.go).
//
// Nothing in it is said a second time. Paths, texts and statuses are the table's,
// request examples are the documents' own samples, and a response example is what
// the operation really answers to such a sample when it is asked for the outcome
// by name, at a fixed instant and with a fixed seed. So one table always gives the
// same document, to the byte.
package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

// Edition is the part of the document's version that a person raises, by the
// rules of semantic versioning. The other part, behind a plus sign, is a digest of
// the document, so that no two documents have the same version.
const Edition = "1.0.0"

// Specification is a version of the OpenAPI specification.
type Specification string

// The specifications that a document can be written in.
const (
	V30 Specification = "3.0"
	V31 Specification = "3.1"
)

// Document is the OpenAPI document as JSON, indented, with a line end.
func Document(table *contract.Table, spec Specification) ([]byte, error) {
	root, err := document(table, spec)
	if err != nil {
		return nil, err
	}
	return toJSON(root)
}

// YAML is the same document as YAML.
func YAML(table *contract.Table, spec Specification) ([]byte, error) {
	root, err := document(table, spec)
	if err != nil {
		return nil, err
	}
	return toYAML(root)
}

// Version that a document in YAML with an empty version would have.
func Version(unversioned []byte) string {
	sum := sha256.Sum256(unversioned)
	return Edition + "+" + hex.EncodeToString(sum[:6])
}

func document(table *contract.Table, spec Specification) (*yaml.Node, error) {
	w := &writer{table: table, schemas: newComponents()}
	paths, err := w.paths()
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	version := text("")
	root := object(
		"openapi", text("3.1.0"),
		"info", info(version),
		"servers", list(object(
			"url", text(exampleBase),
			"description", text("The simulator at its default address. A sandbox lies below /s/{id}."),
		)),
		"security", list(),
		"tags", w.tags(),
		"paths", paths,
		"components", object("schemas", w.schemas.node()),
	)
	if spec == V30 {
		toOlder(root)
	}
	unversioned, err := toYAML(root)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	version.Value = Version(unversioned)
	return root, nil
}

func info(version *yaml.Node) *yaml.Node {
	return object(
		"title", text("KYC, K2 and ABS"),
		"version", version,
		"summary", text("Three services that debt collection in Kazakhstan is integrated with."),
		"description", text("Derived from the table of operations and outcomes. An outcome is one way in which an operation "+
			"can answer; each is an example of its response, and `x-outcomes` says when it occurs and how sure that is: "+
			"documented, observed publicly, or assumed. Numbers in `x-ledger` are entries of the fidelity ledger. "+
			"Long base64 texts of examples are cut. K2 and ABS tell of errors in the body, with HTTP 200."),
		"contact", object("name", text("kzsim"), "url", text("https://github.com/kzsim/kzsim")),
		"license", object("name", text("MIT"), "identifier", text("MIT")),
	)
}

func (w *writer) tags() *yaml.Node {
	all := list()
	for _, s := range w.table.Services {
		all.Content = append(all.Content, object("name", text(s.Name), "description", text(s.Title)))
	}
	return all
}
