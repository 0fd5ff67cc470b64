package verify

import (
	"mime"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// Settled is a switch of the simulator that an answer of the target decides: a
// point in which the documents leave open how the service behaves.
type Settled struct {
	Switch    string `json:"switch"`
	Question  string `json:"question"`
	Value     string `json:"value"`     // as the target behaves
	Default   string `json:"default"`   // as the simulator does without a profile
	Ledger    []int  `json:"ledger"`    // entries that it answers
	Operation string `json:"operation"` // that answered
	Case      string `json:"case"`
	Seen      string `json:"seen"`
	Otherwise string `json:"otherwise,omitempty"` // another answer that says otherwise
}

// exchange is what an answer can be read from.
type exchange struct {
	op     *contract.Operation
	call   call
	answer answer
	verdict
	expect expectation
}

// reading answers the value of a switch that an exchange shows, and what shows
// it; an empty value if it shows none.
type reading struct {
	key  string
	read func(exchange) (value, seen string)
}

// readings of all switches that an answer can decide.
var readings = []reading{
	{"kyc.error_envelope", readEnvelope},
	{"kyc.cmdb_spelling", readSpelling},
	{"kyc.officer_secondname", readSecondName},
	{"kyc.no_cases", readNoCases},
	{"kyc.address_wait", readAddressWait},
	{"kyc.failure_reason", readFailureReason},
	{"kyc.extra_fields", readExtraFields},
	{"k2.unknown", readUnknown("k2.")},
	{"abs.unknown", readUnknown("abs.")},
	{"abs.scan", readScan},
	{"abs.list", readList},
}

// settle notes what an answer decides. The simulator has a profile already, and
// an answer that it was asked for by name says nothing.
func (r *run) settle(x exchange, name string) {
	if x.call.prefer != "" || x.answer.err != nil || r.client.simulator[x.op.Service().Name] {
		return
	}
	for _, reading := range readings {
		if value, seen := reading.read(x); value != "" {
			r.note(reading.key, value, Settled{Operation: x.op.ID, Case: name, Seen: r.redacted(short(seen))})
		}
	}
}

func (r *run) note(key, value string, s Settled) {
	if i := slices.IndexFunc(r.settled, func(have Settled) bool { return have.Switch == key }); i >= 0 {
		if have := &r.settled[i]; have.Value != value && have.Otherwise == "" {
			have.Otherwise = value + " by " + s.Operation + ": " + s.Seen
		}
		return
	}
	for _, sw := range r.opts.Table.Switches() {
		if sw.Key == key {
			s.Switch, s.Value, s.Question, s.Default, s.Ledger = key, value, sw.About, sw.Default, sw.Ledger
			r.settled = append(r.settled, s)
		}
	}
}

func (x exchange) object() map[string]any {
	object, _ := x.body.(map[string]any)
	return object
}

// member of the body as a text.
func (x exchange) text(name string) string {
	text, _ := x.object()[name].(string)
	return text
}

// readEnvelope of a KYC error. What a framework says before the service is
// reached is not the service's envelope.
func readEnvelope(x exchange) (value, seen string) {
	if x.op.Service().Name != "kyc" || x.answer.status < 400 || x.expect.malformed {
		return "", ""
	}
	seen = string(x.answer.body)
	switch detail, message := x.text("detail") != "", x.text("message") != ""; {
	case detail && message:
		return "both", seen
	case detail:
		return "detail", seen
	case message:
		return "message", seen
	}
	return "", ""
}

func readSpelling(x exchange) (value, seen string) {
	said := x.said.Text
	switch {
	case strings.Contains(said, "MCDB"):
		return "mcdb", said
	case strings.Contains(said, "CMDB"):
		return "cmdb", said
	}
	return "", ""
}

func readSecondName(x exchange) (value, seen string) {
	rows, _ := x.body.([]any)
	for _, row := range rows {
		object, _ := row.(map[string]any)
		switch name := object["officer_secondname"].(type) {
		case string:
			return "string", name
		case []any:
			return "array", "an array of names"
		}
	}
	return "", ""
}

func readNoCases(x exchange) (value, seen string) {
	if x.op.ID != "kyc.info.exec_proc" || x.expect.malformed {
		return "", ""
	}
	rows, isList := x.body.([]any)
	switch {
	case isList && len(rows) == 0:
		return "empty-list", "[]"
	case x.answer.status == 404:
		return "not-found", x.said.Text
	}
	return "", ""
}

func readAddressWait(x exchange) (value, seen string) {
	if x.op.ID == "kyc.address.approve" && x.text("status") == "PENDING" {
		return "poll", `"status": "PENDING" at once`
	}
	return "", ""
}

func readFailureReason(x exchange) (value, seen string) {
	switch reason := x.object()["failure_reason"].(type) {
	case string:
		return "string", reason
	case map[string]any:
		return "object", string(x.answer.body)
	}
	return "", ""
}

func readExtraFields(x exchange) (value, seen string) {
	if x.op.ID != "kyc.edocument.approve" || x.answer.status != 200 || x.text("document_type") == "" {
		return "", ""
	}
	for _, name := range []string{"extra", "gender"} {
		if _, ok := x.object()[name]; ok {
			return "on", "the field " + name
		}
	}
	return "off", "neither extra nor gender"
}

// readUnknown of an answer to values that are unknown there.
func readUnknown(prefix string) func(exchange) (value, seen string) {
	return func(x exchange) (value, seen string) {
		if !strings.HasPrefix(x.op.ID, prefix) || x.expect.unknown == "" || !x.said.Coded {
			return "", ""
		}
		if x.said.Code == 0 {
			return "accept", `"error_code": 0`
		}
		return "error", string(x.answer.body)
	}
}

func readScan(x exchange) (value, seen string) {
	if x.op.ID != "abs.get_pdf" || x.answer.status != 200 {
		return "", ""
	}
	given := x.answer.header.Get("Content-Type")
	switch media, _, _ := mime.ParseMediaType(given); media {
	case "application/pdf":
		return "pdf", given
	case "image/tiff":
		return "tiff", given
	}
	return "", ""
}

func readList(x exchange) (value, seen string) {
	if x.op.ID != "abs.get_all_pt_from_abs" || x.outcome == nil || x.outcome.IsError() {
		return "", ""
	}
	if _, isList := x.body.([]any); isList {
		return "array", short(string(x.answer.body))
	}
	return "object", short(string(x.answer.body))
}
