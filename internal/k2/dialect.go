package k2

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// result is what every body of K2 begins with, and all of most: an error such as
// {"error_code": 404, "error_text": "…"}, or success, code 0 without a text.
type result struct {
	Code int    `json:"error_code"`
	Text string `json:"error_text"`
}

// reversedResult is a success as the older samples print it, text first.
type reversedResult struct {
	Text string `json:"error_text"`
	Code int    `json:"error_code"`
}

// rowsBody is the error of a batch: the outer error and that of each wrong row.
type rowsBody struct {
	result
	Errors []rowBody `json:"errors"`
}

type rowBody struct {
	result
	RequestID any `json:"request_id,omitempty"` // ledger 37
}

func dialect() contract.Dialect {
	return contract.Dialect{
		Malformed: contract.Outcome{
			Name: "malformed", Unshaped: true, Status: http.StatusOK, Schema: "k2/error.json", Code: codeMalformed,
			When:       "The body is not JSON or not of the operation's shape.",
			Confidence: contract.Assumed, Ledger: []int{32, 33, 90},
		},
		Envelope:     contract.Envelope{Code: "error_code", Texts: []string{"error_text"}, Rows: "errors"},
		SayMalformed: sayMalformed,
		SayError:     sayError,
		StatusOf:     statusOf,
		Admits:       admits,
		SayTransport: func(status int, _ string) (int, any) { return status, result{status, http.StatusText(status)} },
	}
}

// statusOf an outcome is that of its error_code where the profile says so and the code is one
// of an HTTP error (ledger 32).
func statusOf(c *contract.Call, o contract.Outcome) int {
	if c.Profile.Is(switchStatus, statusByCode) && o.Code >= 400 && o.Code < 600 {
		return o.Code
	}
	return o.Status
}

// admits a request if the profile requires no login, or the request has one. Any login
// is accepted (ledger 50).
func admits(c *contract.Call) bool {
	if !c.Profile.Is(switchLogin, loginRequired) || c.Header.Get("Cookie") != "" {
		return true
	}
	scheme, credentials, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	known := strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "Basic")
	return known && strings.TrimSpace(credentials) != ""
}

// sayMalformed names the field if one is wrong; its text is assumed.
func sayMalformed(_ *contract.Call, p contract.Problem) any {
	text := "Неверный формат запроса"
	switch {
	case p.Missing:
		text = `Не заполнено поле "` + p.Field + `"`
	case p.Field != "":
		text = `Неверное значение поля "` + p.Field + `"`
	}
	return result{codeMalformed, text}
}

// sayError lists the rows of a batch; of a batch without rows, whose error was
// asked for by name, it makes up one.
func sayError(_ *contract.Call, o contract.Outcome, rows []contract.RowError) any {
	outer := result{o.Code, o.Text}
	if o.Row == nil {
		return outer
	}
	if len(rows) == 0 {
		rows = []contract.RowError{{Code: o.Row.Code, Text: o.Row.Text}}
	}
	body := rowsBody{result: outer}
	for _, row := range rows {
		body.Errors = append(body.Errors, rowBody{result{row.Code, row.Text}, echoed(row.RequestID)})
	}
	return body
}

// echoed is a request_id as the request had it, if it was of a request_id's type.
func echoed(id any) any {
	switch id := id.(type) {
	case string:
		return id
	case json.Number:
		if !strings.ContainsAny(id.String(), ".eE") {
			return id
		}
	}
	return nil
}
