package population

import (
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/papers"
)

// Document is an electronic document of a person.
type Document struct {
	Type    string // one of DocumentTypes, "identity_card"
	Title   Text
	Number  string
	Issued  time.Time // midnight UTC
	Expires time.Time // midnight UTC; zero for what never expires
	Issuer  Text
	Owner   Person
	Fields  []Field // what this type alone has
	Page    papers.Form
}

// Field is one value of a paper that only its type has: a string, a bool, an
// int, a day as a string in DayLayout, a list ([]any) or a mapping of such.
type Field struct {
	Name  string
	Value any
}

// DayLayout is how papers write a day.
const DayLayout = time.DateOnly

// form describes the papers of one type: what they say, in JSON and on their page, and
// how the page looks.
type form struct {
	issuer func(*paper) Text
	number func(*chance.Sequence) string
	// issued draws the day of the first issue; nil is any day from 2019 on, at
	// age or older, so late that the paper is valid on latestDay.
	issued func(*paper) time.Time
	age    int // the least, in years
	years  int // how long it is valid, then it is renewed; 0 for ever

	layout   papers.Layout
	accent   uint32 // the colour, 0xRRGGBB
	photo    bool
	plate    *entry // a number plate that is drawn
	sections []section
}

// forms has every type of documentTypes. It is apart from that table because
// filling in a paper asks for other people, which asks what papers they own.
var forms = map[string]form{
	"identity_card":            identityCard,
	"driver_license":           driverLicense,
	"birth_certificate":        birthCertificate,
	"marriage_certificate":     marriageCertificate,
	"change_fio_certificate":   changeOfNameCertificate,
	"divorce_certificate":      divorceCertificate,
	"diploma":                  diploma,
	"srts":                     vehicleRegistration,
	"vaccination":              vaccination,
	"social_id":                socialID,
	"disability_certificate":   disabilityCertificate,
	"large_family_certificate": largeFamilyCertificate,
	"asp_certificate":          assistanceCertificate,
	"tech_passport":            vehiclePassport,
	"pension":                  pensionCertificate,
	"passport":                 passport,
	"student_card":             studentCard,
	"vnzh":                     residencePermit,
	"pcr_certificate":          pcrCertificate,
	"lbg_card":                 statelessCard,
	"insurance_policy":         insurancePolicy,
	"hunter":                   hunterCertificate,
	"oralman":                  kandasCertificate,
	"attorney":                 powerOfAttorney,
}

// paper is a document while it is being filled in.
type paper struct {
	people Population
	owner  Person
	born   identity // of the owner
	lived  *life    // nil until life is called
	home   place
	issued time.Time
	draw   *chance.Sequence
}

// life of the owner. Few papers ask for it, and the marriages in it take longer than a paper does.
func (p *paper) life() *life {
	if p.lived == nil {
		of := p.people.lifeOf(p.owner)
		p.lived = &of
	}
	return p.lived
}

// Document returns a document of a person; ok is false when he does not own it
// or the type is unknown.
func (p Population) Document(iin, documentType string) (document Document, ok bool) {
	owner := p.Person(iin)
	if !p.papers(owner).Has(documentType) {
		return Document{}, false
	}
	return p.issue(owner, documentType), true
}

// IssueDocument returns the document whether or not the person owns it, for a
// scenario that gives it to him; ok is false only for an unknown type.
func (p Population) IssueDocument(iin, documentType string) (document Document, ok bool) {
	if documentIndex(documentType) < 0 {
		return Document{}, false
	}
	return p.issue(p.Person(iin), documentType), true
}

