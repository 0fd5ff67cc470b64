package population

import (
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
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
	layout: papers.Certificate, accent: 0x2c6e63,
	sections: certificate(
		titled("Тууы", "Рождение", birthDateEntry, birthPlaceEntry, actNumberEntry, actDateEntry),
		tableOf(nameColumns, papers.Label{Kk: "Ата-анасы", Ru: "Родители"},
			own("father", "Әкесі", "Отец", func(p *paper) any { return p.parent(Male) }),
			own("mother", "Анасы", "Мать", func(p *paper) any { return p.parent(Female) }))),
}

var marriageCertificate = form{
	issuer: func(p *paper) Text { return registryOffice(p.people.placeOf(p.wedding().husband)) },
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.wedding().wed },
	layout: papers.Certificate, accent: 0x8a3b52,
	sections: certificate(
		titled("Неке", "Брак",
			own("marriageDate", "Некенің қиылған күні", "Дата заключения брака", func(p *paper) any { return p.issued.Format(DayLayout) }),
			own("surnameAfterMarriage", "Некеден кейінгі тегі", "Фамилия после брака", func(p *paper) any { return strings.ToUpper(p.owner.Surname) }),
			coupleAct("marriage", (*paper).wedding), actDateEntry),
		tableOf(personColumns, papers.Label{Kk: "Ерлі-зайыптылар", Ru: "Супруги"},
			own("husband", "Күйеуі", "Муж", func(p *paper) any { return fullNameOf(p.people.Person(p.wedding().husband)) }),
			own("wife", "Әйелі", "Жена", func(p *paper) any { return fullNameOf(p.people.Person(p.wedding().wife)) }))),
}

var divorceCertificate = form{
	issuer: func(p *paper) Text { return registryOffice(p.people.placeOf(p.divorce().husband)) },
	number: civilNumber,
	issued: func(p *paper) time.Time { return p.divorce().divorced },
	layout: papers.Certificate, accent: 0x5c5470,
	sections: certificate(
		titled("Некені бұзу", "Расторжение брака",
			own("divorceDate", "Некенің бұзылған күні", "Дата расторжения брака", func(p *paper) any { return p.issued.Format(DayLayout) }),
			own("surnameAfterDivorce", "Некені бұзғаннан кейінгі тегі", "Фамилия после расторжения", func(p *paper) any { return strings.ToUpper(p.owner.Surname) }),
			coupleAct("divorce", (*paper).divorce), actDateEntry),
		tableOf(personColumns, papers.Label{Kk: "Бұрынғы жұбайы", Ru: "Бывший супруг"},
			own("formerSpouse", "Жұбайы", "Супруг(а)", func(p *paper) any {
				return fullNameOf(p.people.Person(p.divorce().spouseOf(p.owner.IIN)))
			}))),
}

var changeOfNameCertificate = form{
	issuer: byRegistryOffice,
	number: civilNumber,
	issued: func(p *paper) time.Time {
		if day := p.life().changedName; !day.IsZero() {
			return day
		}
		return p.dayAtAge(adultAge, date(2010, time.January, 1))
	},
	layout: papers.Certificate, accent: 0x3f5f8a,
	sections: certificate(
		titled("Акт жазбасы", "Актовая запись", actNumberEntry, actDateEntry),
		tableOf(personColumns, papers.Label{Kk: "Ауыстыру", Ru: "Перемена имени"},
			own("before", "Бұрынғы", "Прежние", func(p *paper) any {
				before := p.owner
				before.Surname = p.surnameAtBirth().of(p.owner.Sex).cyrillic
				return fullNameOf(before)
			}),
			own("after", "Жаңа", "Новые", func(p *paper) any { return fullNameOf(p.owner) }))),
}

