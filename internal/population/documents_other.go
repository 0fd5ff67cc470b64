package population

import (
	"strings"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Papers that are of no family: the hunter's certificate, the power of attorney.

var hunterCertificate = form{
	issuer: func(p *paper) Text {
		return Text{
			"ОБЩЕСТВО ОХОТНИКОВ И РЫБОЛОВОВ Г." + strings.ToUpper(p.home.townRu),
			strings.ToUpper(p.home.townKk) + " ҚАЛАСЫ АҢШЫЛАР МЕН БАЛЫҚШЫЛАР ҚОҒАМЫ",
			"SOCIETY OF HUNTERS AND FISHERMEN OF " + transliterate(p.home.townRu),
		}
	},
	number: func(draw *chance.Sequence) string { return draw.Number("######") },
	age:    21,
	years:  5,
	layout: papers.Certificate, accent: 0x4f6b2f, photo: true,
	sections: certificate(titled("Аңшылық", "Охота",
		own("region", "Өңірі", "Регион", func(p *paper) any {
			return Text{p.home.regionRu, p.home.regionKk, transliterate(p.home.regionRu)}.JSON()
		}),
		own("examinationDate", "Емтихан күні", "Дата экзамена", func(p *paper) any {
			return p.daysBefore(p.draw.IntRange(7, 60))
		}))),
}

var powerOfAttorney = form{
	issuer: func(p *paper) Text {
		notary := strings.ToUpper(p.people.Person(p.people.IINOf("notary of " + p.owner.IIN)).FullName())
		return Text{"НОТАРИУС " + notary, notary + " НОТАРИУС", "NOTARY " + transliterate(notary)}
	},
	number: func(draw *chance.Sequence) string { return draw.Number("####") },
	age:    adultAge,
	years:  3,
	layout: papers.Certificate, accent: 0x6a5a3a,
	sections: certificate(
		titled("Өкілеттік", "Полномочия",
			own("powers", "Өкілеттіктер", "Полномочия", func(*paper) any {
				return Text{
					"УПРАВЛЕНИЕ ТРАНСПОРТНЫМ СРЕДСТВОМ БЕЗ ПРАВА ОТЧУЖДЕНИЯ",
					"ИЕЛІКТЕН ШЫҒАРУ ҚҰҚЫҒЫНСЫЗ КӨЛІК ҚҰРАЛЫН БАСҚАРУ",
					"USE OF A VEHICLE WITHOUT THE RIGHT TO SELL IT",
				}.JSON()
			}), plateEntry),
		tableOf(personColumns, papers.Label{Kk: "Тараптар", Ru: "Стороны"},
			own("principal", "Сенім білдіруші", "Доверитель", func(p *paper) any { return fullNameOf(p.owner) }),
			own("representative", "Өкіл", "Представитель", func(p *paper) any {
				return fullNameOf(p.people.Person(p.people.IINOf("representative of " + p.owner.IIN)))
			}))),
}