func (p Population) issue(owner Person, documentType string) Document {
	form, key := forms[documentType], owner.IIN+"/"+documentType
	filled := &paper{
		people: p,
		owner:  owner,
		born:   p.identity(owner.IIN),
		home:   p.placeOf(owner.IIN),
		draw:   p.sequence(scopeDocument, key),
	}
	number := form.number(filled.draw)
	filled.issued = filled.notBeforeBirth(filled.dayOfIssue(form))
	if times := p.renewals(filled.issued, form.years); times > 0 {
		filled.issued = filled.issued.AddDate(times*form.years, 0, 0)
		filled.draw = p.sequence(scopeDocument, key+"/"+strconv.Itoa(times))
		number = form.number(filled.draw)
	}
	title, _ := DocumentTitle(documentType)
	document := Document{
		Type:   documentType,
		Title:  title,
		Number: number,
		Issued: filled.issued,
		Issuer: form.issuer(filled),
		Owner:  owner,
		Fields: form.values(filled),
		Page:   pages[documentType],
	}
	if form.years > 0 {
		document.Expires = filled.issued.AddDate(form.years, 0, 0)
	}
	return document
}

// renewals is how often a paper has been renewed, always on the day when it expires,
// so that it is valid today.
func (p Population) renewals(first time.Time, years int) int {
	if years == 0 {
		return 0
	}
	times := max(0, (p.today.Year()-first.Year())/years)
	if times > 0 && first.AddDate(times*years, 0, 0).After(p.today) {
		times--
	}
	return times
}

// Papers are first issued between these days, and later to those who come of age
// later.
var (
	firstIssue = date(2019, time.January, 1)
	lastIssue  = date(2023, time.November, 30)
)

// dayOfIssue sees to it that a paper which expires has not done so by latestDay.
func (p *paper) dayOfIssue(form form) time.Time {
	if form.issued != nil {
		return form.issued(p)
	}
	earliest := firstIssue
	if form.years > 0 {
		earliest = latest(firstIssue, latestDay.AddDate(-form.years, 0, 0))
	}
	return p.dayAtAge(form.age, earliest)
}

// notBeforeBirth moves the papers of small children, if they have any such, into
// their lifetime; those of people yet to be born stay as they are.
func (p *paper) notBeforeBirth(day time.Time) time.Time {
	if born := p.owner.BirthDate; day.Before(born) && !born.After(p.people.today) {
		return p.dayAtAge(0, firstIssue)
	}
	return day
}

// daysBefore the issue, but not before the birth.
func (p *paper) daysBefore(days int) string {
	day := p.issued.AddDate(0, 0, -days)
	if born := p.owner.BirthDate; day.Before(born) && !p.issued.Before(born) {
		day = born
	}
	return day.Format(DayLayout)
}

// dayAtAge draws a day from the earliest one to lastIssue on which the owner
// was old enough; later if he comes of age later.
func (p *paper) dayAtAge(years int, earliest time.Time) time.Time {
	return p.people.dayAtAge(p.draw, ageRange{p.owner.BirthDate, years, earliest, lastIssue})
}

// JSON is the document as the result_json of an E-Document answer. Public
// clients read common's docOwner, docNumber and docIssuer; all else is assumed.
// What only the type has is in an object named after it in camel case.
func (d Document) JSON() map[string]any {
	own := make(map[string]any, len(d.Fields))
	for _, field := range d.Fields {
		own[field.Name] = field.Value
	}
	var expires any
	if !d.Expires.IsZero() {
		expires = d.Expires.Format(DayLayout)
	}
	return map[string]any{
		"common": map[string]any{
			"docOwner": map[string]any{
				"iin":        d.Owner.IIN,
				"lastName":   strings.ToUpper(d.Owner.Surname),
				"firstName":  strings.ToUpper(d.Owner.Name),
				"middleName": strings.ToUpper(d.Owner.Patronymic),
			},
			"docNumber":         d.Number,
			"docType":           d.Title.JSON(),
			"docIssuer":         d.Issuer.JSON(),
			"docIssuedDate":     d.Issued.Format(DayLayout),
			"docExpirationDate": expires,
		},
		camelCase(d.Type): own,
	}
}

// JSON is the text with the keys that E-Document answers have.
func (t Text) JSON() map[string]any {
	return map[string]any{"nameRu": t.Ru, "nameKk": t.Kk, "nameEn": t.En}
}
