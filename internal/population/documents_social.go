package population

import (
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
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
	layout: papers.Certificate, accent: 0x2a7590,
	sections: certificate(titled("Мәліметтер", "Сведения",
		own("category", "Санаты", "Категория", func(p *paper) any { return p.socialCategory().JSON() }), addressEntry)),
}

var disabilityCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time { return latest(p.life().disabled, p.dayAtAge(disabledFrom, firstIssue)) },
	years:  5,
	layout: papers.Certificate, accent: 0x4a5f9c, photo: true,
	sections: certificate(titled("Мүгедектік", "Инвалидность",
		own("group", "Тобы", "Группа", func(p *paper) any { return 1 + p.stable("disability group", 3) }),
		own("cause", "Себебі", "Причина", func(p *paper) any { return p.causeOfDisability().JSON() }),
		own("validFrom", "Белгіленген күні", "Установлена с", func(p *paper) any { return p.issued.Format(DayLayout) }),
		own("validUntil", "Белгіленген мерзімі", "Установлена до", func(p *paper) any { return p.issued.AddDate(5, 0, 0).Format(DayLayout) }))),
}

var largeFamilyCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time {
		if births := p.life().minors(p.people.today.AddDate(0, 0, -largeFamilyDays)); len(births) >= largeFamily {
			return births[0].AddDate(0, 0, largeFamilyDays)
		}
		return p.dayAtAge(30, firstIssue)
	},
	years:  5,
	layout: papers.Certificate, accent: 0x9a6a1f,
	sections: certificate(
		titled("Отбасы", "Семья", own("childrenCount", "Балалар саны", "Количество детей", func(p *paper) any { return len(p.children()) })),
		section{
			title: papers.Label{Kk: "Балалары", Ru: "Дети"}, list: &childrenEntry, widths: []float64{1, 8},
			columns: []papers.Field{{Kk: "Туған күні", Ru: "Дата рождения"}},
		}),
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
	layout: papers.Certificate, accent: 0x6f7a2c,
	sections: certificate(titled("Көмек", "Помощь",
		own("familyMembers", "Отбасы мүшелерінің саны", "Количество членов семьи", func(p *paper) any { return 1 + p.relatives() + p.draw.IntN(3) }),
		own("amount", "Тоқсандағы сомасы", "Сумма за квартал", func(p *paper) any { return p.draw.IntRange(10, 120) * 1000 }).withUnit("₸"),
		own("periodFrom", "Тағайындалған күні", "Назначена с", func(p *paper) any { return p.issued.Format(DayLayout) }),
		own("periodTo", "Аяқталатын күні", "Назначена по", func(p *paper) any { return p.issued.AddDate(0, 3, -1).Format(DayLayout) }))),
}

var pensionCertificate = form{
	issuer: byLabourMinistry,
	number: socialNumber,
	issued: func(p *paper) time.Time {
		if p.life().retired.IsZero() { // a scenario gives the document
			return p.dayAtAge(pensionAgeServed, date(2010, time.January, 1))
		}
		return latest(p.life().retired, date(1998, time.January, 5))
	},
	layout: papers.Certificate, accent: 0x8c4a2f, photo: true,
	sections: certificate(titled("Зейнетақы", "Пенсия",
		own("pensionKind", "Зейнетақы түрі", "Вид пенсии", func(p *paper) any {
			if ageOn(p.issued, p.owner.BirthDate) < pensionAge(p.owner.Sex) {
				return Text{"ПЕНСИЯ ЗА ВЫСЛУГУ ЛЕТ", "ЕҢБЕК СІҢІРГЕН ЖЫЛДАРЫ ҮШІН ЗЕЙНЕТАҚЫ", "PENSION FOR YEARS OF SERVICE"}.JSON()
			}
			return Text{"ПЕНСИЯ ПО ВОЗРАСТУ", "ЖАСЫНА БАЙЛАНЫСТЫ ЗЕЙНЕТАҚЫ", "OLD-AGE PENSION"}.JSON()
		}),
		own("assignedFrom", "Тағайындалған күні", "Назначена с", func(p *paper) any { return p.issued.Format(DayLayout) }))),
}

// socialCategory is what the owner's life and age make of him.
func (p *paper) socialCategory() Text {
	category := Text{"ТРУДОСПОСОБНЫЙ ГРАЖДАНИН", "ЕҢБЕККЕ ҚАБІЛЕТТІ АЗАМАТ", "CITIZEN OF WORKING AGE"}
	switch {
	case !p.life().retired.IsZero() || ageOn(p.people.today, p.owner.BirthDate) >= pensionAgeMen:
		category = Text{"ПЕНСИОНЕР", "ЗЕЙНЕТКЕР", "PENSIONER"}
	case !p.life().disabled.IsZero():
		category = Text{"ЛИЦО С ИНВАЛИДНОСТЬЮ", "МҮГЕДЕКТІГІ БАР АДАМ", "PERSON WITH A DISABILITY"}
	case isMinor(p.people.today, p.owner.BirthDate):
		category = Text{"НЕСОВЕРШЕННОЛЕТНИЙ", "КӘМЕЛЕТКЕ ТОЛМАҒАН", "MINOR"}
	}
	return category
}

func (p *paper) causeOfDisability() Text {
	if since := p.life().disabled; !since.IsZero() && ageOn(since, p.owner.BirthDate) < adultAge {
		return Text{"ИНВАЛИДНОСТЬ С ДЕТСТВА", "БАЛА КЕЗІНЕН МҮГЕДЕКТІК", "DISABILITY SINCE CHILDHOOD"}
	}
	return Text{"ОБЩЕЕ ЗАБОЛЕВАНИЕ", "ЖАЛПЫ АУРУ", "GENERAL ILLNESS"}
}

var childrenEntry = own("childrenBirthDates", "", "", func(p *paper) any {
	days := []any{}
	for _, birth := range p.children() {
		days = append(days, birth.Format(DayLayout))
	}
	return days
})

// children under age on the day of issue; where a scenario gives the document to
// a person with fewer than four, others are made up.
func (p *paper) children() []time.Time {
	births := p.life().minors(p.issued)
	if len(births) >= largeFamily {
		return births
	}
	births = nil
	for i := range largeFamily + p.stable("children", 4) {
		births = append(births, p.issued.AddDate(-1-2*i, 0, -p.stable("child "+strconv.Itoa(i), 300)))
	}
	return births
}

func socialNumber(draw *chance.Sequence) string { return draw.Number("##########") }

func byLabourMinistry(*paper) Text { return labourMinistry }
