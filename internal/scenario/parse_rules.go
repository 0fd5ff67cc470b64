package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
)

var (
	targetKeys = []string{"on", "for", "when", "probability", "between", "times"}
	ruleKeys   = append([]string{"name", "do"}, targetKeys...)
)

func (p *checker) rules(n node) []*Rule {
	var all []*Rule
	lines := map[string]int{}
	for _, item := range p.items(n, "a list of rules") {
		if p.full() {
			break
		}
		r, ok := p.rule(item)
		if !ok {
			continue
		}
		if line, twice := lines[r.Name]; twice && r.Name != "" {
			name, _ := item.child("name")
			p.refuse(name, quote(r.Name)+" a second time", fmt.Sprintf("another name: the rule on line %d has it", line))
		}
		lines[r.Name] = r.Line
		all = append(all, r)
	}
	return all
}

func (p *checker) rule(n node) (*Rule, bool) {
	fields, ok := p.fields(n, "a rule such as {on: kyc.address.get, do: token-expired}", ruleKeys...)
	if !ok {
		return nil, false
	}
	r, before := &Rule{Position: p.at(n.Node), layer: *p.layers}, len(*p.findings)
	if e := fields["name"]; e.Node != nil {
		r.Name, _ = p.text(e.node, "a name for the rule")
	}
	r.Target, ok = p.target(n, fields)
	do, has := p.required(n, fields, "do", "what the requests meet")
	if !ok || !has {
		return nil, false
	}
	r.Do = p.steps(do.node, r.operations)
	p.checkSequence(do.node, r)
	r.id = identity(n, r.Name)
	r.wrong = (*p.findings)[before:].Broken()
	return r, true
}

// target reads which requests are met. It is false if the operations can't be
// known, so that nothing else about the rule can be checked.
func (p *checker) target(n node, fields map[string]entry) (Target, bool) {
	t := Target{Probability: 1}
	on, ok := p.required(n, fields, "on", "an operation, such as kyc.address.get, or a pattern, such as kyc.address.*")
	if !ok {
		return t, false
	}
	if t.On, t.operations, ok = p.operations(on.node); !ok {
		return t, false
	}
	if e := fields["for"]; e.Node != nil {
		t.For = p.meetings(e.node, t.operations)
	}
	if e := fields["when"]; e.Node != nil {
		t.When = p.condition(e.node, t.operations)
	}
	if e := fields["probability"]; e.Node != nil {
		if v, ok := p.share(e.node); ok {
			t.Probability = v
		}
	}
	if e := fields["between"]; e.Node != nil {
		t.Between = p.window(e.node)
	}
	if e := fields["times"]; e.Node != nil {
		t.Times, _ = p.count(e.node)
	}
	return t, true
}

// operations that an id or a pattern names.
func (p *checker) operations(n node) (string, []*contract.Operation, bool) {
	text, ok := p.text(n, "an operation, such as kyc.address.get")
	if !ok {
		return "", nil, false
	}
	var found []*contract.Operation
	var ids []string
	for _, op := range p.table.Operations() {
		ids = append(ids, op.ID)
		if contract.Fits(text, op.ID) {
			found = append(found, op)
		}
	}
	if len(found) == 0 {
		p.refuseWord(n, text, "an operation, or a pattern such as kyc.address.*", slices.Concat(ids, patterns(ids)))
	}
	return text, found, len(found) > 0
}

// patterns are the usual ones: everything of a service, and of a group.
func patterns(ids []string) []string {
	var all []string
	for _, id := range ids {
		for at, r := range id {
			if pattern := id[:at] + ".*"; r == '.' && !slices.Contains(all, pattern) {
				all = append(all, pattern)
			}
		}
	}
	return all
}

func (p *checker) meetings(n node, ops []*contract.Operation) []Meeting {
	all, ok := p.entries(n, "a mapping of a field and its value, such as {iin: 901123300258}")
	if !ok {
		return nil
	}
	var meetings []Meeting
	names := p.requestFields(ops)
	for _, e := range all {
		name := e.key.Value
		if !isAmong(names, name) {
			if p.full() {
				break
			}
			p.refuseWord(node{e.key, n.path}, name, "a field of the request: "+strings.Join(names, ", "), names)
			continue
		}
		m := Meeting{Field: name}
		values := []node{e.node}
		if e.Kind == yaml.SequenceNode {
			values = p.items(e.node, "a list of values")
		}
		for _, v := range values {
			if text, ok := p.text(v, "a value, or a list of values"); ok {
				m.Values = append(m.Values, text)
			}
		}
		m.sorted = slices.Sorted(slices.Values(m.Values))
		meetings = append(meetings, m)
	}
	return meetings
}

func (p *checker) window(n node) *Window {
	items := p.items(n, "a list of two: from and until, such as [0s, 10m]")
	if len(items) != 2 {
		if n.Kind == yaml.SequenceNode {
			p.refuse(n, fmt.Sprintf("a list of %d", len(items)), "a list of two: from and until")
		}
		return nil
	}
	w := &Window{}
	if _, err := time.ParseDuration(items[0].Value); err == nil {
		w.Relative = true
		var ok1, ok2 bool
		w.FromStart, ok1 = p.duration(items[0])
		w.UntilStart, ok2 = p.duration(items[1])
		p.checkWindow(n, !ok1 || !ok2 || w.FromStart < w.UntilStart)
		return w
	}
	var ok1, ok2 bool
	w.From, ok1 = p.instant(items[0])
	w.Until, ok2 = p.instant(items[1])
	p.checkWindow(n, !ok1 || !ok2 || w.From.Before(w.Until))
	return w
}

func (p *checker) checkWindow(n node, ok bool) {
	if !ok {
		p.refuse(n, "a window that ends before it begins", "from before until")
	}
}

// identity of a rule for its counters: its name, else a digest of what it says.
func identity(n node, name string) string {
	if name != "" {
		return name
	}
	digest := sha256.New()
	writeCanonical(digest, n.Node)
	return "rule-" + hex.EncodeToString(digest.Sum(nil)[:6])
}

// writeCanonical writes a value without its layout.
func writeCanonical(w io.Writer, n *yaml.Node) {
	n = target(n)
	if n.Kind == yaml.ScalarNode {
		fmt.Fprintf(w, "%q;", n.Value)
		return
	}
	fmt.Fprint(w, "(")
	for _, child := range n.Content {
		writeCanonical(w, child)
	}
	fmt.Fprint(w, ")")
}

func ids(ops []*contract.Operation) string {
	var names []string
	for _, op := range ops {
		if !slices.Contains(names, op.ID) {
			names = append(names, op.ID)
		}
	}
	const most = 4
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
