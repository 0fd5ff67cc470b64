package papers

// Documents of studies, health and hunting.

var otherForms = map[string]form{
	"diploma": {layout: certificate, accent: rgb(0x6b2f3f), parts: []part{
		ownerPart,
		{title: text{"Білімі", "Образование"}, fields: in("diploma",
			field{kk: "Мамандығы", ru: "Специальность", path: "speciality"},
			field{kk: "Дәрежесі", ru: "Степень", path: "degree"},
			field{kk: "Бітірген жылы", ru: "Год окончания", path: "graduationYear"},
			field{kk: "Үздік диплом", ru: "Диплом с отличием", path: "withHonours"})},
		issuePart,
	}},
	"vaccination": {layout: certificate, accent: rgb(0x2e7a57), parts: []part{
		ownerPart,
		{title: text{"Вакцина", "Вакцина"}, fields: in("vaccination",
			field{kk: "Вакцинаның атауы", ru: "Название вакцины", path: "vaccine"})},
		{title: text{"Егулер", "Прививки"}, table: table{
			list: "vaccination.doses", widths: []float64{1, 2, 3, 7},
			columns: []field{
				{kk: "Доза", ru: "Доза", path: "number"},
				{kk: "Күні", ru: "Дата", path: "date"},
				{kk: "Емхана", ru: "Поликлиника", path: "clinic"},
			},
		}},
		issuePart,
	}},
	"pcr_certificate": {layout: certificate, accent: rgb(0x3b6f9e), parts: []part{
		ownerPart,
		{title: text{"Талдау", "Исследование"}, fields: in("pcrCertificate",
			field{kk: "Нәтижесі", ru: "Результат", path: "result"},
			field{kk: "Үлгі алынған күні", ru: "Дата взятия пробы", path: "sampleDate"},
			field{kk: "Зертхана", ru: "Лаборатория", path: "laboratory"})},
		issuePart,
	}},
	"hunter": {layout: certificate, accent: rgb(0x4f6b2f), photo: true, parts: []part{
		ownerPart,
		{title: text{"Аңшылық", "Охота"}, fields: in("hunter",
			field{kk: "Өңірі", ru: "Регион", path: "region"},
			field{kk: "Емтихан күні", ru: "Дата экзамена", path: "examinationDate"})},
		issuePart,
	}},
}
