// Package schema reads and compiles JSON Schemas, says in what a value doesn't fit one,
// and answers what a schema says about its fields.
//
// It hides the validator: what it finds is given by places of the value instead of the
// schema, and where a schema has alternatives of the one that the value was most likely
// meant to be.
package schema

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
)

// Set is the schemas of some files, by name (kyc/address_get.request.json). Each is read
// and compiled when it is first used. A reference is "/" and such a name, or a pointer
// into the same schema; nothing else can be referred to. It is safe for concurrent use.
type Set struct {
	files    fs.FS
	compiled sync.Map // *Schema by name

	mu        sync.Mutex
	compilers map[string]*compiler // by folder
	read      map[string]object
}

type object = map[string]any

// compiler of one folder's schemas. Folders are compiled side by side.
type compiler struct {
	sync.Mutex
	*jsonschema.Compiler
}

// base makes absolute addresses of names; nothing is ever fetched from it.
const base = "schema:///"

// ofEmbedded are the sets of files that are part of the program.
var ofEmbedded sync.Map // *Set by embed.FS

// New answers the set of the schemas in these files. Embedded files never change: they have one
// set in the process, so that each of their schemas is compiled once.
func New(files fs.FS) *Set {
	set := &Set{files: files, compilers: map[string]*compiler{}, read: map[string]object{}}
	if embedded, ok := files.(embed.FS); ok {
		known, _ := ofEmbedded.LoadOrStore(embedded, set)
		return known.(*Set)
	}
	return set
}

// Schema is one that is compiled.
type Schema struct {
	compiled *jsonschema.Schema
	plain    *plain
}

func newSchema(compiled *jsonschema.Schema) *Schema {
	return &Schema{compiled, plainOf{}.schema(compiled)}
}

// Schema of a name, formats asserted.
func (s *Set) Schema(name string) (*Schema, error) {
	if known, ok := s.compiled.Load(name); ok {
		return known.(*Schema), nil
	}
	c := s.compiler(path.Dir(name))
	c.Lock()
	defer c.Unlock()
	compiled, err := c.Compile(base + name)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	schema := newSchema(compiled)
	s.compiled.Store(name, schema)
	return schema, nil
}

func (s *Set) compiler(folder string) *compiler {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.compilers[folder]; c != nil {
		return c
	}
	c := newCompiler()
	c.LoadURL = func(address string) (io.ReadCloser, error) {
		return s.files.Open(strings.TrimPrefix(address, base))
	}
	s.compilers[folder] = &compiler{Compiler: c}
	return s.compilers[folder]
}

// newCompiler asserts formats, and knows "currency".
func newCompiler() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.Draft, c.AssertFormat = jsonschema.Draft2020, true
	c.Formats[currencyFormat] = isCurrency
	return c
}

// Has reports whether there is a schema of that name.
func (s *Set) Has(name string) bool {
	info, err := fs.Stat(s.files, name)
	return err == nil && info.Mode().IsRegular()
}

// Items is the schema of the elements of the list at a JSON pointer; nil if a schema has
// no list there.
func (s *Schema) Items(pointer string) *Schema {
	at := s.compiled
	for member := range document.Steps(pointer) {
		if at = at.Properties[member]; at == nil {
			return nil
		}
	}
	if at.Items2020 == nil {
		return nil
	}
	return newSchema(at.Items2020)
}

// raw is a schema as it is written; nil if there is none.
func (s *Set) raw(name string) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	if doc, ok := s.read[name]; ok {
		return doc
	}
	var doc object
	if text, err := fs.ReadFile(s.files, name); err != nil || json.Unmarshal(text, &doc) != nil {
		doc = nil
	}
	s.read[name] = doc
	return doc
}

// Tree is a schema as it is written, its keywords and fields in their order. Each call
// answers another tree.
func (s *Set) Tree(name string) (*yaml.Node, error) {
	text, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, err
	}
	doc, findings := document.Read(name, text, document.Form{Want: "a JSON Schema"})
	if findings != nil {
		return nil, findings
	}
	return doc.Root, nil
}
