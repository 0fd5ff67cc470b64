package population

import (
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// Papers of those whom the state supports.

var labourMinistry = Text{
	"МИНИСТЕРСТВО ТРУДА И СОЦИАЛЬНОЙ ЗАЩИТЫ НАСЕЛЕНИЯ РК",
	"ҚР ЕҢБЕК ЖӘНЕ ХАЛЫҚТЫ ӘЛЕУМЕТТІК ҚОРҒАУ МИНИСТРЛІГІ",
	"MINISTRY OF LABOUR AND SOCIAL PROTECTION OF THE RK",
}

var socialID = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time { return p.dayAtAge(0, firstIssue) },
	fields: func(p *paper) []Field {
		category := Text{"ТРУДОСПОСОБНЫЙ ГРАЖДАНИН", "ЕҢБЕККЕ ҚАБІЛЕТТІ АЗАМАТ", "CITIZEN OF WORKING AGE"}
		switch {
		case !p.life.retired.IsZero() || ageOn(p.people.today, p.owner.BirthDate) >= pensionAgeMen:
			category = Text{"ПЕНСИОНЕР", "ЗЕЙНЕТКЕР", "PENSIONER"}
		case !p.life.disabled.IsZero():
			category = Text{"ЛИЦО С ИНВАЛИДНОСТЬЮ", "МҮГЕДЕКТІГІ БАР АДАМ", "PERSON WITH A DISABILITY"}
		case isMinor(p.people.today, p.owner.BirthDate):
			category = Text{"НЕСОВЕРШЕННОЛЕТНИЙ", "КӘМЕЛЕТКЕ ТОЛМАҒАН", "MINOR"}
		}
		return []Field{{"category", category.JSON()}, {"address", p.people.Address(p.owner.IIN).Line()}}
	},
}

var disabilityCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time { return latest(p.life.disabled, p.dayAtAge(disabledFrom, firstIssue)) },
	years:  5,
	fields: func(p *paper) []Field {
		cause := Text{"ОБЩЕЕ ЗАБОЛЕВАНИЕ", "ЖАЛПЫ АУРУ", "GENERAL ILLNESS"}
		if since := p.life.disabled; !since.IsZero() && ageOn(since, p.owner.BirthDate) < adultAge {
			cause = Text{"ИНВАЛИДНОСТЬ С ДЕТСТВА", "БАЛА КЕЗІНЕН МҮГЕДЕКТІК", "DISABILITY SINCE CHILDHOOD"}
		}
		return []Field{
			{"group", 1 + p.stable("disability group", 3)},
			{"cause", cause.JSON()},
			{"validFrom", p.issued.Format(DayLayout)},
			{"validUntil", p.issued.AddDate(5, 0, 0).Format(DayLayout)},
		}
	},
}

var largeFamilyCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time {
		if births := p.life.minors(p.people.today.AddDate(0, 0, -largeFamilyDays)); len(births) >= largeFamily {
			return births[0].AddDate(0, 0, largeFamilyDays)
		}
		return p.dayAtAge(30, firstIssue)
	},
	years: 5,
	fields: func(p *paper) []Field {
		births := p.life.minors(p.issued)
		if len(births) < largeFamily { // a scenario gives the document
			births = nil
			for i := range p.draw.IntRange(largeFamily, 7) {
				births = append(births, p.issued.AddDate(-1-2*i, 0, -p.draw.IntN(300)))
			}
		}
		days := make([]any, len(births))
		for i, birth := range births {
			days[i] = birth.Format(DayLayout)
		}
		return []Field{{"childrenCount", len(days)}, {"childrenBirthDates", days}}
	},
}

var assistanceCertificate = form{
	issuer: func(p *paper) Text {
		return Text{
			"ЦЕНТР ТРУДОВОЙ МОБИЛЬНОСТИ Г." + strings.ToUpper(p.home.townRu),
			strings.ToUpper(p.home.townKk) + " ҚАЛАСЫ ЕҢБЕК МОБИЛЬДІЛІГІ ОРТАЛЫҒЫ",
			"LABOUR MOBILITY CENTRE OF " + transliterate(p.home.townRu),
		}
	},
	number: socialNumber,
	age:    20,
	years:  1,
	fields: func(p *paper) []Field {
		return []Field{
			{"familyMembers", 1 + p.relatives() + p.draw.IntN(3)},
			{"amount", p.draw.IntRange(10, 120) * 1000}, // tenge a quarter
			{"periodFrom", p.issued.Format(DayLayout)},
			{"periodTo", p.issued.AddDate(0, 3, -1).Format(DayLayout)},
		}
	},
}

var pensionCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time {
		if p.life.retired.IsZero() { // a scenario gives the document
			return p.dayAtAge(pensionAgeServed, date(2010, time.January, 1))
		}
		return latest(p.life.retired, date(1998, time.January, 5))
	},
	fields: func(p *paper) []Field {
		kind := Text{"ПЕНСИЯ ПО ВОЗРАСТУ", "ЖАСЫНА БАЙЛАНЫСТЫ ЗЕЙНЕТАҚЫ", "OLD-AGE PENSION"}
		if ageOn(p.issued, p.owner.BirthDate) < pensionAge(p.owner.Sex) {
			kind = Text{"ПЕНСИЯ ЗА ВЫСЛУГУ ЛЕТ", "ЕҢБЕК СІҢІРГЕН ЖЫЛДАРЫ ҮШІН ЗЕЙНЕТАҚЫ", "PENSION FOR YEARS OF SERVICE"}
		}
		return []Field{{"pensionKind", kind.JSON()}, {"assignedFrom", p.issued.Format(DayLayout)}}
	},
}

func socialNumber(f *gofakeit.Faker) string { return f.Numerify("##########") }

func byLabourMinistry(*paper) Text { return labourMinistry }
