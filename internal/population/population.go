package population

import (
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/kzsim/kzsim/internal/chance"
)

// Population answers for every IIN and BIN of one seed. It is a value: copying
// it is free, and it is safe for concurrent use.
type Population struct {
	seed chance.Seed
}

// New returns the population of a seed.
func New(seed chance.Seed) Population {
	return Population{seed: seed}
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
	scopeDocument     = "population.document"
	scopeOrganisation = "population.organisation"
	scopeSomebody     = "population.somebody"
	scopeCompany      = "population.some-organisation"
)

// latestDay is the population's present: nothing of it is dated later.
var latestDay = date(2024, time.January, 1)

// faker starts the draws of one facet of one key.
func (p Population) faker(scope, key string) *gofakeit.Faker {
	return gofakeit.NewFaker(p.seed.Source(scope, key), false)
}

// pick draws one of a list that is not empty.
func pick[T any](f *gofakeit.Faker, list []T) T {
	return list[f.IntN(len(list))]
}

// date is midnight UTC of a day.
func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// dayBetween draws a day from the two and those between them.
func dayBetween(f *gofakeit.Faker, from, to time.Time) time.Time {
	days := int(to.Sub(from) / (24 * time.Hour))
	return from.AddDate(0, 0, f.IntN(days+1))
}

// dayAtAge draws a day between the two on which somebody born on birth was at
// least years old. Who was too young throughout gets a day in his lifetime, and
// who was not yet born any day of the range: everybody has the papers.
func dayAtAge(f *gofakeit.Faker, birth time.Time, years int, from, to time.Time) time.Time {
	for _, earliest := range []time.Time{birth.AddDate(years, 0, 0), birth} {
		if !earliest.After(to) {
			return dayBetween(f, latest(from, earliest), to)
		}
	}
	return dayBetween(f, from, to)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
