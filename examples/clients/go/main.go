// Command go is the tour in Go, standard library only.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

type object = map[string]any

var (
	sim     = baseURL()
	control = controlURL(sim)
	run     = sim + "/restapi/services/run"
)

func main() {
	post(control+"/reset", object{}) // so that the tour can be run twice
	for _, step := range []func() error{address, document, payment} {
		if err := step(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Println("the tour is done")
}

func baseURL() string {
	if url := os.Getenv("SIM_URL"); url != "" {
		return url
	}
	return "http://127.0.0.1:8080"
}

func controlURL(sim string) string {
	if strings.Contains(sim, "/s/") {
		return sim + "/_sim"
	}
	return sim + "/_sim/sandboxes/default"
}

func address() error {
	who := object{"api_key": "my key", "iin": "901123300258"}
	approve := sim + "/api/v1/backend/address/approve/"
	if err := expect("PENDING", post(approve, who), "status"); err != nil {
		return err
	}
	post(control+"/clock/advance", object{"by": "5s"})
	session := post(approve, who)
	if err := expect("VALID", session, "status"); err != nil {
		return err
	}
	who["backend_session_id"] = session["backend_session_id"]
	if err := expect("901123300258", post(sim+"/api/v1/backend/address/", who), "iin"); err != nil {
		return err
	}
	return expect("Address data is empty or data already recieved",
		post(sim+"/api/v1/backend/address/", who), "detail")
}

func document() error {
	access := sim + "/api/v1/backend/e-document/online-access"
	session := post(access+"/request/identity_card/",
		object{"api_key": "my key", "iin": "901123300258", "phone": "77015550006"})
	phone := get(control + "/phones/77015550006")
	messages, _ := phone["messages"].([]any)
	if len(messages) == 0 {
		return fmt.Errorf("no message on the phone: %v", phone)
	}
	session["code"] = messages[len(messages)-1].(object)["code"]
	session["file"], session["file_type"] = false, "pdf"
	return expect("identity_card", post(access+"/approve/", session), "document_type")
}

func payment() error {
	agreement := object{"contract_number": "KD0000000001", "dbz_dt": "2014-02-08"}
	loan := object{"contract_number": "KD0000000001", "dbz_contract_number": "KD0000000001",
		"dbz_dt": "2014-02-08", "iinbin": "901123300258", "debt": 2000000}
	if err := expect(0.0, post(run+"/k2loan_from_eko", []object{loan}), "error_code"); err != nil {
		return err
	}
	demand := func() object { return post(run+"/k2extreq_by_dbz", agreement)["items"].([]any)[0].(object) }
	pay := object{"items": []object{{"request_id": 1, "trn_id": 505, "refer": demand()["code"], "cur": "KZT", "amount": 2000}}}
	if err := expect(0.0, post(run+"/k2extreq_pay_from_eko", pay), "error_code"); err != nil {
		return err
	}
	if err := expect(1.0, post(run+"/k2extreq_pay_from_eko", pay), "error_code"); err != nil {
		return err
	}
	return expect("2000.00", demand(), "paid_amount")
}

func post(url string, body any) object {
	raw, err := json.Marshal(body)
	if err != nil {
		return object{"error": err.Error()}
	}
	return decode(http.Post(url, "application/json", bytes.NewReader(raw)))
}

func get(url string) object { return decode(http.Get(url)) }

func decode(answer *http.Response, err error) object {
	if err != nil {
		return object{"error": err.Error()}
	}
	defer answer.Body.Close()
	var body object
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return object{"error": err.Error()}
	}
	return body
}

func expect(want any, body object, member string) error {
	if got := body[member]; got != want {
		return fmt.Errorf("expected %s to be %v, got %v in %v", member, want, got, body)
	}
	return nil
}
