package scenario

import (
	"fmt"
	"strconv"

	"github.com/kzsim/kzsim/internal/contract"
)

const chooseKey = "choose"

// mostWeight bounds the weight of a choice.
const mostWeight = 1_000_000

// chooseKind is a mapping of steps to their weights.
func chooseKind(word *scalar) *named {
	return &named{
		what: "a mapping of steps and their weights, such as {pass: 70, 503: 30}", words: "mapping of a step, in a word, and its weight",
		key: word, of: whole("a weight: a whole number, 1 or more", 1, mostWeight), none: "at least one step and its weight, such as {pass: 70, 503: 30}",
	}
}

func (p *checker) choices(v value, ops []*contract.Operation, s *Step) {
	for _, e := range v.entries {
		if e.wrong {
			continue
		}
		key := value{node: e.atKey(), scalar: e.key.Value}
		if status, err := strconv.Atoi(e.key.Value); err == nil {
			key.scalar = status
		}
		one := Choice{Step{Position: p.at(e.key), text: e.key.Value}, int(as[uint64](e))}
		p.stepWord(key, ops, &one.Step)
		s.Choose = append(s.Choose, one)
	}
}

// every step that this one chooses from; none if it is itself what requests meet.
func (s *Step) every() []*Step {
	if s.Choose == nil {
		return nil
	}
	all := make([]*Step, len(s.Choose))
	for i := range s.Choose {
		all[i] = &s.Choose[i].Step
	}
	return all
}

func (s *Step) chooses() bool { return s.Choose != nil }

// choose one of a step's choices for a request, and say which one. Without `per` the
// draws are of the operation and the subject.
func (c count) choose(s *Step, decided int) (*Step, string) {
	if !s.chooses() {
		return s, s.text
	}
	key, ordinal := c.owner.key, decided
	if !c.keyed {
		key = subjectKey(c.request)
		ordinal = c.counters.Next(c.draws, key)
	}
	total := 0
	for _, one := range s.Choose {
		total += one.Weight
	}
	at := c.Seed.Intn(total, "scenario/choose/"+c.scope, key, ordinal)
	for i := range s.Choose {
		one := &s.Choose[i]
		if at -= one.Weight; at < 0 {
			return &one.Step, fmt.Sprintf("%s, chosen with %d of %d", one.text, one.Weight, total)
		}
	}
	return s, s.text
}
