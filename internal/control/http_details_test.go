package control_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestADeadServiceAnswersNothing: what would have been refused neither, and it counts for
// no fault.
func TestADeadServiceAnswersNothing(t *testing.T) {
	good := of("901123300258")
	requests := map[string]func(*rig) int{
		"malformed":       func(r *rig) int { return r.do("POST", execProc, `{"api_key": "k"}`).Code },
		"no JSON":         func(r *rig) int { return r.do("POST", execProc, `{`).Code },
		"another type":    func(r *rig) int { return r.do("POST", execProc, good, "Content-Type", "text/plain").Code },
		"a coding":        func(r *rig) int { return r.do("POST", execProc, good, "Content-Encoding", "br").Code },
		"no slash":        func(r *rig) int { return r.do("POST", strings.TrimSuffix(execProc, "/"), good).Code },
		"another method":  func(r *rig) int { return r.do("GET", execProc, "").Code },
		"an unknown path": func(r *rig) int { return r.do("POST", "/api/v1/backend/nothing", good).Code },
	}
	const dead = http.StatusBadGateway
	for _, c := range []struct {
		name, fault, rule string
		all, own          bool // it meets wrong paths and methods, too; and what is malformed
	}{
		{"a live fault on everything", `{fault: {status: 502}}`, "", true, true},
		{"a live fault on the service", `{on: "kyc.*", fault: {status: 502}}`, "", true, true},
		{"a live fault on the operation", `{on: kyc.info.exec_proc, fault: {status: 502}}`, "", false, true},
		{"a live fault on another", `{on: kyc.address.approve, fault: {status: 502}}`, "", false, false},
		{"one for somebody", `{fault: {status: 502}, for: {iin: 901123300258}}`, "", false, false},
		{"one with a condition", `{fault: {status: 502}, when: 'body.iin != ""'}`, "", false, false},
		{"one now and then", `{fault: {status: 502}, probability: 0.999}`, "", false, false},
		{"one that is used up", `{fault: {status: 502}, times: 100}`, "", false, false},
		{"one that lets the request through", `{fault: {delay: 0s}}`, "", false, false},
		{"one that is over", `{fault: {status: 502}, between: [2023-01-01T00:00:00Z, 2024-01-01T00:00:00Z]}`, "", false, false},
		{"a rule", "", `[{on: "kyc.*", do: {fault: {status: 502}}}]`, true, true},
		{"a rule behind another", "", `[{on: "kyc.info.*", do: unavailable}, {on: "*", do: {fault: {status: 502}}}]`, true, false},
	} {
		for name, ask := range requests {
			r := newRig(t, nil)
			if c.fault != "" {
				r.control("POST", "/faults", c.fault, nil)
			} else {
				r.control("PUT", "/scenario", "version: 1\nscenario: dead\nrules: "+c.rule+"\n", nil)
			}
			want := c.own
			if name == "no slash" || name == "another method" || name == "an unknown path" {
				want = c.all
			}
			if c.name == "a rule behind another" && name != "no slash" && name != "another method" && name != "an unknown path" {
				want = false
			}
			if got := ask(r); (got == dead) != want {
				t.Errorf("%s, %s: %d", c.name, name, got)
			}
			if c.fault != "" {
				if w := r.do("GET", "/_sim/sandboxes/default/faults", ""); !strings.Contains(w.Body.String(), `"met": 0`) {
					t.Errorf("%s, %s: it counts: %s", c.name, name, w.Body)
				}
			}
			if w := r.do("GET", "/nothing", ""); w.Code != http.StatusNotFound {
				t.Errorf("%s: a path of no service: %d", c.name, w.Code)
			}
		}
	}
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCodingsOfBodies within the bound.
func TestCodingsOfBodies(t *testing.T) {
	const bound = 4096
	r := newRig(t, func(o *simulator.Options) { o.MaxBody = bound })
	good := of("901123300258")
	packed := gzipped(t, good)
	fits := `{"api_key":"k","iin":"901123300258"` + strings.Repeat(" ", bound-36) + "}"
	for _, c := range []struct {
		name, coding, body string
		status             int
		finding            string
	}{
		{"gzip", "gzip", packed, 200, ""},
		{"in capitals", "GZIP", packed, 200, ""},
		{"by its old name", "x-gzip", packed, 200, ""},
		{"identity", "identity", good, 200, ""},
		{"as large as may be", "gzip", gzipped(t, fits), 200, ""},
		{"too large by a byte", "gzip", gzipped(t, fits+" "), 413, "larger than 4096 bytes"},
		{"a bomb", "gzip", strings.Repeat(gzipped(t, strings.Repeat(" ", 1<<20)), 100), 413, "larger than 4096 bytes"},
		{"not packed", "gzip", good, 400, "Content-Encoding is gzip, but the body is not"},
		{"broken off", "gzip", packed[:len(packed)-9], 400, "broke off"},
		{"br", "br", good, 415, "Content-Encoding is br, expected gzip or none"},
		{"twice", "gzip, gzip", packed, 415, "gzip, gzip"},
	} {
		w := r.do("POST", execProc, c.body, "Content-Encoding", c.coding)
		if w.Code != c.status || !strings.Contains(strings.Join(w.Header()["Sim-Finding"], " "), c.finding) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Header())
		}
	}
}

