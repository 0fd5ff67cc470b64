package papers

// Papers of vehicles and the policies that insure them.

// ownedBy is the part about the owner, whatever the paper calls him.
func ownedBy(title text) part {
	return part{title: title, fields: []field{surname, givenName, patronymic, iin}}
}

func vehicleFields(object string, more ...field) []field {
	return append(in(object,
		field{kk: "Шассиі (VIN)", ru: "VIN", path: "vin"},
		field{kk: "Маркасы", ru: "Марка", path: "brand"},
		field{kk: "Моделі", ru: "Модель", path: "model"},
		field{kk: "Шыққан жылы", ru: "Год выпуска", path: "year"},
		field{kk: "Түсі", ru: "Цвет", path: "colour"},
		field{kk: "Қозғалтқыш көлемі", ru: "Объём двигателя", path: "engineVolume", unit: "куб.\u00a0см"},
		field{kk: "Санаты", ru: "Категория", path: "category"}), in(object, more...)...)
}

var vehicleForms = map[string]form{
	"srts": {layout: vehiclePaper, accent: rgb(0x2d5f8b), plate: "srts.plateNumber", parts: []part{
		{title: text{"Көлік құралы", "Транспортное средство"}, fields: vehicleFields("srts")},
		ownedBy(text{"Иесі", "Собственник"}),
		{fields: in("srts", field{kk: "Иесінің мекенжайы", ru: "Адрес собственника", path: "ownerAddress"})},
		issuePart,
	}},
	"tech_passport": {layout: vehiclePaper, accent: rgb(0x8b5a2d), plate: "techPassport.plateNumber", parts: []part{
		{title: text{"Көлік құралы", "Транспортное средство"}, fields: vehicleFields("techPassport",
			field{kk: "Жүксіз массасы", ru: "Масса без нагрузки", path: "mass", unit: "кг"},
			field{kk: "Ең көп массасы", ru: "Разрешённая максимальная масса", path: "maxMass", unit: "кг"})},
		ownedBy(text{"Иесі", "Собственник"}),
		issuePart,
	}},
	"insurance_policy": {layout: vehiclePaper, accent: rgb(0x2f7d6b), plate: "insurancePolicy.plateNumber", parts: []part{
		{title: text{"Көлік құралы", "Транспортное средство"}, fields: in("insurancePolicy",
			field{kk: "Шассиі (VIN)", ru: "VIN", path: "vin"},
			field{kk: "Маркасы", ru: "Марка", path: "brand"},
			field{kk: "Моделі", ru: "Модель", path: "model"})},
		{title: text{"Сақтандыру", "Страхование"}, fields: in("insurancePolicy",
			field{kk: "Бонус-малус сыныбы", ru: "Класс бонус-малус", path: "insuranceClass"},
			field{kk: "Сақтандыру сыйлықақысы", ru: "Страховая премия", path: "premium", unit: tenge})},
		ownedBy(text{"Сақтанушы", "Страхователь"}),
		issuePart,
	}},
}
