package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mistake is one that a client makes, whatever the operation, and what it meets.
type mistake struct {
	name    string
	method  string // the operation's if empty
	path    string // the operation's if empty
	body    string // the sample if empty
	header  []string
	status  int
	says    map[string]string // the whole body by service
	finding string            // a part of Sim-Finding
}

// words are a body for each service: KYC's detail, and the code and text of K2
// and ABS.
func words(kyc, k2, abs string) map[string]string {
	return map[string]string{"kyc": kyc, "k2": k2, "abs": abs}
}

// The operations that the mistakes are made with.
var anOperationOf = map[string]string{
	"kyc": "kyc.address.approve", "k2": "k2.k2extreq_pay_from_eko", "abs": "abs.reg_pt",
}

const mebibyte = 1 << 20

// mistakes name what the services say about them. Their wording is known of none
// (assumed): KYC's is its framework's, K2 and ABS use their usual result.
func mistakes(op operation) []mistake {
	path := op.Path
	return []mistake{
		{
			name: "a body over a mebibyte", body: strings.Repeat(" ", mebibyte) + "{}", status: 413,
			says: words(`{"detail":"Request body is too large."}`,
				`{"error_code":413,"error_text":"Request Entity Too Large"}`, `{"error_text":"Request Entity Too Large","error_code":413}`),
			finding: "larger than 1048576 bytes",
		}, {
			name: "deep nesting", body: strings.Repeat("[", 100_000), status: malformedStatus[op.Service],
			finding: "nesting beyond 64 levels at line 1, column 65",
		}, {
			name: "too many rows", body: "[{}" + strings.Repeat(",{}", 5000) + "]", status: malformedStatus[op.Service],
			finding: "found a list of 5001 elements at line 1, column 1, expected at most 5000 rows",
		}, {
			name: "too many members", body: `{"items":[{` + strings.Repeat(`"a":1,`, 5000) + `"b":1}]}`, status: malformedStatus[op.Service],
			finding: "found an object of 5001 members at line 1, column 11, expected at most 5000 rows or other elements",
		}, {
			name: "too many values", body: "[[1" + strings.Repeat(strings.Repeat(",1", 4999)+"],[1", 22) + "]]", status: malformedStatus[op.Service],
			finding: "found 110025 values, expected at most 100000 values in a body of this length",
		}, {
			name: "broken UTF-8", body: "{\"iin\": \"9011\xff\"}", status: malformedStatus[op.Service],
			finding: "a byte that is not UTF-8 at line 1, column 14",
		}, {
			name: "no body", body: " ", status: malformedStatus[op.Service], finding: "an empty body",
		}, {
			name: "two values", body: "{}\n{}", status: malformedStatus[op.Service], finding: "text after the JSON value at line 2",
		}, {
			name: "an unknown path", path: path + "x", status: 404,
			says: words(`{"detail":"Not found."}`,
				`{"error_code":404,"error_text":"Not Found"}`, `{"error_text":"Not Found","error_code":404}`),
			finding: "no operation has this path; the nearest is " + path,
		}, {
			name: "an unknown method", method: "DELETE", status: 405,
			says: words(`{"detail":"Method \"DELETE\" not allowed."}`,
				`{"error_code":405,"error_text":"Method Not Allowed"}`, `{"error_text":"Method Not Allowed","error_code":405}`),
			finding: "the method here is POST",
		}, {
			name: "a form instead of JSON", header: []string{"Content-Type", "text/plain"}, status: 415,
			says: words(`{"detail":"Unsupported media type \"text/plain\" in request."}`,
				`{"error_code":415,"error_text":"Unsupported Media Type"}`, `{"error_text":"Unsupported Media Type","error_code":415}`),
			finding: "Content-Type is text/plain, expected application/json",
		}, {
			name: "another charset", header: []string{"Content-Type", "application/json; charset=windows-1251"}, status: 415,
			finding: "charset is windows-1251, expected utf-8",
		}, {
			name: "an unknown outcome", header: []string{"Prefer", "outcome=vaild"}, status: 400,
			finding: `Prefer asks for the outcome "vaild"; ` + op.ID + " has ",
		}, {
			name: "an unknown status", header: []string{"Prefer", "code=418"}, status: 400,
			finding: `Prefer asks for the status "418"`,
		},
	}
}

// malformedStatus is the status of a body that is no message.
var malformedStatus = map[string]int{"kyc": 400, "k2": 200, "abs": 200}