func TestCharsets(t *testing.T) {
	r := newRig(t, nil)
	for charset, status := range map[string]int{"utf-8": 200, "UTF-8": 200, "UTF8": 200, "utf8": 200, "Utf8": 200, "cp1251": 415, "utf-16": 415} {
		if w := r.do("POST", execProc, of("901123300258"), "Content-Type", "application/json; charset="+charset); w.Code != status {
			t.Errorf("%s: %d", charset, w.Code)
		}
	}
}

// TestWhatStandsTwice is a finding on the services and an error on the control API.
func TestWhatStandsTwice(t *testing.T) {
	r := newRig(t, nil)
	for _, c := range []struct{ method, path, body, finding string }{
		{"POST", execProc, `{"api_key":"k","iin":"1","iin":"901123300258"}`, "/iin: it stands more than once"},
		{"GET", "/abs/get_cli?iinbin=901123300258&iinbin=1", "", `"iinbin" stands more than once`},
		{"GET", "/abs/get_cli?iinbin=90%zz", "", `the value of "iinbin" in the query can't be decoded`},
		{"GET", "/abs/get_cli?iinbin=901123300258;x=1", "", "pair 1 of the query has a semicolon"},
	} {
		w := r.do(c.method, c.path, c.body)
		if findings := strings.Join(w.Header()["Sim-Finding"], " "); !strings.Contains(findings, c.finding) {
			t.Errorf("%s %s %s: %q", c.method, c.path, c.body, findings)
		}
	}
	for _, c := range []struct{ method, path, body, detail string }{
		{"POST", "/_sim/sandboxes", `{"id":"a","id":"b"}`, `body:1:11: id: found \"id\" a second time`},
		{"POST", "/_sim/sandboxes", `{"clock":{"mode":"real","mode":"frozen"}}`, `clock.mode: found \"mode\" a second time`},
		{"POST", "/_sim/sandboxes", `{"ID":"a"}`, `did you mean \"id\"?`},
		{"POST", "/_sim/sandboxes", `{"clock":{"Mode":"real"}}`, `clock: found \"Mode\", expected one of mode, speed, start, zone; did you mean \"mode\"?`},
		{"PUT", "/_sim/sandboxes/default/coverage/scope", `[{"On":"abs.get_cli","reason":"x"}]`, `[0]: found \"On\"`},
		{"PUT", "/_sim/sandboxes/default/snapshot", `{"version":2,"version":2,"state":{}}`, `snapshot:1:14: version: found \"version\" a second time`},
		{"PUT", "/_sim/sandboxes/default/snapshot", `{"Version":2,"state":{}}`, `did you mean \"version\"?`},
		{"PUT", "/_sim/sandboxes/default/scenario", `{"version":1,"version":1,"scenario":"q"}`, "a second time"},
		{"GET", "/_sim/sandboxes/default/requests?limit=1&limit=2", "", "stands more than once"},
		{"GET", "/_sim/sandboxes/default/requests?limit=1;x=2", "", "semicolon"},
		{"GET", "/_sim/sandboxes/default/requests?limit=%zz", "", "can't be decoded"},
	} {
		if w := r.do(c.method, c.path, c.body); w.Code < 400 || w.Code >= 500 || !strings.Contains(w.Body.String(), c.detail) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
	}
}

