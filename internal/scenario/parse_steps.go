package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/schema"
)

// wordPass leaves a request to the service.
const wordPass = "pass"

var stepKeys = []string{"outcome", "patch", "reply", "off_contract", "fault", "subject", "advance"}

func (p *checker) steps(n node, ops []*contract.Operation) []Step {
	if n.Kind != yaml.SequenceNode {
		return []Step{p.step(n, ops)}
	}
	if len(n.Content) == 0 {
		p.refuse(n, "an empty list", "at least one step")
	}
	var all []Step
	for _, item := range p.items(n, "a list of steps") {
		all = append(all, p.step(item, ops))
	}
	return all
}

func (p *checker) step(n node, ops []*contract.Operation) Step {
	s := Step{Position: p.at(n.Node)}
	if n.Kind == yaml.MappingNode {
		p.stepFields(n, ops, &s)
		return s
	}
	text, ok := p.text(n, "a step: an outcome, a fault, pass, a status or a mapping")
	if !ok {
		return s
	}
	s.text = text
	switch kind, isFault := faults.Lookup(text); {
	case text == wordPass:
	case allDigits.MatchString(text):
		p.status(n, text, ops, &s)
	case hasOutcome(ops, text):
		s.Outcome = text
	case isFault && !kind.Word:
		p.refuse(n, quote(text)+" without its parameters", "{fault: {"+text+": "+exampleOf(kind)+"}}")
	case isFault:
		s.Faults = p.fault(n, text, nil)
	default:
		p.refuseWord(n, text, "an outcome of "+ids(ops)+" ("+strings.Join(outcomes(ops), ", ")+"), a fault or pass"+p.elsewhere(text),
			slices.Concat(outcomes(ops), faults.Names(), []string{wordPass}))
	}
	return s
}

// elsewhere tells whose outcome a word is, if it is anybody's.
func (p *checker) elsewhere(word string) string {
	for _, op := range p.table.Operations() {
		if _, ok := op.Outcome(word); ok {
			return fmt.Sprintf(" (%s is an outcome of %s)", word, op.ID)
		}
	}
	return ""
}

func exampleOf(kind faults.Kind) string {
	if len(kind.Examples) == 0 {
		return "…"
	}
	return kind.Examples[0]
}

// status of a step: the outcome that is documented with it, or a plain error.
func (p *checker) status(n node, text string, ops []*contract.Operation, s *Step) {
	status, err := strconv.Atoi(text)
	if err != nil || status < 100 || status > 599 {
		p.refuse(n, text, "an HTTP status from 100 to 599, or a word")
		return
	}
	for _, op := range ops {
		if _, documented := outcomeByStatus(op, status); !documented && status < 400 {
			p.refuse(n, text, fmt.Sprintf("a status of %s (%s), or an error's", op.ID, statuses(op)))
			return
		}
	}
	s.Status = status
}

// outcomeByStatus prefers what is documented. The answer to a request of the
// wrong shape is not meant by a number.
func outcomeByStatus(op *contract.Operation, status int) (*contract.Outcome, bool) {
	var best *contract.Outcome
	for i := range op.Outcomes {
		o := &op.Outcomes[i]
		switch {
		case o.Status != status || o.Name == op.Service().Dialect.Malformed.Name:
		case o.Confidence == contract.Documented:
			return o, true
		case best == nil:
			best = o
		}
	}
	return best, best != nil
}

