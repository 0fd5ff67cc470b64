package population

import (
	"slices"
	"time"
)

// life is what has happened to a person by today. All documents of a person follow it.
type life struct {
	marriages   []marriage // in their order, at most two
	changedName time.Time  // zero for those who keep the name of their birth
	disabled    time.Time  // since when; zero without a disability
	retired     time.Time  // since when, by age or for years of service; zero before
	student     bool
}

// Ages in years.
const (
	adultAge         = 18 // vehicles, driving, credit, enforcement
	identityAge      = 16
	marryingAge      = 19
	pensionAgeMen    = 63
	pensionAgeWomen  = 61
	pensionAgeServed = 45 // earliest, for years of service in the army and the police
	disabledFrom     = 7  // groups are given from this age
	studentFrom      = 17
	studentTo        = 22
)

// Shares in a hundred.
const (
	changedNameShare = 4
	disabledShare    = 6 // over a lifetime
	servedShare      = 4
	studentShare     = 45
)

// lifeOf a person by today. Sample and reserved IINs have nothing of it.
func (p Population) lifeOf(person Person) life {
	var l life
	if alwaysOrdinary(person.IIN) || p.today.Before(person.BirthDate) {
		return l
	}
	draw := func(limit, n int) int { return p.seed.Intn(limit, scopeLife, person.IIN, n) }
	birth := person.BirthDate
	happened := func(day time.Time) time.Time {
		if day.After(p.today) {
			return time.Time{}
		}
		return day
	}
	citizen := !slices.Contains([]Quirk{Foreigner, Stateless, NonResident}, person.Quirk)
	if citizen && draw(100, 0) < changedNameShare {
		l.changedName = happened(p.dayOfNewName(person))
	}
	if draw(100, 2) < disabledShare {
		l.disabled = happened(birth.AddDate(disabledFrom, 0, draw(53*365, 3)))
	}
	l.retired = happened(birth.AddDate(pensionAge(person.Sex), 0, 0))
	if citizen && draw(100, 4) < servedShare {
		l.retired = happened(birth.AddDate(pensionAgeServed, 0, draw(10*365, 5)))
	}
	age := ageOn(p.today, birth)
	l.student = age >= studentFrom && age <= studentTo && draw(100, 8) < studentShare
	l.marriages = p.marriagesOf(person.IIN)
	return l
}

func isMinor(day, birth time.Time) bool {
	age := ageOn(day, birth)
	return age >= 0 && age < adultAge
}

func pensionAge(sex Sex) int {
	if sex == Female {
		return pensionAgeWomen
	}
	return pensionAgeMen
}

// dayOfNewName is before anybody marries, so that all certificates after it have the
// new name.
func (p Population) dayOfNewName(person Person) time.Time {
	const days = 330
	return person.BirthDate.AddDate(adultAge, 0, p.seed.Intn(days, scopeLife, person.IIN, 1))
}

// papers that follow from a life.
func (l life) papers(today time.Time) DocumentSet {
	var owned DocumentSet
	for _, one := range []struct {
		has  bool
		name string
	}{
		{len(l.marriages) > 0, "marriage_certificate"},
		{l.lastDivorce() != nil, "divorce_certificate"},
		{!l.changedName.IsZero(), "change_fio_certificate"},
		{!l.disabled.IsZero(), "disability_certificate"},
		{!l.retired.IsZero(), "pension"},
		{l.student, "student_card"},
		{l.isLargeFamily(today), "large_family_certificate"},
	} {
		if one.has {
			owned |= setOf(one.name)
		}
	}
	return owned
}

// lastDivorce is the marriage that was dissolved last, or nil.
func (l life) lastDivorce() *marriage {
	for i := len(l.marriages) - 1; i >= 0; i-- {
		if !l.marriages[i].divorced.IsZero() {
			return &l.marriages[i]
		}
	}
	return nil
}

// married reports whether a marriage lasts.
func (l life) married() bool {
	last := len(l.marriages) - 1
	return last >= 0 && l.marriages[last].divorced.IsZero()
}

// minors are the birth dates of the children who are under age on a day, the youngest
// first.
func (l life) minors(day time.Time) []time.Time {
	var births []time.Time
	for i := len(l.marriages) - 1; i >= 0; i-- {
		children := l.marriages[i].children
		for k := len(children) - 1; k >= 0; k-- {
			if children[k].Before(day) && isMinor(day, children[k]) {
				births = append(births, children[k])
			}
		}
	}
	return births
}

// A family is large with so many children under age; its certificate comes so many
// days after the birth of a child.
const (
	largeFamily     = 4
	largeFamilyDays = 30
)

func (l life) isLargeFamily(today time.Time) bool {
	return len(l.minors(today.AddDate(0, 0, -largeFamilyDays))) >= largeFamily && len(l.minors(today)) >= largeFamily
}

// stable draws a fact that does not change when a document is renewed.
func (p *paper) stable(what string, limit int) int {
	return p.people.seed.Intn(limit, scopeDocument, p.owner.IIN+"/"+what, 0)
}
