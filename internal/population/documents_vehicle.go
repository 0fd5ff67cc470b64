package population

import (
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// Papers of drivers and cars. All of a person's speak of one car, Vehicle.

var driverLicense = form{
	issuer: byTrafficPolice,
	number: func(f *gofakeit.Faker) string { return letters(f, plateLetters, 2) + f.DigitN(6) },
	age:    adultAge,
	years:  10,
	fields: func(p *paper) []Field {
		categories := [][]any{{"B", "B1"}, {"A", "B", "B1"}, {"B", "B1", "C", "C1"}}
		return []Field{
			{"categories", categories[p.stable("licence", len(categories))]},
			{"birthDate", p.owner.BirthDate.Format(DayLayout)},
			{"birthPlace", p.birthPlace().JSON()},
			{"surnameLatin", p.owner.SurnameLatin},
			{"nameLatin", p.owner.NameLatin},
		}
	},
}

// vehicleRegistration and vehiclePassport overlap in life; here they are two
// papers of one car, with numbers of their own (ledger 31).
var vehicleRegistration = form{
	issuer: byTrafficPolice,
	number: vehiclePaperNumber,
	age:    adultAge,
	fields: func(p *paper) []Field {
		return append(p.vehicleFields(), Field{"ownerAddress", p.people.Address(p.owner.IIN).Line()})
	},
}

var vehiclePassport = form{
	issuer: byTrafficPolice,
	number: vehiclePaperNumber,
	age:    adultAge,
	fields: func(p *paper) []Field {
		car := p.people.Vehicle(p.owner.IIN)
		return append(p.vehicleFields(),
			Field{"mass", car.Mass},
			Field{"maxMass", car.Mass + 450})
	},
}

var insurancePolicy = form{
	issuer: func(p *paper) Text {
		insurer := pick(p.draw, insurers)
		return Text{
			"АО СК «" + insurer + "»",
			"«" + insurer + "» сақтандыру компаниясы АҚ",
			transliterate(insurer) + " INSURANCE COMPANY JSC",
		}
	},
	number: func(f *gofakeit.Faker) string { return f.Numerify("###-##-########") },
	age:    adultAge,
	years:  1,
	fields: func(p *paper) []Field {
		car := p.people.Vehicle(p.owner.IIN)
		return []Field{
			{"insuranceClass", p.draw.IntRange(3, 13)},
			{"premium", p.draw.IntRange(8000, 45000)}, // tenge
			{"plateNumber", car.Plate},
			{"vin", car.VIN},
			{"brand", car.Brand},
			{"model", car.Model},
		}
	},
}

var insurers = []string{"Қорған", "Тұрақ", "Нұр Сенім", "Евразия Полис", "Дала Гарант"}

func vehiclePaperNumber(f *gofakeit.Faker) string { return letters(f, plateLetters, 2) + f.DigitN(8) }

func byTrafficPolice(p *paper) Text {
	return Text{
		"УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ Г." + strings.ToUpper(p.home.townRu),
		strings.ToUpper(p.home.townKk) + " ҚАЛАСЫ ӘКІМШІЛІК ПОЛИЦИЯ БАСҚАРМАСЫ",
		"ADMINISTRATIVE POLICE OF " + transliterate(p.home.townRu),
	}
}

func (p *paper) vehicleFields() []Field {
	car := p.people.Vehicle(p.owner.IIN)
	return []Field{
		{"plateNumber", car.Plate},
		{"vin", car.VIN},
		{"brand", car.Brand},
		{"model", car.Model},
		{"year", car.Year},
		{"colour", car.Colour.JSON()},
		{"engineVolume", car.EngineVolume},
		{"category", car.Category},
	}
}
