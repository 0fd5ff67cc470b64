package population

import (
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Papers of universities, which are made up.

var universities = []Text{
	{"Университет \"Сарыарка\"", "\"Сарыарқа\" университеті", "Saryarqa University"},
	{"Университет \"Жетысу Тех\"", "\"Жетісу Тех\" университеті", "Zhetysu Tech University"},
	{"Алтайская академия экономики", "Алтай экономика академиясы", "Altay Academy of Economics"},
	{"Каспийский институт права", "Каспий құқық институты", "Caspian Institute of Law"},
	{"Южный педагогический университет \"Отырар\"", "\"Отырар\" Оңтүстік педагогикалық университеті", "Otyrar Southern Pedagogical University"},
}

var specialities = []Text{
	{"Финансы", "Қаржы", "Finance"},
	{"Юриспруденция", "Құқықтану", "Law"},
	{"Информационные системы", "Ақпараттық жүйелер", "Information Systems"},
	{"Строительство", "Құрылыс", "Civil Engineering"},
	{"Педагогика и психология", "Педагогика және психология", "Pedagogy and Psychology"},
	{"Нефтегазовое дело", "Мұнай-газ ісі", "Petroleum Engineering"},
	{"Общая медицина", "Жалпы медицина", "General Medicine"},
}

var diploma = form{
	issuer: byUniversity,
	number: func(draw *chance.Sequence) string { return "ЖБ-Б № " + draw.Number("########") },
	issued: func(p *paper) time.Time {
		// graduations are at the end of June
		year := p.dayAtAge(studentTo, date(2000, time.January, 1)).Year()
		graduated := date(year, time.June, 20+p.draw.IntN(11))
		if graduated.After(p.people.today) { // a scenario gives the document
			return graduated.AddDate(-1, 0, 0)
		}
		return graduated
	},
	layout: papers.Certificate, accent: 0x6b2f3f,
	sections: certificate(titled("Білімі", "Образование",
		specialityEntry,
		own("degree", "Дәрежесі", "Степень", func(p *paper) any {
			return pick(p.draw, []Text{{"БАКАЛАВР", "БАКАЛАВР", "BACHELOR"}, {"МАГИСТР", "МАГИСТР", "MASTER"}}).JSON()
		}),
		own("graduationYear", "Бітірген жылы", "Год окончания", func(p *paper) any { return p.issued.Year() }),
		own("withHonours", "Үздік диплом", "Диплом с отличием", func(p *paper) any { return p.draw.IntN(10) == 0 }))),
}

var studentCard = form{
	issuer: byUniversity,
	number: func(draw *chance.Sequence) string { return draw.Number("######") },
	issued: func(p *paper) time.Time {
		day := p.dayAtAge(studentFrom, date(2020, time.September, 1))
		entry := date(day.Year(), time.September, 1)
		if entry.After(day) {
			return entry.AddDate(-1, 0, 0)
		}
		return entry
	},
	years:  4,
	layout: papers.IDCard, accent: 0x2f7a4f, photo: true,
	sections: []section{
		{entries: []entry{surnameEntry, nameEntry, patronymicEntry, iinEntry}},
		{entries: []entry{
			specialityEntry,
			own("studyForm", "Оқу түрі", "Форма обучения", func(*paper) any { return Text{"ОЧНАЯ", "КҮНДІЗГІ", "FULL-TIME"}.JSON() }),
			own("course", "Курсы", "Курс", func(p *paper) any { return 1 + ageOn(p.people.today, p.issued) }),
			issuerEntry, issuedEntry, expiresEntry,
		}},
	},
}

var specialityEntry = own("speciality", "Мамандығы", "Специальность", func(p *paper) any {
	return specialities[p.stable("speciality", len(specialities))].JSON()
})

func byUniversity(p *paper) Text { return p.people.universityOf(p.owner.IIN) }

// universityOf is the same for a diploma and a student card.
func (p Population) universityOf(iin string) Text {
	return universities[p.seed.Intn(len(universities), scopeDocument, iin+"/university", 0)]
}
