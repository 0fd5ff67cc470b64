package population

import (
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// Papers of civil status: birth, marriage, divorce, change of name.

var birthCertificate = form{
	issuer: func(p *paper) Text { return registryOffice(p.birthTown()) },
	number: civilNumber,
	issued: func(p *paper) time.Time {
		if p.owner.BirthDate.After(lastIssue) {
			return dayBetween(p.draw, firstIssue, lastIssue)
		}
		return p.owner.BirthDate.AddDate(0, 0, p.draw.IntRange(3, 30))
	},
	fields: func(p *paper) []Field {
		return append(p.record(),
			Field{"birthDate", p.owner.BirthDate.Format(DayLayout)},
			Field{"birthPlace", p.birthPlace().JSON()},
			Field{"father", p.parent(Male)},
			Field{"mother", p.parent(Female)})
	},
}

var marriageCertificate = form{
	issuer: byRegistryOffice,
	number: civilNumber,
	issued: marriageDay,
	fields: func(p *paper) []Field {
		wed := fullNameOf(p.owner)
		spouse := fullNameOf(p.spouse("spouse of "))
		husband, wife := wed, spouse
		if p.owner.Sex == Female {
			husband, wife = spouse, wed
		}
		return append(p.record(),
			Field{"marriageDate", p.issued.Format(DayLayout)},
			Field{"husband", husband},
			Field{"wife", wife},
			Field{"surnameAfterMarriage", strings.ToUpper(p.owner.Surname)})
	},
}

var divorceCertificate = form{
	issuer: byRegistryOffice,
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.dayAtAge(25, date(2005, time.January, 1)) },
	fields: func(p *paper) []Field {
		return append(p.record(),
			Field{"divorceDate", p.issued.Format(DayLayout)},
			Field{"formerSpouse", fullNameOf(p.spouse("former spouse of "))},
			Field{"surnameAfterDivorce", strings.ToUpper(p.owner.Surname)})
	},
}

var changeOfNameCertificate = form{
	issuer: byRegistryOffice,
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.dayAtAge(18, date(2010, time.January, 1)) },
	fields: func(p *paper) []Field {
		before := p.owner
		before.Surname = pick(p.draw, p.born.people.surnames).of(p.owner.Sex).cyrillic
		return append(p.record(),
			Field{"before", fullNameOf(before)},
			Field{"after", fullNameOf(p.owner)})
	},
}

func civilNumber(f *gofakeit.Faker) string { return f.Numerify("##-###-#######") }

func marriageDay(p *paper) time.Time { return p.dayAtAge(20, date(1990, time.January, 1)) }

func byRegistryOffice(p *paper) Text { return registryOffice(p.home) }

func registryOffice(town place) Text {
	return Text{
		"ОТДЕЛ РАГС Г." + strings.ToUpper(town.townRu),
		strings.ToUpper(town.townKk) + " ҚАЛАСЫ АХАЖ БӨЛІМІ",
		"CIVIL REGISTRY OFFICE OF " + transliterate(town.townRu),
	}
}

// record is the entry in the registry that the certificate is an extract of.
func (p *paper) record() []Field {
	return []Field{
		{"actNumber", p.draw.Numerify("##########")},
		{"actDate", p.issued.Format(DayLayout)},
	}
}

// parent has the owner's surname, and a father the name of the patronymic.
func (p *paper) parent(sex Sex) map[string]any {
	given, patronymic := p.born.father.name, pick(p.draw, p.born.people.men).childOf(sex)
	if sex == Female {
		given = pick(p.draw, p.born.people.women)
	}
	return nameObject(p.born.surname.of(sex).cyrillic, given.cyrillic, patronymic.cyrillic)
}

// spouse is a person of the population, of the other sex and about the same age.
func (p *paper) spouse(role string) Person {
	f := p.people.faker(scopeSomebody, role+p.owner.IIN)
	sex := Male
	if p.owner.Sex == Male {
		sex = Female
	}
	born := p.owner.BirthDate.AddDate(0, 0, f.IntRange(-1500, 1500))
	return p.people.Person(newIIN(f, sex, withinIIN(born)))
}

// withinIIN moves a birth date to the years that an IIN can say and that are not
// reserved.
func withinIIN(born time.Time) time.Time {
	year := min(max(born.Year(), 1800), reservedYear-1)
	return born.AddDate(year-born.Year(), 0, 0)
}

func fullNameOf(person Person) map[string]any {
	named := nameObject(person.Surname, person.Name, person.Patronymic)
	named["iin"] = person.IIN
	return named
}

// nameObject has the keys of common's docOwner.
func nameObject(surname, given, patronymic string) map[string]any {
	return map[string]any{
		"lastName":   strings.ToUpper(surname),
		"firstName":  strings.ToUpper(given),
		"middleName": strings.ToUpper(patronymic),
	}
}
