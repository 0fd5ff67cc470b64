package population_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/population"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// The golden file is one person of seed 1 and an organisation, with all that is
// theirs. A change of it is a change of everybody's recorded worlds.
func TestGoldenPerson(t *testing.T) {
	const iin, bin = "901123300258", "971240001315"
	people := population.New(1)
	got := encode(t, map[string]any{
		"person":               people.Person(iin),
		"owned":                people.Documents(iin).Names(),
		"address":              people.Address(iin),
		"cases":                people.Cases(iin),
		"documents":            results(people, iin),
		"vehicle":              people.Vehicle(iin),
		"loans":                people.Loans(iin),
		"accounts":             people.Accounts(iin),
		"accounts elsewhere":   people.OtherBankAccounts(iin),
		"organisation":         people.Organisation(bin),
		"organisation's loans": people.Loans(bin),
		"somebody":             people.IINOf("a key"),
		"some organisation":    people.SomeOrganisation("a key"),
	})
	testgolden.Compare(t, "testdata/person.golden.json", got)
}

// results is every type of document, owned or not, as result_json.
func results(people population.Population, iin string) map[string]any {
	issued := map[string]any{}
	for _, documentType := range population.DocumentTypes() {
		document, _ := people.IssueDocument(iin, documentType)
		issued[documentType] = map[string]any{"result_json": document.JSON()}
	}
	return issued
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func upper(s string) string { return strings.ToUpper(s) }
