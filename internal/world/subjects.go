package world

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// Subject is what a scenario or a test says of a person against what the
// population says. A nil field leaves that as it is.
type Subject struct {
	IIN        string             `json:"iin"`
	Phone      *string            `json:"phone,omitempty"`
	Registered *bool              `json:"registered,omitempty"` // in the base of mobile citizens, that is with 1414
	Address    *bool              `json:"address,omitempty"`    // whether there is address data
	Answers    *population.Answer `json:"answers,omitempty"`    // approve, reject or ignore an address request
	After      *time.Duration     `json:"after,omitempty"`      // how long after the message
	Documents  []string           `json:"documents"`            // types owned; nil as the population says, empty for none
	Cases      *int               `json:"cases,omitempty"`      // how many enforcement proceedings
}

// mostCases are those that a fixture may give a person (subject.fixture.json): each request for them makes them all.
const mostCases = 100

// Check says what is wrong with a value of a snapshot.
func (s Subject) Check() error {
	if s.Cases != nil && (*s.Cases < 0 || *s.Cases > mostCases) {
		return fmt.Errorf("cases: found %d, expected 0 to %d", *s.Cases, mostCases)
	}
	if s.After != nil && *s.After < 0 {
		return fmt.Errorf("after: found %s, expected a time from 0s on", *s.After)
	}
	return nil
}

// Clone copies what the value shares.
func (s Subject) Clone() Subject {
	s.Phone, s.Registered, s.Address = copied(s.Phone), copied(s.Registered), copied(s.Address)
	s.Answers, s.After, s.Cases = copied(s.Answers), copied(s.After), copied(s.Cases)
	s.Documents = slices.Clone(s.Documents)
	return s
}

func copied[T any](value *T) *T {
	if value == nil {
		return nil
	}
	v := *value
	return &v
}

var subjects = store.Define[Subject]("subjects")

// Subject that is stored for an IIN; one with nothing but the IIN if there is none.
func (w World) Subject(iin string) Subject {
	s, ok := subjects.Get(w.tx, iin)
	if !ok {
		return Subject{IIN: iin}
	}
	return s
}

// PutSubject stores what is said of a person.
func (w World) PutSubject(s Subject) { subjects.Put(w.tx, s.IIN, s) }

// Person with what is said of them.
func (w World) Person(iin string) population.Person {
	p := w.Population().Person(iin)
	s := w.Subject(iin)
	set(&p.Phone, s.Phone)
	set(&p.Registered1414, s.Registered)
	set(&p.HasAddressData, s.Address)
	set(&p.Answers, s.Answers)
	set(&p.AnswerAfter, s.After)
	return p
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Document of a type, if the person owns one. One that a scenario gives to
// for a person who doesn't usually own it, it is made up as the others are.
func (w World) Document(iin, documentType string) (population.Document, bool) {
	s := w.Subject(iin)
	switch {
	case s.Documents == nil:
		return w.Population().Document(iin, documentType)
	case !slices.Contains(s.Documents, documentType):
		return population.Document{}, false
	}
	return w.Population().IssueDocument(iin, documentType)
}

// Cases of enforcement against the person.
func (w World) Cases(iin string) []population.Case {
	if n := w.Subject(iin).Cases; n != nil {
		return w.Population().NCases(iin, *n)
	}
	return w.Population().Cases(iin)
}
