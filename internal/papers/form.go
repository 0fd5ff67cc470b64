package papers

import (
	"image/color"
	"maps"
)

// form describes what documents of a type show, and how.
type form struct {
	layout func(drawing) page
	accent color.NRGBA
	photo  bool
	plate  string // the path of a number plate that is drawn
	parts  []part
}

// part is a group of fields or a table.
type part struct {
	title  text // empty for none
	fields []field
	table  table
}

// field is one value of a document.
type field struct {
	kk, ru string
	path   string // in result_json; in a table, in the object of its row
	mark   string // a number of the field that its label begins with
	unit   string // after the value
}

// table has a row for each element of a list, or for each of the named objects.
type table struct {
	list    string // the path of a list
	rows    []field
	columns []field
	widths  []float64 // relative to each other; the first is of the row's name or number
}

// Fields that all documents have.
var (
	surname    = field{kk: "Тегі", ru: "Фамилия", path: "common.docOwner.lastName"}
	givenName  = field{kk: "Аты", ru: "Имя", path: "common.docOwner.firstName"}
	patronymic = field{kk: "Әкесінің аты", ru: "Отчество", path: "common.docOwner.middleName"}
	iin        = field{kk: "ЖСН", ru: "ИИН", path: "common.docOwner.iin"}
	number     = field{kk: "Құжаттың нөмірі", ru: "Номер документа", path: "common.docNumber"}
	issuer     = field{kk: "Берген орган", ru: "Орган выдачи", path: "common.docIssuer"}
	issued     = field{kk: "Берілген күні", ru: "Дата выдачи", path: "common.docIssuedDate"}
	expires    = field{kk: "Жарамды мерзімі", ru: "Действительно до", path: "common.docExpirationDate"}
)

// Parts that all certificates have.
var (
	ownerPart = part{title: text{"Иесі", "Владелец"}, fields: []field{surname, givenName, patronymic, iin}}
	issuePart = part{title: text{"Құжат", "Документ"}, fields: []field{number, issuer, issued, expires}}
)

// in names a field of the type's own object.
func in(object string, fields ...field) []field {
	for i := range fields {
		fields[i].path = object + "." + fields[i].path
	}
	return fields
}

// formOf is the description of a type; of an unknown one, what all documents have.
func formOf(documentType string) form {
	if f, ok := forms[documentType]; ok {
		return f
	}
	return form{layout: certificate, accent: rgb(0x44525f), parts: []part{ownerPart, issuePart}}
}

var forms = map[string]form{}

func init() {
	for _, some := range []map[string]form{identityForms, civilForms, vehicleForms, socialForms, otherForms} {
		maps.Copy(forms, some)
	}
}

// drawing is a document with its description.
type drawing struct {
	Document
	form form
}

// entries are the fields that the document fills.
func (d drawing) entries(fields []field) []entry {
	var all []entry
	for _, f := range fields {
		if value := f.of(d.Data); value != "" {
			all = append(all, entry{label: f.label(), value: value})
		}
	}
	return all
}

// of is the field's value as it is printed.
func (f field) of(data any) string {
	value := valueAt(data, f.path)
	if amount, ok := value.(int); ok && f.unit == tenge {
		return grouped(int64(amount)) + "\u00a0" + f.unit
	}
	printed := shown(value)
	if printed != "" && f.unit != "" {
		printed += "\u00a0" + f.unit
	}
	return printed
}

const tenge = "₸"

func (f field) label() string {
	label := text{f.kk, f.ru}.both()
	if f.mark != "" {
		label = f.mark + " " + label
	}
	return label
}

// rows of the table: the row's name or number, then a text for each column.
func (d drawing) tableRows(t table) [][]string {
	var rows [][]string
	add := func(name string, data any) {
		row := []string{name}
		for _, column := range t.columns {
			row = append(row, column.of(data))
		}
		rows = append(rows, row)
	}
	list, _ := d.value(t.list).([]any)
	for i, element := range list {
		add(shown(i+1), element)
	}
	for _, r := range t.rows {
		add(r.label(), d.value(r.path))
	}
	return rows
}
