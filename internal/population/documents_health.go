package population

import (
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Papers of the epidemic: vaccinations and tests, dated 2021 and 2022.

var healthMinistry = Text{
	"МИНИСТЕРСТВО ЗДРАВООХРАНЕНИЯ РК", "ҚР ДЕНСАУЛЫҚ САҚТАУ МИНИСТРЛІГІ", "MINISTRY OF HEALTH OF THE RK",
}

var vaccination = form{
	issuer: byHealthMinistry,
	number: func(draw *chance.Sequence) string { return draw.Number("############") },
	issued: dayInEpidemic,
	layout: papers.Certificate, accent: 0x2e7a57,
	sections: certificate(
		titled("Вакцина", "Вакцина", own("vaccine", "Вакцинаның атауы", "Название вакцины", func(p *paper) any {
			return pick(p.draw, []string{"QazVac", "Hayat-Vax", "Sputnik V"})
		})),
		section{
			title: papers.Label{Kk: "Егулер", Ru: "Прививки"}, list: &dosesEntry, widths: []float64{1, 2, 3, 7},
			columns: []papers.Field{
				{Kk: "Доза", Ru: "Доза", Path: "number"},
				{Kk: "Күні", Ru: "Дата", Path: "date"},
				{Kk: "Емхана", Ru: "Поликлиника", Path: "clinic"},
			},
		}),
}

var pcrCertificate = form{
	issuer: byHealthMinistry,
	number: func(draw *chance.Sequence) string { return draw.Number("########") },
	issued: dayInEpidemic,
	layout: papers.Certificate, accent: 0x3b6f9e,
	sections: certificate(titled("Талдау", "Исследование",
		own("result", "Нәтижесі", "Результат", func(p *paper) any {
			return pick(p.draw, []Text{
				{"ОТРИЦАТЕЛЬНЫЙ", "ТЕРІС", "NEGATIVE"}, {"ОТРИЦАТЕЛЬНЫЙ", "ТЕРІС", "NEGATIVE"}, {"ПОЛОЖИТЕЛЬНЫЙ", "ОҢ", "POSITIVE"},
			}).JSON()
		}),
		own("sampleDate", "Үлгі алынған күні", "Дата взятия пробы", func(p *paper) any { return p.daysBefore(1) }),
		own("laboratory", "Зертхана", "Лаборатория", func(p *paper) any {
			return "Лаборатория \"" + pick(p.draw, []string{"Дені сау", "Мөлдір", "Шипа"}) + "\""
		}))),
}

var dosesEntry = own("doses", "", "", func(p *paper) any {
	interval := p.draw.IntRange(21, 28)
	return []any{p.dose(1, interval), p.dose(2, 0)}
})

func byHealthMinistry(*paper) Text { return healthMinistry }

func dayInEpidemic(p *paper) time.Time {
	return dayBetween(p.draw, date(2021, time.May, 1), date(2022, time.May, 31))
}

func (p *paper) dose(number, daysBefore int) map[string]any {
	return map[string]any{
		"number": number,
		"date":   p.daysBefore(daysBefore),
		"clinic": "Городская поликлиника №" + p.draw.Number("#") + ", г." + p.home.townRu,
	}
}
