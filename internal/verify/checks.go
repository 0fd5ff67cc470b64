package verify

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
)

// shown is a value as findings have it.
func shown(v any) string {
	raw, err := contract.Encode(v)
	if err != nil {
		return ""
	}
	return short(string(raw))
}

// membersOnce: a member that stands twice is read in two ways by two clients.
func membersOnce(p place) (string, bool) {
	twice := contract.RepeatedMembers(p.answer.body, p.value)
	return "each member once; twice there is " + strings.Join(twice, ", "), len(twice) == 0
}

func emptyBesideSuccess(p place) (string, bool) {
	return "an empty text beside error_code 0", !p.here || textOf(p.in["error_code"]) != "0" || p.text() == ""
}

// asAsked: the value is that of a field of the request.
func asAsked(field string) check {
	return func(p place) (string, bool) {
		want := p.asked(field)
		return fmt.Sprintf("the %s that was asked for, %s", field, want), !p.here || want == "" || textOf(p.value) == want
	}
}

// asFiltered is asAsked of a filter, which may have been left out.
func asFiltered(field string) check {
	return func(p place) (string, bool) {
		want := p.asked(field)
		listed := p.in["refer"] != nil // the first element of the list has the count
		return fmt.Sprintf("only demands with the %s %s", field, want), !listed || want == "" || textOf(p.value) == want
	}
}

// once: no other row has the value.
func once(p place) (string, bool) {
	same := func(other any) bool { return reflect.DeepEqual(other, p.value) }
	return "each of them once", !p.here || !slices.ContainsFunc(p.others, same)
}

// afterTheAnswer: the right to a VALID address has not run out when it is answered.
func afterTheAnswer(p place) (string, bool) {
	expires, err := time.Parse(time.RFC3339, p.text())
	said, noDate := http.ParseTime(p.answer.header.Get("Date"))
	valid := p.in["status"] == "VALID" && err == nil && noDate == nil
	return fmt.Sprintf("an instant after the answer's own Date, %s", said.Format(time.RFC3339)), !valid || !expires.Before(said)
}

// idOfOne: no demand with another reference has the id.
func idOfOne(p place) (string, bool) {
	row, _ := p.value.(map[string]any)
	same := func(other any) bool {
		o, _ := other.(map[string]any)
		return reflect.DeepEqual(o["id"], row["id"]) && !reflect.DeepEqual(o["code"], row["code"])
	}
	return "an id of its own for each demand", !slices.ContainsFunc(p.others, same)
}

// endsOnce: a request for an address that has ended doesn't go on. The right to a VALID
// one may run out.
func endsOnce(p place) (string, bool) {
	was := p.memory.statuses[textOf(p.in["backend_session_id"])]
	ok := p.call.prefer != "" || was == "" || was == "PENDING" || was == p.text() || was == "VALID" && p.text() == "TIMEOUT"
	return was + ", which the session has had before", ok
}

// nullBeside a member that isn't null.
func nullBeside(member string) check {
	return func(p place) (string, bool) {
		return "null beside " + member, p.value == nil || p.in[member] == nil
	}
}

// like: the whole text has a form.
func like(expected, form string) check {
	whole := regexp.MustCompile("^(" + form + ")$")
	return func(p place) (string, bool) { return expected, !p.here || whole.MatchString(textOf(p.value)) }
}

// asTheSession: the document is of the type that the session was opened for.
func asTheSession(p place) (string, bool) {
	want, known := p.memory.documents[p.asked("backend_session_id")]
	return "the type that was asked for, " + want, !known || p.text() == want
}

