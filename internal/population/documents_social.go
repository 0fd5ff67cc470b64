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
	fields: func(p *paper) []Field {
		category := Text{"ТРУДОСПОСОБНЫЙ ГРАЖДАНИН", "ЕҢБЕККЕ ҚАБІЛЕТТІ АЗАМАТ", "CITIZEN OF WORKING AGE"}
		if age := ageOn(latestDay, p.owner.BirthDate); age >= retirementAge {
			category = Text{"ПЕНСИОНЕР", "ЗЕЙНЕТКЕР", "PENSIONER"}
		}
		return []Field{{"category", category.JSON()}, {"address", p.people.Address(p.owner.IIN).Line()}}
	},
}

var disabilityCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time { return p.dayAtAge(0, firstIssue) },
	years:  5,
	fields: func(p *paper) []Field {
		cause := Text{"ОБЩЕЕ ЗАБОЛЕВАНИЕ", "ЖАЛПЫ АУРУ", "GENERAL ILLNESS"}
		return []Field{
			{"group", p.draw.IntRange(1, 3)},
			{"cause", cause.JSON()},
			{"validFrom", p.issued.Format(DayLayout)},
			{"validUntil", p.issued.AddDate(5, 0, 0).Format(DayLayout)},
		}
	},
}

var largeFamilyCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	years:  5,
	fields: func(p *paper) []Field {
		children := p.draw.IntRange(4, 7)
		births := make([]any, children)
		for i := range births {
			births[i] = p.issued.AddDate(-1-2*i, 0, -p.draw.IntN(300)).Format(DayLayout)
		}
		return []Field{{"childrenCount", children}, {"childrenBirthDates", births}}
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
	years:  1,
	fields: func(p *paper) []Field {
		return []Field{
			{"familyMembers", p.draw.IntRange(2, 7)},
			{"amount", p.draw.IntRange(10, 120) * 1000}, // tenge a quarter
			{"periodFrom", p.issued.Format(DayLayout)},
			{"periodTo", p.issued.AddDate(0, 3, -1).Format(DayLayout)},
		}
	},
}

var pensionCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time { return p.dayAtAge(retirementAge, date(2010, time.January, 1)) },
	fields: func(p *paper) []Field {
		kind := Text{"ПЕНСИЯ ПО ВОЗРАСТУ", "ЖАСЫНА БАЙЛАНЫСТЫ ЗЕЙНЕТАҚЫ", "OLD-AGE PENSION"}
		return []Field{{"pensionKind", kind.JSON()}, {"assignedFrom", p.issued.Format(DayLayout)}}
	},
}

func socialNumber(f *gofakeit.Faker) string { return f.Numerify("##########") }

func byLabourMinistry(*paper) Text { return labourMinistry }
