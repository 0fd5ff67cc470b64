package population

import (
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// Papers of the epidemic: vaccinations and tests, dated 2021 and 2022.

var healthMinistry = Text{
	"МИНИСТЕРСТВО ЗДРАВООХРАНЕНИЯ РК", "ҚР ДЕНСАУЛЫҚ САҚТАУ МИНИСТРЛІГІ", "MINISTRY OF HEALTH OF THE RK",
}

var vaccination = form{
	issuer: byHealthMinistry,
	number: func(f *gofakeit.Faker) string { return f.Numerify("############") },
	issued: dayInEpidemic,
	fields: func(p *paper) []Field {
		vaccine, interval := pick(p.draw, []string{"QazVac", "Hayat-Vax", "Sputnik V"}), p.draw.IntRange(21, 28)
		return []Field{
			{"vaccine", vaccine},
			{"doses", []any{p.dose(1, p.issued.AddDate(0, 0, -interval)), p.dose(2, p.issued)}},
		}
	},
}

var pcrCertificate = form{
	issuer: byHealthMinistry,
	number: func(f *gofakeit.Faker) string { return f.Numerify("########") },
	issued: dayInEpidemic,
	fields: func(p *paper) []Field {
		result := pick(p.draw, []Text{
			{"ОТРИЦАТЕЛЬНЫЙ", "ТЕРІС", "NEGATIVE"}, {"ОТРИЦАТЕЛЬНЫЙ", "ТЕРІС", "NEGATIVE"}, {"ПОЛОЖИТЕЛЬНЫЙ", "ОҢ", "POSITIVE"},
		})
		return []Field{
			{"result", result.JSON()},
			{"sampleDate", p.issued.AddDate(0, 0, -1).Format(DayLayout)},
			{"laboratory", "Лаборатория \"" + pick(p.draw, []string{"Дені сау", "Мөлдір", "Шипа"}) + "\""},
		}
	},
}

func byHealthMinistry(*paper) Text { return healthMinistry }

func dayInEpidemic(p *paper) time.Time {
	return dayBetween(p.draw, date(2021, time.May, 1), date(2022, time.May, 31))
}

func (p *paper) dose(number int, day time.Time) map[string]any {
	return map[string]any{
		"number": number,
		"date":   day.Format(DayLayout),
		"clinic": "Городская поликлиника №" + p.draw.Numerify("#") + ", г." + p.home.townRu,
	}
}
