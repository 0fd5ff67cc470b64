// Package collector is a small service of a bank's collection department: it
// collects the addresses of debtors who are in enforcement proceedings, and posts
// payments towards payment demands to K2. It is an example of a client whose
// retries are right, and of tests that show it.
package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Collector talks to the services. Every field but APIKey is required.
type Collector struct {
	KYC, K2 string // base URLs, without a slash at their ends
	APIKey  string // of the organization
	HTTP    *http.Client
	Policy  Policy
	Sleep   func(context.Context, time.Duration) error // returns early with the context's error
}

// ErrNoProceedings is the error of a debtor without enforcement proceedings, whose
// address is not needed.
var ErrNoProceedings = errors.New("the debtor is in no enforcement proceedings")

// Refusal is a service's no: one that stays, or the last of many.
type Refusal struct {
	Code int    // the HTTP status, or K2's error_code
	Text string // the service's own
}

func (r Refusal) Error() string { return fmt.Sprintf("refused with %d: %s", r.Code, r.Text) }

// Address of a debtor, as KYC has it.
type Address struct {
	Country  Place  `json:"country"`
	Region   Place  `json:"region"`
	City     string `json:"city"`
	Street   string `json:"street"`
	Building string `json:"building"`
	Flat     string `json:"flat,omitempty"`
}

// Place by its names.
type Place struct {
	Code string `json:"code"`
	KK   string `json:"nameKz"`
	RU   string `json:"nameRu"`
}

// Address of a debtor in enforcement proceedings. The debtor is asked by a text
// message and has to agree, so it takes its time: it ends when the debtor has
// answered, when KYC gives up, or when the policy does.
func (c *Collector) Address(ctx context.Context, iin string) (Address, error) {
	if err := c.proceedings(ctx, iin); err != nil {
		return Address{}, err
	}
	session, err := c.approval(ctx, iin)
	if err != nil {
		return Address{}, err
	}
	var answer struct {
		Address Address `json:"address"`
	}
	request := map[string]string{"api_key": c.APIKey, "iin": iin, "backend_session_id": session}
	// KYC hands an address out once. If that answer is lost, the repetition is told
	// "data already recieved": the address is gone, and the debtor has to be asked anew.
	err = c.ask(ctx, c.KYC+"/api/v1/backend/address/", always(request), &answer)
	return answer.Address, err
}

func (c *Collector) proceedings(ctx context.Context, iin string) error {
	var cases []json.RawMessage
	request := map[string]string{"api_key": c.APIKey, "iin": iin}
	err := c.ask(ctx, c.KYC+"/api/v1/backend/info/kz/exec_proc_info/", always(request), &cases)
	var refused Refusal
	switch {
	case errors.As(err, &refused) && refused.Code == http.StatusNotFound:
		return ErrNoProceedings
	case err == nil && len(cases) == 0: // some deployments say it so
		return ErrNoProceedings
	}
	return err
}

// approval asks for the debtor's consent and polls for it: the same request again
// answers how far it is.
func (c *Collector) approval(ctx context.Context, iin string) (session string, err error) {
	request := map[string]string{"api_key": c.APIKey, "iin": iin}
	for poll := 1; ; poll++ {
		var answer struct {
			Session string `json:"backend_session_id"`
			Status  string `json:"status"`
		}
		if err := c.ask(ctx, c.KYC+"/api/v1/backend/address/approve/", always(request), &answer); err != nil {
			return "", err
		}
		if answer.Status == "VALID" {
			return answer.Session, nil
		}
		wait, again := c.Policy.Poll(poll, answer.Status)
		if !again {
			return "", fmt.Errorf("no consent after %d polls: %s", poll, answer.Status)
		}
		if err := c.Sleep(ctx, wait); err != nil {
			return "", err
		}
	}
}

// Payment of a debtor towards a payment demand.
type Payment struct {
	Transaction int64  // its number in the bank's own system, which never has another
	Demand      string // the demand's reference
	Tiyn        int64  // hundredths of a tenge
}

// duplicate is how K2 says that it has a transaction already.
const duplicate = "k2extreq_pay_trn_id_uindex"

// Pay posts a payment. It may be called again with the same payment, however the
// first call ended: K2 keeps a transaction once, and that it has it already is
// what was wanted.
func (c *Collector) Pay(ctx context.Context, p Payment) error {
	amount := json.Number(fmt.Sprintf("%d.%02d", p.Tiyn/100, p.Tiyn%100))
	row := func(attempt int) any {
		return map[string]any{"items": []map[string]any{{
			"request_id": attempt, "trn_id": c.Policy.Transaction(p, attempt), "refer": p.Demand,
			"cur": "KZT", "amount": amount, "incoming_amount": amount,
		}}}
	}
	var answer struct {
		Code int    `json:"error_code"`
		Text string `json:"error_text"`
		Rows []struct {
			Text string `json:"error_text"`
		} `json:"errors"`
	}
	if err := c.ask(ctx, c.K2+"/restapi/services/run/k2extreq_pay_from_eko", row, &answer); err != nil {
		return err
	}
	switch {
	case answer.Code == 0:
		return nil
	case len(answer.Rows) == 1 && strings.Contains(answer.Rows[0].Text, duplicate):
		return nil
	case len(answer.Rows) == 1:
		answer.Text = answer.Rows[0].Text
	}
	return Refusal{answer.Code, answer.Text}
}
