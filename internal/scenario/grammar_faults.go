package scenario

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/schema"
)

// otherwise are faults by names that they have elsewhere.
var otherwise = map[string]string{
	"timeout": "hang", "slow": "delay", "latency": "delay", "disconnect": "close", "empty": "close", "error": "status", "corrupt": "garbage", "cut": "truncate",
}

// faultWord is a fault without parameters.
func faultWord() *scalar {
	return &scalar{
		words: "fault", what: "a fault, such as reset or {delay: 2s}", editor: same(enum(faults.Words())),
		parse: func(p *checker, n node) (any, bool) {
			if p.lacksParameters(n, "%s") {
				return nil, false
			}
			if _, ok := faults.Lookup(n.Value); !ok {
				p.refuseMeant(n, quote(n.Value), "a fault: "+strings.Join(faults.Names(), ", "), cmp.Or(otherwise[n.Value], document.Meant(n.Value, faults.Names())))
				return nil, false
			}
			return p.fault(n, n.Value, nil)
		},
	}
}

// stepWord is a word of a step, which may be a fault's.
func stepWord(words *scalar) *scalar {
	s := *words
	s.parse = func(p *checker, n node) (any, bool) {
		if !hasOutcome(p.operations, n.Value) && p.lacksParameters(n, "{fault: %s}") {
			return nil, false
		}
		return words.parse(p, n)
	}
	return &s
}

// lacksParameters notes a word that is a fault only with parameters.
func (p *checker) lacksParameters(n node, form string) bool {
	kind, isFault := faults.Lookup(n.Value)
	if !isFault || kind.Word {
		return false
	}
	example := "{" + kind.Name + ": " + kind.Examples[0] + "}"
	p.refuse(n, quote(n.Value)+" without its parameters", strings.Replace(form, "%s", example, 1))
	return true
}

// parameters of a kind of fault, as the kind itself reads and describes them.
type parameters struct{ faults.Kind }

func (k parameters) is() string                  { return "parameters" }
func (k parameters) schema(*schemaWriter) object { return k.Schema }

func (k parameters) read(p *checker, n node) value {
	fault, ok := p.fault(n, k.Name, p.value(n, schema.Shape{}, reading{}))
	return value{node: n, scalar: fault, wrong: !ok}
}

// fault of a kind. What is wrong with a parameter is reported at its place.
func (p *checker) fault(n node, kind string, params any) (any, bool) {
	f, err := faults.Parse(kind, params)
	if err == nil {
		return f, true
	}
	var refused document.Findings
	if !errors.As(err, &refused) {
		p.refuse(n, err.Error(), "a fault")
		return nil, false
	}
	at, finding := n, refused[0]
	for name := range strings.SplitSeq(finding.Path, ".") {
		if next, ok := at.child(name); ok {
			at = next
		}
	}
	finding.Position, finding.Path = p.at(at.Node), at.path
	p.find(finding)
	return nil, false
}

// faultsOf a value that faultKind has read.
func faultsOf(v value) []faults.Fault {
	if f, ok := v.scalar.(faults.Fault); ok {
		return []faults.Fault{f}
	}
	var all []faults.Fault
	for _, one := range slices.Concat(v.entries, v.items) {
		all = append(all, faultsOf(one)...)
	}
	return all
}

// faultWords are those faults in words, with their parameters as they are written.
func faultWords(v value) []string {
	if f, ok := v.scalar.(faults.Fault); ok {
		with := inFlow(v.Node)
		if with == "" || with == f.Kind() {
			return []string{f.Kind()}
		}
		return []string{f.Kind() + " " + cut(with)}
	}
	var all []string
	for _, one := range slices.Concat(v.entries, v.items) {
		all = append(all, faultWords(one)...)
	}
	return all
}

// inFlow is YAML on one line, without quotes.
func inFlow(n *yaml.Node) string {
	switch n.Kind {
	case yaml.AliasNode:
		return inFlow(n.Alias)
	case yaml.SequenceNode:
		all := make([]string, len(n.Content))
		for i, one := range n.Content {
			all[i] = inFlow(one)
		}
		return "[" + strings.Join(all, ", ") + "]"
	case yaml.MappingNode:
		var all []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			all = append(all, inFlow(n.Content[i])+": "+inFlow(n.Content[i+1]))
		}
		return "{" + strings.Join(all, ", ") + "}"
	}
	return n.Value
}

// checkDrift refuses a drift of a field that no answer of a step has.
func (p *checker) checkDrift(v value, ops []*contract.Operation, s *Step) {
	for _, one := range slices.Concat(v.entries, v.items) {
		p.checkDrift(one, ops, s)
	}
	f, ok := v.scalar.(faults.Fault)
	if !ok || v.Kind != yaml.MappingNode || s.OffContract || s.Reply != nil {
		return
	}
	for word, fields := range faults.Drifts(f) {
		at := p.answerShape(ops, s.Outcome)
		for _, name := range fields {
			if _, isList := at.Field(name); !isList && at.Allows("array") {
				at = at.Item(0)
			}
			if strings.HasPrefix(name, "[") {
				continue
			}
			below, named := at.Field(name)
			if !named && at.Known() && !at.Open() {
				param, _ := v.child(word)
				p.refuseWord(param, name, "a field of the answer: "+strings.Join(at.Fields(), ", "), at.Fields())
				break
			}
			at = below
		}
	}
}

// findingKind is which findings are asked for: any, none, or those of a ledger entry.
func findingKind() *scalar {
	const expected = "any, none or the number of a ledger entry"
	words := []string{anyFinding, noFinding}
	return &scalar{
		words: "`any`, `none` or the number of a [ledger entry](ledger.md)", what: expected,
		editor: same(either(enum(words), object{"type": anys("integer", "string"), "minimum": 1, "pattern": allDigits.String()})),
		parse: func(p *checker, n node) (any, bool) {
			switch {
			case n.Value == anyFinding:
				return Remark{Any: true}, true
			case n.Value == noFinding:
				return Remark{None: true}, true
			case !allDigits.MatchString(n.Value):
				p.refuseWord(n, n.Value, expected, words)
				return nil, false
			}
			number, err := strconv.Atoi(n.Value)
			if _, known := ledger.ByNumber(number); err != nil || !known {
				p.refuse(n, n.Value, "the number of a ledger entry, as sim contract lists them")
				return nil, false
			}
			return Remark{Ledger: number}, true
		},
	}
}

// switchDuration is the value of a switch that is a duration. The table bounds it.
func switchDuration(s contract.Switch) *scalar {
	expected := "a duration such as " + s.Default
	k := duration()
	k.what = expected
	k.parse = func(p *checker, n node) (any, bool) {
		_, err := time.ParseDuration(n.Value)
		if err == nil {
			_, err = p.table.Profile(map[string]string{s.Key: n.Value})
		}
		if err != nil {
			p.refuse(n, quote(n.Value), expected)
			return nil, false
		}
		return n.Value, true
	}
	return k
}