// TestJSONIsReadAsJSON where YAML is taken, too.
func TestJSONIsReadAsJSON(t *testing.T) {
	r := newRig(t, nil)
	for written, want := range map[string]string{
		`"\ud83d\ude00"`: `"😀"`, `"http:\/\/x\/"`: `"http://x/"`, `"\u0435\t\"\\/"`: `"е\t\"\\/"`, `"\ud83d"`: "\"\uFFFD\"", `"\ud83dx"`: "\"\uFFFDx\"",
	} {
		w := r.do("PUT", "/_sim/sandboxes/default/scenario", "{\n\t\"version\":\t1,\n\t\"scenario\": \"a\", \"about\": "+written+"\n}")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"about": `+want) {
			t.Errorf("%s: %d %s", written, w.Code, w.Body)
		}
	}
	r.control("POST", "/expectations", `{"on":"kyc.*","for":{"iin":"a\/b"},"count":0}`, nil)
}

func TestHosts(t *testing.T) {
	r := newRig(t, nil)
	r.do("PUT", "/_sim/sandboxes/f1", "")
	for _, host := range []string{"f1.localhost:8080", "F1.LOCALHOST", "f1.LocalHost.:8080", "f1.localhost."} {
		req, _ := http.NewRequest("GET", "/abs/get_cli?iinbin=901123300258", nil)
		req.Host = host
		w := record(r, req)
		if got := w.Header().Get("Sim-Sandbox"); got != "f1" {
			t.Errorf("%s: %q", host, got)
		}
	}
	req, _ := http.NewRequest("GET", "/_sim/sandboxes", nil)
	req.Host = "LocalHost.:8080"
	if w := record(r, req); w.Code != http.StatusOK {
		t.Errorf("%s: %d", req.Host, w.Code)
	}
}

// TestDoubledSlashes are unknown paths and no redirects.
func TestDoubledSlashes(t *testing.T) {
	r := newRig(t, nil)
	for _, path := range []string{"/_sim//sandboxes", "/_sim/sandboxes//default", "/_sim/sandboxes/default//clock", "/s/default/_sim//clock", "/_sim/sandboxes/x/../default"} {
		for _, method := range []string{"GET", "PUT"} {
			if w := r.do(method, path, ""); w.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Header())
			}
		}
	}
}

// TestNumbersAreComparedAsNumbers, however they are written.
func TestNumbersAreComparedAsNumbers(t *testing.T) {
	for written, met := range map[string]bool{"11": true, "11.0": true, "1.1e1": true, `110E-1`: true, "12": false, "11.01": false} {
		r := newRig(t, nil)
		r.control("PUT", "/scenario", "version: 1\nscenario: n\nrules: [{on: k2.k2extreq_pay_from_eko, for: {trn_id: 11}, do: {fault: {status: 502}}}]\n", nil)
		w := r.do("POST", "/restapi/services/run/k2extreq_pay_from_eko", `{"items":[{"trn_id":`+written+`,"refer":"PTPJ000000000001","amount":1}]}`)
		if (w.Code == http.StatusBadGateway) != met {
			t.Errorf("%s: %d", written, w.Code)
		}
	}
}
