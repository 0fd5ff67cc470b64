package contract

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Schemas are the compiled JSON Schemas of the services' bodies, by name
// (kyc/address_get.request.json).
type Schemas struct {
	compiled map[string]*jsonschema.Schema
}

// schemaBase makes absolute addresses of names; nothing is ever fetched from it.
const schemaBase = "schema:///"

// CompileSchemas compiles the schemas below these folders, formats asserted. A
// reference to anything outside them is an error. It is most of what a start takes,
// so the folders are compiled side by side.
func CompileSchemas(files fs.FS, folders ...string) (*Schemas, error) {
	parts, errs := make([]map[string]*jsonschema.Schema, len(folders)), make([]error, len(folders))
	var compiling sync.WaitGroup
	for i, folder := range folders {
		compiling.Go(func() { parts[i], errs[i] = compileFolder(files, folder) })
	}
	compiling.Wait()
	s := &Schemas{compiled: map[string]*jsonschema.Schema{}}
	for i := range folders {
		if errs[i] != nil {
			return nil, errs[i]
		}
		maps.Copy(s.compiled, parts[i])
	}
	return s, nil
}

func compileFolder(files fs.FS, folder string) (map[string]*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	compiler.AssertFormat = true
	compiler.LoadURL = func(url string) (io.ReadCloser, error) {
		return files.Open(strings.TrimPrefix(url, schemaBase))
	}
	names, err := fs.Glob(files, path.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	compiled := map[string]*jsonschema.Schema{}
	for _, name := range names {
		if compiled[name], err = compiler.Compile(schemaBase + name); err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
	}
	return compiled, nil
}

// Has reports whether there is a schema of that name.
func (s *Schemas) Has(name string) bool { return s.compiled[name] != nil }

// Check answers in what a decoded body does not fit a schema, in the order of
// the body's paths; nothing if it fits.
func (s *Schemas) Check(name string, body any) []Problem {
	schema := s.compiled[name]
	if schema == nil {
		return []Problem{{Expected: "a schema named " + name}}
	}
	err := schema.Validate(body)
	if err == nil {
		return nil
	}
	violation, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return []Problem{{Expected: err.Error()}}
	}
	var problems []Problem
	collect(violation, &problems)
	// The validator goes through the members of an object in no order.
	slices.SortStableFunc(problems, func(a, b Problem) int { return comparePaths(a.Path, b.Path) })
	return problems
}

// comparePaths puts JSON pointers in the order of a document's rows and, within
// them, of the fields' names.
func comparePaths(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	return slices.CompareFunc(as, bs, func(a, b string) int {
		i, errA := strconv.Atoi(a)
		j, errB := strconv.Atoi(b)
		if errA == nil && errB == nil {
			return cmp.Compare(i, j)
		}
		return cmp.Compare(a, b)
	})
}

// CheckValue is Check for a value that isn't decoded JSON yet.
func (s *Schemas) CheckValue(name string, encoded []byte) []Problem {
	body, err := ParseBody(encoded)
	if err != nil {
		return []Problem{{Expected: err.Error()}}
	}
	return s.Check(name, body)
}

// collect keeps the leaves: an inner node only says that its leaves failed. Of
// alternatives the leaves of all are kept.
func collect(v *jsonschema.ValidationError, into *[]Problem) {
	for _, cause := range v.Causes {
		collect(cause, into)
	}
	if len(v.Causes) > 0 {
		return
	}
	keyword := path.Base(v.KeywordLocation)
	where, err := url.PathUnescape(v.InstanceLocation) // the validator escapes more than a JSON pointer does
	if err != nil {
		where = v.InstanceLocation
	}
	if keyword != "required" {
		*into = append(*into, Problem{
			Path: where, Field: firstField(where), Keyword: keyword, Expected: v.Message,
		})
		return
	}
	for _, name := range quoted(v.Message) {
		at := where + "/" + name
		*into = append(*into, Problem{
			Path: at, Field: firstField(at), Keyword: keyword,
			Missing: true, Found: "nothing", Expected: "a value: the field is required",
		})
	}
}

// firstField is the first name in a JSON pointer that isn't an index.
func firstField(pointer string) string {
	for _, part := range strings.Split(pointer, "/") {
		if part != "" && strings.Trim(part, "0123456789") != "" {
			return part
		}
	}
	return ""
}

// quoted are the words between single quotes in the validator's message.
func quoted(message string) []string {
	var words []string
	for i, part := range strings.Split(message, "'") {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

// CheckRequest judges a call's body or query by the operation's schema. Problems
// within a row are kept with the call, for the behaviour to refuse that row
// alone; the others are answered.
func (s *Schemas) CheckRequest(c *Call) []Problem {
	op := c.Operation
	if op.Normalise != nil {
		op.Normalise(c)
	}
	if op.Request == "" {
		return nil
	}
	c.dropMisnamed()
	body := c.Body
	if op.ReadsQuery() {
		body = QueryObject(c.Query)
	}
	var whole []Problem
	for _, p := range s.Check(op.Request, body) {
		row, inRow := rowOf(p.Path, op.Rows)
		if !op.Batch || !inRow {
			whole = append(whole, p)
			continue
		}
		if c.RowProblems == nil {
			c.RowProblems = map[int]Problem{}
		}
		if _, known := c.RowProblems[row]; !known {
			c.RowProblems[row] = p
		}
	}
	return whole
}
