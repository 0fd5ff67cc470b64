package population_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/population"
)

// samples are the service documents' own IINs, and two reserved ones (2099).
var samples = []string{
	"012345678901", "901231400567", "901123300258", "000000000000", "000000000001", "111111111111",
	"990101500016", "990101600018",
}

// someIINs returns generated IINs of one population.
func someIINs(people population.Population, count int) []string {
	iins := make([]string, count)
	for i := range iins {
		iins[i] = people.IINOf("test " + strconv.Itoa(i))
	}
	return iins
}

func TestPersonAgreesWithTheIIN(t *testing.T) {
	people := population.New(1)
	for _, test := range []struct {
		iin  string
		sex  population.Sex
		born string
	}{
		{"061211600012", population.Female, "2006-12-11"},
		{"830717350867", population.Male, "1983-07-17"},
		{"901123300258", population.Male, "1990-11-23"},
		{"901231400567", population.Female, "1990-12-31"},
		{"031231500126", population.Male, "2003-12-31"},
		{"000813159890", population.Male, "1800-08-13"},
		{"990101600018", population.Female, "2099-01-01"},
		{"850210001899", "", "1985-02-10"}, // the seventh digit does not say
		{"050210001899", "", "2005-02-10"},
	} {
		got := people.Person(test.iin)
		if born := got.BirthDate.Format(time.DateOnly); born != test.born {
			t.Errorf("%s was born on %s, want %s", test.iin, born, test.born)
		}
		if test.sex != "" && got.Sex != test.sex {
			t.Errorf("%s is %s, want %s", test.iin, got.Sex, test.sex)
		}
	}
}

func TestImpossibleBirthDateKeepsCenturyAndSex(t *testing.T) {
	for seed := range chance.Seed(50) {
		people := population.New(seed)
		if got := people.Person("012345678901"); got.Sex != population.Female || got.BirthDate.Year() != 2001 {
			t.Errorf("seed %d: 012345678901 is %s, born %s", seed, got.Sex, got.BirthDate)
		}
		if got := people.Person("000000000000").BirthDate.Year(); got < 1960 || got > 2003 {
			t.Errorf("seed %d: 000000000000 was born in %d, and is no adult", seed, got)
		}
	}
}

// The endings that tell a man's surname from a woman's, and a patronymic's.
var (
	maleSurname      = regexp.MustCompile(`(ов|ев|ёв|ин|ын|ий)$`)
	femaleSurname    = regexp.MustCompile(`(ова|ева|ёва|ина|ына|ая)$`)
	malePatronymic   = regexp.MustCompile(`(ович|евич|ич|ұлы)$`)
	femalePatronymic = regexp.MustCompile(`(овна|евна|ична|қызы)$`)
)

// isNamedForTheSex allows the surnames that are the same for both.
func isNamedForTheSex(person population.Person) bool {
	if person.Patronymic == "" {
		return true
	}
	if person.Sex == population.Male {
		return malePatronymic.MatchString(person.Patronymic) && !femaleSurname.MatchString(person.Surname)
	}
	return femalePatronymic.MatchString(person.Patronymic) && !maleSurname.MatchString(person.Surname)
}

func TestPeopleAreWellFormed(t *testing.T) {
	people := population.New(1)
	phone := regexp.MustCompile(`^77(0[0-9]|7[0-9])[0-9]{7}$`)
	latin := regexp.MustCompile(`^[A-Z]+$`)
	letters := map[rune]bool{}
	for _, iin := range append(someIINs(people, 4000), samples...) {
		person := people.Person(iin)
		if person != people.Person(iin) {
			t.Fatalf("%s is two people", iin)
		}
		if !isNamedForTheSex(person) {
			t.Errorf("%s is %s, but called %s", iin, person.Sex, person.FullName())
		}
		if !phone.MatchString(person.Phone) {
			t.Errorf("%s has the phone %s", iin, person.Phone)
		}
		if (person.Patronymic == "") != (person.PatronymicLatin == "") {
			t.Errorf("%s has the patronymic %q, in Latin %q", iin, person.Patronymic, person.PatronymicLatin)
		}
		for _, name := range []string{person.SurnameLatin, person.NameLatin, "X" + person.PatronymicLatin} {
			if !latin.MatchString(name) {
				t.Errorf("%s: %q is not Latin (%s)", iin, name, person.FullName())
			}
		}
		for _, letter := range strings.ToUpper(person.FullName()) {
			letters[letter] = true
		}
	}
	for _, letter := range "ҚӘІҢҒҮҰӨҺ" {
		if !letters[letter] {
			t.Errorf("nobody's name has %c", letter)
		}
	}
}

func TestSamplesAreOrdinaryUnderEverySeed(t *testing.T) {
	for seed := range chance.Seed(200) {
		people := population.New(seed)
		for _, iin := range samples {
			got := people.Person(iin)
			want := got // names, phone and dates are anybody's
			want.Registered1414, want.HasAddressData = true, true
			want.Answers, want.AnswerAfter = population.Approve, 5*time.Second
			want.Quirk = population.Ordinary
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, %s is not ordinary (-want +got):\n%s", seed, iin, diff)
			}
			if diff := cmp.Diff(usualDocuments, people.Documents(iin).Names()); diff != "" {
				t.Fatalf("seed %d, %s has other papers (-want +got):\n%s", seed, iin, diff)
			}
			loans, cases, elsewhere := people.Loans(iin), people.Cases(iin), people.OtherBankAccounts(iin)
			if len(loans) != 1 || len(cases) != 1 || len(elsewhere) != 1 {
				t.Fatalf("seed %d, %s has %d loans, %d cases, %d other accounts", seed, iin, len(loans), len(cases), len(elsewhere))
			}
		}
	}
}

