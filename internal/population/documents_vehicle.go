package population

import (
	"strings"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Papers of drivers and cars. All of a person's are about one car, Vehicle.

var driverLicense = form{
	issuer: byTrafficPolice,
	number: func(draw *chance.Sequence) string { return letters(draw, plateLetters, 2) + draw.Digits(6) },
	age:    adultAge,
	years:  10,
	layout: papers.DrivingLicence, accent: 0xa8486b, photo: true,
	sections: []section{
		{entries: []entry{
			surnameEntry.labelled("1.", "Тегі", "Фамилия"), surnameLatinEntry.labelled("", "Surname", ""),
			nameEntry.labelled("2.", "Аты", "Имя"), nameLatinEntry.labelled("", "Given name", ""), patronymicEntry,
			birthDateEntry.labelled("3.", "Туған күні", "Дата рождения"), birthPlaceEntry.labelled("3.", "Туған жері", "Место рождения"),
			issuedEntry.labelled("4a.", "Берілген", "Выдано"), expiresEntry.labelled("4b.", "Жарамды", "Действительно до"),
			iinEntry.labelled("4d.", "ЖСН", "ИИН"), numberEntry.labelled("5.", "Нөмірі", "Номер"),
		}},
		{entries: []entry{
			own("categories", "Санаттар", "Категории", func(p *paper) any {
				categories := [][]any{{"B", "B1"}, {"A", "B", "B1"}, {"B", "B1", "C", "C1"}}
				return categories[p.stable("licence", len(categories))]
			}).labelled("9.", "Санаттар", "Категории"),
			issuerEntry.labelled("4c.", "Берген орган", "Орган выдачи"),
		}},
	},
}

// vehicleRegistration and vehiclePassport overlap in life; here they are two
// papers of one car, with numbers of their own (ledger 31).
var vehicleRegistration = form{
	issuer: byTrafficPolice,
	number: vehiclePaperNumber,
	age:    adultAge,
	layout: papers.VehiclePaper, accent: 0x2d5f8b, plate: &plateEntry,
	sections: []section{
		titled("Көлік құралы", "Транспортное средство", vehicleEntries...),
		ownedBy("Иесі", "Собственник"),
		{entries: []entry{own("ownerAddress", "Иесінің мекенжайы", "Адрес собственника", addressEntry.value)}},
		issueSection,
	},
}

var vehiclePassport = form{
	issuer: byTrafficPolice,
	number: vehiclePaperNumber,
	age:    adultAge,
	layout: papers.VehiclePaper, accent: 0x8b5a2d, plate: &plateEntry,
	sections: []section{
		titled("Көлік құралы", "Транспортное средство", append(vehicleEntries[:len(vehicleEntries):len(vehicleEntries)],
			own("mass", "Жүксіз массасы", "Масса без нагрузки", ofVehicle(func(v Vehicle) any { return v.Mass })).withUnit("кг"),
			own("maxMass", "Ең көп массасы", "Разрешённая максимальная масса", ofVehicle(func(v Vehicle) any { return v.Mass + 450 })).withUnit("кг"))...),
		ownedBy("Иесі", "Собственник"),
		issueSection,
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
	number: func(draw *chance.Sequence) string { return draw.Number("###-##-########") },
	age:    adultAge,
	years:  1,
	layout: papers.VehiclePaper, accent: 0x2f7d6b, plate: &plateEntry,
	sections: []section{
		titled("Көлік құралы", "Транспортное средство", vehicleEntries[:3]...),
		titled("Сақтандыру", "Страхование",
			own("insuranceClass", "Бонус-малус сыныбы", "Класс бонус-малус", func(p *paper) any { return p.draw.IntRange(3, 13) }),
			own("premium", "Сақтандыру сыйлықақысы", "Страховая премия", func(p *paper) any { return p.draw.IntRange(8000, 45000) }).withUnit("₸")),
		ownedBy("Сақтанушы", "Страхователь"),
		issueSection,
	},
}

var insurers = []string{"Қорған", "Тұрақ", "Нұр Сенім", "Евразия Полис", "Дала Гарант"}

func vehiclePaperNumber(draw *chance.Sequence) string {
	return letters(draw, plateLetters, 2) + draw.Digits(8)
}

func byTrafficPolice(p *paper) Text {
	return Text{
		"УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ Г." + strings.ToUpper(p.home.townRu),
		strings.ToUpper(p.home.townKk) + " ҚАЛАСЫ ӘКІМШІЛІК ПОЛИЦИЯ БАСҚАРМАСЫ",
		"ADMINISTRATIVE POLICE OF " + transliterate(p.home.townRu),
	}
}

// What vehicle papers say of the vehicle.
var (
	plateEntry     = own("plateNumber", "Мемлекеттік нөмірі", "Государственный номер", ofVehicle(func(v Vehicle) any { return v.Plate }))
	vehicleEntries = []entry{
		own("vin", "Шассиі (VIN)", "VIN", ofVehicle(func(v Vehicle) any { return v.VIN })),
		own("brand", "Маркасы", "Марка", ofVehicle(func(v Vehicle) any { return v.Brand })),
		own("model", "Моделі", "Модель", ofVehicle(func(v Vehicle) any { return v.Model })),
		own("year", "Шыққан жылы", "Год выпуска", ofVehicle(func(v Vehicle) any { return v.Year })),
		own("colour", "Түсі", "Цвет", ofVehicle(func(v Vehicle) any { return v.Colour.JSON() })),
		own("engineVolume", "Қозғалтқыш көлемі", "Объём двигателя", ofVehicle(func(v Vehicle) any { return v.EngineVolume })).withUnit("куб.\u00a0см"),
		own("category", "Санаты", "Категория", ofVehicle(func(v Vehicle) any { return v.Category })),
	}
)

func ofVehicle(of func(Vehicle) any) func(*paper) any {
	return func(p *paper) any { return of(p.people.Vehicle(p.owner.IIN)) }
}
