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

func (p *checker) steps(v value, ops []*contract.Operation) []Step {
	if v.Kind != yaml.SequenceNode {
		return []Step{p.step(v, ops)}
	}
	var all []Step
	for _, one := range v.items {
		all = append(all, p.step(one, ops))
	}
	return all
}

func (p *checker) step(v value, ops []*contract.Operation) Step {
	s := Step{Position: p.at(v.Node)}
	switch {
	case v.Kind == yaml.MappingNode:
		p.stepFields(v, ops, &s)
	case v.scalar != nil:
		s.text = v.Value
		p.stepWord(v, ops, &s)
	}
	return s
}

// stepWord is an outcome, a fault or the status of an outcome.
func (p *checker) stepWord(v value, ops []*contract.Operation, s *Step) {
	switch is := v.scalar.(type) {
	case int:
		p.status(v.node, is, ops, s)
	case string:
		if is == wordPass {
			return
		}
		if hasOutcome(ops, is) {
			s.Outcome = is
			return
		}
		if fault, ok := p.fault(v.node, is, nil); ok {
			s.Faults = p.spoiled(faultsOf(value{scalar: fault}))
		}
	}
}

// spoiling are the kinds after which an answer may hold anything.
var spoiling = []string{"drift", "garbage", "status"}

// spoiled notes whether faults leave an answer as the contract has it.
func (p *checker) spoiled(list []faults.Fault) []faults.Fault {
	for _, f := range list {
		*p.loose = *p.loose || slices.Contains(spoiling, f.Kind())
	}
	return list
}

// elsewhere says of which operation a word is an outcome: of several, of the one whose name
// begins most like that of an operation under way. It is empty if of none.
func (p *checker) elsewhere(word string) string {
	var nearest string
	most := -1
	for _, op := range p.table.Operations() {
		if _, ok := op.Outcome(word); !ok {
			continue
		}
		for _, meant := range p.operations {
			if n := sharedBeginning(op.ID, meant.ID); n > most {
				nearest, most = op.ID, n
			}
		}
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (%s is an outcome of %s)", word, nearest)
}

// sharedBeginning is how many bytes two texts begin with in common.
func sharedBeginning(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// status of a step: the outcome that is documented with it, or a plain error.
func (p *checker) status(n node, status int, ops []*contract.Operation, s *Step) {
	for _, op := range ops {
		if _, documented := outcomeByStatus(op, status); !documented && status < 400 {
			p.refuse(n, n.Value, fmt.Sprintf("a status of %s (%s), or an error's", op.ID, statuses(op)))
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

func (p *checker) stepFields(v value, ops []*contract.Operation, s *Step) {
	var words []string
	if outcome := v.at("outcome"); outcome.there() {
		p.stepWord(outcome, ops, s)
		words = append(words, outcome.Value)
	}
	if off := v.at("off_contract"); off.there() {
		s.OffContract = off.wrong || as[bool](off)
		*p.loose = *p.loose || s.OffContract
	}
	in := scopeOf(ops)
	s.table = p.table
	if reply := v.at("reply"); reply.there() {
		s.Reply, s.written = p.reply(reply, ops, s.OffContract, in)
		words = append(words, "a reply of its own")
	}
	if patch := v.at("patch"); patch.there() {
		one := s.Outcome != "" && len(ops) == 1 // of several answers one may list what another doesn't
		shape := p.answerShape(ops, s.Outcome)
		if p.calls {
			shape, one = schema.Any(p.requestsShape(ops, false), p.requestsShape(ops, true)), len(ops) == 1
		}
		s.Patch, s.Patched = p.value(patch.node, shape, reading{strict: !s.OffContract, listed: one && !s.OffContract, scope: in}), true
		words = append(words, "a patch")
	}
	words = append(words, p.stepChanges(v, s, in)...)
	if choose := v.at(chooseKey); choose.there() {
		p.choices(choose, ops, s)
		words = append(words, "one of several")
	}
	s.Faults = p.spoiled(faultsOf(v.at("fault")))
	p.checkDrift(v.at("fault"), ops, s)
	for _, text := range faultWords(v.at("fault")) {
		words = append(words, "fault "+text)
	}
	if send := v.at("send"); send.scalar != nil {
		s.Send = Send(as[string](send))
		words = append(words, "send "+string(s.Send))
	}
	words = append(words, p.stepWorld(v, ops, s, in)...)
	s.text, s.values = strings.Join(words, ", "), in.made
}

// stepWorld reads what a step changes in the state first, and returns its texts for an explanation.
func (p *checker) stepWorld(v value, ops []*contract.Operation, s *Step, in *scope) (words []string) {
	if given := v.at("given"); given.there() {
		s.Given = p.given(given, "", in)
		words = append(words, "given")
	}
	if subject := v.at("subject"); subject.scalar != nil {
		s.Subject = as[string](subject)
		s.event, _ = p.table.Event(s.Subject)
		words = append(words, "subject "+s.Subject)
		if !p.hasSubject(ops) {
			p.refuse(subject.node, "an answer of the request's subject", "an operation whose request names one: "+ids(ops)+" has neither iin nor iinbin")
		}
	}
	if advance := v.at(moveKey); advance.there() {
		s.Advance = moveOf(advance)
		how := advance.Value // as it was written
		if how == "" {
			how = s.Advance.String()
		}
		words = append(words, "advance "+how)
	}
	return words
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
