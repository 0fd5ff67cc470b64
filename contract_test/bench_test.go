package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The benchmarks go the whole road, from the request to the written answer, but
// for the network.

// BenchmarkSyncDebt sets the debt of a loaded loan, one way and the other.
func BenchmarkSyncDebt(b *testing.B) {
	r := newRun(b, operationOf("k2.k2loan_sync_debt"))
	r.do(loadedLoan)
	debts := [2]*post{
		newPost(r, `[{"contract_number": "KD0000000001", "debt": 1000}]`),
		newPost(r, `[{"contract_number": "KD0000000001", "debt": 2000}]`),
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		debts[n%2].do(b, "accepted")
	}
}

// BenchmarkAddressApprove asks for addresses: for another subject's each time, and
// again for one that is still waiting.
func BenchmarkAddressApprove(b *testing.B) {
	body := func(iin int) string { return fmt.Sprintf(`{"api_key": %q, "iin": "%012d"}`, anyKey, iin) }
	b.Run("open", func(b *testing.B) {
		r := newRun(b, operationOf("kyc.address.approve"))
		asked := newPost(r, "")
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			asked.body = body(n)
			asked.do(b, "")
		}
	})
	b.Run("poll", func(b *testing.B) {
		r := newRun(b, operationOf("kyc.address.approve"))
		asked := newPost(r, body(0))
		b.ReportAllocs()
		for b.Loop() {
			asked.do(b, "pending")
		}
	})
}

// BenchmarkAllDemands lists pages of 25 of ten thousand registered demands: the
// first, the last, and the few of one client.
func BenchmarkAllDemands(b *testing.B) {
	const registered = 10_000
	r := newRun(b, operationOf("abs.reg_pt"))
	reg := newPost(r, "")
	for i := range registered {
		reg.body = strings.Replace(registration(fmt.Sprintf("PTP%013d", i)), "ИИН/БИН клиента", fmt.Sprintf("%012d", i%1000), 1)
		reg.do(b, "registered")
	}
	r.op = operationOf("abs.get_all_pt_from_abs")
	for _, page := range []struct{ name, body string }{
		{"first", `{"page": 1, "perpage": 25}`},
		{"last", `{"page": 400, "perpage": 25}`},
		{"client", `{"iinbin": "000000000777"}`},
	} {
		b.Run(page.name, func(b *testing.B) {
			asked := newPost(r, page.body)
			b.ReportAllocs()
			for b.Loop() {
				asked.do(b, "page")
			}
		})
	}
}

// post is one request that is sent again and again, and an http.ResponseWriter
// that keeps nothing but the headers.
type post struct {
	request *http.Request
	body    string
	header  http.Header
}

func newPost(r *run, body string) *post {
	return &post{body: body, request: &http.Request{
		Method: "POST", URL: &url.URL{Path: "/s/" + r.id + r.op.Path}, Host: "127.0.0.1",
		Header: http.Header{"Content-Type": {"application/json"}}, RemoteAddr: "127.0.0.1:1",
	}}
}

// do the request; an outcome of "" may be any.
func (p *post) do(b *testing.B, outcome string) {
	p.header = http.Header{}
	p.request.Body = io.NopCloser(strings.NewReader(p.body))
	served.Handler().ServeHTTP(p, p.request)
	if got := p.header.Get("Sim-Outcome"); got != outcome && outcome != "" || got == "malformed" {
		b.Fatalf("outcome %q, want %q", got, outcome)
	}
}

func (p *post) Header() http.Header               { return p.header }
func (p *post) WriteHeader(int)                   {}
func (p *post) Write(content []byte) (int, error) { return len(content), nil }
