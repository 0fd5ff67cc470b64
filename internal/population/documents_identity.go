package population

import (
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Documents of identity: identity card, passport, and those of people
// who are not citizens.

var interiorMinistry = Text{
	"МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ РК", "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ", "MINISTRY OF INTERNAL AFFAIRS OF THE RK",
}

var identityCard = form{
	issuer: byInteriorMinistry,
	number: func(draw *chance.Sequence) string { return draw.Digits(9) },
	age:    identityAge,
	years:  10,
	layout: papers.IDCard, accent: 0x1d6a8f, photo: true,
	sections: []section{
		{entries: []entry{surnameEntry, nameEntry, patronymicEntry, birthDateEntry, iinEntry}},
		{entries: []entry{
			genderEntry, birthPlaceEntry,
			own("nationality", "Ұлты", "Национальность", func(p *paper) any { return p.born.people.nationality[p.owner.Sex].JSON() }),
			citizenOf(citizen), issuerEntry, issuedEntry, expiresEntry,
		}},
	},
}

var passport = form{
	issuer: byInteriorMinistry,
	number: func(draw *chance.Sequence) string { return "N" + draw.Digits(8) },
	age:    identityAge,
	years:  10,
	layout: papers.Passport, accent: 0x1f3d6d, photo: true,
	sections: []section{
		{entries: []entry{
			own("passportType", "Түрі", "Тип", func(*paper) any { return "P" }),
			own("countryCode", "Мемлекет коды", "Код государства", func(*paper) any { return "KAZ" }),
			numberEntry, surnameEntry, surnameLatinEntry, nameEntry, nameLatinEntry, patronymicEntry, citizenOf(citizen),
			birthDateEntry, iinEntry, genderEntry, birthPlaceEntry, issuedEntry, expiresEntry,
		}},
		{entries: []entry{issuerEntry}},
	},
}

var residencePermit = form{
	issuer: byInteriorMinistry,
	number: func(draw *chance.Sequence) string { return draw.Digits(9) },
	age:    identityAge,
	years:  10,
	layout: papers.IDCard, accent: 0x7a5c20, photo: true,
	sections: []section{
		{entries: []entry{surnameEntry, nameEntry, patronymicEntry, birthDateEntry, iinEntry}},
		{entries: []entry{
			birthPlaceEntry,
			own("citizenship", "Азаматтығы", "Гражданство", func(p *paper) any { return p.foreignCountry().JSON() }),
			own("citizenshipCode", "Елдің коды", "Код страны", func(p *paper) any { return p.foreignCountry().code }),
			addressEntry, issuerEntry, issuedEntry, expiresEntry,
		}},
	},
}

var statelessCard = form{
	issuer: byInteriorMinistry,
	number: func(draw *chance.Sequence) string { return draw.Digits(9) },
	age:    identityAge,
	years:  10,
	layout: papers.IDCard, accent: 0x59616b, photo: true,
	sections: []section{
		{entries: []entry{surnameEntry, nameEntry, patronymicEntry, birthDateEntry, iinEntry}},
		{entries: []entry{birthPlaceEntry, citizenOf(stateless), addressEntry, issuerEntry, issuedEntry, expiresEntry}},
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
	number: func(draw *chance.Sequence) string { return "К" + draw.Digits(7) },
	age:    identityAge,
	years:  1, // renewed until he is a citizen
	layout: papers.Certificate, accent: 0x1f7f86, photo: true,
	sections: certificate(titled("Қандас", "Кандас",
		own("arrivedFrom", "Келген елі", "Страна прибытия", func(p *paper) any { return p.foreignCountry().JSON() }),
		own("arrivalDate", "Келген күні", "Дата прибытия", func(p *paper) any {
			arrived := date(2022, time.January, 1+p.stable("arrival", 300))
			return latest(p.owner.BirthDate, arrived).Format(DayLayout)
		}),
		own("familyMembers", "Отбасы мүшелері", "Члены семьи", func(p *paper) any { return p.relatives() + p.draw.IntN(2) }),
		addressEntry)),
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

// What several documents say of their owner.
var (
	birthDateEntry  = own("birthDate", "Туған күні", "Дата рождения", func(p *paper) any { return p.owner.BirthDate.Format(DayLayout) })
	birthPlaceEntry = own("birthPlace", "Туған жері", "Место рождения", func(p *paper) any { return p.birthPlace().JSON() })
	genderEntry     = own("gender", "Жынысы", "Пол", func(p *paper) any { return string(p.owner.Sex) })
	addressEntry    = own("address", "Мекенжайы", "Адрес", func(p *paper) any { return p.people.Address(p.owner.IIN).Line() })

	surnameLatinEntry = own("surnameLatin", "Surname", "Фамилия латиницей", func(p *paper) any { return p.owner.SurnameLatin })
	nameLatinEntry    = own("nameLatin", "Given name", "Имя латиницей", func(p *paper) any { return p.owner.NameLatin })
)

func citizenOf(country Text) entry {
	return own("citizenship", "Азаматтығы", "Гражданство", func(*paper) any { return country.JSON() })
}

// foreignCountry is where the owner was born and of which he is a citizen, if he is a
// foreigner; kandases come from there.
func (p *paper) foreignCountry() country {
	return neighbours[p.stable("country", len(neighbours))]
}

// relatives are the owner's wife or husband, and the children under age on the day of
// issue.
func (p *paper) relatives() int {
	count := len(p.life().minors(p.issued))
	if p.life().married() {
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
