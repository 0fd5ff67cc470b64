package population

import (
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
)

// claim is a kind of debt: who decides that it is to be paid, and to whom.
type claim struct {
	share     int // in a hundred
	ru, kk    string
	organ     func(place) (ru, kk string)
	recoverer recovererKind
	most      int  // tenge
	state     bool // bailiffs of the state see to it, private ones to all others
}

type recovererKind int

const (
	anyRecoverer recovererKind = iota
	aCompany
	aBank
	theState
	aFormerSpouse
)

// claims begin with the two that the sample shows, spelled as there. Alimony is for
// those who are divorced and have a child under age; others have the first claim, and so
// have sample and reserved IINs.
var claims = []claim{
	{34, "Взыскание суммы", "Сомманы өндіру", notaries, anyRecoverer, 1_500_000, false},
	{14, "В пользу иных юридических лиц", "Басқа заңды тұлғалардың пайдасына", notaries, aCompany, 1_500_000, false},
	{14, "В пользу банков второго уровня", "Екінші деңгейдегі банктердің пайдасына", notaries, aBank, 5_000_000, false},
	{8, "В пользу банков второго уровня", "Екінші деңгейдегі банктердің пайдасына", court, aBank, 5_000_000, false},
	{8, "Взыскание коммунальных услуг", "Коммуналдық қызметтерді өндіру", notaries, aCompany, 300_000, false},
	{8, "Взыскание алиментов", "Алименттерді өндіру", court, aFormerSpouse, 900_000, false},
	{8, "Взыскание административного штрафа", "Әкімшілік айыппұлды өндіру", police, theState, 150_000, true},
	{6, "Взыскание налоговой задолженности", "Салық берешегін өндіру", revenue, theState, 800_000, true},
}

// personRecovererShare is how many in a hundred recoverers are people, where both can be.
const personRecovererShare = 60

func notaries(home place) (ru, kk string) {
	ru = "Нотариальная палата по г." + home.townRu
	return ru, ru
}

func court(home place) (ru, kk string) {
	return "Суд г." + home.townRu, home.townKk + " қаласының соты"
}

func police(home place) (ru, kk string) {
	return "Управление административной полиции г." + home.townRu, home.townKk + " қаласы Әкімшілік полиция басқармасы"
}

func revenue(home place) (ru, kk string) {
	return "Управление государственных доходов по г." + home.townRu, home.townKk + " қаласы бойынша Мемлекеттік кірістер басқармасы"
}

// claimDraw is what the claim of one case is drawn from.
type claimDraw struct {
	*chance.Sequence
	key          string
	home         place
	formerSpouse string // the IIN of whom the debtor's children live with; empty for none
}

// fillClaim draws what the case is about, and who sees to it.
func (p Population) fillClaim(made *Case, draw claimDraw) {
	about := claims[0]
	if !alwaysOrdinary(made.DebtorIIN) {
		about = draw.claim(p.seed.Intn(100, scopeCase, draw.key, 1))
	}
	made.CategoryRu, made.CategoryKz = about.ru, about.kk
	made.ILOrganRu, made.ILOrganKz = about.organ(draw.home)
	made.Amount = int64(20_000+draw.IntN(about.most)) * tiynPerTenge
	made.Recoverer = p.recoverer(draw, about.recoverer)
	made.DivisionRu = "Частные судебные исполнители г." + draw.home.townRu
	made.DepartmentRu = made.DivisionRu
	made.OfficerChamberKz = draw.home.townKk + " қаласының жеке сот орындаушылары"
	if about.state {
		made.DivisionRu = "Отдел по исполнению судебных актов г." + draw.home.townRu
		made.DepartmentRu = "Департамент юстиции г." + draw.home.townRu
		made.OfficerChamberKz = draw.home.townKk + " қаласының Әділет департаменті"
	}
}

// claim of the number from 0 to 99 that is drawn.
func (d claimDraw) claim(drawn int) claim {
	for _, one := range claims {
		if drawn -= one.share; drawn >= 0 {
			continue
		}
		if one.recoverer == aFormerSpouse && d.formerSpouse == "" {
			break
		}
		return one
	}
	return claims[0]
}

// recoverer is known to the population, and never the debtor.
func (p Population) recoverer(draw claimDraw, kind recovererKind) Recoverer {
	switch kind {
	case aFormerSpouse:
		return recovererOf(p.Person(draw.formerSpouse))
	case aBank:
		bank := pick(draw.Sequence, banks)
		return Recoverer{BIN: bank.BIN, Title: bank.Name}
	case theState:
		office := stateBodies[draw.home.townRu]
		return Recoverer{BIN: office.BIN, Title: office.Name}
	case anyRecoverer:
		if draw.IntN(100) < personRecovererShare {
			return recovererOf(p.Person(p.IINOf("recoverer of " + draw.key)))
		}
	}
	company := p.Organisation(p.SomeOrganisation("recoverer of " + draw.key))
	return Recoverer{BIN: company.BIN, Title: company.Name}
}

func recovererOf(person Person) Recoverer {
	return Recoverer{
		IIN:        person.IIN,
		Surname:    strings.ToUpper(person.Surname),
		Name:       strings.ToUpper(person.Name),
		SecondName: strings.ToUpper(person.Patronymic),
	}
}

// formerSpouse from whom a person was divorced by a day, with a child that is then under
// age; empty for none.
func (p Population) formerSpouse(debtor Person, day time.Time) string {
	divorced := p.lifeOf(debtor).lastDivorce()
	if divorced == nil || divorced.divorced.After(day) {
		return ""
	}
	for _, birth := range divorced.children {
		if isMinor(day, birth) {
			return divorced.spouseOf(debtor.IIN)
		}
	}
	return ""
}
