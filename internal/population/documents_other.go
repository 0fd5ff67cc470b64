package population

import (
	"strings"

	"github.com/brianvoe/gofakeit/v7"
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
	number: func(f *gofakeit.Faker) string { return f.Numerify("######") },
	age:    21,
	years:  5,
	fields: func(p *paper) []Field {
		return []Field{
			{"region", Text{p.home.regionRu, p.home.regionKk, transliterate(p.home.regionRu)}.JSON()},
			{"examinationDate", p.issued.AddDate(0, 0, -p.draw.IntRange(7, 60)).Format(DayLayout)},
		}
	},
}

var powerOfAttorney = form{
	issuer: func(p *paper) Text {
		notary := strings.ToUpper(p.people.Person(p.people.Somebody("notary of " + p.owner.IIN)).FullName())
		return Text{"НОТАРИУС " + notary, notary + " НОТАРИУС", "NOTARY " + transliterate(notary)}
	},
	number: func(f *gofakeit.Faker) string { return f.Numerify("####") },
	age:    adultAge,
	years:  3,
	fields: func(p *paper) []Field {
		representative := p.people.Person(p.people.Somebody("representative of " + p.owner.IIN))
		powers := Text{
			"УПРАВЛЕНИЕ ТРАНСПОРТНЫМ СРЕДСТВОМ БЕЗ ПРАВА ОТЧУЖДЕНИЯ",
			"ИЕЛІКТЕН ШЫҒАРУ ҚҰҚЫҒЫНСЫЗ КӨЛІК ҚҰРАЛЫН БАСҚАРУ",
			"USE OF A VEHICLE WITHOUT THE RIGHT TO SELL IT",
		}
		return []Field{
			{"principal", fullNameOf(p.owner)},
			{"representative", fullNameOf(representative)},
			{"powers", powers.JSON()},
			{"plateNumber", p.people.Vehicle(p.owner.IIN).Plate},
		}
	},
}
