package population_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/population"
)

// rule is one thing in which what is said of a person must not contradict itself.
type rule struct {
	name string
	// broken says what contradicts, or nothing.
	broken func(d *dossier) string
	// plant makes a contradiction; it is false for a person on whom the rule says nothing.
	plant func(d *dossier) bool
}

var rules = slices.Concat(identityRules, documentRules, familyRules, vehicleRules, stateRules, bankRules, caseRules)

// checkedPeople is how many the rules are held over. Half are adults as the simulator
// makes them up, half have birth dates from 1940 to the day itself.
const checkedPeople = 10_000

// checkedDays are the population's first day, and sandboxes of later years.
var checkedDays = []time.Time{
	time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2026, time.November, 28, 0, 0, 0, 0, time.UTC),
	time.Date(2031, time.July, 2, 0, 0, 0, 0, time.UTC),
}

func checkedIINs(people population.Population, today time.Time) []string {
	iins := make([]string, 0, checkedPeople)
	first := time.Date(1940, time.January, 1, 0, 0, 0, 0, time.UTC)
	days := int(today.Sub(first) / (24 * time.Hour))
	for i := range checkedPeople / 2 {
		iins = append(iins, people.IINOf("checked "+strconv.Itoa(i)))
		born := first.AddDate(0, 0, i*7919%days)
		century := '3' + rune((born.Year()-1900)/100*2) + rune(i%2)
		for serial := i; ; serial++ {
			first11 := fmt.Sprintf("%s%c%04d", born.Format("060102"), century, serial%10000)
			if digit, ok := population.ControlDigit(first11); ok {
				iins = append(iins, first11+strconv.Itoa(digit))
				break
			}
		}
	}
	return iins
}

func TestNobodyContradictsThemselves(t *testing.T) {
	t.Parallel()
	if len(rules) < 25 {
		t.Fatalf("there are %d rules", len(rules))
	}
	for i, today := range checkedDays {
		people := population.New(1).On(today)
		iins := checkedIINs(people, today)
		if i > 0 {
			iins = iins[:checkedPeople/5]
		}
		failed := map[string]int{}
		for _, iin := range iins {
			d := dossierOf(t, people, today, iin)
			for _, r := range rules {
				why := r.broken(d)
				if why == "" {
					continue
				}
				if failed[r.name]++; failed[r.name] <= 3 {
					t.Errorf("on %s, %s: %s: %s", today.Format(time.DateOnly), iin, r.name, why)
				}
			}
		}
		for name, count := range failed {
			t.Errorf("on %s, %q is broken by %d of %d", today.Format(time.DateOnly), name, count, len(iins))
		}
	}
}

// TestEveryRuleCanFail plants a contradiction for each rule into what is said of the
// first person on whom the rule says something.
func TestEveryRuleCanFail(t *testing.T) {
	t.Parallel()
	today := checkedDays[1]
	people := population.New(1).On(today)
	iins := checkedIINs(people, today)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, iin := range iins {
				d := dossierOf(t, people, today, iin)
				if !r.plant(d) {
					continue
				}
				if r.broken(d) == "" {
					t.Errorf("the contradiction of %s is not found", iin)
				}
				return
			}
			t.Errorf("no one of %d people has what the rule is about", len(iins))
		})
	}
}

// differ says where two values should be the same.
func differ(what string, got, want any) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("%s is %v, not %v", what, got, want)
}

// set plants a value; it is false if the document is not owned.
func (d *dossier) set(documentType, name string, value any) bool {
	if d.has(documentType) {
		d.own(documentType)[name] = value
	}
	return d.has(documentType)
}

