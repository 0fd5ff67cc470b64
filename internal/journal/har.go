package journal

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/har"
)

// HAR is an HTTP Archive (version 1.2), which browsers and proxies read. The simulator's
// own fields have names that begin with an underscore, as the format requires.
type HAR struct {
	Log HARLog `json:"log"`
}

// HARLog is the archive's only member.
type HARLog struct {
	Version string      `json:"version"`
	Creator har.Creator `json:"creator"`
	Entries []HAREntry  `json:"entries"`
	Comment string      `json:"comment,omitempty"`
}

// HAREntry is one exchange. The sandbox's instant is in _at. The whole of an exchange is
// the time that the client waited.
type HAREntry struct {
	har.Entry

	ID        string    `json:"_id"`
	At        time.Time `json:"_at"`
	Direction string    `json:"_direction,omitempty"`
	Target    string    `json:"_target,omitempty"`
	Delivery  string    `json:"_delivery,omitempty"`
	Process   string    `json:"_process,omitempty"`
	Operation string    `json:"_operation,omitempty"`
	Outcome   string    `json:"_outcome,omitempty"`
	DecidedBy string    `json:"_decided_by,omitempty"`
	Rule      string    `json:"_rule,omitempty"`
	Fault     string    `json:"_fault,omitempty"`
	Findings  []string  `json:"_findings,omitempty"`
}

const httpVersion = "HTTP/1.1"

// NewHAR makes an archive without entries.
func NewHAR(creator har.Creator) HAR {
	return HAR{Log: HARLog{Version: har.Version, Creator: creator, Entries: []HAREntry{}}}
}

// NewHAREntry makes an entry of an exchange. Base is the scheme and host that its path
// lies below, such as http://127.0.0.1:8080; a call to another host has that host.
func NewHAREntry(e *Exchange, base string) HAREntry {
	if strings.Contains(e.Target, "://") {
		base = e.Target
	}
	took := float64(e.Took.Microseconds()) / 1000
	entry := HAREntry{
		Entry: har.Entry{
			Started: e.Started, Time: took, Timings: har.Timings{Wait: took},
			Request: harRequest(e, base), Response: harResponse(e.Status, e.Response),
		},
		ID: e.ID, At: e.At, Direction: e.Direction, Target: e.Target, Delivery: e.Delivery, Process: e.Process,
		Operation: e.Operation, Outcome: e.Outcome, DecidedBy: e.Decision, Rule: e.Rule, Fault: e.Fault,
	}
	for _, f := range e.Findings {
		entry.Findings = append(entry.Findings, f.String())
	}
	return entry
}

func harRequest(e *Exchange, base string) har.Request {
	r := har.Request{
		Method: e.Method, URL: base + e.URL, HTTPVersion: httpVersion,
		Cookies: []har.Pair{}, Headers: harPairs(e.Request.Header()), QueryString: []har.Pair{},
		HeadersSize: -1, BodySize: e.Request.Size,
	}
	if u, err := url.ParseRequestURI(e.URL); err == nil {
		r.QueryString = harPairs(u.Query())
	}
	if e.Request.Size > 0 {
		r.PostData = &har.Post{
			MimeType: e.Request.Header().Get("Content-Type"), Text: strings.ToValidUTF8(string(e.Request.Body), "\uFFFD"),
			Comment: e.Request.comment(),
		}
	}
	return r
}

func harResponse(status int, m Message) har.Response {
	r := har.Response{
		Status: status, StatusText: http.StatusText(status), HTTPVersion: httpVersion,
		Cookies: []har.Pair{}, Headers: harPairs(m.Header()), RedirectURL: m.Header().Get("Location"),
		Content:     har.Content{Size: m.Size, MimeType: m.Header().Get("Content-Type"), Comment: m.comment()},
		HeadersSize: -1, BodySize: m.Size,
	}
	switch {
	case m.IsText():
		r.Content.Text = strings.ToValidUTF8(string(m.Body), "\uFFFD")
	case len(m.Body) > 0:
		r.Content.Text, r.Content.Encoding = base64.StdEncoding.EncodeToString(m.Body), "base64"
	}
	return r
}

// comment says what is missing of a body.
func (m Message) comment() string {
	switch {
	case m.Digest != "":
		return "the first " + strconv.Itoa(len(m.Body)) + " bytes; the whole has the SHA-256 " + m.Digest
	case len(m.Body) == 0 && m.Size > 0:
		return "not shown"
	}
	return ""
}

// harPairs in the order of their names.
func harPairs(values map[string][]string) []har.Pair {
	pairs := []har.Pair{}
	for name, all := range values {
		for _, value := range all {
			pairs = append(pairs, har.Pair{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(pairs, func(a, b har.Pair) int { return strings.Compare(a.Name, b.Name) })
	return pairs
}
