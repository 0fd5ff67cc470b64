package population_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// dossier is all that the three services say of a person on a day.
type dossier struct {
	today     time.Time
	people    population.Population
	person    population.Person
	owned     population.DocumentSet
	papers    map[string]record // of the owned documents
	cases     []population.Case
	loans     []population.Loan
	accounts  []population.Account // at the own bank
	elsewhere []population.Account
}

// record is a document's result_json, as a client decodes it.
type record map[string]any

func dossierOf(t *testing.T, people population.Population, today time.Time, iin string) *dossier {
	t.Helper()
	d := &dossier{
		today: today, people: people, person: people.Person(iin), owned: people.Documents(iin), papers: map[string]record{},
		cases: people.Cases(iin), loans: people.Loans(iin), accounts: people.Accounts(iin), elsewhere: people.OtherBankAccounts(iin),
	}
	for _, document := range documentsOf(people, iin) {
		d.papers[document.Type] = recordOf(t, document)
	}
	return d
}

// recordOf is what decoding the document's JSON answers. Encoding the papers of so many people
// would take half of the tests' time.
func recordOf(t *testing.T, document population.Document) record {
	t.Helper()
	return decoded(t, document.JSON()).(map[string]any)
}

func decoded(t *testing.T, value any) any {
	switch v := value.(type) {
	case nil, string, bool, float64:
		return v
	case int:
		return float64(v)
	case map[string]any:
		all := make(map[string]any, len(v))
		for key, one := range v {
			all[key] = decoded(t, one)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = decoded(t, one)
		}
		return all
	}
	t.Fatalf("a %T is in the JSON of a document", value)
	return nil
}

// TestRecordsAreWhatAClientDecodes compares one document of each type.
func TestRecordsAreWhatAClientDecodes(t *testing.T) {
	people := population.New(1)
	for _, documentType := range population.DocumentTypes() {
		document, _ := people.IssueDocument("901123300258", documentType)
		raw, err := json.Marshal(document.JSON())
		if err != nil {
			t.Fatal(err)
		}
		var want record
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, recordOf(t, document)); diff != "" {
			t.Errorf("%s (-decoded +record):\n%s", documentType, diff)
		}
	}
}

// has reports whether the person owns all the documents.
func (d *dossier) has(types ...string) bool {
	return !slices.ContainsFunc(types, func(name string) bool { return d.papers[name] == nil })
}

// own are the fields that only this type has.
func (d *dossier) own(documentType string) record {
	for key, value := range d.papers[documentType] {
		if key != "common" {
			return value.(map[string]any)
		}
	}
	return nil
}

func (d *dossier) common(documentType string) record {
	return d.papers[documentType].at("common")
}

// sorted are the types that the person owns.
func (d *dossier) sorted() []string { return slices.Sorted(maps.Keys(d.papers)) }

func (r record) at(name string) record {
	v, _ := r[name].(map[string]any)
	return v
}

func (r record) text(name string) string {
	v, _ := r[name].(string)
	return v
}

func (r record) number(name string) int {
	v, _ := r[name].(float64)
	return int(v)
}

func (r record) list(name string) []any {
	v, _ := r[name].([]any)
	return v
}

// day is zero where there is none.
func (r record) day(name string) time.Time { return dayOf(r.text(name)) }

func dayOf(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return day
}

// age in full years on a day.
func (d *dossier) age(day time.Time) int { return yearsBetween(d.person.BirthDate, day) }

func yearsBetween(birth, day time.Time) int {
	years := day.Year() - birth.Year()
	if birth.AddDate(years, 0, 0).After(day) {
		years--
	}
	return years
}

// bornOf is the birth date that an IIN says.
func bornOf(iin string) time.Time {
	century := 18 + (int(iin[6]-'0')-1)/2
	born, _ := time.Parse("20060102", strconv.Itoa(century)+iin[:6])
	return born
}

func sexOf(iin string) population.Sex {
	if (iin[6]-'0')%2 == 1 {
		return population.Male
	}
	return population.Female
}

// isNamed reports whether an object of a document names the person of its IIN.
func (d *dossier) isNamed(who record) bool {
	known := d.people.Person(who.text("iin"))
	return who.text("lastName") == upper(known.Surname) && who.text("firstName") == upper(known.Name) &&
		who.text("middleName") == upper(known.Patronymic)
}

// town is where the person's cases and certificates are, in capitals: the last word of
// the organ that registers vehicles.
func (d *dossier) town() string {
	_, town, _ := strings.Cut(d.common("srts").at("docIssuer").text("nameRu"), " Г.")
	return town
}
