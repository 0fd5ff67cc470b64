package kyc

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// complaint is an error's body: detail, message or both (ledger 10).
type complaint struct {
	Detail  string `json:"detail,omitempty"`
	Message string `json:"message,omitempty"`
}

// fieldComplaints is what is said of a request's fields, by name.
type fieldComplaints map[string][]string

const (
	fieldRequired = "This field is required."
	fieldNull     = "This field may not be null."
	wholeBody     = "non_field_errors"
)

func dialect() contract.Dialect {
	return contract.Dialect{
		Malformed: contract.Outcome{
			Name: "malformed", Unshaped: true, Status: http.StatusBadRequest, Schema: "kyc/malformed.json",
			When:       "The body is not JSON, or a field is missing or of the wrong type.",
			Confidence: contract.Assumed, Ledger: []int{1},
		},
		Envelope:     contract.Envelope{Texts: []string{"detail", "message"}},
		SayMalformed: sayMalformed,
		SayError:     sayError,
		SayTransport: sayTransport,
	}
}

func envelope(c *contract.Call, text string) complaint {
	switch c.Profile.Value(switchErrorEnvelope) { // ledger 10
	case envelopeMessage:
		return complaint{Message: text}
	case envelopeBoth:
		return complaint{Detail: text, Message: text}
	}
	return complaint{Detail: text}
}

func sayError(c *contract.Call, o contract.Outcome, _ []contract.RowError) any {
	text := o.Text
	switch { // ledger 19
	case o.OtherText == "":
	case c.Profile.Is(switchSpelling, spelledMCDB):
		text = o.OtherText
	default:
		c.Find(19, "", "the document spells the base CMDB, three public sources spell it MCDB: kyc.cmdb_spelling=mcdb answers that")
	}
	return envelope(c, text)
}

// sayMalformed answers as the web framework does from whose error bodies the
// envelope is known.
func sayMalformed(c *contract.Call, p contract.Problem) any {
	switch object, isObject := c.Body.(map[string]any); {
	case p.Syntax:
		return envelope(c, "JSON parse error - "+p.Found)
	case p.Field != "":
		return fieldComplaints{p.Field: {complaintOf(object, p)}}
	case !isObject:
		return fieldComplaints{wholeBody: {fmt.Sprintf("Invalid data. Expected a dictionary, but got %s.", kindOf(c.Body))}}
	}
	return envelope(c, "Malformed request.")
}

func complaintOf(body map[string]any, p contract.Problem) string {
	value := body[p.Field]
	switch {
	case p.Missing:
		return fieldRequired
	case value == nil:
		return fieldNull
	case p.Keyword == "enum":
		return fmt.Sprintf("\"%v\" is not a valid choice.", value)
	case p.Field == "file":
		return "Must be a valid boolean."
	}
	return "Not a valid string."
}

// kindOf names a JSON value as the framework's language does.
func kindOf(v any) string {
	switch v := v.(type) {
	case []any:
		return "list"
	case string:
		return "str"
	case bool:
		return "bool"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	}
	return "NoneType"
}

// sayTransport takes the path, method or media type that is refused as its text.
// The framework says these before any view is reached, always in `detail`.
func sayTransport(status int, text string) (int, any) {
	said := map[int]string{
		http.StatusNotFound:              "Not found.",
		http.StatusMethodNotAllowed:      fmt.Sprintf("Method \"%s\" not allowed.", text),
		http.StatusUnsupportedMediaType:  fmt.Sprintf("Unsupported media type \"%s\" in request.", text),
		http.StatusRequestEntityTooLarge: "Request body is too large.",
	}
	detail, ok := said[status]
	if !ok {
		detail = text
	}
	if detail == "" { // a body has to say something
		detail = http.StatusText(status)
	}
	return status, complaint{Detail: detail}
}
