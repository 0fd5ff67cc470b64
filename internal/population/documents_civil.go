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
		if p.owner.BirthDate.AddDate(0, 0, registeredBy).After(p.people.today) { // a scenario gives the document
			return dayBetween(p.draw, firstIssue, lastIssue)
		}
		return p.owner.BirthDate.AddDate(0, 0, p.draw.IntRange(3, registeredBy))
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
	issuer: func(p *paper) Text { return registryOffice(p.people.placeOf(p.wedding().husband)) },
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.wedding().wed },
	fields: func(p *paper) []Field {
		m := p.wedding()
		return []Field{
			p.coupleAct(m, "marriage"),
			{"actDate", p.issued.Format(DayLayout)},
			{"marriageDate", p.issued.Format(DayLayout)},
			{"husband", fullNameOf(p.people.Person(m.husband))},
			{"wife", fullNameOf(p.people.Person(m.wife))},
			{"surnameAfterMarriage", strings.ToUpper(p.owner.Surname)},
		}
	},
}

var divorceCertificate = form{
	issuer: func(p *paper) Text { return registryOffice(p.people.placeOf(p.divorce().husband)) },
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.divorce().divorced },
	fields: func(p *paper) []Field {
		m := p.divorce()
		return []Field{
			p.coupleAct(m, "divorce"),
			{"actDate", p.issued.Format(DayLayout)},
			{"divorceDate", p.issued.Format(DayLayout)},
			{"formerSpouse", fullNameOf(p.people.Person(m.spouseOf(p.owner.IIN)))},
			{"surnameAfterDivorce", strings.ToUpper(p.owner.Surname)},
		}
	},
}

var changeOfNameCertificate = form{
	issuer: byRegistryOffice,
	number: civilNumber,
	issued: func(p *paper) time.Time {
		if day := p.life.changedName; !day.IsZero() {
			return day
		}
		return p.dayAtAge(adultAge, date(2010, time.January, 1))
	},
	fields: func(p *paper) []Field {
		before := p.owner
		before.Surname = p.surnameAtBirth().of(p.owner.Sex).cyrillic
		return append(p.record(),
			Field{"before", fullNameOf(before)},
			Field{"after", fullNameOf(p.owner)})
	},
}

// wedding is the owner's last marriage. A scenario may give its certificate to
// somebody who never married: then a marriage is made up, which was dissolved later.
func (p *paper) wedding() marriage {
	if count := len(p.life.marriages); count > 0 {
		return p.life.marriages[count-1]
	}
	f := p.people.faker(scopeSomebody, "spouse of "+p.owner.IIN)
	spouse := p.spouse(f)
	young := latest(p.owner.BirthDate, spouse.BirthDate)
	m := marriage{husband: p.owner.IIN, wife: spouse.IIN}
	if p.owner.Sex == Female {
		m.husband, m.wife = m.wife, m.husband
	}
	m.wed = p.people.dayAtAge(f, ageRange{young, marryingAge, date(1990, time.January, 1), lastIssue})
	m.divorced = dayBetween(f, m.wed, latest(m.wed, p.people.today))
	return m
}

// divorce is the owner's last marriage that was dissolved; for somebody who never
// divorced one is made up.
func (p *paper) divorce() marriage {
	if m := p.life.lastDivorce(); m != nil {
		return *m
	}
	p.life.marriages = nil
	return p.wedding()
}

func (m marriage) spouseOf(iin string) string {
	if iin == m.husband {
		return m.wife
	}
	return m.husband
}

// coupleAct is the number of the entry in the registry, the same for both.
func (p *paper) coupleAct(m marriage, what string) Field {
	return Field{"actNumber", p.people.seed.Digits(10, scopeCouple, m.husband+"/"+m.wife+"/"+what, 0)}
}

func civilNumber(f *gofakeit.Faker) string { return f.Numerify("##-###-#######") }

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

// parent has the surname of the owner's birth, and a father the name of the patronymic.
func (p *paper) parent(sex Sex) map[string]any {
	given, patronymic := p.born.father.name, pick(p.draw, p.born.people.men).childOf(sex)
	if sex == Female {
		given = pick(p.draw, p.born.people.women)
	}
	surname := p.born.surname
	if !p.life.changedName.IsZero() {
		surname = p.surnameAtBirth()
	}
	return nameObject(surname.of(sex).cyrillic, given.cyrillic, patronymic.cyrillic)
}

// surnameAtBirth of somebody who has changed it: another than today's.
func (p *paper) surnameAtBirth() familyName {
	surnames := p.born.people.surnames
	drawn := p.stable("surname at birth", len(surnames))
	if surnames[drawn] == p.born.surname {
		drawn = (drawn + 1) % len(surnames)
	}
	return surnames[drawn]
}

// spouse is a person of the population, of the other sex and about the same age.
func (p *paper) spouse(f *gofakeit.Faker) Person {
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