// wedding is the owner's last marriage. A scenario may give its certificate to
// a person who never married: then a marriage is made up, which was dissolved later.
func (p *paper) wedding() marriage {
	if count := len(p.life().marriages); count > 0 {
		return p.life().marriages[count-1]
	}
	draw := p.people.sequence(scopeIIN, "spouse of "+p.owner.IIN)
	spouse := p.spouse(draw)
	young := latest(p.owner.BirthDate, spouse.BirthDate)
	m := marriage{husband: p.owner.IIN, wife: spouse.IIN}
	if p.owner.Sex == Female {
		m.husband, m.wife = m.wife, m.husband
	}
	m.wed = p.people.dayAtAge(draw, ageRange{young, marryingAge, date(1990, time.January, 1), lastIssue})
	m.divorced = dayBetween(draw, m.wed, latest(m.wed, p.people.today))
	return m
}

// divorce is the owner's last marriage that was dissolved; for a person who never
// divorced one is made up.
func (p *paper) divorce() marriage {
	if m := p.life().lastDivorce(); m != nil {
		return *m
	}
	p.life().marriages = nil
	return p.wedding()
}

func (m marriage) spouseOf(iin string) string {
	if iin == m.husband {
		return m.wife
	}
	return m.husband
}

// The entry in the registry that the certificate is an extract of.
var (
	actNumberEntry = own("actNumber", "Акт жазбасының нөмірі", "Номер актовой записи", func(p *paper) any { return p.draw.Number("##########") })
	actDateEntry   = own("actDate", "Акт жазбасының күні", "Дата актовой записи", func(p *paper) any { return p.issued.Format(DayLayout) })
)

// coupleAct is the number of the entry in the registry, the same for both.
func coupleAct(what string, of func(*paper) marriage) entry {
	e := actNumberEntry
	e.value = func(p *paper) any {
		m := of(p)
		return p.people.seed.Digits(10, scopeCouple, m.husband+"/"+m.wife+"/"+what, 0)
	}
	return e
}

// Columns of tables of people.
var (
	nameColumns = []papers.Field{
		{Kk: "Тегі", Ru: "Фамилия", Path: "lastName"},
		{Kk: "Аты", Ru: "Имя", Path: "firstName"},
		{Kk: "Әкесінің аты", Ru: "Отчество", Path: "middleName"},
	}
	personColumns = append(nameColumns[:3:3], papers.Field{Kk: "ЖСН", Ru: "ИИН", Path: "iin"})
)

// tableOf people is a table with a row for each of them.
func tableOf(columns []papers.Field, title papers.Label, rows ...entry) section {
	widths := []float64{3, 3, 3, 3.6, 2.8}
	return section{title: title, rows: rows, columns: columns, widths: widths[:1+len(columns)]}
}

func civilNumber(draw *chance.Sequence) string { return draw.Number("##-###-#######") }

func byRegistryOffice(p *paper) Text { return registryOffice(p.home) }

func registryOffice(town place) Text {
	return Text{
		"ОТДЕЛ РАГС Г." + strings.ToUpper(town.townRu),
		strings.ToUpper(town.townKk) + " ҚАЛАСЫ АХАЖ БӨЛІМІ",
		"CIVIL REGISTRY OFFICE OF " + transliterate(town.townRu),
	}
}

// parent has the surname of the owner's birth, and a father the name of the patronymic.
func (p *paper) parent(sex Sex) map[string]any {
	given, patronymic := p.born.father.name, pick(p.draw, p.born.people.men).childOf(sex)
	if sex == Female {
		given = pick(p.draw, p.born.people.women)
	}
	surname := p.born.surname
	if !p.life().changedName.IsZero() {
		surname = p.surnameAtBirth()
	}
	return nameObject(surname.of(sex).cyrillic, given.cyrillic, patronymic.cyrillic)
}

// surnameAtBirth of a person who has changed it: another than today's.
func (p *paper) surnameAtBirth() familyName {
	surnames := p.born.people.surnames
	drawn := p.stable("surname at birth", len(surnames))
	if surnames[drawn] == p.born.surname {
		drawn = (drawn + 1) % len(surnames)
	}
	return surnames[drawn]
}

// spouse is a person of the population, of the other sex and about the same age.
func (p *paper) spouse(draw *chance.Sequence) Person {
	sex := Male
	if p.owner.Sex == Male {
		sex = Female
	}
	born := p.owner.BirthDate.AddDate(0, 0, draw.IntRange(-1500, 1500))
	return p.people.Person(newIIN(draw, sex, withinIIN(born)))
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
