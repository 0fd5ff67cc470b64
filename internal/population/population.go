package population

import (
	"time"

	"github.com/kzsim/kzsim/internal/chance"
)

// Version of the population: it changes when a seed draws other people than before.
const Version = 1

// Population answers for every IIN and BIN of one seed on one day. It is a value:
// copying it is free, and it is safe for concurrent use.
type Population struct {
	seed  chance.Seed
	today time.Time // midnight UTC
}

// New returns the population of a seed on 1 January 2024.
func New(seed chance.Seed) Population {
	return Population{seed: seed, today: latestDay}
}

// On returns the population on the day of an instant. Before 1 January 2024 it is
// as it is on that day.
func (p Population) On(now time.Time) Population {
	year, month, day := now.Date()
	p.today = latest(latestDay, date(year, month, day))
	return p
}

// Scopes keep the facets of one person apart: a change of how loans are drawn
// leaves names and addresses as they were.
const (
	scopePerson       = "population.person"
	scopeQuirk        = "population.quirk"
	scopePapers       = "population.papers"
	scopePlace        = "population.place"
	scopeAddress      = "population.address"
	scopeCase         = "population.case"
	scopeLoan         = "population.loan"
	scopeElsewhere    = "population.elsewhere"
	scopeVehicle      = "population.vehicle"
	scopeLife         = "population.life"
	scopeCouple       = "population.couple"
	scopeDocument     = "population.document"
	scopeOrganisation = "population.organisation"
	scopeIIN          = "population.somebody"
	scopeCompany      = "population.some-organisation"
)

// latestDay is the earliest day that can be a population's today. Accounts, cases and
// first papers of those who are adults by then are dated before it.
var latestDay = date(2024, time.January, 1)

// sequence starts the draws of one facet of one key.
func (p Population) sequence(scope, key string) *chance.Sequence {
	return p.seed.Sequence(scope, key)
}

// pick draws one of a list that is not empty.
func pick[T any](draw *chance.Sequence, list []T) T {
	return list[draw.IntN(len(list))]
}

// date is midnight UTC of a day.
func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// dayBetween draws a day from the two and those between them.
func dayBetween(draw *chance.Sequence, from, to time.Time) time.Time {
	days := int(to.Sub(from) / (24 * time.Hour))
	return from.AddDate(0, 0, draw.IntN(days+1))
}

// dayAtAge draws a day between the two on which a person born on birth was at
// least years old. For those who come of this age after the range, it is the day on
// which they do. Those who are too young today get a day of their lifetime, and those
// who are not born yet any day of the range: a scenario may give a document to them.
func (p Population) dayAtAge(draw *chance.Sequence, r ageRange) time.Time {
	ofAge := r.birth.AddDate(r.years, 0, 0)
	switch {
	case !ofAge.After(r.to):
		return dayBetween(draw, latest(r.from, ofAge), r.to)
	case !ofAge.After(p.today):
		return ofAge
	case !r.birth.After(r.to):
		return dayBetween(draw, latest(r.from, r.birth), r.to)
	case !r.birth.After(p.today):
		return r.birth
	default:
		return dayBetween(draw, r.from, r.to)
	}
}

// ageRange is a range of days, and the age in years to be reached.
type ageRange struct {
	birth    time.Time
	years    int
	from, to time.Time
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
