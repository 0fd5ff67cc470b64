package attack_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
	"github.com/kzsim/kzsim/schemas"
)

// request is what is written to a connection.
type request struct {
	method string
	raw    []byte
	own    bool // it is the only one of its connection
}

// mutator makes requests out of those that are right.
type mutator struct {
	*rand.Rand
	sandbox  string
	services []routeOf
	control  []routeOf
	bodies   []string
}

// corpus of what is right: the routes of the table and of the control API, the samples.
func (m *mutator) corpus(t *testing.T) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range sim.Table.Operations() {
		_, name, _ := strings.Cut(op.ID, ".")
		files, _ := fs.Glob(schemas.FS, "samples/*/"+strings.ReplaceAll(name, ".", "_")+".request*.json")
		to := routeOf{method: op.Method, path: op.Path}
		for _, file := range files {
			text, _ := fs.ReadFile(schemas.FS, file)
			to.bodies = append(to.bodies, placeholders.Replace(string(text)))
		}
		m.services = append(m.services, to)
	}
	w := testsim.Ask(sim.Handler(), "GET", "/_sim/openapi.json", "")
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	for path, all := range document.Paths {
		for method := range all {
			m.control = append(m.control, routeOf{strings.ToUpper(method), path, controlBodies})
		}
	}
	m.services, m.control = sortedRoutes(m.services), sortedRoutes(m.control)
	for _, to := range m.services {
		m.bodies = append(m.bodies, to.bodies...)
	}
	if len(m.bodies) < 15 || len(m.control) < 30 {
		t.Fatalf("%d bodies, %d routes of the control API", len(m.bodies), len(m.control))
	}
}

// placeholders of the samples.
var placeholders = strings.NewReplacer("<SUBJECTS_IIN>", "901123300258", "<ORGANIZATION_API_KEY>", "key")

// controlBodies are right for one route or another of the control API.
var controlBodies = []string{
	`{"by": "5s"}`, `{"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}`, `{"preset": "documents"}`, `{"share": 0.5}`,
	`{"on": "kyc.*", "fault": "reset"}`, `{"on": "*", "count": 0, "within": "0s"}`, `{"text": "YES"}`, `{"with": "reject"}`,
	"version: 1\nscenario: a\nrules:\n  - {on: kyc.info.exec_proc, do: [unavailable, found], for: {iin: 901123300258}}\n",
	"version: 1\nscenario: b\nrules:\n  - {on: '*', when: 'body.amount > 10', do: {delay: 1ms}}\nmust: [{on: kyc.*, count: 1}]\n",
	"version: 1\nscenario: c\ngiven:\n  people:\n    - {iin: 901123300258, answers: reject}\n",
	`{"version":2,"seed":1,"clock":{"mode":"frozen","start":"2024-03-01T09:00:00Z"},"requests":0,"state":{},"records":{"settings":{"in-force":{"profile":{},"start":"2024-03-01T09:00:00Z"}}}}`,
	`{"id": "made", "owner": "x", "clock": {"mode": "frozen"}}`,
}

// words that take the place of others.
var words = []string{
	"null", "true", "0", "-1", "1e400", "9223372036854775808", `""`, `"\u0000"`, `"\ud800"`, "[]", "{}", `"x"`, `"901123300258"`, `"2024-13-45"`,
	`"+24:00"`, "[[[[[[[[", "}", "]", ",", ":", "\xff", "\x00", "\xef\xbb\xbf", "%", "&a=", "*a", "<<: *a", "!!binary", "---\n", "- ", "? ",
	`{"api_key": null}`, `"a": 1, "a": 2,`, "now", "9999-12-31T23:59:59Z", "0001-01-01", "10000h", "-5s", "NaN", "Infinity", "'", "`", "\r\n", "${x}",
}