// TestMistakes: a client that is wrong is told so in the service's own way, learns from
// Sim-Finding what was expected, and has changed nothing.
func TestMistakes(t *testing.T) {
	for service, id := range anOperationOf {
		op := operationOf(id)
		for _, m := range mistakes(op) {
			t.Run(service+"/"+m.name, func(t *testing.T) {
				t.Parallel()
				r := newRun(t, op)
				before := r.state()
				a := r.blunder(m)
				if a.status != m.status || a.header.Get("Sim-Sandbox") != r.id || a.header.Get("Sim-Request") == "" {
					t.Errorf("status %d with %v, want %d", a.status, a.header, m.status)
				}
				if m.says != nil {
					if diff := cmp.Diff(m.says[service], string(a.body)); diff != "" {
						t.Errorf("body (-want +got):\n%s", diff)
					}
				}
				if !strings.Contains(a.findings(), m.finding) {
					t.Errorf("Sim-Finding is %q, want %q", a.findings(), m.finding)
				}
				if diff := cmp.Diff(before, r.state()); diff != "" {
					t.Errorf("the state changed (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// blunder as a mistake says.
func (r *run) blunder(m mistake) answer {
	r.t.Helper()
	method, path, body := m.method, m.path, m.body
	if method == "" {
		method = r.op.Method
	}
	if path == "" {
		path = r.op.Path
	}
	if body == "" {
		body = filled(r.t, sampleText(r.op), r.saved)
	}
	return send(r.t, method, r.base+path, body, m.header...)
}

// TestMissingSlash: KYC's paths end in a slash.
func TestMissingSlash(t *testing.T) {
	for _, op := range table().Operations {
		if op.Service != "kyc" {
			continue
		}
		t.Run(op.ID, func(t *testing.T) {
			r := newRun(t, op)
			path := strings.TrimSuffix(strings.Replace(op.Path, "{document_type}", "passport", 1), "/")
			a := r.blunder(mistake{path: path})
			if a.status != http.StatusNotFound || string(a.body) != `{"detail":"Not found."}` {
				t.Errorf("%d %s", a.status, a.body)
			}
			if !strings.Contains(a.findings(), "(with the slash at its end)") {
				t.Errorf("Sim-Finding is %q", a.findings())
			}
		})
	}
}

// TestOtherSpellingsOfJSON are content types that are right.
func TestOtherSpellingsOfJSON(t *testing.T) {
	for _, contentType := range []string{"application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"} {
		r := newRun(t, operationOf("abs.reg_pt"))
		if a := r.blunder(mistake{header: []string{"Content-Type", contentType}}); a.outcome() != "registered" {
			t.Errorf("%s: %d %s", contentType, a.status, a.body)
		}
	}
}

// TestUnknownSandbox is the simulator's own refusal: no service would say it.
func TestUnknownSandbox(t *testing.T) {
	for name, header := range map[string][]string{
		"/s/nobody/abs/get_cli?iinbin=1": nil,
		"/abs/get_cli?iinbin=1":          {"Sim-Sandbox", "nobody"},
		"/abs/get_cli?iinbin=2":          {"Host", "nobody.localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			a := send(t, "GET", server.URL+name, "", header...)
			if a.status != http.StatusNotFound || a.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d %s: %s", a.status, a.header.Get("Content-Type"), a.body)
			}
			for _, want := range []string{"nobody", "PUT /_sim/sandboxes/nobody", "--auto-sandbox"} {
				if !strings.Contains(a.findings(), want) {
					t.Errorf("Sim-Finding %q does not name %s", a.findings(), want)
				}
			}
		})
	}
}

// TestNoService: a path that no service's begins like has a problem for an answer.
func TestNoService(t *testing.T) {
	r := newRun(t, operationOf("abs.get_cli"))
	a := send(t, "GET", r.base+"/ab/get_cli", "")
	if a.status != http.StatusNotFound || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s: %s", a.status, a.header.Get("Content-Type"), a.body)
	}
	if !strings.Contains(a.findings(), "the nearest is /abs/get_cli") {
		t.Errorf("Sim-Finding is %q", a.findings())
	}
}

// TestAllowedMethods are told with a 405.
func TestAllowedMethods(t *testing.T) {
	for _, op := range table().Operations {
		r := newRun(t, op)
		path := strings.Replace(op.Path, "{document_type}", "passport", 1)
		a := send(t, "PATCH", r.base+path, "")
		want := op.Method
		if op.Method == "GET" {
			want = "GET, HEAD"
		}
		if a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != want {
			t.Errorf("%s: %d, Allow: %s, want %s", op.ID, a.status, a.header.Get("Allow"), want)
		}
	}
}
