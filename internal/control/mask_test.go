package control_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/simulator"
)

// TestNobodyIsRecognised: on a shared machine the journal, and what is made of it,
// shows none of the texts by which a person could be known.
func TestNobodyIsRecognised(t *testing.T) {
	const iin = "901123300258"
	r := newRig(t, func(opts *simulator.Options) { opts.MaskPersonalData = true })
	people := population.New(chance.Seed(1))
	person, loan := people.Person(iin), people.Loans(iin)[0]
	meet(r, iin, person.Phone)

	secrets := []string{
		iin, person.Phone, person.Surname, strings.ToUpper(person.Surname), person.Name, strings.ToUpper(person.Name),
		person.Patronymic, loan.IBAN, loan.ContractNumber, "Фамилия", "Отчество",
	}
	for _, path := range []string{"/requests?limit=1000", "/requests.har", "/verdict"} {
		wantNone(t, path, r.do("GET", "/_sim/sandboxes/default"+path, "").Body.String(), secrets)
	}
	var list struct{ Requests []struct{ ID string } }
	r.control("GET", "/requests?limit=1000", "", &list)
	for _, one := range list.Requests {
		wantNone(t, one.ID, r.do("GET", "/_sim/sandboxes/default/requests/"+one.ID, "").Body.String(), secrets)
	}
	// Whoever knows a person finds them; what is compared is shown masked.
	var found struct{ Requests []struct{ Subjects []string } }
	r.control("GET", "/requests?iin="+iin+"&operation=kyc.address.get", "", &found)
	if len(found.Requests) != 1 {
		t.Fatalf("%d requests are found by the IIN, want 1", len(found.Requests))
	}
	diff(t, "subjects", []string{"901123******"}, found.Requests[0].Subjects)
	// A search finds what is shown and nothing else: a hit would tell it.
	for word, want := range map[string]bool{"901123": true, iin: false, "backend_session_id": true, person.Surname: false, person.Phone: false} {
		r.control("GET", "/requests?q="+word, "", &found)
		if got := len(found.Requests) > 0; got != want {
			t.Errorf("the word %q is found: %v, want %v", word, got, want)
		}
	}
	var whole struct{ Masked bool }
	r.control("GET", "/requests/req-000001", "", &whole)
	if !whole.Masked {
		t.Error("the request isn't said to be masked")
	}
	w := r.do("POST", "/_sim/sandboxes/default/expectations", `{"on": "kyc.address.get", "for": {"iin": "791028302728"}}`)
	if w.Code != 409 || !strings.Contains(w.Body.String(), "found 901123******") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	wantNone(t, "the expectation", w.Body.String(), secrets)
	// The tester's own tools go on showing whom they work with.
	if w := r.do("GET", "/_sim/sandboxes/default/phones/"+person.Phone, ""); !strings.Contains(w.Body.String(), iin) {
		t.Errorf("the phone: %s", w.Body)
	}
}

// meet a person in all three services.
func meet(r *rig, iin, phone string) {
	r.t.Helper()
	r.ask("found", execProc, of(iin))
	session := member(r.t, r.ask("valid", addressApprove, of(iin), "Prefer", "outcome=valid"), "backend_session_id")
	r.ask("found", addressGet, `{"api_key":"`+aKey+`","iin":"`+iin+`","backend_session_id":"`+session+`"}`)
	session = member(r.t, r.ask("requested", documentAsk, `{"api_key":"k","iin":"`+iin+`","phone":"+`+phone+`"}`), "backend_session_id")
	r.ask("document-pdf", documentGet,
		`{"backend_session_id":"`+session+`","code":"123456","file":true,"file_type":"pdf"}`, "Prefer", "outcome=document-pdf")
	for _, path := range []string{"/abs/get_cli?iinbin=", "/abs/get_acc?iinbin="} {
		r.ask("found", path+iin, "")
	}
	r.ask("accepted", "/restapi/services/run/k2loan_from_eko", `[{"request_id":1,"contract_number":"KD`+iin+`1","dbz_contract_number":"KD`+iin+
		`1","dbz_dt":"2014-02-08","iinbin":"`+iin+`","debt":2000000,"cur":"KZT","fullname":"Фамилия Отчество"}]`)
	r.ask("found", "/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD`+iin+`1","dbz_dt":"2014-02-08"}`)
	r.ask("registered", "/abs/reg_pt", `{"refer":"PTP0000000000001","accept_dt":"2021-01-05","doc_num":"16","doc_at":"2021-01-04","iinbin":"`+
		iin+`","fullname":"Фамилия","ben_bin":"971240001315","purpose":"Погашение долга, Фамилия","amount":2000000,"cur":"KZT"}`)
	r.ask("malformed", execProc, `{"api_key":"k","iin":"`+iin+`","name":"Фамилия",}`)
}

func wantNone(t *testing.T, where, text string, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s shows %s: …%s…", where, secret, text[max(0, at-150):min(len(text), at+len(secret)+20)])
		}
	}
}