// request that was right before it was changed.
func (m *mutator) request() request {
	at := m.services[m.IntN(len(m.services))]
	if m.IntN(3) == 0 {
		at = m.control[m.IntN(len(m.control))]
	}
	path := strings.NewReplacer("{sandbox}", m.sandbox, "{iin}", "901123300258", "{phone}", "77019930751", "{document_type}", "passport").Replace(at.path)
	if !strings.HasPrefix(path, "/_sim") {
		path = "/s/" + m.sandbox + path
	}
	if at.method == "GET" {
		path += "?" + m.maybeChanged("iinbin=901123300258&dbz_num=1&dbz_dt=2020-01-01&limit=3&code=CUST-1")
	}
	if strings.HasSuffix(at.path, "/{sandbox}") && at.method != "GET" { // the others go on with it
		path += "-other"
	}
	if m.IntN(20) == 0 {
		at.method = methods[m.IntN(len(methods))]
	}
	body := m.bodies[m.IntN(len(m.bodies))]
	if len(at.bodies) > 0 && m.IntN(4) > 0 {
		body = at.bodies[m.IntN(len(at.bodies))]
	}
	body = m.maybeChanged(body)
	header := []string{"Host: 127.0.0.1", "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body))}
	if at.method == "GET" || at.method == "HEAD" || at.method == "DELETE" {
		header, body = header[:1], ""
	}
	if m.IntN(10) == 0 {
		header = append(header, "Prefer: "+m.changed("outcome=found, wait=3"))
	}
	if m.IntN(4) == 0 {
		return m.misframed(at.method, path, header, body)
	}
	path = escaped(path)
	return request{at.method, fmt.Appendf(nil, "%s %s HTTP/1.1\r\n%s\r\n\r\n%s", at.method, path, oneLine(header), body), strings.Contains(path, "/events")}
}

// oneLine each: a header that was changed may hold a line break.
func oneLine(header []string) string {
	for i, h := range header {
		header[i] = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r == 0xfffd {
				return '_'
			}
			return r
		}, h)
	}
	return strings.Join(header, "\r\n")
}

// escaped so that the request line stays one.
func escaped(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (m *mutator) maybeChanged(text string) string {
	if m.IntN(3) == 0 {
		return text
	}
	return m.changed(text)
}

// changed in one to four places.
func (m *mutator) changed(text string) string {
	for range 1 + m.IntN(4) {
		if text == "" {
			return words[m.IntN(len(words))]
		}
		from := m.IntN(len(text))
		until := min(len(text), from+m.IntN(12))
		switch m.IntN(6) {
		case 0:
			text = text[:from] + text[until:]
		case 1:
			text = text[:until] + text[from:]
		case 2:
			text = text[:from] + string(rune(m.IntN(256))) + text[until:]
		case 3:
			text = text[:from]
		default:
			text = text[:from] + words[m.IntN(len(words))] + text[until:]
		}
	}
	return text[:min(len(text), 1<<14)]
}

// badHeaders are headers that HTTP or the simulator gives a meaning to.
var badHeaders = []string{
	"Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Content-Length: 5", "Content-Length: -1",
	"Content-Length: 99999999999999999999", "Content-Length: 0x10", "Content-Encoding: gzip", "Content-Encoding: br", "Content-Type: text/plain",
	"Content-Type: application/json; charset=\"", "Content-Type: ;", "Host: example.com", "Host: ", "Host: a b", "Expect: 100-continue",
	"Expect: x", "Connection: close", "Connection: Upgrade", "Upgrade: h2c", "Sim-Sandbox: ../x", "Sim-Sandbox: ", "Prefer: outcome=found",
	"Prefer: \"", "Authorization: Bearer x", "Cookie: sim-token=x", "Range: bytes=5-1", "If-None-Match: *", "Origin: http://evil.example",
	": x", "A", "A : b", " folded: x", "Last-Event-ID: 99999999999999999999", "Accept: text/html", "X-Forwarded-Proto: gopher",
}

// misframed is a request that breaks the rules of HTTP, or comes near it.
func (m *mutator) misframed(method, path string, header []string, body string) request {
	for range 1 + m.IntN(3) {
		header = append(header, badHeaders[m.IntN(len(badHeaders))])
	}
	m.Shuffle(len(header), func(i, j int) { header[i], header[j] = header[j], header[i] })
	version := []string{"HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""}[m.IntN(5)]
	if m.IntN(5) == 0 {
		path = []string{"*", "http://127.0.0.1" + path, "//" + path, "/_sim//health", "/%zz", "/" + strings.Repeat("a/", 2000), "\x00"}[m.IntN(7)]
	}
	if m.IntN(3) == 0 {
		body = fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	}
	text := fmt.Sprintf("%s %s %s\r\n%s\r\n\r\n%s", method, path, version, strings.Join(header, "\r\n"), body)
	if m.IntN(3) == 0 {
		text = m.changed(text)
	}
	if method == http.MethodHead {
		method = http.MethodGet // the answer may be one to a request without a body
	}
	return request{method, []byte(text), true}
}
