package population

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// Case is one enforcement proceeding against a debtor, with everything that KZ
// Info lists of it. Texts are in capitals where the sample's are.
type Case struct {
	ExecProc    string    // internal number, eight digits
	ExecProcNum string    // official number, "1164/20-75-3430"
	IPStartDate time.Time // when the proceeding began: midnight at +05:00
	ILDate      time.Time // when the writ was issued: before it, likewise

	DebtorIIN        string
	DebtorSurname    string // KZ Info does not list it
	DebtorName       string
	DebtorSecondName string // patronymic

	ILOrganRu, ILOrganKz   string // who issued the writ; in Russian both, as in the sample
	CategoryRu, CategoryKz string
	Amount                 int64 // to be recovered, in tiyn

	OfficerSurname    string
	OfficerName       string
	OfficerSecondName string // patronymic
	OfficerChamberKz  string // the officers' chamber, which the sample's array adds to the patronymic
	OfficerTownKz     string // and the town
	DivisionRu        string // disa_name_ru
	DepartmentRu      string // disa_department_name_ru

	Recoverer Recoverer
}

// Recoverer is who gets the money: a person (the IIN and names are set) or an
// organisation (the BIN and title are), never both.
type Recoverer struct {
	IIN, Surname, Name, SecondName string
	BIN, Title                     string
}

// personRecovererShare is how many in a hundred recoverers are people.
const personRecovererShare = 40

// caseZone is the offset of both dates in the sample.
var caseZone = time.FixedZone("", 5*60*60)

// Cases returns the enforcement proceedings against a person, of which an
// ordinary one has exactly one. Organisations have none: the service is about
// citizens.
func (p Population) Cases(iin string) []Case {
	if IsBIN(iin) {
		return nil
	}
	return p.NCases(iin, p.count(iin, NoCases, SeveralCases))
}

// NCases returns as many proceedings against a person as are asked for: the
// first ones are those of Cases.
func (p Population) NCases(iin string, count int) []Case {
	debtor := p.Person(iin)
	cases := make([]Case, 0, count)
	for number := 1; number <= count; number++ {
		cases = append(cases, p.enforcement(debtor, number))
	}
	return cases
}

func (p Population) enforcement(debtor Person, number int) Case {
	key := debtor.IIN + "/" + strconv.Itoa(number)
	home, f := p.placeOf(debtor.IIN), p.faker(scopeCase, key)
	issued := dayBetween(f, date(2019, time.January, 1), date(2023, time.October, 31))
	started := issued.AddDate(0, 0, f.IntRange(5, 40))
	officer := p.Person(p.Somebody("officer of " + key))
	notaries := "Нотариальная палата по г." + home.townRu
	chamber := "Частные судебные исполнители г." + home.townRu
	made := Case{
		ExecProc:          f.Numerify("########"),
		ExecProcNum:       fmt.Sprintf("%d/%02d-%s-%d", 1+f.IntN(1500), started.Year()%100, home.iso, 1000+f.IntN(9000)),
		IPStartDate:       inZone(started, caseZone),
		ILDate:            inZone(issued, caseZone),
		DebtorIIN:         debtor.IIN,
		DebtorSurname:     strings.ToUpper(debtor.Surname),
		DebtorName:        strings.ToUpper(debtor.Name),
		DebtorSecondName:  strings.ToUpper(debtor.Patronymic),
		ILOrganRu:         notaries,
		ILOrganKz:         notaries,
		Amount:            int64(20_000+f.IntN(1_500_000)) * tiynPerTenge,
		OfficerSurname:    strings.ToUpper(officer.Surname),
		OfficerName:       strings.ToUpper(officer.Name),
		OfficerSecondName: strings.ToUpper(officer.Patronymic),
		OfficerChamberKz:  home.townKk + " қаласының жеке сот орындаушылары",
		OfficerTownKz:     home.townKk + " қ.",
		DivisionRu:        chamber,
		DepartmentRu:      chamber,
		Recoverer:         p.recoverer(f, key),
	}
	made.CategoryRu, made.CategoryKz = category(f, made.Recoverer)
	return made
}

// recoverer draws a person other than the debtor, known to the population.
func (p Population) recoverer(f *gofakeit.Faker, key string) Recoverer {
	if f.IntN(100) < personRecovererShare {
		person := p.Person(p.Somebody("recoverer of " + key))
		return Recoverer{
			IIN:        person.IIN,
			Surname:    strings.ToUpper(person.Surname),
			Name:       strings.ToUpper(person.Name),
			SecondName: strings.ToUpper(person.Patronymic),
		}
	}
	company := p.Organisation(p.SomeOrganisation("recoverer of " + key))
	return Recoverer{BIN: company.BIN, Title: company.Name}
}

// category is one of the two that the sample shows, the Kazakh one spelled as
// there; the second is for organisations alone.
func category(f *gofakeit.Faker, recoverer Recoverer) (ru, kz string) {
	if f.Bool() && recoverer.BIN != "" {
		return "В пользу иных юридических лиц", "Басқа заңды тұлғалардың пайдасына"
	}
	return "Взыскание суммы", "Сомманы өндіру"
}

// inZone is the midnight of a day at another offset.
func inZone(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// RecoveryAmount is the amount in tenge with three decimals, "144167.000".
func (c Case) RecoveryAmount() string {
	return fmt.Sprintf("%d.%02d0", c.Amount/tiynPerTenge, c.Amount%tiynPerTenge)
}
