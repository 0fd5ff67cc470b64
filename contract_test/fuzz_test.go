package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	sandboxes "github.com/kzsim/kzsim/internal/sandbox"
)

// nasty are bodies that decoders and schemas are known to trip over.
var nasty = []string{
	``, ` `, `null`, `true`, `0`, `-0`, `""`, `[]`, `{}`, `[[]]`, `[null]`, `[{}]`, `[1, "2"]`, `{"": ""}`, `{"items": null}`,
	`{"items": {}}`, `{"items": [{}, null, 1]}`, "\xef\xbb\xbf{}", "{\"iin\": \"\xff\"}", `{"iin": "\ud800"}`, `{"iin": "\u0000"}`,
	`{"iin": "901123300258", "iin": 1}`, `{"IIN": "901123300258"}`, `{"iin": 901123300258}`, `{"iin": ["901123300258"]}`,
	`{"amount": 1e400}`, `{"debt": 99999999999999999999}`, `[{"contract_number": "", "iinbin": "000000000000", "debt": -0.001}]`,
	`[{"contract_number": "a/b", "iinbin": "000000000000", "debt": 1e2, "dbz_dt": "0000-00-00"}]`,
	`{"items": [{"trn_id": 1e3, "refer": "", "amount": 1e-9}]}`, `{"page": -1, "perpage": 1e9}`, `{"page ": "0", "perpage": 0}`,
	`{"dep_id": 9223372036854775808, "id": -1}`, `{"doc_at1": "2021.02.31", "doc_at2": "2021-01-01"}`,
	strings.Repeat(`[`, 65), strings.Repeat(`{"a":`, 64) + `1` + strings.Repeat(`}`, 64), `{} {}`, `{"a": 1,}`, `// comment`,
}

// nastyQueries are the same for GET.
var nastyQueries = []string{
	``, `=`, `&`, `%`, `%00`, `iinbin`, `iinbin=&iinbin=1`, `iinbin=%ff`, `iinbin=000000000000;x=1`, `code=../../etc/passwd`,
	`code=CUST-%0d%0aX:y&inline=true`, `dbz_num=%22%5c%0a&dbz_dt=2020.02.30&iinbin=1&dea_dt=`, `dep_id=99999999999999999999&id=1&dt=2020-01-01`,
	`iban=&dt=0001-01-01`, `dbz_num=%D2%9B&dbz_dt=2020-01-01&iinbin=000000000000`,
}

// fuzzed are the values of the samples' placeholders.
var fuzzed = map[string]string{"key": anyKey, "iin": citizen, "phone": phone, "session": anySession, "code": "123456"}

// seeds of an operation's corpus: the documents' texts, broken ones too, reserved
// values, and what is nasty.
func seeds(f *testing.F, op operation) []string {
	all := slices.Clone(nasty)
	if op.Method == http.MethodGet {
		all = slices.Clone(nastyQueries)
	}
	for _, s := range samples() {
		if s.Operation == op.ID && s.Kind == "request" {
			all = append(all, filled(f, placeholders.Replace(fileText(s.File)), fuzzed))
		}
		if s.Operation == op.ID && s.Kind == "request" && s.Verbatim != "" {
			all = append(all, fileText(s.Verbatim))
		}
	}
	return all
}

// FuzzOperation sends mutated bodies, or query strings, to the operations, or to the one
// that FUZZ_OPERATION names. Whatever comes in, an operation answers one of its outcomes
// as that outcome looks, and changes nothing unless it says that it has taken something.
//
// Bytes that change at random are seldom JSON. So a member of the body, the at-th,
// is replaced by a value that changes by itself; at 0 the body is sent as it is.
func FuzzOperation(f *testing.F) {
	all := table().Operations
	if one := os.Getenv("FUZZ_OPERATION"); one != "" {
		all = []operation{operationOf(one)}
	}
	for which, op := range all {
		for _, seed := range seeds(f, op) {
			f.Add(uint8(which), []byte(seed), uint8(0), "")
		}
		for at := range uint8(24) {
			f.Add(uint8(which), []byte(filled(f, sampleText(op), fuzzed)), at, values[int(at)%len(values)])
		}
	}
	victim := new(victim)
	f.Fuzz(func(t *testing.T, which uint8, input []byte, at uint8, value string) {
		op := all[int(which)%len(all)]
		victim.prepare(t)
		before := victim.sandbox.Run().Changed()
		a := victim.send(op, replaced(op, input, int(at), value))
		select {
		case <-before:
			if !mayChange(op, a) {
				t.Errorf("%s answered %d %s and changed the state", op.ID, a.status, a.outcome())
			}
		default:
		}
		judgeAnswer(t, op, a)
	})
}

