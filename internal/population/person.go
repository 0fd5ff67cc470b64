package population

import (
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
)

// Sex as the E-Document answer's gender spells it.
type Sex string

// The sexes that an IIN knows.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Answer is what a person does about a request for his address.
type Answer string

// The answers.
const (
	Approve Answer = "approve"
	Reject  Answer = "reject"
	Ignore  Answer = "ignore"
)

// Person is a citizen, or another person whom an IIN stands for. It is comparable.
type Person struct {
	IIN                       string // as asked, valid or not
	Surname, Name, Patronymic string // in Cyrillic, "Иванова"; some have no patronymic
	SurnameLatin, NameLatin   string // in capitals, "IVANOVA"
	PatronymicLatin           string
	Sex                       Sex
	BirthDate                 time.Time // midnight UTC
	Phone                     string    // eleven digits, "77011234567"
	Registered1414            bool      // in the base of mobile citizens
	HasAddressData            bool
	Answers                   Answer
	AnswerAfter               time.Duration // from the message to the answer
	Quirk                     Quirk
	ResidenceCode, SectorCode int // residfl and sectecon of the ABS: 1 and 9
}

// What the ABS answers about a citizen: residents are 1, households sector 9.
const (
	residentCode    = 1
	nonResidentCode = 2
	householdSector = 9
)

// kazakhShare is how many in a hundred have Kazakh names; the rest have Russian.
const kazakhShare = 70

// noPatronymicShare is how many in a hundred have no patronymic.
const noPatronymicShare = 4

var mobilePrefixes = []string{"7700", "7701", "7702", "7705", "7707", "7708", "7771", "7775", "7776", "7777", "7778"}

// Person returns the owner of an IIN. Every string has one: of a number with an
// impossible date, or of any other string, the rest is drawn, and the caller decides
// whether to accept it. The number of an organisation
// has a person, too, of whom the state knows nothing.
func (p Population) Person(iin string) Person {
	drawn := p.identity(iin)
	family, given, patronymic := drawn.names()
	person := Person{
		IIN:     iin,
		Surname: family.cyrillic, Name: given.cyrillic, Patronymic: patronymic.cyrillic,
		SurnameLatin: family.latin, NameLatin: given.latin, PatronymicLatin: patronymic.latin,
		Sex:            drawn.sex,
		BirthDate:      drawn.born,
		Phone:          drawn.phone,
		Registered1414: true,
		HasAddressData: true,
		Answers:        Approve,
		AnswerAfter:    usualAnswerAfter,
		Quirk:          p.quirk(iin),
		ResidenceCode:  residentCode,
		SectorCode:     householdSector,
	}
	p.applyQuirk(&person)
	return person
}

// FullName is surname, name and patronymic if there is one, as the bank's papers have it.
func (p Person) FullName() string {
	return strings.TrimSpace(p.Surname + " " + p.Name + " " + p.Patronymic)
}

// Documents that the person of an IIN owns today; what IssueDocument gives beside them
// is not among them.
func (p Population) Documents(iin string) DocumentSet { return p.papers(p.Person(iin)) }

// applyQuirk makes a person unusual.
func (p Population) applyQuirk(person *Person) {
	if IsBIN(person.IIN) {
		person.Registered1414, person.HasAddressData = false, false
		return
	}
	switch person.Quirk {
	case NotRegistered:
		person.Registered1414 = false
	case NoAddress:
		person.HasAddressData = false
	case Rejects:
		person.Answers = Reject
	case Ignores:
		person.Answers = Ignore
	case NonResident:
		person.ResidenceCode = nonResidentCode
	}
}

// identity is what is drawn first of a person: all that a name is made of. The
// father is kept, since a birth certificate names him.
type identity struct {
	sex     Sex
	born    time.Time
	phone   string
	people  *community
	surname familyName
	father  fatherName
	given   int // an index into the given names of the sex

	noPatronymic bool
}

func (p Population) identity(iin string) identity {
	draw := p.sequence(scopePerson, iin)
	drawn := identity{people: &russian}
	drawn.sex = drawSex(draw, iin)
	drawn.born = drawBirthDate(draw, iin)
	if draw.IntN(100) < kazakhShare {
		drawn.people = &kazakh
	}
	drawn.surname = pick(draw, drawn.people.surnames)
	drawn.father = pick(draw, drawn.people.men)
	if drawn.sex == Female {
		drawn.given = draw.IntN(len(drawn.people.women))
	} else {
		drawn.given = draw.IntN(len(drawn.people.men))
	}
	drawn.phone = pick(draw, mobilePrefixes) + draw.Digits(7)
	drawn.noPatronymic = draw.IntN(100) < noPatronymicShare && !alwaysOrdinary(iin)
	return drawn
}

func (d identity) names() (family, given, patronymic name) {
	if d.sex == Female {
		given = d.people.women[d.given]
	} else {
		given = d.people.men[d.given].name
	}
	if !d.noPatronymic {
		patronymic = d.father.childOf(d.sex)
	}
	return d.surname.of(d.sex), given, patronymic
}

// drawSex always draws, so that what follows it does not depend on the IIN's form.
func drawSex(draw *chance.Sequence, iin string) Sex {
	drawn := pick(draw, []Sex{Male, Female})
	if sex, ok := sexOf(iin); ok {
		return sex
	}
	return drawn
}

// drawBirthDate keeps the year of an IIN whose day or month is impossible, and
// makes every other person an adult.
func drawBirthDate(draw *chance.Sequence, iin string) time.Time {
	drawn := dayBetween(draw, date(1960, time.January, 1), date(2003, time.December, 31))
	if born, ok := birthDate(iin); ok {
		return born
	}
	if year, ok := birthYear(iin); ok {
		return date(year, time.January, min(drawn.YearDay(), 365))
	}
	return drawn
}
