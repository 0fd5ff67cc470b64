package population

import (
	"slices"
	"time"
)

// Text is a name in the three languages of a paper.
type Text struct {
	Ru, Kk, En string
}

// documentType is one of the E-Document service's, with who owns it: every person
// when it is usual, else so many in a hundred, of the people whose age lies from
// fromAge to toAge, both included. What has neither follows from a person's life or
// citizenship.
type documentType struct {
	name           string
	title          Text // Russian as in the E-Document document
	usual          bool
	share          int
	fromAge, toAge int       // toAge 0 is no limit
	bornBefore     time.Time // zero is no limit
}

// documentTypes are in the order of the E-Document document.
var documentTypes = [...]documentType{
	{name: "identity_card", title: Text{"Удостоверение личности", "Жеке куәлік", "Identity card"}, usual: true, fromAge: identityAge},
	{name: "driver_license", title: Text{"Водительское удостоверение", "Жүргізуші куәлігі", "Driver's licence"}, usual: true, fromAge: adultAge},
	{name: "birth_certificate", title: Text{"Свидетельство о рождении", "Туу туралы куәлік", "Birth certificate"}, usual: true},
	{name: "marriage_certificate", title: Text{"Свидетельство о заключении брака", "Неке қию туралы куәлік", "Marriage certificate"}},
	{name: "change_fio_certificate", title: Text{"Свидетельство о перемене фамилии, имени, отчества", "Тегін, атын, әкесінің атын ауыстыру туралы куәлік", "Certificate of change of name"}},
	{name: "divorce_certificate", title: Text{"Свидетельство о расторжении брака", "Некені бұзу туралы куәлік", "Divorce certificate"}},
	{name: "diploma", title: Text{"Диплом", "Диплом", "Diploma"}, share: 50, fromAge: studentTo + 1},
	{name: "srts", title: Text{"Свидетельство о регистрации транспортного средства", "Көлік құралын тіркеу туралы куәлік", "Vehicle registration certificate"}, usual: true, fromAge: adultAge},
	{name: "vaccination", title: Text{"Паспорт вакцинации", "Вакцинация паспорты", "Vaccination passport"}, usual: true, bornBefore: date(2009, time.April, 1)},
	{name: "social_id", title: Text{"Социальный ID", "Әлеуметтік ID", "Social ID"}, usual: true},
	{name: "disability_certificate", title: Text{"Удостоверение лица с инвалидностью", "Мүгедектігі бар адамның куәлігі", "Certificate of a person with a disability"}},
	{name: "large_family_certificate", title: Text{"Удостоверение о многодетной семье", "Көпбалалы отбасы куәлігі", "Certificate of a large family"}},
	{name: "asp_certificate", title: Text{"Удостоверение получателя адресной социальной помощи", "Атаулы әлеуметтік көмек алушының куәлігі", "Certificate of a recipient of targeted social assistance"}, share: 5, fromAge: 20, toAge: 60},
	{name: "tech_passport", title: Text{"Технический паспорт", "Техникалық паспорт", "Vehicle passport"}, usual: true, fromAge: adultAge},
	{name: "pension", title: Text{"Удостоверение пенсионера", "Зейнеткер куәлігі", "Pensioner's certificate"}},
	{name: "passport", title: Text{"Паспорт гражданина РК", "ҚР азаматының паспорты", "Passport of a citizen of the Republic of Kazakhstan"}, usual: true, fromAge: identityAge},
	{name: "student_card", title: Text{"Студенческий билет", "Студенттік билет", "Student card"}},
	{name: "vnzh", title: Text{"Вид на жительство", "Тұруға ықтиярхат", "Residence permit"}},
	{name: "pcr_certificate", title: Text{"Результат ПЦР тестирования на COVID-19", "COVID-19 ПТР тестілеу нәтижесі", "COVID-19 PCR test result"}, share: 25, bornBefore: date(2016, time.January, 1)},
	{name: "lbg_card", title: Text{"Лицо без гражданства", "Азаматтығы жоқ адам", "Stateless person"}},
	{name: "insurance_policy", title: Text{"Страховые полисы", "Сақтандыру полистері", "Insurance policies"}, usual: true, fromAge: adultAge},
	{name: "hunter", title: Text{"Удостоверение охотника", "Аңшы куәлігі", "Hunter's certificate"}, share: 5, fromAge: 21, toAge: 70},
	{name: "oralman", title: Text{"Удостоверение кандаса", "Қандас куәлігі", "Kandas certificate"}},
	{name: "attorney", title: Text{"Доверенность", "Сенімхат", "Power of attorney"}, share: 8, fromAge: adultAge},
}

