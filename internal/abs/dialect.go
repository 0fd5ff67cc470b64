package abs

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
)

// result is the head of every body. The samples print the text first.
type result struct {
	ErrorText string `json:"error_text"` // empty on success
	ErrorCode int    `json:"error_code"` // 0 on success
}

const codeMalformed = 400

func dialect() contract.Dialect {
	return contract.Dialect{
		Malformed: contract.Outcome{
			Name: "malformed", Unshaped: true, Status: http.StatusOK, Schema: errorSchema, Code: codeMalformed,
			When:       "The body is not JSON, or a field or parameter is missing or of the wrong type.",
			Confidence: contract.Assumed, Ledger: []int{33, 90, 103},
		},
		Envelope:     contract.Envelope{Code: "error_code", Texts: []string{"error_text"}},
		SayMalformed: sayMalformed,
		SayError:     sayError,
		SayTransport: func(status int, _ string) (int, any) { return status, result{http.StatusText(status), status} },
	}
}

// sayMalformed names the field if one is to blame; its wording is assumed.
func sayMalformed(_ *contract.Call, p contract.Problem) any {
	switch {
	case p.Missing:
		return result{`Не заполнено поле "` + p.Field + `"`, codeMalformed}
	case p.Field != "":
		return result{`Неверное значение поля "` + p.Field + `"`, codeMalformed}
	}
	return result{"Неверный формат запроса", codeMalformed}
}

// sayError has no body for the one error that the document shows as a bare
// status: the scan that is not found.
func sayError(_ *contract.Call, o contract.Outcome, _ []contract.RowError) any {
	if o.Schema == "" {
		return nil
	}
	return result{o.Text, o.Code}
}
