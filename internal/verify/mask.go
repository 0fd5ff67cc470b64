package verify

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// mask hides people and keys in what a report shows. The same value has the same
// name in the whole report, so that it shows which values differ.
type mask struct {
	names map[string]string // by the hidden value
	count map[string]int    // of the values of a sort
}

func newMask() *mask { return &mask{names: map[string]string{}, count: map[string]int{}} }

// hidden is what stands for a value of a sort: (number 1).
func (m *mask) hidden(sort, value string) string {
	if name, known := m.names[value]; known {
		return name
	}
	m.count[sort]++
	m.names[value] = fmt.Sprintf("(%s %d)", sort, m.count[sort])
	return m.names[value]
}

// sorts of values that are known by their form, in the order in which they are looked
// for.
var sorts = []struct {
	name string
	form *regexp.Regexp
}{
	{"session", regexp.MustCompile(`(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)},
	{"account", regexp.MustCompile(`(?i)\bKZ[0-9]{2}[0-9A-Z]{12,16}\b`)},
	{"phone", regexp.MustCompile(`(?:\+|\b)[78]7[0-9]{9}\b`)},
	{"number", regexp.MustCompile(`\b[0-9]{11,}\b`)},
	{"key", regexp.MustCompile(`\b[A-Za-z0-9_-]{32,}`)},
}

// personal members hold a person's data, or lets one act as another.
var personal = []string{
	"iin", "iinbin", "debtor_iin", "recoverer_iin", "recoverer_bin", "ben_bin", "cli_iin", "phone", "api_key", "code",
	"backend_session_id", "iban", "ben_iban", "extacc_code", `transitacc_id\$`, "fullname", "fio", "accountName", "acc_fullname",
	"ben_fullname", "debtor_surname", "debtor_name", "debtor_secondname", "officer_surname", "officer_name", "officer_secondname",
	"recoverer_surname", "recoverer_name", "recoverer_secondname", "recoverer_title", "head", "account", "purpose", "title",
	`cli_id\$`, `extacc_id\$`, `loan_id\$title`, `created_by\$[a-z_]*`, `updated_by\$[a-z_]*`, "city", "street", "building", "flat",
	"nameRu", "nameKz", "firstName", "lastName", "middleName", "docNumber", "face_photo", "qrcode", "barcode", "document_image",
	"document_pdf", "date_of_birth",
}

var (
	personalName = regexp.MustCompile(`^(?:` + strings.Join(personal, "|") + `)$`)
	quotedText   = regexp.MustCompile(`"((?:[^"\\]|\\.)*)("\s*:|"|…|$)`) // a member's name, or a text that may break off
)

// telling members of a body are shown with their texts: what they say is no person's.
var telling = []string{"detail", "message", "error_text", "status", "document_type"}

// text without people and keys.
func (m *mask) text(text string) string {
	if strings.ContainsAny(text, "{[") {
		text = m.body(text)
	}
	for _, s := range sorts {
		text = s.form.ReplaceAllStringFunc(text, func(found string) string { return m.hidden(s.name, found) })
	}
	return text
}

// body is a JSON text, which may break off, with no texts but those of telling members.
func (m *mask) body(text string) string {
	member := ""
	return quotedText.ReplaceAllStringFunc(text, func(found string) string {
		parts := quotedText.FindStringSubmatch(found)
		if strings.HasSuffix(parts[2], ":") {
			member = parts[1]
			return found
		}
		if parts[1] == "" || slices.Contains(telling, member) {
			return found
		}
		return `"` + m.value(parts[1]) + parts[2]
	})
}

// value is hidden as a whole, under the name of its form if it has one.
func (m *mask) value(text string) string {
	for _, s := range sorts {
		if s.form.FindString(text) == text {
			return m.hidden(s.name, text)
		}
	}
	return m.hidden("text", text)
}

// finding without people and keys: what stands at the place of a personal member is
// hidden as a whole.
func (m *mask) finding(f *Finding) {
	if at := path.Base(strings.TrimRight(f.Path, "/*")); personalName.MatchString(at) {
		hide := func(found string) string {
			parts := quotedText.FindStringSubmatch(found)
			return `"` + m.value(parts[1]) + parts[2]
		}
		f.Seen, f.Expected = quotedText.ReplaceAllStringFunc(f.Seen, hide), quotedText.ReplaceAllStringFunc(f.Expected, hide)
	}
	f.Seen, f.Expected = m.text(f.Seen), m.text(f.Expected)
}