func TestUnusualPeopleAreUnusualInOneWay(t *testing.T) {
	people, seen := population.New(1), map[population.Quirk]int{}
	const asked = 6000
	for _, iin := range someIINs(people, asked) {
		person := people.Person(iin)
		seen[person.Quirk]++
		got := map[population.Quirk]bool{
			population.NotRegistered:   !person.Registered1414,
			population.NoAddress:       !person.HasAddressData,
			population.Rejects:         person.Answers == population.Reject,
			population.Ignores:         person.Answers == population.Ignore,
			population.LacksDocument:   lacksOne(people.Documents(iin)),
			population.Foreigner:       people.Documents(iin).Has("vnzh"),
			population.Stateless:       people.Documents(iin).Has("lbg_card"),
			population.NonResident:     person.ResidenceCode == 2,
			population.NoCases:         len(people.Cases(iin)) == 0,
			population.SeveralCases:    len(people.Cases(iin)) > 1,
			population.NoLoans:         len(people.Loans(iin)) == 0,
			population.SeveralLoans:    len(people.Loans(iin)) > 1,
			population.NoAccounts:      len(people.OtherBankAccounts(iin)) == 0,
			population.SeveralAccounts: len(people.OtherBankAccounts(iin)) > 1,
		}
		for quirk, has := range got {
			if has != (quirk == person.Quirk) {
				t.Errorf("%s is %s, but for %s it says %v", iin, person.Quirk, quirk, has)
			}
		}
	}
	if len(seen) != 15 {
		t.Errorf("of %d people there are only these kinds: %v", asked, seen)
	}
	if unusual := asked - seen[population.Ordinary]; unusual < asked*6/100 || unusual > asked*9/100 {
		t.Errorf("%d of %d are unusual, want seven or eight in a hundred", unusual, asked)
	}
}

// lacksOne reports whether exactly one usual document is missing; foreigners
// lack more.
func lacksOne(owned population.DocumentSet) bool {
	missing := 0
	for _, name := range usualDocuments {
		if !owned.Has(name) {
			missing++
		}
	}
	return missing == 1
}

func TestOrganisationsAreNoCitizens(t *testing.T) {
	people := population.New(1)
	for i := range 200 {
		bin := people.SomeOrganisation(strconv.Itoa(i))
		person := people.Person(bin)
		if person.Registered1414 || person.HasAddressData || people.Documents(bin) != 0 || people.Cases(bin) != nil {
			t.Fatalf("the state knows %s as a citizen: %+v", bin, person)
		}
	}
}

func TestSeedsAreDifferentWorlds(t *testing.T) {
	same := 0
	for _, iin := range someIINs(population.New(1), 200) {
		if population.New(1).Person(iin).FullName() == population.New(2).Person(iin).FullName() {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 200 have one name under two seeds", same)
	}
}

// FuzzPerson asks about strings of any kind: everybody is somebody, and all
// that is said of him agrees.
func FuzzPerson(f *testing.F) {
	for _, iin := range append([]string{"", "1", "90112330025x", "971240001315", "9901015000161", "ҚҚҚҚҚҚ", "\xff"}, samples...) {
		f.Add(uint64(1), iin)
	}
	f.Fuzz(func(t *testing.T, seed uint64, iin string) {
		people := population.New(chance.Seed(seed))
		person := people.Person(iin)
		if person != people.Person(iin) || person.IIN != iin {
			t.Fatalf("%q is not one person: %+v", iin, person)
		}
		if !isNamedForTheSex(person) || !utf8.ValidString(person.FullName()) {
			t.Errorf("%q is %s, but called %q", iin, person.Sex, person.FullName())
		}
		for _, document := range documentsOf(people, iin) {
			if document.Owner != person || !document.Issued.Before(latest) {
				t.Errorf("%q has a paper of %+v, issued %s", iin, document.Owner, document.Issued)
			}
		}
		for _, one := range people.Cases(iin) {
			if one.DebtorIIN != iin {
				t.Errorf("%q has a case against %q", iin, one.DebtorIIN)
			}
		}
		checkKeysLeadBack(t, people, iin)
		people.Address(iin)
		people.Organisation(iin)
	})
}

// latest is the day after which nothing of the population is dated.
var latest = time.Date(2024, time.January, 2, 0, 0, 0, 0, time.UTC)

func BenchmarkPerson(b *testing.B) {
	people, iins := population.New(1), someIINs(population.New(1), 64)
	b.ReportAllocs()
	for i := range b.N {
		people.Person(iins[i%len(iins)])
	}
}

func BenchmarkEverything(b *testing.B) {
	people, iins := population.New(1), someIINs(population.New(1), 64)
	b.ReportAllocs()
	for i := range b.N {
		iin := iins[i%len(iins)]
		people.Address(iin)
		people.Cases(iin)
		documentsOf(people, iin)
		people.Loans(iin)
		people.Accounts(iin)
	}
}
