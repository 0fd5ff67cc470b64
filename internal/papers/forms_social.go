package papers

// Documents of those whom the state supports.

var socialForms = map[string]form{
	"social_id": {layout: certificate, accent: rgb(0x2a7590), parts: []part{
		ownerPart,
		{title: text{"Мәліметтер", "Сведения"}, fields: in("socialId",
			field{kk: "Санаты", ru: "Категория", path: "category"},
			field{kk: "Мекенжайы", ru: "Адрес", path: "address"})},
		issuePart,
	}},
	"disability_certificate": {layout: certificate, accent: rgb(0x4a5f9c), photo: true, parts: []part{
		ownerPart,
		{title: text{"Мүгедектік", "Инвалидность"}, fields: in("disabilityCertificate",
			field{kk: "Тобы", ru: "Группа", path: "group"},
			field{kk: "Себебі", ru: "Причина", path: "cause"},
			field{kk: "Белгіленген күні", ru: "Установлена с", path: "validFrom"},
			field{kk: "Белгіленген мерзімі", ru: "Установлена до", path: "validUntil"})},
		issuePart,
	}},
	"large_family_certificate": {layout: certificate, accent: rgb(0x9a6a1f), parts: []part{
		ownerPart,
		{title: text{"Отбасы", "Семья"}, fields: in("largeFamilyCertificate",
			field{kk: "Балалар саны", ru: "Количество детей", path: "childrenCount"})},
		{title: text{"Балалары", "Дети"}, table: table{
			list: "largeFamilyCertificate.childrenBirthDates", widths: []float64{1, 8},
			columns: []field{{kk: "Туған күні", ru: "Дата рождения"}},
		}},
		issuePart,
	}},
	"asp_certificate": {layout: certificate, accent: rgb(0x6f7a2c), parts: []part{
		ownerPart,
		{title: text{"Көмек", "Помощь"}, fields: in("aspCertificate",
			field{kk: "Отбасы мүшелерінің саны", ru: "Количество членов семьи", path: "familyMembers"},
			field{kk: "Тоқсандағы сомасы", ru: "Сумма за квартал", path: "amount", unit: tenge},
			field{kk: "Тағайындалған күні", ru: "Назначена с", path: "periodFrom"},
			field{kk: "Аяқталатын күні", ru: "Назначена по", path: "periodTo"})},
		issuePart,
	}},
	"pension": {layout: certificate, accent: rgb(0x8c4a2f), photo: true, parts: []part{
		ownerPart,
		{title: text{"Зейнетақы", "Пенсия"}, fields: in("pension",
			field{kk: "Зейнетақы түрі", ru: "Вид пенсии", path: "pensionKind"},
			field{kk: "Тағайындалған күні", ru: "Назначена с", path: "assignedFrom"})},
		issuePart,
	}},
	"oralman": {layout: certificate, accent: rgb(0x1f7f86), photo: true, parts: []part{
		ownerPart,
		{title: text{"Қандас", "Кандас"}, fields: in("oralman",
			field{kk: "Келген елі", ru: "Страна прибытия", path: "arrivedFrom"},
			field{kk: "Келген күні", ru: "Дата прибытия", path: "arrivalDate"},
			field{kk: "Отбасы мүшелері", ru: "Члены семьи", path: "familyMembers"},
			field{kk: "Мекенжайы", ru: "Адрес", path: "address"})},
		issuePart,
	}},
}
