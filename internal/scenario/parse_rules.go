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
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
)

func (p *checker) rules(list value) []*Rule {
	var all []*Rule
	for _, one := range list.items {
		if p.full() {
			break
		}
		if r, ok := p.rule(one); ok {
			all = append(all, r)
		}
	}
	p.once(list.items, "rule")
	return all
}

func (p *checker) rule(v value) (*Rule, bool) {
	r, before := &Rule{Position: p.at(v.Node), layer: *p.layers, Name: as[string](v.at("name"))}, len(*p.findings)
	var ok bool
	do := v.at("do")
	p.state = &seen{}
	r.Target, ok = p.target(v)
	if p.state = nil; !ok || !do.there() {
		return nil, false
	}
	p.calls = r.Direction == journal.Out
	r.Do = p.steps(do, r.operations)
	p.calls = false
	p.checkDirection(v.at("direction"), do, r)
	p.checkRows(v, r)
	p.checkSequence(do.node, r)
	r.Once, r.Until = p.moment(v.at(onceKey)), p.moment(v.at(untilKey))
	p.checkCounted(v, r)
	r.id = identity(v.node, r.Name)
	r.wrong = v.wrong || (*p.findings)[before:].Broken()
	return r, true
}

// target says which requests are met. It is false if the operations can't be known, so
// that nothing else about the rule can be checked.
func (p *checker) target(v value) (Target, bool) {
	on := v.at("on")
	t := Target{On: as[string](on), Probability: 1, Share: 1, Per: as[string](v.at(perKey)), Times: int(as[uint64](v.at(timesKey)))}
	if as[string](v.at("direction")) == journal.Out {
		t.Direction = journal.Out
	}
	if t.operations = p.fitting(t.On); len(t.operations) == 0 {
		return t, false
	}
	for _, e := range v.at("for").entries {
		m := Meeting{Field: e.key.Value, plain: map[string]bool{}}
		for _, one := range append(e.items, e) {
			if text, ok := one.scalar.(string); ok {
				p.canBeAsked(one.node, m.Field, text, t.operations)
				m.Values = append(m.Values, text)
				m.plain[document.PlainNumber(text)] = true
			}
		}
		m.sorted = slices.Sorted(slices.Values(m.Values))
		t.For = append(t.For, m)
	}
	if when := v.at("when"); when.scalar != nil {
		t.When = p.condition(when.node, t.operations)
	}
	if share := v.at("probability"); share.scalar != nil {
		t.Probability = as[float64](share)
	}
	if share := v.at(shareKey); share.scalar != nil {
		t.Share = as[float64](share)
	}
	if over := v.at(overKey); over.scalar != nil {
		quota := as[Quota](over)
		t.Over = &quota
	}
	if between := v.at("between"); between.there() && !between.wrong {
		t.Between = p.window(between)
	}
	return t, true
}

func (p *checker) window(v value) *Window {
	from, until := v.items[0], v.items[1]
	w := &Window{
		From: as[time.Time](from), Until: as[time.Time](until),
		FromStart: as[time.Duration](from), UntilStart: as[time.Duration](until),
	}
	_, w.Relative = from.scalar.(time.Duration)
	_, relative := until.scalar.(time.Duration)
	switch {
	case w.Relative && !relative:
		p.refuse(until.node, quote(until.Value), "a duration, as the first of the two is one")
	case !w.Relative && relative:
		p.refuse(until.node, quote(until.Value), "an instant, as the first of the two is one")
	case w.Relative && w.FromStart >= w.UntilStart, !w.Relative && !w.From.Before(w.Until):
		p.refuse(v.node, "a window that ends before it begins", "from before until")
	}
	return w
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