var identityRules = []rule{
	{
		"the birth date is the IIN's",
		func(d *dossier) string {
			return differ("the birth date", d.person.BirthDate, bornOf(d.person.IIN))
		},
		func(d *dossier) bool { d.person.BirthDate = d.person.BirthDate.AddDate(0, 0, 1); return true },
	},
	{
		"the sex is the IIN's",
		func(d *dossier) string { return differ("the sex", d.person.Sex, sexOf(d.person.IIN)) },
		func(d *dossier) bool { d.person.Sex = "other"; return true },
	},
	{
		"names have the form of the sex",
		func(d *dossier) string {
			if !isNamedForTheSex(d.person) {
				return string(d.person.Sex) + ", called " + d.person.FullName()
			}
			return ""
		},
		func(d *dossier) bool {
			d.person.Patronymic = map[population.Sex]string{"male": "Болатқызы", "female": "Болатұлы"}[d.person.Sex]
			return true
		},
	},
	{
		"every document names its owner",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if owner := d.common(name).at("docOwner"); owner.text("iin") != d.person.IIN || !d.isNamed(owner) {
					return fmt.Sprint(name, " is of ", owner)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("diploma") {
				d.common("diploma").at("docOwner")["middleName"] = "ИНОЙ"
			}
			return d.has("diploma")
		},
	},
	{
		"every document has the same birth date",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if day, says := d.own(name)["birthDate"]; says && day != d.person.BirthDate.Format(time.DateOnly) {
					return fmt.Sprint(name, " says ", day)
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.set("passport", "birthDate", "1990-01-01") },
	},
	{
		"every document has the same birth place",
		func(d *dossier) string {
			place := ""
			for _, name := range d.sorted() {
				if here := d.own(name).at("birthPlace").text("nameRu"); here != "" {
					if place != "" && place != here {
						return name + " says " + here + ", another " + place
					}
					place = here
				}
			}
			return ""
		},
		func(d *dossier) bool {
			return d.has("passport", "identity_card") && d.set("passport", "birthPlace", map[string]any{"nameRu": "Г. ЛОНДОН"})
		},
	},
	{
		"gender on documents is the sex",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if gender, says := d.own(name)["gender"]; says && gender != string(d.person.Sex) {
					return fmt.Sprint(name, " says ", gender)
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.set("identity_card", "gender", "unknown") },
	},
	{
		"names in Latin are the person's",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if latin, says := d.own(name)["surnameLatin"]; says && latin != d.person.SurnameLatin {
					return fmt.Sprint(name, " says ", latin)
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.set("driver_license", "surnameLatin", "SMITH") },
	},
	{
		"a citizen, a foreigner and a stateless person have one kind of identity",
		func(d *dossier) string {
			kinds := 0
			for _, has := range []bool{d.has("identity_card") || d.has("passport"), d.has("vnzh"), d.has("lbg_card"), d.person.ResidenceCode == 2} {
				if has {
					kinds++
				}
			}
			if kinds > 1 || kinds == 0 && d.age(d.today) >= 16 {
				return fmt.Sprint(kinds, " kinds among ", d.sorted())
			}
			return ""
		},
		func(d *dossier) bool {
			d.papers["vnzh"] = d.papers["passport"]
			return d.has("vnzh")
		},
	},
	{
		"a kandas comes from where he is a citizen",
		func(d *dossier) string {
			if !d.has("oralman") {
				return ""
			}
			if !d.has("vnzh") {
				return "a kandas without a residence permit"
			}
			return differ("the country", d.own("oralman").at("arrivedFrom").text("nameRu"), d.own("vnzh").at("citizenship").text("nameRu"))
		},
		func(d *dossier) bool { return d.set("oralman", "arrivedFrom", map[string]any{"nameRu": "ЛУНА"}) },
	},
	{
		"a kandas has arrived before his certificate, in his lifetime",
		func(d *dossier) string {
			arrived := d.own("oralman").day("arrivalDate")
			if d.has("oralman") && (arrived.After(d.common("oralman").day("docIssuedDate")) || arrived.Before(d.person.BirthDate)) {
				return "arrived on " + arrived.String()
			}
			return ""
		},
		func(d *dossier) bool { return d.set("oralman", "arrivalDate", "2035-01-01") },
	},
}
