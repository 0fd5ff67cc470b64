package population_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/kzsim/kzsim/internal/population"
)

// shares are what docs/population.md counts, by the words of its table.
var shares = map[string]func(d *dossier) bool{
	"ordinary in all but age and family":            func(d *dossier) bool { return d.person.Quirk == population.Ordinary },
	"unknown to 1414":                               func(d *dossier) bool { return !d.person.Registered1414 },
	"without address data":                          func(d *dossier) bool { return !d.person.HasAddressData },
	"reject an address request":                     func(d *dossier) bool { return d.person.Answers == population.Reject },
	"never answer one":                              func(d *dossier) bool { return d.person.Answers == population.Ignore },
	"lack one of the usual documents":               func(d *dossier) bool { return d.person.Quirk == population.LacksDocument },
	"foreigners with a residence permit (`vnzh`)":   owns("vnzh"),
	"of those, kandases (`oralman`)":                owns("oralman"),
	"stateless (`lbg_card`)":                        owns("lbg_card"),
	"non-residents (`residfl` 2)":                   func(d *dossier) bool { return d.person.ResidenceCode == 2 },
	"without a proceeding":                          func(d *dossier) bool { return len(d.cases) == 0 },
	"with two or three proceedings":                 func(d *dossier) bool { return len(d.cases) > 1 },
	"without a loan":                                func(d *dossier) bool { return len(d.loans) == 0 },
	"with two or three loans":                       func(d *dossier) bool { return len(d.loans) > 1 },
	"without an account at another bank":            func(d *dossier) bool { return len(d.elsewhere) == 0 },
	"with two or three of those":                    func(d *dossier) bool { return len(d.elsewhere) > 1 },
	"without a patronymic":                          func(d *dossier) bool { return d.person.Patronymic == "" },
	"have been married (`marriage_certificate`)":    owns("marriage_certificate"),
	"have been divorced (`divorce_certificate`)":    owns("divorce_certificate"),
	"changed their name (`change_fio_certificate`)": owns("change_fio_certificate"),
	"have four minors (`large_family_certificate`)": owns("large_family_certificate"),
	"have a disability (`disability_certificate`)":  owns("disability_certificate"),
	"are pensioners (`pension`)":                    owns("pension"),
	"of those, for years of service":                func(d *dossier) bool { return owns("pension")(d) && d.age(d.today) < 61 },
	"have a `diploma`":                              owns("diploma"),
	"have a `student_card`":                         owns("student_card"),
	"have an `asp_certificate`":                     owns("asp_certificate"),
	"have a `pcr_certificate`":                      owns("pcr_certificate"),
	"have a certificate of a `hunter`":              owns("hunter"),
	"have given an `attorney`":                      owns("attorney"),
	"owe a sum to anybody":                          owes("Взыскание суммы"),
	"owe to a company":                              owes("В пользу иных юридических лиц"),
	"owe to a bank":                                 owes("В пользу банков второго уровня"),
	"owe for heat and water":                        owes("Взыскание коммунальных услуг"),
	"owe alimony":                                   owes("Взыскание алиментов"),
	"owe a fine":                                    owes("Взыскание административного штрафа"),
	"owe taxes":                                     owes("Взыскание налоговой задолженности"),
}

func owns(documentType string) func(*dossier) bool {
	return func(d *dossier) bool { return d.owned.Has(documentType) }
}

func owes(category string) func(*dossier) bool {
	return func(d *dossier) bool { return len(d.cases) > 0 && d.cases[0].CategoryRu == category }
}

var shareRow = regexp.MustCompile(`(?m)^\| *([0-9]+) \| (.+?) *\|`)

// TestShares counts over ten thousand adults what docs/population.md says of a thousand.
func TestShares(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/population.md")
	if err != nil {
		t.Fatal(err)
	}
	people, counted := population.New(1), map[string]int{}
	for _, iin := range someIINs(people, checkedPeople) {
		d := &dossier{
			today: checkedDays[0], people: people, person: people.Person(iin), owned: people.Documents(iin),
			cases: people.Cases(iin), loans: people.Loans(iin), elsewhere: people.OtherBankAccounts(iin),
		}
		for what, has := range shares {
			if has(d) {
				counted[what]++
			}
		}
	}
	rows := shareRow.FindAllStringSubmatch(string(page), -1)
	if len(rows) != len(shares) {
		t.Errorf("the page has %d shares, %d are counted", len(rows), len(shares))
	}
	for _, row := range rows {
		said, _ := strconv.Atoi(row[1])
		if shares[row[2]] == nil {
			t.Errorf("the page says %q, which is not counted", row[2])
			continue
		}
		got := float64(counted[row[2]]) / (checkedPeople / 1000)
		if off := got - float64(said); off < -2-float64(said)/10 || off > 2+float64(said)/10 {
			t.Errorf("of a thousand, the page says, %d %s; here they are %.1f", said, row[2], got)
		}
	}
}
