package faults

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// statusKind imitates what stands before a service and answers in its stead: a
// gateway that has no backend (a 502 or 504 page in HTML), a rate limiter (429
// with Retry-After), a load balancer in maintenance (a bare 503). None of these
// is in a service's document, since none comes from the service. A client must
// look at the status before it parses, tell the service's own errors from these,
// and wait as long as Retry-After says instead of hammering on.
var statusKind = Kind{
	Name:  "status",
	About: "Somebody before the service answers with a plain HTTP error. The service never sees the request.",
	Imitates: "A gateway without a backend (502, 504), a rate limiter (429 with Retry-After), a load balancer in maintenance (503). " +
		"A client must look at the status before it parses, and wait as long as Retry-After says.",
	Params: []Param{
		{Name: "code", Type: "HTTP status", About: "From 400 to 599.", Required: true, schema: integerSchema(400, 599)},
		{Name: "page", Type: "word", About: "The body: a gateway's HTML page, a JSON message, or none. Without it html for 502 and 504, else empty.",
			Words: pageWords, schema: wordSchema(pageWords)},
		{Name: "retry_after", Type: "duration", About: "The header Retry-After, in whole seconds. Without it one second with a 429, else no header.",
			schema: durationSchema()},
	},
	Examples: []string{"502", "{code: 429, retry_after: 30s}", "{code: 503, page: json}"},
	lone:     "code", work: workAnswer, parse: parseStatus,
}

var pageWords = []string{"html", "json", "empty"}

type status struct {
	code       int
	page       string
	retryAfter time.Duration
}

func parseStatus(a *arguments) Fault {
	f := status{code: a.integer("code", 400, 599, 0), page: "empty"}
	if f.code == http.StatusBadGateway || f.code == http.StatusGatewayTimeout {
		f.page = "html"
	}
	if f.code == http.StatusTooManyRequests {
		f.retryAfter = time.Second
	}
	f.page = a.word("page", pageWords, f.page)
	f.retryAfter = a.duration("retry_after", f.retryAfter)
	return f
}

func (status) Kind() string { return "status" }

func (f status) apply(_ Input, w *Wire) {
	w.Replace = f.response()
	w.Reach = Unserved
}

// response is the whole answer: nothing of the service's is left in it.
func (f status) response() *Response {
	r := &Response{Status: f.code, Header: http.Header{
		"Content-Type": nil, "Content-Disposition": nil, "Preference-Applied": nil,
	}}
	switch f.page {
	case "html":
		r.Header.Set("Content-Type", "text/html; charset=utf-8")
		r.Body = gatewayPage(f.code)
	case "json":
		r.Header.Set("Content-Type", "application/json")
		r.Body, _ = contract.Encode(map[string]string{"message": http.StatusText(f.code)})
	}
	if f.retryAfter > 0 {
		r.Header.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.retryAfter.Seconds()))))
	}
	return r
}
