package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/report"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// archivist records what passes as a HAR's entries.
type archivist struct {
	next    http.Handler
	entries []map[string]any
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func pairs(h http.Header) []pair {
	var all []pair
	for name, values := range h {
		for _, value := range values {
			all = append(all, pair{name, value})
		}
	}
	return all
}

func (s *archivist) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(sent))
	recorder := httptest.NewRecorder()
	s.next.ServeHTTP(recorder, r)
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
	content := map[string]any{
		"size": recorder.Body.Len(), "mimeType": recorder.Header().Get("Content-Type"), "text": recorder.Body.String(),
	}
	if !utf8.Valid(recorder.Body.Bytes()) {
		content["text"], content["encoding"] = base64.StdEncoding.EncodeToString(recorder.Body.Bytes()), "base64"
	}
	s.entries = append(s.entries, map[string]any{
		"startedDateTime": time.UnixMilli(int64(len(s.entries))).UTC(), "time": 1.5,
		"request": map[string]any{
			"method": r.Method, "url": base + r.URL.RequestURI(), "headers": pairs(r.Header),
			"postData": map[string]any{"mimeType": "application/json", "text": string(sent)},
		},
		"response": map[string]any{"status": recorder.Code, "headers": pairs(recorder.Header()), "content": content},
	})
}

func (s *archivist) har(t testing.TB) []byte {
	t.Helper()
	return []byte(jsonOf(t, map[string]any{"log": map[string]any{"version": "1.2", "entries": s.entries}}))
}

// ownTraffic is what the suite and a simulator say to each other.
func ownTraffic(t testing.TB) *archivist {
	t.Helper()
	s := &archivist{next: served(t).Handler()}
	if found := verified(t, s); !found.Good {
		t.Fatal(lines(found.Findings))
	}
	return s
}