func statuses(op *contract.Operation) string {
	var all []string
	for _, o := range op.Outcomes {
		if text := strconv.Itoa(o.Status); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

func hasOutcome(ops []*contract.Operation, name string) bool {
	return slices.ContainsFunc(ops, func(op *contract.Operation) bool { _, ok := op.Outcome(name); return ok })
}

// outcomes of operations by name, each once.
func outcomes(ops []*contract.Operation) []string {
	var names []string
	for _, op := range ops {
		for _, name := range op.OutcomeNames() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func (p *checker) stepFields(n node, ops []*contract.Operation, s *Step) {
	fields, ok := p.fields(n, "a step", stepKeys...)
	if !ok {
		return
	}
	if len(n.Content) == 0 {
		p.refuse(n, "an empty mapping", "at least one of the keys "+strings.Join(stepKeys, ", "))
	}
	var words []string
	if e := fields["outcome"]; e.Node != nil {
		p.stepOutcome(e.node, ops, s)
		words = append(words, e.Value)
	}
	if e := fields["off_contract"]; e.Node != nil {
		s.OffContract = p.truth(e.node)
		*p.loose = *p.loose || s.OffContract
	}
	if e := fields["reply"]; e.Node != nil {
		s.Reply = p.reply(e.node, ops, s.OffContract)
		words = append(words, "a reply of its own")
	}
	if e := fields["patch"]; e.Node != nil {
		s.Patch, s.Patched = p.value(e.node, p.answerShape(ops, s.Outcome), reading{strict: !s.OffContract}), true
		words = append(words, "a patch")
	}
	if e := fields["fault"]; e.Node != nil {
		s.Faults = p.faults(e.node)
		for _, f := range s.Faults {
			words = append(words, "fault "+f.Kind())
		}
	}
	if e := fields["subject"]; e.Node != nil {
		s.Subject = p.subject(e.node, ops)
		s.event, _ = p.table.Event(s.Subject)
		words = append(words, "subject "+s.Subject)
	}
	if e := fields["advance"]; e.Node != nil {
		s.Advance, _ = p.duration(e.node)
		words = append(words, "advance "+e.Value)
	}
	s.text = strings.Join(words, ", ")
	p.checkCombination(fields)
}

// checkCombination refuses keys of a step that exclude each other or need one
// another.
func (p *checker) checkCombination(fields map[string]entry) {
	has := func(key string) bool { return fields[key].Node != nil }
	at := func(key string) node { return node{fields[key].key, fields[key].path} }
	switch {
	case has("reply") && has("outcome"):
		p.refuse(at("reply"), "a reply beside an outcome", "one of them: an outcome can be changed with patch")
	case has("reply") && has("patch"):
		p.refuse(at("patch"), "a patch beside a reply", "one of them: a reply says everything itself")
	case has("off_contract") && !has("reply") && !has("patch"):
		p.refuse(at("off_contract"), "off_contract without an answer of its own", "reply or patch beside it")
	}
}

func (p *checker) stepOutcome(n node, ops []*contract.Operation, s *Step) {
	text, ok := p.text(n, "an outcome of "+ids(ops))
	switch {
	case !ok:
	case allDigits.MatchString(text):
		p.status(n, text, ops, s)
	case !hasOutcome(ops, text):
		p.refuseWord(n, text, "an outcome of "+ids(ops)+": "+strings.Join(outcomes(ops), ", ")+p.elsewhere(text), outcomes(ops))
	default:
		s.Outcome = text
	}
}

// answerShape is what an outcome's body may be; any outcome's if none is named.
func (p *checker) answerShape(ops []*contract.Operation, outcome string) schema.Shape {
	var shapes []schema.Shape
	for _, op := range ops {
		for _, o := range op.Outcomes {
			if o.Schema != "" && (outcome == "" || o.Name == outcome) {
				shapes = append(shapes, p.shapes.Of(o.Schema))
			}
		}
	}
	return schema.Any(shapes...)
}

func (p *checker) subject(n node, ops []*contract.Operation) string {
	answers := p.table.EventNames()
	expected := "one of " + strings.Join(answers, ", ")
	text, ok := p.text(n, expected)
	switch {
	case !ok:
	case !slices.Contains(answers, text):
		p.refuseWord(n, text, expected, answers)
	case !p.hasSubject(ops):
		p.refuse(n, "an answer of the request's subject", "an operation whose request names one: "+ids(ops)+" has neither iin nor iinbin")
	}
	return text
}
