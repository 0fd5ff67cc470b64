package journal_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

func TestMaskedText(t *testing.T) {
	for text, want := range map[string]string{
		"IIN 901123300258":                         "IIN 901123******",
		"loan KD9011233002581, id 9011233002581":   "loan KD901123*******, id 901123*******",
		"77015550001 or +77015550001, 87015550001": "7701*****01 or +770******01, 8701*****01",
		"KZ86125KZT5004100100":                     "KZ86****************",
		"4cb786a5-a942-4e54-9f46-901123300258":     "4cb786a5-a942-4e54-9f46-901123300258", // a session
		"amount 2000000.00, trn_id 11111111":       "amount 2000000.00, trn_id 11111111",
		"2024-03-01T09:00:00+05:00":                "2024-03-01T09:00:00+05:00",
	} {
		if got := journal.MaskedText(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestMaskedBodies(t *testing.T) {
	for body, want := range map[string]string{
		`{"iin": "901123300258", "amount": 2000.50}`: `{"iin": "901123******", "amount": 2000.50}`,
		`{"iinbin": 901123300258}`:                   `{"iinbin": "901123******"}`,
		`{"iin": "90112330025"}`:                     `{"iin": "901123*****"}`, // too short, and still somebody's
		`{"debtor_secondname": ["Иванова", "Мария"], "x": "Мария"}`:                           `{"debtor_secondname": ["И***", "М***"], "x": "Мария"}`,
		`{"address": {"country": {"nameRu": "КАЗАХСТАН"}, "flat": 12, "building": null}}`:     `{"address": {"country": {"nameRu": "К***"}, "flat": "1***", "building": null}}`,
		`{"result_json": {"common": {"docNumber": "1", "ok": true}}, "document_pdf": "JVBE"}`: `{"result_json": {"common": {"docNumber": "***", "ok": true}}, "document_pdf": "***"}`,
		`{"phone":"+77015550001","code":"123456"}`:                                            `{"phone":"+770******01","code":"123456"}`,
		`{"fullname": "ИВАНОВА МАРИЯ`:                                                         `{"fullname": "И***`, // broken off
		`{"fullname": "a \"quoted\" name",}`:                                                  `{"fullname": "a***",}`,
		`{"head": "Мария И.", "created_by$": "Мария И."}`:                                     `{"head": "М***", "created_by$": "М***"}`,
		`{fullname: Мария}`:                                                                   `{fullname: "М***"}`,
		`[{"for_iban": "1", "iban": "KZ86125KZT5004100100"}]`:                                 `[{"for_iban": "1", "iban": "KZ86****************"}]`,
		`not JSON at all, of 901123300258`:                                                    `not JSON at all, of "901123******"`,
		``:                                                                                    ``,
	} {
		e := &journal.Exchange{Request: journal.NewMessage(nil, []byte(body))}
		if got := string(journal.Masked(e).Request.Body); got != want {
			t.Errorf("%s\n is %s,\nwant %s", body, got, want)
		}
		if string(e.Request.Body) != body {
			t.Errorf("the exchange itself was changed: %s", e.Request.Body)
		}
	}
}

func TestMasked(t *testing.T) {
	type row struct{ IIN, FullName, Status string }
	e := &journal.Exchange{
		ID: "req-000001", URL: "/abs/get_cli?iinbin=901123300258&page=2", Remote: "10.0.0.7:1", Operation: "abs.get_cli",
		Response: journal.NewMessage(http.Header{"Sim-Finding": {"of 901123300258"}, "Content-Type": {"application/pdf"}}, []byte("%PDF\x00")),
		Subjects: []string{"901123300258"}, Why: []string{"for: iin is 901123300258"},
		Findings: []contract.Finding{{Path: "/901123300258", Text: "901123300258 has a wrong digit"}},
		Changes:  []store.Change{{Collection: "subjects", Key: "901123300258/x", After: row{"901123300258", "Мария", "VALID"}}},
		Taken:    []contract.Taken{{Machine: "m", Key: "901123300258", From: "A", To: "B"}},
	}
	m := journal.Masked(e)
	got := []any{m.ID, m.URL, m.Remote, m.Subjects, m.Why, m.Findings[0].Path, m.Findings[0].Text, m.Changes[0].Key, m.Taken[0].Key, m.Response.Header()["Sim-Finding"], len(m.Response.Body)}
	want := []any{
		"req-000001", "/abs/get_cli?iinbin=901123%2A%2A%2A%2A%2A%2A&page=2", "", []string{"901123******"},
		[]string{"for: iin is 901123******"}, "/901123******", "901123****** has a wrong digit", "901123******/x", "901123******",
		[]string{"of 901123******"}, 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(`{"IIN":"901123******","FullName":"М***","Status":"VALID"}`, string(jsonOf(t, m.Changes[0].After))); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if e.Subjects[0] != "901123300258" || e.Changes[0].Key != "901123300258/x" {
		t.Error("the exchange itself was changed")
	}
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
