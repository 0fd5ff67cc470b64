package papers

import (
	"image/color"
)

// Form describes what documents of a type show, and how. Paths lead to values in a
// document's Data, such as "common.docOwner.iin".
type Form struct {
	Layout Layout
	Accent uint32 // the colour, 0xRRGGBB
	Photo  bool
	Plate  string // the path of a number plate that is drawn
	Parts  []Part
}

// Layout is how a document is laid out.
type Layout int

// The layouts.
const (
	Certificate Layout = iota
	IDCard
	Passport
	DrivingLicence
	VehiclePaper
)

var layouts = map[Layout]func(drawing) page{
	Certificate: certificate, IDCard: idCard, Passport: passportSpread, DrivingLicence: drivingLicence, VehiclePaper: vehiclePaper,
}

// Label is a text in the two languages of a document.
type Label struct{ Kk, Ru string }

// Part is a group of fields or a table.
type Part struct {
	Title  Label // empty for none
	Fields []Field
	Table  Table
}

// Field is one value of a document.
type Field struct {
	Kk, Ru string
	Path   string // in a table, in the object of its row
	Mark   string // a number of the field that its label begins with
	Unit   string // after the value
}

// Table has a row for each element of a list, or for each of the named objects.
type Table struct {
	List    string // the path of a list
	Rows    []Field
	Columns []Field
	Widths  []float64 // relative to each other; the first is of the row's name or number
}

// What layouts place by themselves.
const (
	numberPath  = "common.docNumber"
	issuedPath  = "common.docIssuedDate"
	expiresPath = "common.docExpirationDate"
	iinPath     = "common.docOwner.iin"
)

// common is the description of a document that has none: what all documents have.
var common = Form{Accent: 0x44525f, Parts: []Part{{Fields: []Field{
	{Kk: "Тегі", Ru: "Фамилия", Path: "common.docOwner.lastName"},
	{Kk: "Аты", Ru: "Имя", Path: "common.docOwner.firstName"},
	{Kk: "Әкесінің аты", Ru: "Отчество", Path: "common.docOwner.middleName"},
	{Kk: "ЖСН", Ru: "ИИН", Path: iinPath},
	{Kk: "Құжаттың нөмірі", Ru: "Номер документа", Path: numberPath},
	{Kk: "Берген орган", Ru: "Орган выдачи", Path: "common.docIssuer"},
	{Kk: "Берілген күні", Ru: "Дата выдачи", Path: issuedPath},
	{Kk: "Жарамды мерзімі", Ru: "Действительно до", Path: expiresPath},
}}}}

// drawing is a document with its description.
type drawing struct {
	Document
	accent color.NRGBA
}

// entries are the fields that the document fills.
func (d drawing) entries(fields []Field) []entry {
	var all []entry
	for _, f := range fields {
		if value := f.of(d.Data); value != "" {
			all = append(all, entry{label: f.label(), value: value})
		}
	}
	return all
}

// of is the field's value as it is printed.
func (f Field) of(data any) string {
	value := valueAt(data, f.Path)
	if amount, ok := value.(int); ok && f.Unit == tenge {
		return grouped(int64(amount)) + "\u00a0" + f.Unit
	}
	printed := shown(value)
	if printed != "" && f.Unit != "" {
		printed += "\u00a0" + f.Unit
	}
	return printed
}

const tenge = "₸"

func (f Field) label() string {
	label := text{f.Kk, f.Ru}.both()
	if f.Mark != "" {
		label = f.Mark + " " + label
	}
	return label
}

// rows of the table: the row's name or number, then a text for each column.
func (d drawing) tableRows(t Table) [][]string {
	var rows [][]string
	add := func(name string, data any) {
		row := []string{name}
		for _, column := range t.Columns {
			row = append(row, column.of(data))
		}
		rows = append(rows, row)
	}
	list, _ := d.value(t.List).([]any)
	for i, element := range list {
		add(shown(i+1), element)
	}
	for _, r := range t.Rows {
		add(r.label(), d.value(r.Path))
	}
	return rows
}
