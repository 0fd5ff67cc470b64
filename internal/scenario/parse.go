package scenario

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// Options of Parse.
type Options struct {
	Table   *contract.Table
	Schemas fs.FS             // that the table was made of; the embedded ones if nil
	Beside  fs.FS             // the folder of the document, where `use` looks first; nil for none
	Library fs.FS             // where `use` looks next; nil for none
	Set     map[string]string // values of vars instead of those that the document has
}

// checker reads one file. What it shares with the checkers of the files that this
// one uses is behind pointers.
type checker struct {
	opts     Options
	table    *contract.Table
	shapes   *schema.Set
	file     string
	folder   fs.FS             // that holds the file
	using    []string          // the files that led here, for loops
	used     *int              // how many files have been used in all
	files    map[string]string // those, by their names
	layers   *int
	fieldsOf map[*contract.Operation][]string
	fits     map[string][]*contract.Operation // by the patterns that were asked for
	items    map[string]node                  // of given, by file and path
	terms    *int                             // values and operators in all expressions so far
	loose    *bool                            // a rule answers off the contract, so an answer may hold anything
	findings *document.Findings
	distinct *document.Findings // without those of the other items of an each

	made     *int                           // values that each has made
	lists    map[*yaml.Node]bool            // those in which an each was
	seen     map[*yaml.Node]map[string]any  // values that the ${…} of a scalar sees
	programs map[string]*expression.Program // of ${…} that see known values alone; nil for one that was refused
	budget   *expression.Budget             // of these

	state      *seen // what of it the expression under way may look at; nil for nothing
	grammar    *grammar
	whole      kind                  // of the grammar: what is read
	known      map[string][][]string // where in it each key may stand
	operations []*contract.Operation // that the values under way are about
	calls      bool                  // the rule that is read is about calls
	called     []*contract.Operation // by the step of a try before
}

func newChecker(file string, opts Options) *checker {
	if opts.Schemas == nil {
		opts.Schemas = schemas.FS
	}
	return &checker{
		grammar: grammarOf(opts.Table), operations: opts.Table.Operations(),
		opts: opts, table: opts.Table, shapes: schema.New(opts.Schemas), file: file, folder: opts.Beside,
		made: new(int), lists: map[*yaml.Node]bool{}, seen: map[*yaml.Node]map[string]any{}, programs: map[string]*expression.Program{}, budget: new(expression.Budget),
		used: new(int), files: map[string]string{}, layers: new(int), terms: new(int), loose: new(bool), findings: &document.Findings{}, distinct: &document.Findings{},
		fieldsOf: map[*contract.Operation][]string{}, fits: map[string][]*contract.Operation{}, items: map[string]node{},
	}
}

// Parse checks a document, YAML or JSON, under the name by which findings call it.
// The scenario is nil if one of the findings is an error. It never reads more than
// the document and, from the folders in the options, what it uses.
func Parse(name string, source []byte, opts Options) (*Scenario, document.Findings) {
	p := newChecker(name, opts)
	s := p.document(source)
	return unlessBroken(s, *p.distinct)
}

// unlessBroken is what was read of a document; the zero value if one of the findings is an error.
func unlessBroken[T any](v T, findings document.Findings) (T, document.Findings) {
	if findings = findings.InOrder(); findings.Broken() {
		var none T
		return none, findings
	}
	return v, findings
}

