package population

import (
	"time"

	"github.com/kzsim/kzsim/internal/chance"
)

// Organisation is what a BIN belongs to. It is comparable.
type Organisation struct {
	BIN           string
	Name          string // in full: Товарищество с ограниченной ответственностью "Алтын Дала"
	ShortName     string // ТОО "Алтын Дала"
	Registered    time.Time
	Head          string // full name of the director
	Accountant    string // full name of the chief accountant
	ResidenceCode int    // residfl of the ABS: 1 for a resident, 2 otherwise
	SectorCode    int    // sectecon of the ABS: 7, non-financial organisations
}

const companySector = 7

// legalForm is a form of organisation, in full and in short.
type legalForm struct {
	full, short string
}

var (
	partnership  = legalForm{"Товарищество с ограниченной ответственностью", "ТОО"}
	jointStock   = legalForm{"Акционерное общество", "АО"}
	farm         = legalForm{"Крестьянское хозяйство", "КХ"}
	entrepreneur = legalForm{"Индивидуальный предприниматель (совместное предпринимательство)", "ИП"}
)

var companyFirstWords = []string{
	"Алтын", "Ақ", "Арман", "Астық", "Береке", "Восточный", "Дархан", "Жаңа", "Жібек", "Западный", "Ихлас", "Көк",
	"Қазына", "Мерей", "Надёжный", "Нұрлы", "Орда", "Өркен", "Северный", "Степной", "Ұлы", "Үміт", "Шұғыла", "Южный",
}

var companySecondWords = []string{
	"Дала", "Жол", "Заман", "Инвест", "Капитал", "Капитал Групп", "Кредит", "Құрылыс", "Лизинг", "Логистика",
	"Маркет", "Медиа", "Мұнай Сервис", "Ойл", "Сауда", "Сервис", "Строй", "Трейд", "Холдинг", "Энерго",
}

// Organisation returns what the BIN belongs to; as with Person, every string
// belongs to something.
func (p Population) Organisation(bin string) Organisation {
	draw := p.sequence(scopeOrganisation, bin)
	title := `"` + pick(draw, companyFirstWords) + " " + pick(draw, companySecondWords) + `"`
	form, prefix := legalFormOf(draw, bin)
	made := Organisation{
		BIN:           bin,
		Name:          prefix + form.full + " " + title,
		ShortName:     prefix + form.short + " " + title,
		Registered:    registrationDate(draw, bin),
		Head:          p.Person(p.IINOf("head of " + bin)).FullName(),
		Accountant:    p.Person(p.IINOf("accountant of " + bin)).FullName(),
		ResidenceCode: residentCode,
		SectorCode:    companySector,
	}
	if IsBIN(bin) && bin[4] == '5' {
		made.ResidenceCode = nonResidentCode
	}
	if known, ok := knownOrganisations[bin]; ok {
		made.Name, made.ShortName = known, known
	}
	return made
}

// stateBody is an office of the state to which taxes and fines are paid.
type stateBody struct {
	BIN, Name string
}

// stateBodies by their town, the same under every seed. Their BINs are made up.
var stateBodies = func() map[string]stateBody {
	bodies := map[string]stateBody{}
	for _, home := range places {
		ru, _ := revenue(home)
		draw := New(0).sequence(scopeCompany, ru)
		bin := withControlDigit("950140", func() string { return draw.Digits(5) })
		bodies[home.townRu] = stateBody{BIN: bin, Name: `РГУ "` + ru + `"`}
	}
	return bodies
}()

// knownOrganisations are the names of those that are called the same under every seed:
// banks and offices of the state.
var knownOrganisations = func() map[string]string {
	names := map[string]string{}
	for _, bank := range banks {
		names[bank.BIN] = bank.Name
	}
	for _, body := range stateBodies {
		names[body.BIN] = body.Name
	}
	return names
}()

// legalFormOf follows the BIN: the fifth digit 6 is joint entrepreneurship, the
// sixth a branch (1), a representative office (2) or a farm (3).
func legalFormOf(draw *chance.Sequence, bin string) (form legalForm, prefix string) {
	form = partnership
	if draw.IntN(10) == 0 {
		form = jointStock
	}
	if !IsBIN(bin) {
		return form, ""
	}
	switch {
	case bin[5] == '3':
		form = farm
	case bin[4] == '6':
		form = entrepreneur
	}
	return form, map[byte]string{'1': "Филиал ", '2': "Представительство "}[bin[5]]
}

// registrationDate is a day in the month that the BIN starts with.
func registrationDate(draw *chance.Sequence, bin string) time.Time {
	drawn := dayBetween(draw, date(1994, time.January, 1), date(2022, time.December, 31))
	if !IsBIN(bin) {
		return drawn
	}
	year := 1900 + twoDigits(bin)
	if year < 1960 { // no organisation of the country is older
		year += 100
	}
	return date(year, time.Month(twoDigits(bin[2:])), 1+drawn.Day()%28)
}