// DocumentTypes returns the names of the types in the order of the E-Document
// document.
func DocumentTypes() []string {
	return allDocuments.Names()
}

// DocumentTitle returns what a type is called; ok is false for an unknown type.
func DocumentTitle(documentType string) (title Text, ok bool) {
	i := documentIndex(documentType)
	if i < 0 {
		return Text{}, false
	}
	return documentTypes[i].title, true
}

// DocumentSet is a set of document types. The zero value is empty.
type DocumentSet uint32

const allDocuments = DocumentSet(1<<len(documentTypes) - 1)

var (
	usualDocuments = usualSet()
	citizensPapers = setOf("identity_card", "passport", "change_fio_certificate")
	// what non-residents have: a vehicle and what goes with it
	nonResidentPapers = setOf("srts", "tech_passport", "insurance_policy", "attorney", "vaccination", "pcr_certificate")
)

// Has reports whether a type is in the set; an unknown one never is.
func (s DocumentSet) Has(documentType string) bool {
	i := documentIndex(documentType)
	return i >= 0 && s&(1<<i) != 0
}

// Names returns the types of the set in the order of the E-Document document.
func (s DocumentSet) Names() []string {
	names := []string{}
	for i := range documentTypes {
		if s&(1<<i) != 0 {
			names = append(names, documentTypes[i].name)
		}
	}
	return names
}

func setOf(names ...string) DocumentSet {
	var set DocumentSet
	for _, name := range names {
		set |= 1 << documentIndex(name)
	}
	return set
}

func usualSet() DocumentSet {
	var set DocumentSet
	for i := range documentTypes {
		if documentTypes[i].usual {
			set |= 1 << i
		}
	}
	return set
}

// documentIndex is the place of a type in documentTypes, or -1.
func documentIndex(name string) int {
	return slices.IndexFunc(documentTypes[:], func(t documentType) bool { return t.name == name })
}

// registeredBy is how many days after birth every person has the first documents.
const registeredBy = 30

// papers decides which documents a person owns today.
func (p Population) papers(person Person) DocumentSet {
	switch {
	case IsBIN(person.IIN):
		return 0
	case alwaysOrdinary(person.IIN):
		return usualDocuments
	}
	if p.today.Before(person.BirthDate.AddDate(0, 0, registeredBy)) {
		return 0
	}
	draw := p.sequence(scopePapers, person.IIN)
	lost := pick(draw, usualNumbers)
	age := ageOn(p.today, person.BirthDate)
	owned := p.lifeOf(person).papers(p.today)
	for i := range documentTypes {
		drawn := draw.IntN(100) // for every type, so that a new share moves no other
		if t := &documentTypes[i]; (t.usual || drawn < t.share) && t.suits(age, person.BirthDate) {
			owned |= 1 << i
		}
	}
	if person.Quirk == LacksDocument {
		return owned &^ (1 << lost)
	}
	return p.papersByCitizenship(person, owned, age)
}

func (t *documentType) suits(age int, birth time.Time) bool {
	return age >= t.fromAge && (t.toAge == 0 || age <= t.toAge) && (t.bornBefore.IsZero() || birth.Before(t.bornBefore))
}

// papersByCitizenship are what is left of a citizen's documents to others, with their own.
func (p Population) papersByCitizenship(person Person, owned DocumentSet, age int) DocumentSet {
	own := DocumentSet(0)
	switch person.Quirk {
	case Foreigner:
		owned &^= citizensPapers | setOf("birth_certificate")
		own = setOf("vnzh")
		if p.identity(person.IIN).people == &kazakh {
			own |= setOf("oralman")
		}
	case Stateless:
		owned &^= citizensPapers
		own = setOf("lbg_card")
	case NonResident:
		owned &= nonResidentPapers
	}
	if age >= identityAge {
		owned |= own
	}
	return owned
}

// usualNumbers are the places of the usual types in documentTypes.
var usualNumbers = func() (numbers []int) {
	for i := range documentTypes {
		if documentTypes[i].usual {
			numbers = append(numbers, i)
		}
	}
	return numbers
}()

// ageOn is an age in full years, negative before the birth.
func ageOn(day, birth time.Time) int {
	age := day.Year() - birth.Year()
	if day.Month() < birth.Month() || day.Month() == birth.Month() && day.Day() < birth.Day() {
		age--
	}
	return age
}