// ParseFile is Parse for a file, whose size is looked at before it is read.
func ParseFile(files fs.FS, name string, opts Options) (*Scenario, document.Findings) {
	source, err := readBounded(files, name)
	if err != nil {
		return nil, []document.Finding{{
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

func (p *checker) document(source []byte) *Scenario {
	root, ok := p.root(source)
	if !ok {
		return nil
	}
	vars, known := p.readVars(root)
	p.make(root, known)
	v := p.read(p.grammar.document, root)
	s := &Scenario{
		Vars: vars, Set: p.opts.Set,
		File: p.file, Source: source, Name: as[string](v.at("scenario")), About: as[string](v.at("about")), Tags: withTags(nil, v),
	}
	used := p.use(v.at("use"))
	s.Used = p.files
	p.sections(v, s)
	s.Given = append(used.Given, s.Given...)
	s.Rules = append(s.Rules, used.Rules...)
	s.Cases = p.cases(v.at("cases"), s)
	p.checkWhole(s)
	s.made = *p.made
	return s
}

// read a whole document by its grammar.
func (p *checker) read(k kind, root node) value {
	p.whole = k
	return k.read(p, root)
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

// sections reads what a document and each of its cases may have.
func (p *checker) sections(v value, s *Scenario) {
	*p.layers++
	if seed := v.at("seed"); seed.scalar != nil {
		number := chance.Seed(as[uint64](seed))
		s.Seed = &number
	}
	if clock := v.at("clock"); clock.there() {
		s.Clock = p.clock(clock)
	}
	if profile := v.at("profile"); profile.there() {
		s.Profile = p.profile(profile)
	}
	if targets := v.at("targets"); targets.there() {
		s.Targets = targets.texts()
	}
	s.Given = p.given(v.at("given"), "", &scope{used: map[string]bool{}})
	s.Rules = p.rules(v.at("rules"))
	s.Must = p.must(v.at("must"))
	s.Try = p.try(v.at("try"), s.Targets)
}

// cases are scenarios of their own that share what their file says: it is true in
// each case, and the case's own rules go first.
func (p *checker) cases(v value, shared *Scenario) []*Scenario {
	var all []*Scenario
	p.once(v.items, "case")
	for _, one := range v.items {
		c := *shared
		c.Name, c.Cases, c.Try = shared.Name+"/"+as[string](one.at("name")), nil, nil
		if about := one.at("about"); about.there() {
			c.About = as[string](about)
		}
		own := Scenario{Seed: c.Seed, Clock: c.Clock, Profile: c.Profile, Targets: c.Targets}
		p.sections(one, &own)
		c.Seed, c.Clock, c.Profile, c.Try = own.Seed, own.Clock, own.Profile, own.Try
		c.Given = slices.Concat(shared.Given, own.Given)
		c.Tags = withTags(shared.Tags, one)
		c.Rules = slices.Concat(own.Rules, shared.Rules)
		c.Must = slices.Concat(own.Must, shared.Must)
		c.Targets = own.Targets
		all = append(all, &c)
	}
	return all
}

// withTags are tags and those of a document or a case, each once.
func withTags(shared []string, v value) []string {
	all := slices.Clone(shared)
	for _, one := range v.at("tags").items {
		if tag := as[string](one); tag != "" && !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

// once refuses a name that stands twice in a list.
func (p *checker) once(items []value, what string) {
	lines := map[string]int{}
	for _, one := range items {
		name := one.at("name")
		text := as[string](name)
		if line, twice := lines[text]; twice && text != "" {
			p.refuse(name.node, quote(text)+" a second time", fmt.Sprintf("another name: the %s on line %d has it", what, line))
		}
		lines[text] = one.Line
	}
}

// clock answers settings whose mode is empty where the document names none.
func (p *checker) clock(v value) *clock.Settings {
	start, zone := v.at("start"), v.at("zone")
	s := clock.Settings{
		Start: as[time.Time](start), Mode: clock.Mode(as[string](v.at("mode"))), Speed: as[float64](v.at("speed")), Zone: as[string](zone),
	}
	if start.scalar != nil && clock.CheckInstant(s.Start) != nil {
		p.refuse(start.node, start.describe(), fmt.Sprintf("an instant from %s to %s",
			clock.Earliest.Format(time.DateOnly), clock.Latest.Format(time.DateOnly)))
	}
	if s.Speed > 0 {
		s.Mode = clock.Speed
	}
	if s.Zone != "" && clock.CheckZone(s.Zone) != nil {
		p.refuse(zone.node, quote(s.Zone), "a zone of the tz database, such as "+clock.DefaultZone)
	}
	return &s
}

func (p *checker) profile(v value) *contract.Profile {
	profile, err := p.table.Profile(v.texts())
	if err != nil {
		p.refuse(v.node, err.Error(), "a preset and switches")
	}
	return &profile
}
