package population_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// The types in the order of the E-Document document.
var documentTypes = []string{
	"identity_card", "driver_license", "birth_certificate", "marriage_certificate", "change_fio_certificate",
	"divorce_certificate", "diploma", "srts", "vaccination", "social_id", "disability_certificate",
	"large_family_certificate", "asp_certificate", "tech_passport", "pension", "passport", "student_card", "vnzh",
	"pcr_certificate", "lbg_card", "insurance_policy", "hunter", "oralman", "attorney",
}

// What an ordinary person owns.
var usualDocuments = []string{
	"identity_card", "driver_license", "birth_certificate", "srts", "vaccination", "social_id", "tech_passport",
	"passport", "insurance_policy",
}

func TestDocumentTypes(t *testing.T) {
	if diff := cmp.Diff(documentTypes, population.DocumentTypes()); diff != "" {
		t.Errorf("types differ (-want +got):\n%s", diff)
	}
}

func TestEveryTypeCanBeIssuedToAnybody(t *testing.T) {
	people := population.New(1)
	for _, iin := range append(someIINs(people, 40), append(samples, "", "000813159890", "971240001315")...) {
		for _, documentType := range documentTypes {
			document, ok := people.IssueDocument(iin, documentType)
			if !ok {
				t.Fatalf("no %s for %s", documentType, iin)
			}
			if document.Title.Ru == "" || document.Number == "" || document.Issuer.Ru == "" || len(document.Fields) == 0 {
				t.Errorf("%s of %s has gaps: %+v", documentType, iin, document)
			}
			if document.Issued.After(latest) || !document.Expires.IsZero() && document.Expires.Before(latest.AddDate(0, 0, -1)) {
				t.Errorf("%s of %s: issued %s, expires %s", documentType, iin, document.Issued, document.Expires)
			}
			if _, err := json.Marshal(document.JSON()); err != nil {
				t.Errorf("%s of %s: %v", documentType, iin, err)
			}
		}
	}
	if _, ok := people.IssueDocument("901123300258", "library_card"); ok {
		t.Error("an unknown type was issued")
	}
	if _, ok := population.DocumentTitle("library_card"); ok {
		t.Error("an unknown type has a title")
	}
}

func TestDocumentIsOnlyGivenToItsOwner(t *testing.T) {
	people := population.New(1)
	for _, iin := range append(someIINs(people, 200), samples...) {
		owned := people.Documents(iin)
		for _, documentType := range append(documentTypes, "library_card") {
			document, ok := people.Document(iin, documentType)
			if ok != owned.Has(documentType) {
				t.Errorf("Document(%s, %s) is %v, owned is %v", iin, documentType, ok, owned.Has(documentType))
			}
			if ok && document.Owner.IIN != iin {
				t.Errorf("%s of %s belongs to %s", documentType, iin, document.Owner.IIN)
			}
		}
	}
}

func TestEveryTypeIsOwnedBySomebody(t *testing.T) {
	people, owned := population.New(1), population.DocumentSet(0)
	for _, iin := range someIINs(people, 3000) {
		owned |= people.Documents(iin)
	}
	if diff := cmp.Diff(documentTypes, owned.Names()); diff != "" {
		t.Errorf("not everything is owned (-want +got):\n%s", diff)
	}
}

// documentsOf a person.
func documentsOf(people population.Population, iin string) (all []population.Document) {
	for _, documentType := range people.Documents(iin).Names() {
		document, _ := people.IssueDocument(iin, documentType) // he owns it, which Document would find out once more
		all = append(all, document)
	}
	return all
}

func TestPapersAreIssuedInALifetime(t *testing.T) {
	people := population.New(1)
	for _, iin := range append(someIINs(people, 500), "901123300258", "150101600010", "221111500015") {
		for _, document := range documentsOf(people, iin) {
			if !document.Issued.After(document.Owner.BirthDate) {
				t.Errorf("%s of %s was issued on %s", document.Type, iin, document.Issued)
			}
		}
	}
}

// A scenario may give any paper to a child; the children on it are then made up.
func TestGivenPapersAreOfALifetime(t *testing.T) {
	today := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	people := population.New(1).On(today)
	days := regexp.MustCompile(`"[0-9]{4}-[0-9]{2}-[0-9]{2}"`)
	for _, iin := range []string{"100301600012", "230601500015", "231130500015", "231231500014", "260228500017", "040201500015"} {
		born := people.Person(iin).BirthDate.Format(`"2006-01-02"`)
		for _, documentType := range documentTypes {
			document, _ := people.IssueDocument(iin, documentType)
			said, _ := json.Marshal(document.JSON())
			for _, day := range days.FindAllString(string(said), -1) {
				if day < born && documentType != "large_family_certificate" {
					t.Errorf("%s of %s has the day %s", documentType, iin, day)
				}
			}
			if document.Issued.After(today) {
				t.Errorf("%s of %s is issued on %s", documentType, iin, document.Issued)
			}
		}
		if day := people.NCases(iin, 1)[0].ILDate.Format(`"2006-01-02"`); day < born {
			t.Errorf("a case against %s has the day %s", iin, day)
		}
	}
}

