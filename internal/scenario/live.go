package scenario

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

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

// liveFaults of a sandbox, in the order in which they were put on.
type liveFaults struct {
	mu   sync.Mutex
	last int
	all  []*liveCounted
}

type liveCounted struct {
	LiveFault
	count Counter
}

var liveKeys = append([]string{"fault"}, targetKeys...)

// ParseFault reads a live fault, YAML or JSON: {on, fault} and a rule's other
// criteria. Without `on` it meets every operation.
func ParseFault(source []byte, opts Options) (LiveFault, []Finding) {
	p := newChecker("fault", opts)
	f := LiveFault{Source: source}
	if root, ok := p.root(source); ok {
		p.liveFault(root, &f)
	}
	return f, inOrder(*p.findings)
}

func (p *checker) liveFault(n node, f *LiveFault) {
	fields, ok := p.fields(n, "a fault such as {on: kyc.*, fault: reset}", liveKeys...)
	if !ok {
		return
	}
	if fields["on"].Node == nil {
		any := *n.Node
		any.Kind, any.Tag, any.Value, any.Content = yaml.ScalarNode, "!!str", "*", nil
		fields["on"] = entry{key: &any, node: node{&any, "on"}}
	}
	if f.Target, ok = p.target(n, fields); !ok {
		return
	}
	if e, ok := p.required(n, fields, "fault", "what goes wrong, such as reset or {delay: 2s}"); ok {
		f.Faults = p.faults(e.node)
	}
}

// AddFault puts a fault on; the answer is its id.
func (r *Runtime) AddFault(f LiveFault) string {
	l := &r.live
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	f.ID = fmt.Sprintf("fault-%d", l.last)
	l.all = append(l.all, &liveCounted{LiveFault: f})
	return f.ID
}

// LiveFaults that are on, with how many requests each has met.
func (r *Runtime) LiveFaults() (all []LiveFault, met []int) {
	l := &r.live
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.all {
		all, met = append(all, f.LiveFault), append(met, f.count.Decided)
	}
	return all, met
}

// RemoveFault takes a fault off; false if there is none of that id.
func (r *Runtime) RemoveFault(id string) bool {
	l := &r.live
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.all)
	l.all = slices.DeleteFunc(l.all, func(f *liveCounted) bool { return f.ID == id })
	return len(l.all) < before
}

// RemoveFaults takes all faults off.
func (r *Runtime) RemoveFaults() {
	l := &r.live
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

// meeting are the faults that a request meets.
func (l *liveFaults) meeting(req *request) []LiveFault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var met []LiveFault
	for _, f := range l.all {
		if !slices.Contains(f.operations, req.Operation) {
			continue
		}
		if ok, _ := f.matches(req); !ok {
			continue
		}
		if ok, _ := f.count.draw(&f.Target, req, "live/"+f.ID); ok {
			f.count.Decided++
			met = append(met, f.LiveFault)
		}
	}
	return met
}

func (l *liveFaults) counters() map[string]Counter {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]Counter{}
	for _, f := range l.all {
		all[f.ID] = f.count.clone()
	}
	return all
}

func (l *liveFaults) restore(counters map[string]Counter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.all {
		f.count = counters[f.ID].clone()
	}
}

// Kinds of a live fault's faults, for people.
func (f LiveFault) Kinds() string {
	var kinds []string
	for _, one := range f.Faults {
		kinds = append(kinds, one.Kind())
	}
	return strings.Join(kinds, ", ")
}
