package contract

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
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
	problems := slices.Collect(problemsOf(schema.Validate(body)))
	// The validator goes through the members of an object in no order.
	slices.SortStableFunc(problems, func(a, b Problem) int { return comparePaths(a.Path, b.Path) })
	return problems
}

func firstOf(problems iter.Seq[Problem]) (first Problem, count int) {
	for p := range problems {
		if count++; count == 1 || comparePaths(p.Path, first.Path) < 0 {
			first = p
		}
	}
	return first, count
}

// problemsOf a validator's error; none for nil.
func problemsOf(err error) iter.Seq[Problem] {
	return func(yield func(Problem) bool) {
		violation, ok := err.(*jsonschema.ValidationError)
		switch {
		case ok:
			leaves(violation, yield)
		case err != nil:
			yield(Problem{Expected: err.Error()})
		}
	}
}

// comparePaths puts JSON pointers in the order of a document's rows and, within
// them, of the fields' names.
func comparePaths(a, b string) int {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := strings.LastIndexByte(a[:same], '/') + 1
	partA, _, longerA := strings.Cut(a[from:], "/")
	partB, _, longerB := strings.Cut(b[from:], "/")
	switch {
	case partA == partB && longerA == longerB:
		return 0 // they are one path
	case partA == partB && longerA:
		return 1
	case partA == partB:
		return -1
	case isIndex(partA) && isIndex(partB) && len(partA) != len(partB):
		return cmp.Compare(len(partA), len(partB))
	}
	return cmp.Compare(partA, partB)
}

// isIndex reports whether a part of a pointer may be a list's index.
func isIndex(part string) bool {
	for i := range len(part) {
		if part[i] < '0' || part[i] > '9' {
			return false
		}
	}
	return part != ""
}

// CheckValue is Check for a value that isn't decoded JSON yet.
func (s *Schemas) CheckValue(name string, encoded []byte) []Problem {
	body, err := ParseBody(encoded)
	if err != nil {
		return []Problem{{Expected: err.Error()}}
	}
	return s.Check(name, body)
}

// leaves of an error: an inner node only says that its leaves failed. Of alternatives
// the leaves of all are told.
func leaves(v *jsonschema.ValidationError, yield func(Problem) bool) bool {
	if len(v.Causes) > 0 {
		return !slices.ContainsFunc(v.Causes, func(cause *jsonschema.ValidationError) bool { return !leaves(cause, yield) })
	}
	keyword := path.Base(v.KeywordLocation)
	where, err := url.PathUnescape(v.InstanceLocation) // the validator escapes more than a JSON pointer does
	if err != nil {
		where = v.InstanceLocation
	}
	if keyword != "required" {
		return yield(Problem{Path: where, Field: firstField(where), Keyword: keyword, Expected: v.Message})
	}
	for _, name := range quoted(v.Message) {
		at := where + "/" + name
		missing := Problem{
			Path: at, Field: firstField(at), Keyword: keyword,
			Missing: true, Found: "nothing", Expected: "a value: the field is required",
		}
		if !yield(missing) {
			return false
		}
	}
	return true
}

// firstField is the first name in a JSON pointer that isn't an index.
func firstField(pointer string) string {
	for part := range strings.SplitSeq(pointer, "/") {
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
// within a row of a batch are kept with the call, for the behaviour to refuse that
// row alone; the others are answered.
func (s *Schemas) CheckRequest(c *Call) []Problem {
	op := c.Operation
	if op.Normalise != nil {
		op.Normalise(c)
	}
	if op.Request == "" {
		return nil
	}
	c.dropMisnamed()
	c.fields = nil // the body is the one that stays
	if op.ReadsQuery() {
		return s.Check(op.Request, QueryObject(c.Query))
	}
	rows := c.RowValues()
	if !op.Batch || rows == nil {
		return s.Check(op.Request, c.Body)
	}
	c.checkRows(rows)
	return s.Check(op.Request, replaced(c.Body, op.Rows, []any{}))
}

// checkRows judges the rows of a batch one by one: what the validator makes for a
// wrong row is gone before the next.
func (c *Call) checkRows(rows []any) {
	for i, row := range rows {
		first, wrong := firstOf(problemsOf(c.Operation.row.Validate(row)))
		if wrong == 0 {
			continue
		}
		if c.RowProblems == nil {
			c.RowProblems = map[int]Problem{}
		}
		first.Path = fmt.Sprintf("%s/%d%s", c.Operation.Rows, i, first.Path)
		first.Field = firstField(first.Path)
		c.RowProblems[i] = first
	}
}

// row is the schema of one element of the array at a JSON pointer; nil if a schema
// has none there.
func (s *Schemas) row(name, pointer string) *jsonschema.Schema {
	schema := s.compiled[name]
	for member := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if schema != nil && member != "" {
			schema = schema.Properties[member]
		}
	}
	if schema == nil {
		return nil
	}
	return schema.Items2020
}
