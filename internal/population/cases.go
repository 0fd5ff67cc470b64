package population

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
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

	ILOrganRu, ILOrganKz   string // who issued the writ; of notaries in Russian both, as in the sample
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

// caseZone is the offset of both dates in the sample.
var caseZone = time.FixedZone("", 5*60*60)

// Cases returns the enforcement proceedings against a person, of which an
// ordinary adult has exactly one. Minors and organisations have none: the service is
// about citizens.
func (p Population) Cases(iin string) []Case {
	if IsBIN(iin) {
		return nil
	}
	all := p.NCases(iin, p.count(iin, NoCases, SeveralCases))
	if alwaysOrdinary(iin) {
		return all
	}
	return slices.DeleteFunc(all, func(c Case) bool { return !p.hasBegun(c) })
}

// hasBegun reports whether a proceeding can be known today: against an adult.
func (p Population) hasBegun(c Case) bool {
	ofAge := p.identity(c.DebtorIIN).born.AddDate(adultAge, 0, 0)
	return !c.ILDate.Before(inZone(ofAge, caseZone)) && !c.IPStartDate.After(inZone(p.today, caseZone))
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
	home, draw := p.placeOf(debtor.IIN), p.sequence(scopeCase, key)
	issued := p.dayAtAge(draw, ageRange{debtor.BirthDate, adultAge, date(2019, time.January, 1), date(2023, time.October, 31)})
	started := issued.AddDate(0, 0, draw.IntRange(5, 40))
	officer := p.Person(p.IINOf("officer of " + key))
	made := Case{
		ExecProc:          draw.Number("########"),
		ExecProcNum:       fmt.Sprintf("%d/%02d-%s-%d", 1+draw.IntN(1500), started.Year()%100, home.iso, 1000+draw.IntN(9000)),
		IPStartDate:       inZone(started, caseZone),
		ILDate:            inZone(issued, caseZone),
		DebtorIIN:         debtor.IIN,
		DebtorSurname:     strings.ToUpper(debtor.Surname),
		DebtorName:        strings.ToUpper(debtor.Name),
		DebtorSecondName:  strings.ToUpper(debtor.Patronymic),
		OfficerSurname:    strings.ToUpper(officer.Surname),
		OfficerName:       strings.ToUpper(officer.Name),
		OfficerSecondName: strings.ToUpper(officer.Patronymic),
		OfficerTownKz:     home.townKk + " қ.",
	}
	p.fillClaim(&made, claimDraw{draw, key, home, p.formerSpouse(debtor, issued)})
	return made
}

// inZone is the midnight of a day at another offset.
func inZone(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// RecoveryAmount is the amount in tenge with three decimals, "144167.000".
func (c Case) RecoveryAmount() string {
	return fmt.Sprintf("%d.%02d0", c.Amount/tiynPerTenge, c.Amount%tiynPerTenge)
}
