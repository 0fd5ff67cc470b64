package scenario

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// Options of Parse.
type Options struct {
	Table   *contract.Table
	Schemas fs.FS // that the table was made of; the embedded ones if nil
	Beside  fs.FS // the folder of the document, where `use` looks first; nil for none
	Library fs.FS // where `use` looks next; nil for none
}

// checker reads one file. What it shares with the checkers of the files that this
// one uses is behind pointers.
type checker struct {
	opts     Options
	table    *contract.Table
	shapes   *schema.Set
	file     string
	folder   fs.FS             // where the file lies
	using    []string          // the files that led here, for loops
	used     *int              // how many files have been used in all
	files    map[string][]byte // those, by their names
	layers   *int
	fieldsOf map[*contract.Operation][]string
	terms    *int  // values and operators in all expressions so far
	loose    *bool // a rule answers off the contract, so an answer may hold anything
	findings *document.Findings
}

func newChecker(file string, opts Options) *checker {
	if opts.Schemas == nil {
		opts.Schemas = schemas.FS
	}
	return &checker{
		opts: opts, table: opts.Table, shapes: schema.New(opts.Schemas), file: file, folder: opts.Beside,
		used: new(int), files: map[string][]byte{}, layers: new(int), terms: new(int), loose: new(bool), findings: &document.Findings{},
		fieldsOf: map[*contract.Operation][]string{},
	}
}

// Parse checks a document, YAML or JSON, under the name by which findings call it.
// The scenario is nil if one of the findings is an error. It never reads more than
// the document and, from the folders in the options, what it uses.
func Parse(name string, source []byte, opts Options) (*Scenario, document.Findings) {
	p := newChecker(name, opts)
	s := p.document(source)
	findings := p.findings.InOrder()
	if findings.Broken() {
		return nil, findings
	}
	return s, findings
}

// ParseFile is Parse for a file, whose size is looked at before it is read.
func ParseFile(files fs.FS, name string, opts Options) (*Scenario, document.Findings) {
	source, err := readBounded(files, name)
	if err != nil {
		return nil, document.Findings{{
			Position: document.Position{File: name, Line: 1, Column: 1}, Found: err.Error(),
			Expected: fmt.Sprintf("a file of at most %d bytes (1 MiB)", document.MaxSize), Severity: document.Error,
		}}
	}
	return Parse(name, source, opts)
}

func readBounded(files fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > document.MaxSize:
		return nil, fmt.Errorf("a file of %d bytes", info.Size())
	}
	return fs.ReadFile(files, name)
}

// topKeys of a document, in the order in which they are explained.
var topKeys = []string{
	"version", "scenario", "about", "use", "seed", "clock", "profile", "given", "rules", "must", "try", "cases",
}

func (p *checker) document(source []byte) *Scenario {
	root, ok := p.root(source)
	if !ok {
		return nil
	}
	fields, ok := p.fields(root, "a mapping with the keys version, scenario, rules", topKeys...)
	if !ok {
		return nil
	}
	p.version(root, fields)
	s := &Scenario{File: p.file, Source: source, Name: p.name(root, fields, "scenario")}
	if e, ok := fields["about"]; ok {
		s.About, _ = p.text(e.node, "a sentence about what the scenario shows")
	}
	used := p.use(fields["use"])
	s.Used = p.files
	p.sections(fields, s)
	s.Given = append(used.Given, s.Given...)
	s.Rules = append(s.Rules, used.Rules...)
	s.Cases = p.cases(fields["cases"], s)
	p.checkWhole(s)
	return s
}

func (p *checker) root(source []byte) (node, bool) {
	doc, findings := document.Read(p.file, source, form)
	if findings != nil {
		for _, f := range findings {
			p.find(f)
		}
		return node{}, false
	}
	return node{Node: doc.Root}, true
}

func (p *checker) version(root node, fields map[string]entry) {
	e, ok := p.required(root, fields, "version", "the language's version, "+Version)
	if ok && e.Value != Version {
		p.refuse(e.node, e.describe(), "version "+Version+", the only one that there is")
	}
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (p *checker) name(n node, fields map[string]entry, key string) string {
	e, ok := p.required(n, fields, key, "a name in kebab-case")
	if !ok {
		return ""
	}
	name, ok := p.text(e.node, "a name in kebab-case")
	if ok && !kebab.MatchString(name) {
		p.refuse(e.node, quote(name), "a name in kebab-case: small letters, digits and single hyphens")
	}
	return name
}

// sections reads what a document and each of its cases may have.
func (p *checker) sections(fields map[string]entry, s *Scenario) {
	*p.layers++
	if e := fields["seed"]; e.Node != nil {
		s.Seed = p.seed(e.node)
	}
	if e := fields["clock"]; e.Node != nil {
		s.Clock = p.clock(e.node)
	}
	if e := fields["profile"]; e.Node != nil {
		s.Profile = p.profile(e.node)
	}
	if e := fields["given"]; e.Node != nil {
		s.Given = p.given(e.node, "")
	}
	if e := fields["rules"]; e.Node != nil {
		s.Rules = p.rules(e.node)
	}
	if e := fields["must"]; e.Node != nil {
		s.Must = p.must(e.node)
	}
	if e := fields["try"]; e.Node != nil {
		s.Try = p.try(e.node)
	}
}

func (p *checker) seed(n node) *chance.Seed {
	text, ok := p.text(n, "a whole number")
	if !ok {
		return nil
	}
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		p.refuse(n, quote(text), "a whole number, 0 or more")
		return nil
	}
	seed := chance.Seed(v)
	return &seed
}
