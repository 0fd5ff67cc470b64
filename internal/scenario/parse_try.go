package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// The keys of a step, by the key that says what it does.
var (
	callKeys    = []string{"call", "with", "headers", "expect", "save"}
	repeatKeys  = []string{"repeat", "expect", "save"}
	advanceKeys = []string{"advance"}
	answerKeys  = []string{"subject", "answer"}
)

// trying is what is known while the steps of one try are read.
type trying struct {
	scope *scope
	last  *contract.Operation // of the last call
	saved map[string]node     // where a value was saved that nobody has used yet
}

func (p *checker) try(n node) []*Try {
	so := &trying{scope: &scope{used: map[string]bool{}}, saved: map[string]node{}}
	var all []*Try
	for _, item := range p.items(n, "a list of steps") {
		if t, ok := p.tryStep(item, so); ok {
			all = append(all, t)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(so.saved)) {
		if !so.scope.used[name] {
			p.warn(so.saved[name], "the saved value "+quote(name)+", which no step uses", "${"+name+"} in a later step")
		}
	}
	return all
}

func (p *checker) tryStep(n node, so *trying) (*Try, bool) {
	entries, ok := p.entries(n, "a step such as {call: kyc.address.get, expect: found}")
	if !ok {
		return nil, false
	}
	has := func(key string) bool {
		return slices.ContainsFunc(entries, func(e entry) bool { return e.key.Value == key })
	}
	t := &Try{Position: p.at(n.Node)}
	switch {
	case has("call"):
		return t, p.tryCall(n, t, so)
	case has("repeat"):
		return t, p.tryRepeat(n, t, so)
	case has("advance"):
		fields, _ := p.fields(n, "a step", advanceKeys...)
		t.Advance, ok = p.duration(fields["advance"].node)
		return t, ok
	case has("subject"), has("answer"):
		return t, p.tryAnswer(n, t, so)
	}
	p.refuse(n, "a step without call, repeat, advance or subject", "one of them: what happens")
	return nil, false
}

func (p *checker) tryCall(n node, t *Try, so *trying) bool {
	fields, _ := p.fields(n, "a step", callKeys...)
	on := fields["call"]
	id, ok := p.text(on.node, "an operation, such as kyc.address.get")
	if !ok {
		return false
	}
	if t.Call, ok = p.table.Operation(id); !ok {
		var known []string
		for _, op := range p.table.Operations() {
			known = append(known, op.ID)
		}
		p.refuseWord(on.node, id, "an operation", known)
		return false
	}
	so.last = t.Call
	p.tryExpect(fields, t, so)
	t.Request = schema.Any(p.requestShape(t.Call), pathShape([]*contract.Operation{t.Call}))
	t.Fill = !expectsUnshaped(t)
	if e := fields["with"]; e.Node != nil {
		t.With = p.value(e.node, t.Request, reading{strict: t.Fill, scope: so.scope})
	}
	if e := fields["headers"]; e.Node != nil {
		t.Headers = p.texts(e.node, so)
	}
	p.trySave(fields, t, so)
	return true
}

// expectsUnshaped reports whether a step expects to be told that its request isn't
// of the operation's shape; it is then sent as it stands.
func expectsUnshaped(t *Try) bool {
	if t.Expect == nil {
		return false
	}
	outcome, ok := t.Call.Outcome(t.Expect.Outcome)
	return ok && outcome.Unshaped
}

func (p *checker) tryRepeat(n node, t *Try, so *trying) bool {
	fields, _ := p.fields(n, "a step", repeatKeys...)
	var ok bool
	if t.Repeat, ok = p.count(fields["repeat"].node); !ok {
		return false
	}
	if so.last == nil {
		p.refuse(fields["repeat"].node, "a repeat before any call", "a step with call before it")
		return false
	}
	t.Call = so.last
	p.tryExpect(fields, t, so)
	p.trySave(fields, t, so)
	return true
}

func (p *checker) tryExpect(fields map[string]entry, t *Try, so *trying) {
	if e := fields["expect"]; e.Node != nil {
		t.Expect = p.expect(e.node, t.Call, so)
	}
}

func (p *checker) tryAnswer(n node, t *Try, so *trying) bool {
	fields, _ := p.fields(n, "a step", answerKeys...)
	subject, ok1 := p.required(n, fields, "subject", "whose answer it is: an IIN")
	words := p.table.EventNames()
	expected := strings.Join(words, " or ")
	answer, ok2 := p.required(n, fields, "answer", expected)
	if !ok1 || !ok2 {
		return false
	}
	if _, ok := p.text(subject.node, "an IIN"); !ok {
		return false
	}
	t.Subject = p.scalar(subject.node, schema.Text(), reading{scope: so.scope})
	t.Answer, _ = p.text(answer.node, expected)
	if !slices.Contains(words, t.Answer) {
		p.refuseWord(answer.node, t.Answer, expected, words)
	}
	return true
}

// texts are values that may hold ${…}: headers.
func (p *checker) texts(n node, so *trying) map[string]any {
	entries, _ := p.entries(n, "a mapping of header names and values")
	all := map[string]any{}
	for _, e := range entries {
		value, ok := p.text(e.node, "a header's value")
		switch {
		case !ok:
			continue
		case !headerName.MatchString(e.key.Value):
			p.refuse(node{e.key, n.path}, quote(e.key.Value), "a header's name")
			continue
		case !headerValue.MatchString(value):
			p.refuse(e.node, quote(value), "a value that HTTP can carry: no line breaks, no control characters")
			continue
		}
		all[e.key.Value] = p.scalar(e.node, schema.Text(), reading{scope: so.scope})
	}
	return all
}

var reservedNames = []string{NameOTP, NameNow, NameUUID}

func (p *checker) trySave(fields map[string]entry, t *Try, so *trying) {
	e := fields["save"]
	if e.Node == nil {
		return
	}
	entries, _ := p.entries(e.node, "a mapping of names and what they keep, such as {session: body.backend_session_id}")
	for _, one := range entries {
		name := one.key.Value
		switch {
		case !identifier.MatchString(name):
			p.refuse(node{one.key, e.path}, quote(name), "a name of letters, digits and _")
			continue
		case slices.Contains(reservedNames, name):
			p.refuse(node{one.key, e.path}, quote(name), "another name: ${"+name+"} has a meaning of its own")
			continue
		}
		if s, ok := p.save(one, t); ok {
			t.Save = append(t.Save, s)
		}
		so.scope.saved = append(so.scope.saved, name)
		so.saved[name] = node{one.key, e.path}
	}
}

func (p *checker) save(e entry, t *Try) (Save, bool) {
	text, ok := p.text(e.node, "an expression over body, header and status")
	if !ok {
		return Save{}, false
	}
	roots := map[string]schema.Shape{}
	if !*p.loose {
		outcome := ""
		if t.Expect != nil {
			outcome = t.Expect.Outcome
		}
		roots["body"] = p.answerShape([]*contract.Operation{t.Call}, outcome)
	}
	if !p.expression(e.node, text, roots, responseNames) {
		return Save{}, false
	}
	program, err := compileExpression(text, responseEnv{})
	if err != nil {
		p.refuseExpression(e.node, err, responseNames)
		return Save{}, false
	}
	return Save{Position: p.at(e.key), Name: e.key.Value, Text: strings.TrimSpace(text), expr: program}, true
}