func TestResultJSONHasWhatClientsRead(t *testing.T) {
	people := population.New(1)
	owner := people.Person("901123300258")
	document, _ := people.Document("901123300258", "driver_license")
	result := document.JSON()
	common := result["common"].(map[string]any)
	want := map[string]any{
		"iin": "901123300258", "lastName": upper(owner.Surname), "firstName": upper(owner.Name), "middleName": upper(owner.Patronymic),
	}
	if diff := cmp.Diff(want, common["docOwner"]); diff != "" {
		t.Errorf("docOwner differs (-want +got):\n%s", diff)
	}
	if common["docNumber"] != document.Number {
		t.Errorf("docNumber is %v, want %s", common["docNumber"], document.Number)
	}
	issuer := map[string]any{"nameRu": document.Issuer.Ru, "nameKk": document.Issuer.Kk, "nameEn": document.Issuer.En}
	if diff := cmp.Diff(issuer, common["docIssuer"]); diff != "" {
		t.Errorf("docIssuer differs (-want +got):\n%s", diff)
	}
	if own, _ := result["driverLicense"].(map[string]any); own["categories"] == nil {
		t.Errorf("driverLicense is %v", result["driverLicense"])
	}
	if want := document.Issued.AddDate(10, 0, 0); !document.Expires.Equal(want) {
		t.Errorf("it expires on %s, want %s", document.Expires, want)
	}
}

func TestWhatNeverExpiresHasNoDateOfExpiry(t *testing.T) {
	document, _ := population.New(1).Document("901123300258", "birth_certificate")
	if !document.Expires.IsZero() {
		t.Errorf("it expires on %s", document.Expires)
	}
	if got := document.JSON()["common"].(map[string]any)["docExpirationDate"]; got != nil {
		t.Errorf("docExpirationDate is %v", got)
	}
}

func TestNumbersOfPapers(t *testing.T) {
	people := population.New(1)
	patterns := map[string]*regexp.Regexp{
		"identity_card":  regexp.MustCompile(`^[0-9]{9}$`),
		"passport":       regexp.MustCompile(`^N[0-9]{8}$`),
		"driver_license": regexp.MustCompile(`^[A-Z]{2}[0-9]{6}$`),
	}
	plate, vin := regexp.MustCompile(`^[0-9]{3}[A-Z]{3}(0[1-9]|1[0-9]|20)$`), regexp.MustCompile(`^[A-HJ-NPR-Z0-9]{17}$`)
	for _, iin := range someIINs(people, 300) {
		for documentType, pattern := range patterns {
			if document, _ := people.IssueDocument(iin, documentType); !pattern.MatchString(document.Number) {
				t.Errorf("%s of %s is number %q", documentType, iin, document.Number)
			}
		}
		if car := people.Vehicle(iin); !plate.MatchString(car.Plate) || !vin.MatchString(car.VIN) {
			t.Errorf("the car of %s is %+v", iin, car)
		}
	}
}

func TestPapersOfOnePersonAgree(t *testing.T) {
	people := population.New(1)
	for _, iin := range append(someIINs(people, 100), samples...) {
		car := people.Vehicle(iin)
		for _, documentType := range []string{"srts", "tech_passport", "insurance_policy"} {
			fields := fieldsOf(people, iin, documentType)
			if fields["plateNumber"] != car.Plate || fields["vin"] != car.VIN {
				t.Errorf("%s of %s is for %v, not for %+v", documentType, iin, fields, car)
			}
		}
		if card, birth := fieldsOf(people, iin, "identity_card"), fieldsOf(people, iin, "birth_certificate"); !cmp.Equal(card["birthPlace"], birth["birthPlace"]) {
			t.Errorf("%s was born in %v and in %v", iin, card["birthPlace"], birth["birthPlace"])
		}
	}
}

// A patronymic is made of the father's name, and couples are of two sexes.
func TestFamiliesAgree(t *testing.T) {
	people := population.New(1)
	for _, iin := range someIINs(people, 300) {
		person := people.Person(iin)
		father := fieldsOf(people, iin, "birth_certificate")["father"].(map[string]any)["firstName"].(string)
		if person.Patronymic != "" && []rune(father)[0] != []rune(person.Patronymic)[0] { // the rest may change: Пётр, Петрович
			t.Errorf("%s is the child of %s", person.FullName(), father)
		}
		wedding := fieldsOf(people, iin, "marriage_certificate")
		for role, sex := range map[string]population.Sex{"husband": population.Male, "wife": population.Female} {
			spouse := wedding[role].(map[string]any)
			if known := people.Person(spouse["iin"].(string)); known.Sex != sex || upper(known.Surname) != spouse["lastName"] {
				t.Errorf("the %s of %s is %v, known as %+v", role, iin, spouse, known)
			}
		}
	}
}

func fieldsOf(people population.Population, iin, documentType string) map[string]any {
	document, _ := people.IssueDocument(iin, documentType)
	fields := map[string]any{}
	for _, field := range document.Fields {
		fields[field.Name] = field.Value
	}
	return fields
}
