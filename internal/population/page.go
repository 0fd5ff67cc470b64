package population

import (
	"strings"

	"github.com/kzsim/kzsim/internal/papers"
)

// section is a part of a document: entries, and a table of rows or of a list.
type section struct {
	title   papers.Label
	entries []entry
	rows    []entry // of the table
	list    *entry  // of which the table has a row for each element
	columns []papers.Field
	widths  []float64
}

// entry is one value of a document, with its labels.
type entry struct {
	name       string // in the type's own object; the whole path where all types have it
	kk, ru     string
	mark, unit string
	value      func(*paper) any // nil where all types have it
}

// What all documents have.
var (
	surnameEntry    = entry{name: "common.docOwner.lastName", kk: "Тегі", ru: "Фамилия"}
	nameEntry       = entry{name: "common.docOwner.firstName", kk: "Аты", ru: "Имя"}
	patronymicEntry = entry{name: "common.docOwner.middleName", kk: "Әкесінің аты", ru: "Отчество"}
	iinEntry        = entry{name: "common.docOwner.iin", kk: "ЖСН", ru: "ИИН"}
	numberEntry     = entry{name: "common.docNumber", kk: "Құжаттың нөмірі", ru: "Номер документа"}
	issuerEntry     = entry{name: "common.docIssuer", kk: "Берген орган", ru: "Орган выдачи"}
	issuedEntry     = entry{name: "common.docIssuedDate", kk: "Берілген күні", ru: "Дата выдачи"}
	expiresEntry    = entry{name: "common.docExpirationDate", kk: "Жарамды мерзімі", ru: "Действительно до"}
)

// Sections of certificates.
var (
	ownerSection = ownedBy("Иесі", "Владелец")
	issueSection = section{
		title: papers.Label{Kk: "Құжат", Ru: "Документ"}, entries: []entry{numberEntry, issuerEntry, issuedEntry, expiresEntry},
	}
)

func ownedBy(kk, ru string) section {
	return titled(kk, ru, surnameEntry, nameEntry, patronymicEntry, iinEntry)
}

func titled(kk, ru string, entries ...entry) section {
	return section{title: papers.Label{Kk: kk, Ru: ru}, entries: entries}
}

// own is a value that only the type has.
func own(name, kk, ru string, value func(*paper) any) entry {
	return entry{name: name, kk: kk, ru: ru, value: value}
}

// labelled is the entry with other labels.
func (e entry) labelled(mark, kk, ru string) entry {
	e.mark, e.kk, e.ru = mark, kk, ru
	return e
}

// withUnit is the entry with a unit behind its value.
func (e entry) withUnit(unit string) entry {
	e.unit = unit
	return e
}

// certificate is the owner, what the type has, and the document's own number and days.
func certificate(sections ...section) []section {
	return append(append([]section{ownerSection}, sections...), issueSection)
}

// values are all that only the type has, in the order in which they are drawn.
func (f form) values(p *paper) []Field {
	var all []Field
	add := func(entries ...entry) {
		for _, e := range entries {
			if e.value != nil {
				all = append(all, Field{e.name, e.value(p)})
			}
		}
	}
	if f.plate != nil {
		add(*f.plate)
	}
	for _, s := range f.sections {
		add(s.entries...)
		add(s.rows...)
		if s.list != nil {
			add(*s.list)
		}
	}
	return all
}

// page describes how documents of a type are drawn.
func (f form) page(documentType string) papers.Form {
	object := camelCase(documentType) + "."
	drawn := papers.Form{Layout: f.layout, Accent: f.accent, Photo: f.photo}
	if f.plate != nil {
		drawn.Plate = object + f.plate.name
	}
	for _, s := range f.sections {
		part := papers.Part{Title: s.title, Fields: fieldsOf(object, s.entries)}
		part.Table = papers.Table{Rows: fieldsOf(object, s.rows), Columns: s.columns, Widths: s.widths}
		if s.list != nil {
			part.Table.List = object + s.list.name
		}
		drawn.Parts = append(drawn.Parts, part)
	}
	return drawn
}

func fieldsOf(object string, entries []entry) []papers.Field {
	var all []papers.Field
	for _, e := range entries {
		path := e.name
		if e.value != nil {
			path = object + path
		}
		all = append(all, papers.Field{Kk: e.kk, Ru: e.ru, Path: path, Mark: e.mark, Unit: e.unit})
	}
	return all
}

// pages of all types.
var pages = func() map[string]papers.Form {
	all := map[string]papers.Form{}
	for name, f := range forms {
		all[name] = f.page(name)
	}
	return all
}()

// camelCase turns driver_license into driverLicense.
func camelCase(snake string) string {
	words := strings.Split(snake, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
