package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
)

// LiveFault is a fault that is put on a sandbox while it runs. It has a rule's
// targeting and nothing else of a rule: the answer stays the service's.
type LiveFault struct {
	ID string
	Target
	Faults []faults.Fault
	Source []byte // as it was written
}

// The bounds of live faults: each request looks at all of them.
const (
	MaxFaults      = 100
	maxFaultSource = 64 << 10 // bytes
)

// ParseFault reads a live fault, YAML or JSON: {on, fault} and a rule's other
// criteria. Without `on` it meets every operation.
func ParseFault(source []byte, opts Options) (LiveFault, document.Findings) {
	p := newChecker("fault", opts)
	f := LiveFault{Source: source}
	if len(source) > maxFaultSource {
		p.find(document.Finding{
			Position: document.Position{File: p.file, Line: 1, Column: 1}, Severity: document.Error,
			Found: fmt.Sprintf("a live fault of %d bytes", len(source)), Expected: fmt.Sprintf("at most %d", maxFaultSource),
		})
	} else if root, ok := p.root(source); ok {
		v := p.read(p.grammar.liveFaults, root)
		if !v.at("on").there() {
			v.entries = append(v.entries, value{node: v.node, key: &yaml.Node{Value: "on"}, scalar: "*"})
		}
		f.Target, _ = p.target(v)
		f.Faults = faultsOf(v.at("fault"))
		p.checkOnWire(v.node, f.Target, f.Faults)
	}
	return f, p.findings.InOrder()
}

const faultPrefix = "fault-"

func faultID(number int) string { return faultPrefix + strconv.Itoa(number) }

// groups of the fault's counters. An id is given once in a run.
func (f LiveFault) groups() groups { return groupsOf("live " + f.ID) }

// meeting are the live faults that a request meets.
func (s *Settings) meeting(req *request) []LiveFault {
	var met []LiveFault
	for _, f := range s.Faults {
		if f.Direction != req.direction || !slices.Contains(f.operations, req.Operation) {
			continue
		}
		if ok, _ := f.matches(req); !ok {
			continue
		}
		count := f.count(req, f.groups(), "live/"+f.ID, f.Times > 0)
		if ok, _ := count.decides(); ok {
			count.decided()
			met = append(met, f)
		}
	}
	return met
}

// Kinds of a live fault's faults, for people.
func (f LiveFault) Kinds() string {
	var kinds []string
	for _, one := range f.Faults {
		kinds = append(kinds, one.Kind())
	}
	return strings.Join(kinds, ", ")
}
