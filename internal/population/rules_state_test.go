package population_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/population"
)

var stateRules = []rule{
	{
		"pensions come with the age, or for years of service",
		func(d *dossier) string {
			if !d.has("pension") {
				return ""
			}
			general := map[population.Sex]int{population.Male: 63, population.Female: 61}[d.person.Sex]
			byAge := d.own("pension").at("pensionKind").text("nameRu") == "ПЕНСИЯ ПО ВОЗРАСТУ"
			return differ("by age", byAge, d.age(d.common("pension").day("docIssuedDate")) >= general)
		},
		func(d *dossier) bool {
			return d.set("pension", "pensionKind", map[string]any{"nameRu": "ПЕНСИЯ ПО БЕРЕМЕННОСТИ"}) && d.age(d.today) > 70
		},
	},
	{
		"the social ID says what other documents say",
		func(d *dossier) string {
			want := "ТРУДОСПОСОБНЫЙ ГРАЖДАНИН"
			switch {
			case d.has("pension"):
				want = "ПЕНСИОНЕР"
			case d.has("disability_certificate"):
				want = "ЛИЦО С ИНВАЛИДНОСТЬЮ"
			case d.age(d.today) < 18:
				want = "НЕСОВЕРШЕННОЛЕТНИЙ"
			}
			if !d.has("social_id") {
				return ""
			}
			return differ("the category", d.own("social_id").at("category").text("nameRu"), want)
		},
		func(d *dossier) bool {
			delete(d.papers, "pension")
			return d.has("social_id") && d.age(d.today) > 65
		},
	},
	{
		"a disability since childhood began in childhood",
		func(d *dossier) string {
			since := d.own("disability_certificate").at("cause").text("nameRu") == "ИНВАЛИДНОСТЬ С ДЕТСТВА"
			if d.has("disability_certificate") && d.age(d.common("disability_certificate").day("docIssuedDate")) < 18 && !since {
				return "a minor's is not since childhood"
			}
			return ""
		},
		func(d *dossier) bool {
			return d.has("disability_certificate") && d.age(d.common("disability_certificate").day("docIssuedDate")) < 18 &&
				d.set("disability_certificate", "cause", map[string]any{"nameRu": "ТРУДОВОЕ УВЕЧЬЕ"})
		},
	},
	{
		"terms of support are the document's",
		func(d *dossier) string {
			own, common := d.own("disability_certificate"), d.common("disability_certificate")
			return differ("the term", own.text("validFrom")+own.text("validUntil"), common.text("docIssuedDate")+common.text("docExpirationDate"))
		},
		func(d *dossier) bool { return d.set("disability_certificate", "validUntil", "2099-01-01") },
	},
	{
		"a representative is another adult",
		func(d *dossier) string {
			own := d.own("attorney")
			if !d.has("attorney") {
				return ""
			}
			other := own.at("representative")
			if own.at("principal").text("iin") != d.person.IIN || other.text("iin") == d.person.IIN || !d.isNamed(other) ||
				yearsBetween(bornOf(other.text("iin")), d.common("attorney").day("docIssuedDate")) < 18 {
				return fmt.Sprint(own)
			}
			return ""
		},
		func(d *dossier) bool { return d.set("attorney", "representative", d.own("attorney")["principal"]) },
	},
}

var vehicleRules = []rule{
	{
		"all documents speak of one vehicle",
		func(d *dossier) string {
			for _, key := range []string{"plateNumber", "vin", "brand", "model", "year", "colour"} {
				var said any
				for _, name := range []string{"srts", "tech_passport", "insurance_policy", "attorney"} {
					value, says := d.own(name)[key]
					if says && said != nil && fmt.Sprint(said) != fmt.Sprint(value) {
						return fmt.Sprint(name, " says ", value, ", another ", said)
					}
					if says {
						said = value
					}
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.has("srts") && d.set("insurance_policy", "vin", "0") },
	},
	{
		"a vehicle is built before it is registered",
		func(d *dossier) string {
			for _, name := range []string{"srts", "tech_passport"} {
				if d.has(name) && d.own(name).number("year") > d.common(name).day("docIssuedDate").Year() {
					return name + " is older than the vehicle"
				}
			}
			return ""
		},
		func(d *dossier) bool { return d.set("srts", "year", float64(2050)) },
	},
	{
		"the licence is for the vehicle",
		func(d *dossier) string {
			if d.has("driver_license", "srts") && !slices.Contains(d.own("driver_license").list("categories"), d.own("srts")["category"]) {
				return fmt.Sprint("a licence for ", d.own("driver_license")["categories"])
			}
			return ""
		},
		func(d *dossier) bool { return d.has("srts") && d.set("driver_license", "categories", []any{"M"}) },
	},
	{
		"the plate is of the region in which cases are",
		func(d *dossier) string {
			plate := d.own("srts").text("plateNumber")
			for _, one := range d.cases {
				if region := strings.Split(one.ExecProcNum, "-")[1]; d.has("srts") && plateRegions[region] != plate[len(plate)-2:] {
					return "the plate " + plate + " in the region " + region
				}
			}
			return ""
		},
		func(d *dossier) bool { return len(d.cases) > 0 && d.set("srts", "plateNumber", "123ABC99") },
	},
}

// plateRegions leads from a region's number in ISO 3166-2 to the one on plates.
var plateRegions = map[string]string{
	"71": "01", "75": "02", "11": "03", "15": "04", "19": "05", "23": "06", "27": "07", "31": "08", "35": "09", "39": "10",
	"43": "11", "47": "12", "61": "13", "55": "14", "59": "15", "63": "16", "79": "17", "10": "18", "33": "19", "62": "20",
}
