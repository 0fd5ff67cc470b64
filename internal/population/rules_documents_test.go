package population_test

import (
	"fmt"
	"strings"
	"time"
)

// validYears of the types that expire.
var validYears = map[string]int{
	"identity_card": 10, "passport": 10, "driver_license": 10, "vnzh": 10, "lbg_card": 10, "oralman": 1, "student_card": 4,
	"insurance_policy": 1, "hunter": 5, "attorney": 3, "disability_certificate": 5, "large_family_certificate": 5, "asp_certificate": 1,
}

// leastAges at the first issue.
var leastAges = map[string]int{
	"identity_card": 16, "passport": 16, "vnzh": 16, "lbg_card": 16, "driver_license": 18, "srts": 18, "tech_passport": 18,
	"insurance_policy": 18, "hunter": 21, "attorney": 18, "asp_certificate": 20, "marriage_certificate": 18, "divorce_certificate": 18,
	"change_fio_certificate": 18, "disability_certificate": 7, "pension": 45, "diploma": 21, "student_card": 16, "large_family_certificate": 19,
}

// organs of issue begin so.
var organs = map[string]string{
	"identity_card": "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ", "passport": "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ", "vnzh": "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ",
	"lbg_card": "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ", "driver_license": "УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ", "srts": "УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ",
	"tech_passport": "УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ", "birth_certificate": "ОТДЕЛ РАГС", "marriage_certificate": "ОТДЕЛ РАГС",
	"divorce_certificate": "ОТДЕЛ РАГС", "change_fio_certificate": "ОТДЕЛ РАГС", "social_id": "МИНИСТЕРСТВО ТРУДА", "pension": "МИНИСТЕРСТВО ТРУДА",
	"disability_certificate": "МИНИСТЕРСТВО ТРУДА", "large_family_certificate": "МИНИСТЕРСТВО ТРУДА", "vaccination": "МИНИСТЕРСТВО ЗДРАВООХРАНЕНИЯ",
	"pcr_certificate": "МИНИСТЕРСТВО ЗДРАВООХРАНЕНИЯ", "insurance_policy": "АО СК", "attorney": "НОТАРИУС", "hunter": "ОБЩЕСТВО ОХОТНИКОВ",
	"oralman": "УПРАВЛЕНИЕ ЗАНЯТОСТИ", "asp_certificate": "ЦЕНТР ТРУДОВОЙ МОБИЛЬНОСТИ",
}

