package population

import (
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// Documents of identity: identity card, passport, and those of people
// who are not citizens.

var interiorMinistry = Text{
	"МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ РК", "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ", "MINISTRY OF INTERNAL AFFAIRS OF THE RK",
}

var identityCard = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return f.DigitN(9) },
	years:  10,
	fields: func(p *paper) []Field {
		return append(p.biography(citizen),
			Field{"gender", string(p.owner.Sex)},
			Field{"nationality", p.born.people.nationality[p.owner.Sex].JSON()})
	},
}

var passport = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return "N" + f.DigitN(8) },
	years:  10,
	fields: func(p *paper) []Field {
		return append(p.biography(citizen),
			Field{"gender", string(p.owner.Sex)},
			Field{"passportType", "P"},
			Field{"countryCode", "KAZ"},
			Field{"surnameLatin", p.owner.SurnameLatin},
			Field{"nameLatin", p.owner.NameLatin})
	},
}

var residencePermit = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return f.DigitN(9) },
	years:  10,
	fields: func(p *paper) []Field {
		country := pick(p.draw, neighbours)
		return append(p.biography(country.Text),
			Field{"citizenshipCode", country.code},
			Field{"address", p.people.Address(p.owner.IIN).Line()})
	},
}

var statelessCard = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return f.DigitN(9) },
	years:  10,
	fields: func(p *paper) []Field {
		return append(p.biography(stateless), Field{"address", p.people.Address(p.owner.IIN).Line()})
	},
}

var kandasCertificate = form{
	issuer: func(p *paper) Text {
		return Text{
			"УПРАВЛЕНИЕ ЗАНЯТОСТИ И СОЦИАЛЬНЫХ ПРОГРАММ Г." + strings.ToUpper(p.home.townRu),
			strings.ToUpper(p.home.townKk) + " ҚАЛАСЫ ЖҰМЫСПЕН ҚАМТУ ЖӘНЕ ӘЛЕУМЕТТІК БАҒДАРЛАМАЛАР БАСҚАРМАСЫ",
			"DEPARTMENT OF EMPLOYMENT AND SOCIAL PROGRAMMES",
		}
	},
	number: func(f *gofakeit.Faker) string { return "К" + f.DigitN(7) },
	years:  1,
	fields: func(p *paper) []Field {
		country := pick(p.draw, neighbours)
		return []Field{
			{"arrivedFrom", country.JSON()},
			{"arrivalDate", p.issued.AddDate(0, -p.draw.IntRange(1, 12), 0).Format(DayLayout)},
			{"familyMembers", p.draw.IntRange(0, 6)},
			{"address", p.people.Address(p.owner.IIN).Line()},
		}
	},
}

var (
	citizen   = Text{"КАЗАХСТАН", "ҚАЗАҚСТАН", "KAZAKHSTAN"}
	stateless = Text{"БЕЗ ГРАЖДАНСТВА", "АЗАМАТТЫҒЫ ЖОҚ", "STATELESS"}
)

// country is where foreigners and kandases come from.
type country struct {
	Text
	code string // ISO 3166-1 alpha-3
}

var neighbours = []country{
	{Text{"УЗБЕКИСТАН", "ӨЗБЕКСТАН", "UZBEKISTAN"}, "UZB"},
	{Text{"КЫРГЫЗСТАН", "ҚЫРҒЫЗСТАН", "KYRGYZSTAN"}, "KGZ"},
	{Text{"РОССИЯ", "РЕСЕЙ", "RUSSIA"}, "RUS"},
	{Text{"КИТАЙ", "ҚЫТАЙ", "CHINA"}, "CHN"},
	{Text{"МОНГОЛИЯ", "МОҢҒОЛИЯ", "MONGOLIA"}, "MNG"},
}

func byInteriorMinistry(*paper) Text { return interiorMinistry }

// biography is what all papers of identity share.
func (p *paper) biography(citizenship Text) []Field {
	return []Field{
		{"birthDate", p.owner.BirthDate.Format(DayLayout)},
		{"birthPlace", p.birthPlace().JSON()},
		{"citizenship", citizenship.JSON()},
	}
}

// birthTown is the same on all papers of a person, and seldom where he lives.
func (p *paper) birthTown() place {
	return p.people.placeOf("birth of " + p.owner.IIN)
}

func (p *paper) birthPlace() Text {
	born := p.birthTown()
	return Text{"Г. " + strings.ToUpper(born.townRu), strings.ToUpper(born.townKk) + " Қ.", transliterate(born.townRu)}
}