func judged(t testing.TB, har []byte, change ...func(*verify.Options)) *verify.Report {
	t.Helper()
	opts := verify.Options{Table: contractTable(t), Target: target.Of(nil)}
	for _, c := range change {
		c(&opts)
	}
	found, err := verify.RunRecorded(opts, har)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestOwnTrafficIsRight(t *testing.T) {
	traffic := ownTraffic(t)
	found := judged(t, traffic.har(t))
	for _, f := range slices.Concat(found.Findings, found.Notes) {
		t.Errorf("%s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
	}
	if !found.Good || len(found.Unverified()) > 0 || found.Recording.Judged < 400 || found.Recording.Entries != len(traffic.entries) {
		t.Errorf("good %v, unverified %v, %+v", found.Good, found.Unverified(), found.Recording)
	}
}

// planted mistakes of a recording: the first entry of the operation whose answer has
// the text gets another one there.
var planted = []struct{ operation, old, new, finding string }{
	{"/info/kz/exec_proc_info/", `"debtor_iin":"901123300258"`, `"debtor_iin":"921104600234"`, "kyc.info.exec_proc behaviour /*/debtor_iin"},
	{"/backend/address/approve/", `"status":"VALID","expire_date":"2`, `"status":"VALID","expire_date":"1`, "kyc.address.approve behaviour /expire_date"},
	{"/backend/address/", `"flat":`, `"floor":1,"flat":`, "kyc.address.get undocumented-field /address/floor"},
	{"/online-access/approve/", `"document_type":"identity_card"`, `"document_type":"passport"`, "kyc.edocument.approve behaviour /document_type"},
	{"/run/k2extreq_by_dbz", `"created_at_fmt":"`, `"created_at_fmt":"0`, "k2.k2extreq_by_dbz format /items/*/created_at_fmt"},
	{"/run/k2loan_exclude_on_by_iin_dbznum", "Длина ИИН должна", "Длина ИИН", "k2.k2loan_exclude_on_by_iin_dbznum error-text /error_text"},
	{"/abs/get_cli", `"sectecon":9`, `"sectecon":"9"`, "abs.get_cli type /sectecon"},
	{"/abs/get_acc_stmt_dt", `"DC":"D"`, `"DC":"C"`, "abs.get_acc_stmt_dt behaviour /stmt/*/DC"},
	{"/abs/get_all_pt_from_abs", `"amount":2000000`, `"amount":2000001`, "abs.get_all_pt_from_abs behaviour /*/amount"},
	{"/abs/colvir_get_loan_debt", `"debt":`, `"sum":1,"debt":`, "abs.colvir_get_loan_debt undocumented-field /sum"},
}

func TestPlantedMistakesAreFound(t *testing.T) {
	traffic := ownTraffic(t)
	var want []string
	for _, p := range planted {
		if !plant(traffic.entries, p.operation, p.old, p.new) {
			t.Errorf("no answer of %s has %s", p.operation, p.old)
		}
		want = append(want, p.finding)
	}
	found := judged(t, traffic.har(t))
	got := lines(found.Findings)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
		for _, f := range found.Findings {
			t.Logf("%s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
		}
	}
	if found.Good {
		t.Error("the report is good")
	}
	goldenMessages(t, "recorded.txt").add(t, "ten planted mistakes", found)
	isMasked(t, found)
}

func plant(entries []map[string]any, operation, old, instead string) bool {
	for _, e := range entries {
		address, _, _ := strings.Cut(e["request"].(map[string]any)["url"].(string), "?")
		content := e["response"].(map[string]any)["content"].(map[string]any)
		text := content["text"].(string)
		if strings.HasSuffix(address, operation) && strings.Contains(text, old) {
			content["text"] = strings.Replace(text, old, instead, 1)
			content["size"] = -1
			return true
		}
	}
	return false
}

// isMasked: nothing that a report shows tells of a person or has a key.
func isMasked(t *testing.T, found *verify.Report) {
	t.Helper()
	var b bytes.Buffer
	terminal := report.NewTerminal(&b, false)
	for _, result := range found.Results {
		terminal.Progress(result)
	}
	if err := terminal.Finish(found); err != nil {
		t.Fatal(err)
	}
	for _, write := range []func(io.Writer, *verify.Report) error{report.JSON, report.JUnit, report.Markdown, report.HTML} {
		if err := write(&b, found); err != nil {
			t.Fatal(err)
		}
	}
	for _, secret := range []string{"901123300258", "921104600234", "contract-suite-", "Көшербаев", "77011234567"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("the report shows %s", secret)
		}
	}
}

// What is shown of a recording keeps different values apart, and shows no person.
func TestRecordingsAreMasked(t *testing.T) {
	const key = "Efy202XKbVAWRu0000000000000000000000000000000000"
	entry := func(path, sent, said string, status int) map[string]any {
		return map[string]any{
			"startedDateTime": "2024-03-01T09:00:00Z", "time": 1,
			"request":  map[string]any{"method": "POST", "url": "https://kyc.biometric.kz" + path, "postData": map[string]any{"text": sent}},
			"response": map[string]any{"status": status, "content": map[string]any{"size": -1, "mimeType": "application/json", "text": said}},
		}
	}
	const address = "/api/v1/backend/address/"
	sent := `{"api_key":"` + key + `","iin":"901123300258","backend_session_id":"f1b5887b-5f91-417a-bf04-bb45fe28cc4e"}`
	har := jsonOf(t, map[string]any{"log": map[string]any{"entries": []any{
		entry(address, sent, `{"iin":"830717350867","address":{"country":{"code":"398","nameRu":"КАЗАХСТАН","nameKz":"ҚАЗАҚСТАН","changeDate":"2008-03-01T13:21:44+06:00"},`+
			`"region":{"code":"1910267","nameRu":"ЖЕТЫСУСКИЙ","nameKz":"ЖЕТІСУ","changeDate":"2008-03-01T13:21:45+06:00"},"city":"Алматы","street":"УЛИЦА Тайная","building":"13"}}`, 200),
		entry(address, sent, `{"error":"no `+key+` of АСАНОВ +77011234567","iin":"901123300258","street":"УЛИЦА Тайная"}`, 400),
		entry(address, sent, `{"iin":"901123300258","address":{"street":42,"flat":["УЛИЦА Тайная"]}}`, 200),
		entry("/elsewhere?iin=901123300258", "", "", 200),
	}}})
	found := judged(t, []byte(har))
	text := jsonOf(t, found.Findings) + jsonOf(t, found.Recording) + jsonOf(t, found.Results)
	for _, secret := range []string{key, "901123300258", "830717350867", "Тайная", "АСАНОВ", "77011234567", "f1b5887b"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is shown: %s", secret, text)
		}
	}
	i := slices.IndexFunc(found.Findings, func(f verify.Finding) bool { return f.Path == "/iin" })
	if i < 0 || found.Findings[i].Seen == "" || strings.Contains(found.Findings[i].Expected, strings.Trim(found.Findings[i].Seen, `"`)) {
		t.Errorf("it isn't shown that two people differ: %v", found.Findings)
	}
	if want := []string{"POST https://kyc.biometric.kz/elsewhere"}; !slices.Equal(want, found.Recording.Others) {
		t.Errorf("others %v", found.Recording.Others)
	}
}