var documentRules = []rule{
	{
		"documents are issued in a lifetime, by today",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if issued := d.common(name).day("docIssuedDate"); issued.Before(d.person.BirthDate) || issued.After(d.today) {
					return name + " is of " + issued.Format(time.DateOnly)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("social_id") {
				d.common("social_id")["docIssuedDate"] = d.today.AddDate(0, 0, 1).Format(time.DateOnly)
			}
			return d.has("social_id")
		},
	},
	{
		"documents are valid today",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if expires := d.common(name).day("docExpirationDate"); !expires.IsZero() && !expires.After(d.today) {
					return name + " expired on " + expires.Format(time.DateOnly)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("insurance_policy") {
				d.common("insurance_policy")["docExpirationDate"] = d.today.Format(time.DateOnly)
			}
			return d.has("insurance_policy")
		},
	},
	{
		"documents are valid for the years of their type",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				want := time.Time{}
				if years := validYears[name]; years > 0 {
					want = d.common(name).day("docIssuedDate").AddDate(years, 0, 0)
				}
				if got := d.common(name).day("docExpirationDate"); !got.Equal(want) {
					return fmt.Sprint(name, " expires on ", got)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("passport") {
				d.common("passport")["docExpirationDate"] = "2099-01-01"
			}
			return d.has("passport")
		},
	},
	{
		"no owner is too young for a document",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if age := d.age(d.common(name).day("docIssuedDate")); age < leastAges[name] {
					return fmt.Sprint(name, " at the age of ", age)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.age(d.today) < 18 {
				d.papers["driver_license"] = d.papers["birth_certificate"]
			}
			return d.age(d.today) < 18 && d.has("driver_license")
		},
	},
	{
		"the organ of issue is the type's",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				if issuer := d.common(name).at("docIssuer").text("nameRu"); !strings.HasPrefix(issuer, organs[name]) {
					return name + " is issued by " + issuer
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("driver_license") {
				d.common("driver_license")["docIssuer"] = map[string]any{"nameRu": "ОТДЕЛ РАГС"}
			}
			return d.has("driver_license")
		},
	},
	{
		"organs of issue are in the owner's town",
		func(d *dossier) string {
			for _, name := range []string{"driver_license", "srts", "tech_passport", "hunter", "asp_certificate", "oralman"} {
				issuer := d.common(name).at("docIssuer").text("nameRu")
				for _, other := range []string{"driver_license", "srts", "tech_passport"} {
					_, town, _ := strings.Cut(d.common(other).at("docIssuer").text("nameRu"), " Г.")
					if d.has(name, other) && !strings.Contains(issuer, " ") || d.has(name, other) && !strings.HasSuffix(issuer, town) {
						return name + " is issued by " + issuer + ", others in " + town
					}
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("driver_license", "srts") {
				d.common("driver_license")["docIssuer"] = map[string]any{"nameRu": "УПРАВЛЕНИЕ АДМИНИСТРАТИВНОЙ ПОЛИЦИИ Г.ЛОНДОН"}
			}
			return d.has("driver_license", "srts")
		},
	},
	{
		"no two documents have one number",
		func(d *dossier) string {
			seen := map[string]string{}
			for _, name := range d.sorted() {
				number := d.common(name).text("docNumber")
				if seen[number] != "" {
					return name + " and " + seen[number] + " have the number " + number
				}
				seen[number] = name
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("passport", "identity_card") {
				d.common("passport")["docNumber"] = d.common("identity_card")["docNumber"]
			}
			return d.has("passport", "identity_card")
		},
	},
	{
		"addresses on documents are the registered one",
		func(d *dossier) string {
			for _, name := range d.sorted() {
				for _, key := range []string{"address", "ownerAddress"} {
					if line := d.own(name).text(key); line != "" && line != d.people.Address(d.person.IIN).Line() {
						return name + " says " + line
					}
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.set("social_id", "address", "Лондон") },
	},
	{
		"vaccinations are in their order, from the age of twelve",
		func(d *dossier) string {
			last := d.person.BirthDate.AddDate(12, 0, 0)
			for _, dose := range d.own("vaccination").list("doses") {
				day := record(dose.(map[string]any)).day("date")
				if day.Before(last) || day.After(d.common("vaccination").day("docIssuedDate")) {
					return "a dose on " + day.Format(time.DateOnly)
				}
				last = day.AddDate(0, 0, 21)
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("vaccination") {
				d.own("vaccination").list("doses")[0].(map[string]any)["date"] = "2030-01-01"
			}
			return d.has("vaccination")
		},
	},
	{
		"a test is taken before its certificate",
		func(d *dossier) string {
			if d.has("pcr_certificate") && !d.own("pcr_certificate").day("sampleDate").Before(d.common("pcr_certificate").day("docIssuedDate")) {
				return "the sample is of " + d.own("pcr_certificate").text("sampleDate")
			}
			return ""
		},
		func(d *dossier) bool { return d.set("pcr_certificate", "sampleDate", "2030-01-01") },
	},
	{
		"studies end in the year of the diploma, and no studies go on after it",
		func(d *dossier) string {
			if d.has("diploma", "student_card") {
				return "a diploma and a student card"
			}
			return differ("the year", d.own("diploma").number("graduationYear"), max(0, yearOf(d.common("diploma").day("docIssuedDate"))))
		},
		func(d *dossier) bool { return d.set("diploma", "graduationYear", float64(1900)) },
	},
	{
		"a student is in a year that there is",
		func(d *dossier) string {
			if !d.has("student_card") {
				return ""
			}
			want := 1 + yearsBetween(d.common("student_card").day("docIssuedDate"), d.today)
			if want > 4 || d.age(d.today) > 22 {
				return fmt.Sprint("the year is ", want, " at the age of ", d.age(d.today))
			}
			return differ("the year", d.own("student_card").number("course"), want)
		},
		func(d *dossier) bool { return d.set("student_card", "course", float64(9)) },
	},
}

func yearOf(day time.Time) int {
	if day.IsZero() {
		return 0
	}
	return day.Year()
}
