package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
)

// LiveFault is a fault that is put on a sandbox while it runs. It has a rule's
// targeting and nothing else of a rule: the answer stays the service's.
type LiveFault struct {
	ID string
	Term
	Target
	Faults []faults.Fault
	Source []byte // as it was written
	text   string // of the faults, in explanations
}

// The bounds of live faults: each request looks at all of them.
const (
	MaxFaults      = 100
	maxFaultSource = 64 << 10 // bytes
)

// ParseFault reads a live fault, YAML or JSON: {on, fault}, a rule's other criteria, a
// name and an end. Without `on` it meets every operation. Begin starts its term.
func ParseFault(source []byte, opts Options) (LiveFault, document.Findings) {
	p := newChecker("fault", opts)
	f := LiveFault{Source: source}
	if v, ok := p.live(source, "a live fault", p.grammar.liveFaults); ok {
		f.Term = p.term(v)
		f.Target, _ = p.target(v)
		f.Faults, f.text = faultsOf(v.at("fault")), strings.Join(faultWords(v.at("fault")), ", ")
		p.checkOnWire(v.node, f.Target, f.Faults)
	}
	return f, p.findings.InOrder()
}

// live reads a live fault or chaos. Without `on` it is about every operation.
func (p *checker) live(source []byte, what string, kind kind) (value, bool) {
	if len(source) > maxFaultSource {
		p.find(document.Finding{
			Position: document.Position{File: p.file, Line: 1, Column: 1}, Severity: document.Error,
			Found: fmt.Sprintf("%s of %d bytes", what, len(source)), Expected: fmt.Sprintf("at most %d", maxFaultSource),
		})
		return value{}, false
	}
	root, ok := p.root(source)
	if !ok {
		return value{}, false
	}
	v := p.read(kind, root)
	if !v.at("on").there() {
		v.entries = append(v.entries, value{node: v.node, key: &yaml.Node{Value: "on"}, scalar: "*"})
	}
	return v, true
}

// Begin the fault's term at an instant of the sandbox's clock. The error is of an end that
// has passed.
func (f LiveFault) Begin(now time.Time) (_ LiveFault, err error) {
	f.Term, err = f.begin(now)
	return f, err
}

// title of the fault in explanations.
func (f LiveFault) title() string {
	if f.Name == "" {
		return "live " + f.ID
	}
	return fmt.Sprintf("live %s (%s)", f.Name, f.ID)
}

const faultPrefix = "fault-"

func faultID(number int) string { return faultPrefix + strconv.Itoa(number) }

// own is what the fault counts and draws by. An id is given once in a run.
func (f LiveFault) own() own { return ownOf("live "+f.ID, "live/"+f.ID) }

// meeting are the live faults that a request meets.
func (s *Settings) meeting(req *request) []LiveFault {
	var met []LiveFault
	for _, f := range s.Faults {
		if f.Ended(req.Now) || f.Direction != req.direction || !slices.Contains(f.operations, req.Operation) {
			continue
		}
		if !f.matches(req) {
			continue
		}
		own := f.own()
		count := f.count(req, &own, f.Times > 0)
		if ok, _ := count.decides(); ok {
			count.decided()
			met = append(met, f)
		}
	}
	return met
}

// Kinds of a live fault's faults, as text.
func (f LiveFault) Kinds() string {
	var kinds []string
	for _, one := range f.Faults {
		kinds = append(kinds, one.Kind())
	}
	return strings.Join(kinds, ", ")
}
