package journal

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// HAR is an HTTP Archive (version 1.2), which browsers and proxies read. The simulator's
// own fields have names that begin with an underscore, as the format requires.
type HAR struct {
	Log HARLog `json:"log"`
}

// HARLog is the archive's only member.
type HARLog struct {
	Version string     `json:"version"`
	Creator HARCreator `json:"creator"`
	Entries []HAREntry `json:"entries"`
	Comment string     `json:"comment,omitempty"`
}

// HARCreator is the program that made the archive.
type HARCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// HAREntry is one exchange. Times are the machine's, in milliseconds; the
// sandbox's instant is in _at.
type HAREntry struct {
	Started  time.Time   `json:"startedDateTime"`
	Time     float64     `json:"time"`
	Request  HARRequest  `json:"request"`
	Response HARResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  HARTimings  `json:"timings"`

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

// HARTimings has the whole of an exchange as the time that the client waited.
type HARTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// HARPair is a header, or a parameter of a query.
type HARPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// HARRequest is what the client sent.
type HARRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []HARPair `json:"cookies"`
	Headers     []HARPair `json:"headers"`
	QueryString []HARPair `json:"queryString"`
	PostData    *HARPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"` // -1: not known
	BodySize    int64     `json:"bodySize"`
}

// HARPost is a request's body.
type HARPost struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Comment  string `json:"comment,omitempty"`
}

// HARResponse is what was answered; its status is 0 where nothing was.
type HARResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []HARPair  `json:"cookies"`
	Headers     []HARPair  `json:"headers"`
	Content     HARContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

// HARContent is an answer's body, in base64 if it is no text.
type HARContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

const (
	harVersion  = "1.2"
	httpVersion = "HTTP/1.1"
)

// NewHAR makes an archive without entries.
func NewHAR(creator HARCreator) HAR {
	return HAR{Log: HARLog{Version: harVersion, Creator: creator, Entries: []HAREntry{}}}
}

// NewHAREntry makes an entry of an exchange. Base is the scheme and host that its path
// lies below, such as http://127.0.0.1:8080; a call to another host has that host.
func NewHAREntry(e *Exchange, base string) HAREntry {
	if strings.Contains(e.Target, "://") {
		base = e.Target
	}
	took := float64(e.Took.Microseconds()) / 1000
	entry := HAREntry{
		Started: e.Started, Time: took, Timings: HARTimings{Wait: took},
		Request: harRequest(e, base), Response: harResponse(e.Status, e.Response),
		ID: e.ID, At: e.At, Direction: e.Direction, Target: e.Target, Delivery: e.Delivery, Process: e.Process,
		Operation: e.Operation, Outcome: e.Outcome, DecidedBy: e.Decision, Rule: e.Rule, Fault: e.Fault,
	}
	for _, f := range e.Findings {
		entry.Findings = append(entry.Findings, f.String())
	}
	return entry
}

func harRequest(e *Exchange, base string) HARRequest {
	r := HARRequest{
		Method: e.Method, URL: base + e.URL, HTTPVersion: httpVersion,
		Cookies: []HARPair{}, Headers: harPairs(e.Request.Header()), QueryString: []HARPair{},
		HeadersSize: -1, BodySize: e.Request.Size,
	}
	if u, err := url.ParseRequestURI(e.URL); err == nil {
		r.QueryString = harPairs(u.Query())
	}
	if e.Request.Size > 0 {
		r.PostData = &HARPost{
			MimeType: e.Request.Header().Get("Content-Type"), Text: strings.ToValidUTF8(string(e.Request.Body), "\uFFFD"),
			Comment: e.Request.comment(),
		}
	}
	return r
}

func harResponse(status int, m Message) HARResponse {
	r := HARResponse{
		Status: status, StatusText: http.StatusText(status), HTTPVersion: httpVersion,
		Cookies: []HARPair{}, Headers: harPairs(m.Header()), RedirectURL: m.Header().Get("Location"),
		Content:     HARContent{Size: m.Size, MimeType: m.Header().Get("Content-Type"), Comment: m.comment()},
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
func harPairs(values map[string][]string) []HARPair {
	pairs := []HARPair{}
	for name, all := range values {
		for _, value := range all {
			pairs = append(pairs, HARPair{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(pairs, func(a, b HARPair) int { return strings.Compare(a.Name, b.Name) })
	return pairs
}