// values are the first that members are replaced by.
var values = []string{
	"null", "true", "-1", "0", "1e400", "0.001", "99999999999999999999", `""`, "[]", "{}", "2021-02-31", "0001-01-01",
	"\x00", "ұ", "a/b", "990101504049", "PTPJ000000000901", `"\ud800"`, "%", " 12 ", "000504", "KZ949989901015200101", `{"a": {}}`, "-0",
}

// replaced is an input with its at-th member replaced, counted from 1 in the
// order of the sorted keys. A value that is JSON stands for itself, another is a
// text.
func replaced(op operation, input []byte, at int, value string) []byte {
	if at == 0 {
		return input
	}
	if op.Method == http.MethodGet {
		return replacedInQuery(input, at, value)
	}
	var body any
	if json.Unmarshal(input, &body) != nil {
		return input
	}
	if !json.Valid([]byte(value)) {
		text, _ := json.Marshal(value)
		value = string(text)
	}
	body, _ = replaceMember(body, at, json.RawMessage(value))
	raw, err := json.Marshal(body)
	if err != nil {
		return input
	}
	return raw
}

// replaceMember also answers how many members are left to count.
func replaceMember(node any, left int, value any) (any, int) {
	if left--; left == 0 {
		return value, 0
	}
	switch node := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			if left > 0 {
				node[key], left = replaceMember(node[key], left, value)
			}
		}
	case []any:
		for i := range node {
			if left > 0 {
				node[i], left = replaceMember(node[i], left, value)
			}
		}
	}
	return node, left
}

func replacedInQuery(input []byte, at int, value string) []byte {
	query, err := url.ParseQuery(string(input))
	if err != nil || len(query) == 0 {
		return input
	}
	names := slices.Sorted(maps.Keys(query))
	query.Set(names[at%len(names)], value)
	return []byte(query.Encode())
}

// judgeAnswer is the oracle of what leaves the simulator.
func judgeAnswer(t *testing.T, op operation, a answer) {
	t.Helper()
	if a.outcome() == "" {
		if a.status < 400 || a.status >= 500 || a.findings() == "" {
			t.Fatalf("%s answered %d without an outcome: %s\n%s", op.ID, a.status, a.body, a.findings())
		}
		return
	}
	if o := checkShape(t, op, a); wires[[2]string{op.ID, o.Name}].form == bodyResult {
		checkResult(t, op, o, a)
	}
}

// mayChange reports whether an answer says that something was taken: a success
// that doesn't only read, or a batch whose good rows are stored.
func mayChange(op operation, a answer) bool {
	o, ok := op.outcome(a.outcome())
	return ok && (!o.isError() && op.Effect != "reads" || o.Row != nil)
}

// victim is a sandbox in which the documents' requests have left something, made
// anew now and then, under each preset in its turn.
type victim struct {
	id      string
	sandbox *sandboxes.Sandbox
	tries   int
}

const triesOfAVictim = 500

func (v *victim) prepare(t *testing.T) {
	if v.tries++; v.sandbox != nil && v.tries%triesOfAVictim != 0 {
		return
	}
	if v.sandbox != nil {
		if err := served.Pool.Delete(v.id); err != nil {
			t.Fatal(err)
		}
	}
	v.id = fmt.Sprintf("victim-%d", made.Add(1))
	preset := []string{"documents", "strict", "observed"}[v.tries/triesOfAVictim%3]
	spec := `{"clock": {"mode": "frozen", "start": "` + start + `"}, "expires": "never", "profile": {"preset": "` + preset + `"}}`
	if a := serve("PUT", "/_sim/sandboxes/"+v.id, "", spec); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	v.sandbox, _ = served.Pool.Get(v.id)
	for _, op := range table().Operations {
		if op.Method == http.MethodPost {
			v.send(op, []byte(filled(t, sampleText(op), fuzzed)))
		}
	}
}

// send an input to an operation, without a network.
func (v *victim) send(op operation, input []byte) answer {
	path := "/s/" + v.id + strings.Replace(op.Path, "{document_type}", "passport", 1)
	if op.Method == http.MethodGet {
		return serve(op.Method, path, string(input), "")
	}
	return serve(op.Method, path, "", string(input))
}

// serve a request in this goroutine.
func serve(method, path, query, body string) answer {
	r := &http.Request{
		Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: "127.0.0.1", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)), RemoteAddr: "127.0.0.1:1",
	}
	w := httptest.NewRecorder()
	served.Handler().ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Result().Header, body: bytes.Clone(w.Body.Bytes())}
}
