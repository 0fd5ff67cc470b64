package population

import (
	"time"
)

// marriage of two people of the population. Both have the same marriage in their lives.
type marriage struct {
	husband, wife string // IINs
	wed           time.Time
	divorced      time.Time   // zero while it lasts
	children      []time.Time // their birth dates, the eldest first
}

// Shares in a hundred.
var (
	wedShare     = [...]int{82, 60} // of couples, for a first and for a second marriage
	divorceShare = 30
	// how many of a hundred couples have at least one child, two, three, ...
	childrenShare = [...]int{85, 66, 38, 20, 9, 4, 1}
)

// marriagesOf a person by today. Whether and when two people marry is drawn for the
// couple, so each finds the other.
func (p Population) marriagesOf(iin string) []marriage {
	var all []marriage
	for ordinal := range wedShare {
		m, ok := p.marriageOf(iin, ordinal)
		if !ok || m.wed.After(p.today) {
			continue
		}
		if m.divorced.After(p.today) {
			m.divorced = time.Time{}
		}
		m.children = p.childrenOf(m, ordinal)
		all = append(all, m)
	}
	return all
}

// marriageOf a person, whenever it is; ordinal is 0 for the first, 1 for the second.
func (p Population) marriageOf(iin string, ordinal int) (marriage, bool) {
	partner, ok := p.partner(iin, ordinal)
	if !ok {
		return marriage{}, false
	}
	m := marriage{husband: iin, wife: partner}
	if sex, _ := sexOf(iin); sex == Female {
		m.husband, m.wife = partner, iin
	}
	if p.ofCouple(m, ordinal, coupleWeds, 100) >= wedShare[ordinal] {
		return marriage{}, false
	}
	free := p.marriageableFrom(m)
	if ordinal > 0 {
		for _, one := range []string{iin, partner} {
			first, wed := p.marriageOf(one, 0)
			if wed && first.divorced.IsZero() {
				return marriage{}, false
			}
			free = latest(free, first.divorced)
		}
	}
	m.wed = free.AddDate(0, 0, p.ofCouple(m, ordinal, coupleWed, 14*365))
	if p.ofCouple(m, ordinal, coupleDivorces, 100) < divorceShare {
		m.divorced = m.wed.AddDate(1, 0, p.ofCouple(m, ordinal, coupleDivorced, 15*365))
	}
	return m, true
}

// What is drawn of a couple; the distance before each child from coupleChild on.
const (
	coupleWeds = iota
	coupleWed
	coupleDivorces
	coupleDivorced
	coupleChildren
	coupleChild
	coupleDraws = 20
)

func (p Population) ofCouple(m marriage, ordinal, what, limit int) int {
	return p.seed.Intn(limit, scopeCouple, m.husband, coupleDraws*ordinal+what)
}

// marriageableFrom is the day on which both are old enough.
func (p Population) marriageableFrom(m marriage) time.Time {
	husband, _ := birthDate(m.husband)
	wife, _ := birthDate(m.wife)
	return latest(husband, wife).AddDate(marryingAge, 0, 0)
}

// childrenOf a couple are born in the marriage by today, a year at least between them,
// and before their mother is 45.
func (p Population) childrenOf(m marriage, ordinal int) []time.Time {
	const oldestMother, days = 45, 400
	mother, _ := birthDate(m.wife)
	end := mother.AddDate(oldestMother, 0, 0)
	for _, earlier := range []time.Time{m.divorced, p.today} {
		if !earlier.IsZero() && earlier.Before(end) {
			end = earlier
		}
	}
	var births []time.Time
	birth, wanted := m.wed, p.ofCouple(m, ordinal, coupleChildren, 100)
	for i, share := range childrenShare {
		birth = birth.AddDate(0, 0, days+p.ofCouple(m, ordinal, coupleChild+i, 2*days))
		if wanted >= share || birth.After(end) {
			break
		}
		births = append(births, birth)
	}
	return births
}

// partner is whom a person would marry: of the other sex, born within four years, with
// the same four digits of the IIN behind century and sex. The distance of their
// birthdays is drawn for these digits, so the partner's partner is the same person.
// Sample and reserved IINs have none, and neither have numbers with a wrong control digit.
func (p Population) partner(iin string, ordinal int) (partner string, ok bool) {
	const fourYears = 1461
	sex, known := sexOf(iin)
	if !known || ValidIIN(iin) != nil || alwaysOrdinary(iin) {
		return "", false
	}
	born, _ := birthDate(iin)
	serial := iin[7:11]
	distance := p.seed.Intn(2*fourYears+1, scopeCouple, serial, ordinal) - fourYears
	other := Female
	if sex == Female {
		distance, other = -distance, Male
	}
	born = born.AddDate(0, 0, distance)
	if born.Year() < 1800 || born.Year() >= reservedYear {
		return "", false
	}
	first11 := birthDigits(other, born) + serial
	digit, ok := ControlDigit(first11)
	partner = first11 + string(rune('0'+digit))
	return partner, ok && !alwaysOrdinary(partner)
}
