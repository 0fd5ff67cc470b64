package scenario

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// trying is what is known while the steps of one try are read.
type trying struct {
	scope *scope
	last  *contract.Operation // of the last call
	saved map[string]node     // where a value was saved that no step has used yet
	calls map[string]string   // systems that the services call, by service or operation
}

func (p *checker) try(list value, calls map[string]string) []*Try {
	so := &trying{scope: &scope{steps: true, used: map[string]bool{}}, saved: map[string]node{}, calls: calls}
	var all []*Try
	for _, one := range list.items {
		if t, ok := p.tryStep(one, so); ok {
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

func (p *checker) tryStep(v value, so *trying) (*Try, bool) {
	t := &Try{Position: p.at(v.Node), Advance: moveOf(v.at(moveKey))}
	call, repeat, subject := v.at("call"), v.at("repeat"), v.at("subject")
	switch {
	case call.there():
		if t.Call, _ = p.table.Operation(as[string](call)); t.Call == nil {
			return nil, false
		}
		so.last = t.Call
		p.tryCall(v, t, so)
	case repeat.there():
		t.Repeat, t.Call = int(as[uint64](repeat)), so.last
		if repeat.wrong {
			return nil, false
		}
		if so.last == nil {
			p.refuse(repeat.node, "a repeat before any call", "a step with call before it")
			return nil, false
		}
		p.tryExpect(v, t, so)
		p.trySave(v, t, so)
	case v.at(deliveredKey).there():
		t.Delivered = p.delivered(v, so)
	case v.at("incoming").there():
		t.Incoming, t.Ends, t.Reason = as[string](v.at("incoming")), as[string](v.at("ends")), as[string](v.at("reason"))
	case subject.scalar != nil:
		t.Subject = p.scalar(subject.node, schema.Text(), reading{scope: so.scope})
		t.Answer = as[string](v.at("answer"))
	}
	return t, true
}

func (p *checker) tryCall(v value, t *Try, so *trying) {
	t.Clients = int(as[uint64](v.at(parallelKey)))
	p.tryExpect(v, t, so)
	t.Request = schema.Any(p.requestShape(t.Call), pathShape([]*contract.Operation{t.Call}))
	t.Fill = !expectsUnshaped(t)
	if with := v.at("with"); with.there() {
		t.With = p.value(with.node, t.Request, reading{strict: t.Fill, scope: so.scope})
		p.checkVariant(with.node, t)
	}
	if slices.Contains(p.requestFields([]*contract.Operation{t.Call}), LastPhone) {
		so.scope.send(t.With)
	}
	if header := v.at("headers"); header.there() {
		t.Headers = p.headerTexts(header, so.scope)
	}
	p.trySave(v, t, so)
}

func (p *checker) tryExpect(v value, t *Try, so *trying) {
	if expect := v.at("expect"); expect.there() {
		t.Expect = p.expect(expect, t.Call, so)
		for _, key := range []string{"one", "rest"} {
			if word := expect.at(key); word.there() && t.Clients == 0 {
				p.refuse(word.atKey(), key+" of a request that is sent by one client", parallelKey+": how many clients send it at once, beside call")
			}
		}
	}
}

// checkVariant refuses a variable of the path that no request with the expected answer has.
func (p *checker) checkVariant(with node, t *Try) {
	variable := t.Call.Variants.Variable
	at, there := with.child(variable)
	if !there || variable == "" || t.Expect == nil || at.Kind != yaml.ScalarNode || strings.Contains(at.Value, "${") {
		return
	}
	if outcome, ok := t.Call.Outcome(t.Expect.Outcome); ok && outcome.Status < http.StatusBadRequest {
		p.canBeAsked(at, variable, at.Value, []*contract.Operation{t.Call})
	}
}

// expectsUnshaped reports whether a step expects the answer that its request isn't
// of the operation's shape; the request is then sent as it is written.
func expectsUnshaped(t *Try) bool {
	if t.Expect == nil {
		return false
	}
	outcome, ok := t.Call.Outcome(t.Expect.Outcome)
	return ok && outcome.Unshaped
}

func (p *checker) trySave(v value, t *Try, so *trying) {
	save := v.at("save")
	for _, one := range save.entries {
		if one.wrong {
			continue
		}
		name := one.key.Value
		if s, ok := p.save(one, t); ok {
			t.Save = append(t.Save, s)
		}
		so.scope.saved = append(so.scope.saved, name)
		so.saved[name] = node{one.key, save.path}
	}
}

func (p *checker) save(e value, t *Try) (Save, bool) {
	text := as[string](e)
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