func TestWrongRecordings(t *testing.T) {
	for name, c := range map[string]struct{ har, want string }{
		"no JSON":      {`<html>`, "found no HTTP Archive, expected JSON with log.entries"},
		"another JSON": {`{"requests":[]}`, "found no log, expected an HTTP Archive (HAR 1.2) with log.entries"},
		"nothing":      {`{"log":{"entries":[]}}`, "found no entry, expected requests to KYC, K2 or the ABS"},
		"elsewhere": {`{"log":{"entries":[{"request":{"method":"GET","url":"https://bank.kz/login?password=secret"}}]}}`,
			"found no request of an operation among 1 entries, the first GET https://bank.kz/login; expected KYC"},
	} {
		_, err := verify.RunRecorded(verify.Options{Table: contractTable(t), Target: target.Of(nil)}, []byte(c.har))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A recording without a success, or whose bodies were left out, shows nothing.
func TestRecordingsThatShowNothing(t *testing.T) {
	one := func(content map[string]any) []byte {
		return []byte(jsonOf(t, map[string]any{"log": map[string]any{"entries": []any{map[string]any{
			"request":  map[string]any{"method": "GET", "url": "http://bank/x/get_cli?iinbin=901123300258"},
			"response": map[string]any{"status": 200, "content": content},
		}}}}))
	}
	for name, content := range map[string]map[string]any{
		"an error":      {"size": -1, "mimeType": "application/json", "text": `{"error_code":404,"error_text":"Клиент не найден"}`},
		"a body cut":    {"size": 5000, "mimeType": "application/json", "text": `{"error_code":0`},
		"not recorded":  {"size": 91, "mimeType": "application/json"},
		"broken Base64": {"size": -1, "mimeType": "application/json", "encoding": "base64", "text": "*"},
	} {
		found := judged(t, one(content))
		if found.Good || len(found.Findings) > 0 || !slices.Equal(found.Services[0].Unverified, []string{"the recording has no success of it"}) {
			t.Errorf("%s: good %v, findings %v, %v", name, found.Good, lines(found.Findings), found.Services)
		}
	}
	if found := judged(t, one(map[string]any{"size": -1, "mimeType": "application/json",
		"text": `{"error_text":"","error_code":0,"iinbin":"901123300258","fullname":"A","sectecon":9,"residfl":1}`})); !found.Good {
		t.Errorf("a right answer: %v", found.Findings)
	}
}

// A bank's addresses tell which entries are operations, and no others are.
func TestRecordingWithAddresses(t *testing.T) {
	har := []byte(jsonOf(t, json.RawMessage(`{"log":{"entries":[
		{"request":{"method":"GET","url":"http://colvir.bank/clients/find?channel=k2&iinbin=1"},"response":{"status":200,"content":{"size":-1,
		"mimeType":"application/json","text":"{\"error_text\":\"\",\"error_code\":0,\"iinbin\":\"1\",\"fullname\":\"A\",\"sectecon\":9,\"residfl\":true}"}}},
		{"request":{"method":"GET","url":"http://other.bank/get_cli?iinbin=1"},"response":{"status":500}}]}}`)))
	found := judged(t, har, func(o *verify.Options) {
		o.Target.Services = map[string]target.Service{"abs": {Operations: map[string]string{"abs.get_cli": "http://colvir.bank/clients/find?channel=k2"}}}
	})
	if diff := cmp.Diff([]string{"abs.get_cli type /residfl"}, lines(found.Findings)); diff != "" || found.Recording.Judged != 1 {
		t.Errorf("%s %+v", diff, found.Recording)
	}
}
