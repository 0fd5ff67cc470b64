package population_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/population"
)

// spouses of the certificate of marriage.
func (d *dossier) spouses() (own, other record) {
	husband, wife := d.own("marriage_certificate").at("husband"), d.own("marriage_certificate").at("wife")
	if d.person.Sex == population.Male {
		return husband, wife
	}
	return wife, husband
}

// theirs is what another person's document of a type says; nil if they do not own one.
func (d *dossier) theirs(iin, documentType string) record {
	document, ok := d.people.Document(iin, documentType)
	if !ok {
		return nil
	}
	other := record{}
	for _, field := range document.Fields {
		other[field.Name] = field.Value
	}
	return other
}

// minorsOf a certificate of a large family.
func (d *dossier) children() []time.Time {
	var births []time.Time
	for _, day := range d.own("large_family_certificate").list("childrenBirthDates") {
		births = append(births, dayOf(day.(string)))
	}
	return births
}

var familyRules = []rule{
	{
		"the patronymic is made of the father's name",
		func(d *dossier) string {
			father := d.own("birth_certificate").at("father").text("firstName")
			if d.has("birth_certificate") && d.person.Patronymic != "" && []rune(father)[0] != []rune(d.person.Patronymic)[0] {
				return d.person.Patronymic + " is the child of " + father
			}
			return ""
		},
		func(d *dossier) bool {
			if d.person.Patronymic == "" {
				return false
			}
			return d.set("birth_certificate", "father", map[string]any{"firstName": "ЭДУАРД"})
		},
	},
	{
		"parents have the surname of the birth",
		func(d *dossier) string {
			if !d.has("birth_certificate") {
				return ""
			}
			want := upper(d.person.Surname)
			if d.has("change_fio_certificate") {
				want = d.own("change_fio_certificate").at("before").text("lastName")
			}
			parent := map[population.Sex]string{population.Male: "father", population.Female: "mother"}[d.person.Sex]
			return differ("the surname", d.own("birth_certificate").at(parent).text("lastName"), want)
		},
		func(d *dossier) bool {
			if d.has("birth_certificate", "change_fio_certificate") {
				d.own("change_fio_certificate").at("before")["lastName"] = "ДРУГОЙ"
			}
			return d.has("birth_certificate", "change_fio_certificate")
		},
	},
	{
		"a changed name is another, and today's",
		func(d *dossier) string {
			own := d.own("change_fio_certificate")
			if d.has("change_fio_certificate") && (own.at("before").text("lastName") == own.at("after").text("lastName") || !d.isNamed(own.at("after"))) {
				return fmt.Sprint(own)
			}
			return ""
		},
		func(d *dossier) bool {
			return d.set("change_fio_certificate", "after", d.own("change_fio_certificate")["before"])
		},
	},
	{
		"a name is changed before certificates have the new one",
		func(d *dossier) string {
			changed := d.common("change_fio_certificate").day("docIssuedDate")
			for _, name := range []string{"marriage_certificate", "divorce_certificate", "diploma"} {
				if d.has("change_fio_certificate", name) && d.common(name).day("docIssuedDate").Before(changed) {
					return name + " is older"
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("change_fio_certificate", "marriage_certificate") {
				d.common("change_fio_certificate")["docIssuedDate"] = d.today.Format(time.DateOnly)
			}
			return d.has("change_fio_certificate", "marriage_certificate")
		},
	},
	{
		"a husband is a man, a wife a woman, one of them the owner",
		func(d *dossier) string {
			own, other := d.spouses()
			if !d.has("marriage_certificate") {
				return ""
			}
			if own.text("iin") != d.person.IIN || !d.isNamed(other) || sexOf(other.text("iin")) == d.person.Sex {
				return fmt.Sprint(own, " and ", other)
			}
			return ""
		},
		func(d *dossier) bool {
			own := d.own("marriage_certificate")
			if d.has("marriage_certificate") {
				own["husband"], own["wife"] = own["wife"], own["husband"]
			}
			return d.has("marriage_certificate")
		},
	},
	{
		"no marriage is before eighteen",
		func(d *dossier) string {
			_, other := d.spouses()
			if !d.has("marriage_certificate") {
				return ""
			}
			if age := yearsBetween(bornOf(other.text("iin")), d.own("marriage_certificate").day("marriageDate")); age < 18 {
				return fmt.Sprint("the other is ", age)
			}
			return ""
		},
		func(d *dossier) bool { return d.set("marriage_certificate", "marriageDate", "1950-01-01") },
	},
	{
		"both have the same marriage",
		func(d *dossier) string {
			_, other := d.spouses()
			theirs := record(nil)
			if d.has("marriage_certificate") {
				theirs = d.theirs(other.text("iin"), "marriage_certificate")
			}
			if theirs == nil || !names(theirs, d.person.IIN) {
				return d.marriedAgain(other.text("iin"), theirs)
			}
			return differ("the entry", theirs.text("actNumber")+theirs.text("marriageDate"),
				d.own("marriage_certificate").text("actNumber")+d.own("marriage_certificate").text("marriageDate"))
		},
		func(d *dossier) bool {
			_, other := d.spouses()
			if !d.has("marriage_certificate") || d.has("divorce_certificate") || d.theirs(other.text("iin"), "marriage_certificate") == nil {
				return false
			}
			return d.set("marriage_certificate", "actNumber", "0")
		},
	},
	{
		"a divorce follows its wedding, and the next wedding follows the divorce",
		func(d *dossier) string {
			if !d.has("marriage_certificate", "divorce_certificate") {
				return ""
			}
			_, other := d.spouses()
			wed, divorced := d.own("marriage_certificate").day("marriageDate"), d.own("divorce_certificate").day("divorceDate")
			same := other.text("iin") == d.own("divorce_certificate").at("formerSpouse").text("iin")
			if same == divorced.Before(wed) {
				return fmt.Sprint("wed ", wed, ", divorced ", divorced)
			}
			return ""
		},
		func(d *dossier) bool {
			if !d.has("marriage_certificate") {
				return false
			}
			return d.set("divorce_certificate", "divorceDate", "1900-01-01") && d.theirsIsFormer()
		},
	},
	{
		"a divorced person has a wedding",
		func(d *dossier) string {
			if d.has("divorce_certificate") && !d.has("marriage_certificate") {
				return "there is no certificate of marriage"
			}
			return ""
		},
		func(d *dossier) bool {
			delete(d.papers, "marriage_certificate")
			return d.has("divorce_certificate")
		},
	},
	{
		"a former spouse is of the other sex and has the same divorce",
		func(d *dossier) string {
			former := d.own("divorce_certificate").at("formerSpouse")
			if !d.has("divorce_certificate") {
				return ""
			}
			if !d.isNamed(former) || sexOf(former.text("iin")) == d.person.Sex {
				return fmt.Sprint(former)
			}
			theirs := d.theirs(former.text("iin"), "divorce_certificate")
			if theirs == nil || theirs.at("formerSpouse").text("iin") != d.person.IIN {
				return ""
			}
			return differ("the entry", theirs.text("actNumber")+theirs.text("divorceDate"),
				d.own("divorce_certificate").text("actNumber")+d.own("divorce_certificate").text("divorceDate"))
		},
		func(d *dossier) bool {
			former := d.own("divorce_certificate").at("formerSpouse")
			return d.has("divorce_certificate") && d.theirs(former.text("iin"), "divorce_certificate") != nil &&
				d.set("divorce_certificate", "divorceDate", "1900-01-01")
		},
	},
	{
		"a large family has four children under age",
		func(d *dossier) string {
			if !d.has("large_family_certificate") {
				return ""
			}
			minors := slices.DeleteFunc(d.children(), func(birth time.Time) bool { return yearsBetween(birth, d.today) >= 18 })
			if len(minors) < 4 || len(d.children()) != d.own("large_family_certificate").number("childrenCount") {
				return fmt.Sprint(d.own("large_family_certificate"))
			}
			return ""
		},
		func(d *dossier) bool { return d.set("large_family_certificate", "childrenCount", float64(2)) },
	},
	{
		"children are born one after the other to adults, before the certificate",
		func(d *dossier) string {
			births := d.children()
			for i, birth := range births {
				if birth.After(d.common("large_family_certificate").day("docIssuedDate")) || d.age(birth) < 18 ||
					i > 0 && births[i-1].Sub(birth) < 270*24*time.Hour {
					return fmt.Sprint("a child of ", birth)
				}
			}
			return ""
		},
		func(d *dossier) bool {
			if d.has("large_family_certificate") {
				days := d.own("large_family_certificate").list("childrenBirthDates")
				days[1] = days[0]
			}
			return d.has("large_family_certificate")
		},
	},
	{
		"a supported family counts wife or husband and children",
		func(d *dossier) string {
			if !d.has("asp_certificate") {
				return ""
			}
			least := 1
			if d.has("marriage_certificate") && !d.has("divorce_certificate") {
				least = 2
			}
			if d.has("large_family_certificate") {
				least += 4
			}
			if got := d.own("asp_certificate").number("familyMembers"); got < least {
				return fmt.Sprintf("%d members, at least %d", got, least)
			}
			return ""
		},
		func(d *dossier) bool { return d.set("asp_certificate", "familyMembers", float64(0)) },
	},
}

// names reports whether a certificate of marriage names somebody.
func names(certificate record, iin string) bool {
	return certificate.at("husband").text("iin") == iin || certificate.at("wife").text("iin") == iin
}

// marriedAgain is right if the other has a later marriage, after a divorce.
func (d *dossier) marriedAgain(iin string, theirs record) string {
	if theirs == nil {
		return ""
	}
	if d.has("divorce_certificate") && theirs.day("marriageDate").After(d.own("marriage_certificate").day("marriageDate")) {
		return ""
	}
	return iin + " is married to others"
}

// theirsIsFormer reports whether the certificates of marriage and divorce name one person.
func (d *dossier) theirsIsFormer() bool {
	_, other := d.spouses()
	return other.text("iin") == d.own("divorce_certificate").at("formerSpouse").text("iin")
}