// base64Of a whole file of a type, or of anything.
func base64Of(media string) check {
	return func(p place) (string, bool) {
		if p.text() == "" {
			return "Base64 of a file, or null", p.value == nil
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(p.text())
		isBase64 := err == nil && !strings.ContainsAny(p.text(), "\r\n") // which the decoder skips
		if media == "" {
			return "Base64 without line feeds", isBase64
		}
		return "Base64 without line feeds of a whole file of the type " + media, isBase64 && isWhole(media, raw)
	}
}

// agreement is what names one: its number and its day.
func agreement(number, day string) string { return number + " of " + isoDate(day) }

// asTheLoan: the demand's debtor is the one of the loan that was loaded.
func asTheLoan(p place) (string, bool) {
	want, known := p.memory.debtors[agreement(p.asked("contract_number"), p.asked("dbz_dt"))]
	return "the debtor of the loan that was loaded, " + want, !known || !p.here || p.text() == want
}

// dayOf another member, as ДД.ММ.ГГГГ.
func dayOf(member string) check {
	return func(p place) (string, bool) {
		at, err := time.Parse(time.RFC3339, textOf(p.in[member]))
		want := at.Format("02.01.2006")
		return fmt.Sprintf("the day of %s, %s", member, want), !p.here || err != nil || p.text() == want
	}
}

// dayAsked: the day is that of a field of the request, as ДД.ММ.ГГГГ.
func dayAsked(field string) check {
	return func(p place) (string, bool) {
		at, err := time.Parse(time.DateOnly, isoDate(p.asked(field)))
		want := at.Format("02.01.2006")
		return fmt.Sprintf("the %s that was asked for, %s", field, want), !p.here || err != nil || p.text() == want
	}
}

func disbursementIsDebit(p place) (string, bool) {
	granted := strings.HasPrefix(textOf(p.in["purpose"]), "Предоставление кредита")
	return `"D", as the sample's line of a disbursement has`, !granted || p.text() == "D"
}

var iban = regexp.MustCompile(`KZ[0-9]{2}[0-9A-Z]{16}`)

func namesNoOtherAccount(p place) (string, bool) {
	asked := p.asked("iban")
	named := iban.FindAllString(p.text(), -1)
	other := slices.ContainsFunc(named, func(account string) bool { return account != asked })
	return "no account but the one that was asked for, " + asked, asked == "" || !other
}

func isSum(p place) (string, bool) {
	sum, err := money.Parse(textOf(p.value))
	return "a sum that is not negative, with at most two decimals", !p.here || err == nil && sum >= 0
}

func notBlank(p place) (string, bool) {
	return "a text that says something", !p.here || strings.TrimSpace(p.text()) != ""
}

// datesLedger is the entry on the two forms of a date in the ABS document.
const datesLedger = 52

var dotted = regexp.MustCompile(`^[0-9]{4}\.[0-9]{2}\.[0-9]{2}$`)

// isoDate is a date of either form (ledger 52) as ISO has it.
func isoDate(text string) string {
	if dotted.MatchString(text) {
		return strings.ReplaceAll(text, ".", "-")
	}
	return text
}

// withinDates: the demand's day is within the filter, both ends included.
func withinDates(p place) (string, bool) {
	from, to, day := isoDate(p.asked("doc_at1")), isoDate(p.asked("doc_at2")), isoDate(textOf(p.value))
	if p.in["refer"] == nil || from == "" && to == "" {
		return "", true
	}
	expected := fmt.Sprintf("only demands of the days from %s to %s", from, to)
	return expected, day != "" && day >= from && (to == "" || day <= to)
}

func pageIsNotLonger(p place) (string, bool) {
	rows := listedRows(p.value)
	limit, err := strconv.Atoi(p.asked("perpage"))
	return fmt.Sprintf("at most %d rows; there are %d", limit, len(rows)), err != nil || len(rows) <= limit
}

func countsThePage(p place) (string, bool) {
	rows := listedRows(p.body)
	n, err := strconv.Atoi(textOf(p.value))
	return fmt.Sprintf("at least the %d rows of the page", len(rows)), err != nil || n >= len(rows)
}

// asRegistered: a demand that was registered in this run is listed as it was sent. If it
// was taken twice, either may be listed (ledger 109).
func asRegistered(field string) check {
	return func(p place) (string, bool) {
		expected, ok := "", true
		for _, sent := range p.memory.demands[textOf(p.in["refer"])] {
			want, has := sent[field]
			if !has || sameScalar(want, p.value) {
				return "", true
			}
			expected, ok = "as it was registered, "+shown(want), false
		}
		return expected, ok
	}
}

// sameScalar compares numbers by their value and dates in either form.
func sameScalar(a, b any) bool {
	x, errX := strconv.ParseFloat(textOf(a), 64)
	y, errY := strconv.ParseFloat(textOf(b), 64)
	_, isNumber := a.(json.Number)
	if isNumber && errX == nil && errY == nil {
		return x == y
	}
	return isoDate(textOf(a)) == isoDate(textOf(b))
}

// memory is what earlier successful requests of the run have said.
type memory struct {
	statuses  map[string]string           // of requests for addresses, by session
	documents map[string]string           // types, by the session that was opened for them
	unused    []string                    // sessions of documents that were opened and not used yet
	demands   map[string][]map[string]any // as they were registered, by reference
	debtors   map[string]string           // of loans, by their agreement
}

func newMemory() *memory {
	return &memory{statuses: map[string]string{}, documents: map[string]string{}, demands: map[string][]map[string]any{}, debtors: map[string]string{}}
}

// lessons are what is learned from a successful request, by operation.
var lessons = map[string]func(*memory, *related){
	"kyc.address.approve": func(m *memory, x *related) {
		body, _ := x.body.(map[string]any)
		m.statuses[textOf(body["backend_session_id"])] = textOf(body["status"])
	},
	"kyc.edocument.request": func(m *memory, x *related) {
		body, _ := x.body.(map[string]any)
		session := textOf(body["backend_session_id"])
		m.documents[session] = x.asked("document_type")
		m.unused = append(m.unused, session)
	},
	register: func(m *memory, x *related) {
		refer := x.asked("refer")
		m.demands[refer] = append(m.demands[refer], x.call.request.Object())
	},
	"k2.k2loan_from_eko": func(m *memory, x *related) {
		rows := contract.Call{Operation: x.call.request.Operation, Body: x.call.request.Body}
		for _, row := range rows.RowValues() {
			loan, _ := row.(map[string]any)
			m.debtors[agreement(textOf(loan["dbz_contract_number"]), textOf(loan["dbz_dt"]))] = textOf(loan["iinbin"])
		}
	},
}

func (m *memory) learn(x *related) {
	if lesson := lessons[x.call.request.Operation.ID]; lesson != nil {
		lesson(m, x)
	}
}
