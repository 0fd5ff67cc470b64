package papers

// Documents of civil status, whose tables have the people they are about.

var (
	actFields = func(object string) []field {
		return in(object,
			field{kk: "Акт жазбасының нөмірі", ru: "Номер актовой записи", path: "actNumber"},
			field{kk: "Акт жазбасының күні", ru: "Дата актовой записи", path: "actDate"})
	}
	nameColumns = []field{
		{kk: "Тегі", ru: "Фамилия", path: "lastName"},
		{kk: "Аты", ru: "Имя", path: "firstName"},
		{kk: "Әкесінің аты", ru: "Отчество", path: "middleName"},
	}
	personColumns = append(nameColumns[:3:3], field{kk: "ЖСН", ru: "ИИН", path: "iin"})
	nameWidths    = []float64{3, 3, 3, 3.6}
	personWidths  = []float64{3, 3, 3, 3.6, 2.8}
)

var civilForms = map[string]form{
	"birth_certificate": {layout: certificate, accent: rgb(0x2c6e63), parts: []part{
		ownerPart,
		{title: text{"Тууы", "Рождение"}, fields: append(in("birthCertificate",
			field{kk: "Туған күні", ru: "Дата рождения", path: "birthDate"},
			field{kk: "Туған жері", ru: "Место рождения", path: "birthPlace"}), actFields("birthCertificate")...)},
		{title: text{"Ата-анасы", "Родители"}, table: table{columns: nameColumns, widths: nameWidths, rows: in("birthCertificate",
			field{kk: "Әкесі", ru: "Отец", path: "father"},
			field{kk: "Анасы", ru: "Мать", path: "mother"})}},
		issuePart,
	}},
	"marriage_certificate": {layout: certificate, accent: rgb(0x8a3b52), parts: []part{
		ownerPart,
		{title: text{"Неке", "Брак"}, fields: append(in("marriageCertificate",
			field{kk: "Некенің қиылған күні", ru: "Дата заключения брака", path: "marriageDate"},
			field{kk: "Некеден кейінгі тегі", ru: "Фамилия после брака", path: "surnameAfterMarriage"}), actFields("marriageCertificate")...)},
		{title: text{"Ерлі-зайыптылар", "Супруги"}, table: table{columns: personColumns, widths: personWidths, rows: in("marriageCertificate",
			field{kk: "Күйеуі", ru: "Муж", path: "husband"},
			field{kk: "Әйелі", ru: "Жена", path: "wife"})}},
		issuePart,
	}},
	"divorce_certificate": {layout: certificate, accent: rgb(0x5c5470), parts: []part{
		ownerPart,
		{title: text{"Некені бұзу", "Расторжение брака"}, fields: append(in("divorceCertificate",
			field{kk: "Некенің бұзылған күні", ru: "Дата расторжения брака", path: "divorceDate"},
			field{kk: "Некені бұзғаннан кейінгі тегі", ru: "Фамилия после расторжения", path: "surnameAfterDivorce"}), actFields("divorceCertificate")...)},
		{title: text{"Бұрынғы жұбайы", "Бывший супруг"}, table: table{columns: personColumns, widths: personWidths, rows: in("divorceCertificate",
			field{kk: "Жұбайы", ru: "Супруг(а)", path: "formerSpouse"})}},
		issuePart,
	}},
	"change_fio_certificate": {layout: certificate, accent: rgb(0x3f5f8a), parts: []part{
		ownerPart,
		{title: text{"Акт жазбасы", "Актовая запись"}, fields: actFields("changeFioCertificate")},
		{title: text{"Ауыстыру", "Перемена имени"}, table: table{columns: personColumns, widths: personWidths, rows: in("changeFioCertificate",
			field{kk: "Бұрынғы", ru: "Прежние", path: "before"},
			field{kk: "Жаңа", ru: "Новые", path: "after"})}},
		issuePart,
	}},
	"attorney": {layout: certificate, accent: rgb(0x6a5a3a), parts: []part{
		ownerPart,
		{title: text{"Өкілеттік", "Полномочия"}, fields: in("attorney",
			field{kk: "Өкілеттіктер", ru: "Полномочия", path: "powers"},
			field{kk: "Мемлекеттік нөмірі", ru: "Государственный номер", path: "plateNumber"})},
		{title: text{"Тараптар", "Стороны"}, table: table{columns: personColumns, widths: personWidths, rows: in("attorney",
			field{kk: "Сенім білдіруші", ru: "Доверитель", path: "principal"},
			field{kk: "Өкіл", ru: "Представитель", path: "representative"})}},
		issuePart,
	}},
}
