package population

import (
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// Papers that say who somebody is: identity card, passport, and those of people
// who are not citizens.

var interiorMinistry = Text{
	"МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ РК", "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ", "MINISTRY OF INTERNAL AFFAIRS OF THE RK",
}

var identityCard = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return f.DigitN(9) },
	age:    identityAge,
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
	age:    identityAge,
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
	age:    identityAge,
	years:  10,
	fields: func(p *paper) []Field {
		country := p.foreignCountry()
		return append(p.biography(country.Text),
			Field{"citizenshipCode", country.code},
			Field{"address", p.people.Address(p.owner.IIN).Line()})
	},
}

var statelessCard = form{
	issuer: byInteriorMinistry,
	number: func(f *gofakeit.Faker) string { return f.DigitN(9) },
	age:    identityAge,
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
	age:    identityAge,
	years:  1, // renewed until he is a citizen
	fields: func(p *paper) []Field {
		arrived := latest(p.owner.BirthDate, date(2022, time.January, 1+p.stable("arrival", 300)))
		return []Field{
			{"arrivedFrom", p.foreignCountry().JSON()},
			{"arrivalDate", arrived.Format(DayLayout)},
			{"familyMembers", p.relatives() + p.draw.IntN(2)},
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

// foreignCountry is where the owner was born and of which he is a citizen, if he is a
// foreigner; kandases come from there.
func (p *paper) foreignCountry() country {
	return neighbours[p.stable("country", len(neighbours))]
}

// relatives are the owner's wife or husband, and the children under age on the day of
// issue.
func (p *paper) relatives() int {
	count := len(p.life.minors(p.issued))
	if p.life.married() {
		count++
	}
	return count
}

// birthTown is the same on all papers of a person, and seldom where he lives.
func (p *paper) birthTown() place {
	return p.people.placeOf("birth of " + p.owner.IIN)
}

func (p *paper) birthPlace() Text {
	if p.owner.Quirk == Foreigner {
		return p.foreignCountry().Text
	}
	born := p.birthTown()
	return Text{"Г. " + strings.ToUpper(born.townRu), strings.ToUpper(born.townKk) + " Қ.", transliterate(born.townRu)}
}
