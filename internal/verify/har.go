package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
)

// archive is an HTTP Archive (HAR 1.2), as far as it is read here.
type archive struct {
	Log *struct {
		Entries []archiveEntry `json:"entries"`
	} `json:"log"`
}

type archiveEntry struct {
	Started time.Time `json:"startedDateTime"`
	Time    float64   `json:"time"` // milliseconds
	Request struct {
		Method   string        `json:"method"`
		URL      string        `json:"url"`
		Headers  []archivePair `json:"headers"`
		PostData struct {
			Text string `json:"text"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int           `json:"status"`
		Headers []archivePair `json:"headers"`
		Content struct {
			Size     int64  `json:"size"` // of the body, in bytes; -1 if it isn't known
			MimeType string `json:"mimeType"`
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

type archivePair struct{ Name, Value string }

func readArchive(content []byte) ([]archiveEntry, error) {
	var a archive
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), &a); err != nil {
		return nil, fmt.Errorf("found no HTTP Archive, expected JSON with log.entries: %w", err)
	}
	if a.Log == nil {
		return nil, errors.New("found no log, expected an HTTP Archive (HAR 1.2) with log.entries")
	}
	slices.SortStableFunc(a.Log.Entries, func(x, y archiveEntry) int { return x.Started.Compare(y.Started) })
	return a.Log.Entries, nil
}

func headerOf(pairs []archivePair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		h.Add(p.Name, p.Value)
	}
	return h
}

// answer that was recorded; skip is why it can't be judged.
func (e *archiveEntry) answer() (a answer, skip string) {
	content := e.Response.Content
	a = answer{status: e.Response.Status, header: headerOf(e.Response.Headers), body: []byte(content.Text)}
	a.took = time.Duration(e.Time * float64(time.Millisecond))
	if content.Encoding == "base64" {
		raw, err := base64.StdEncoding.DecodeString(content.Text)
		if err != nil {
			return a, "its body is no Base64, as the recording says it is"
		}
		a.body = raw
	}
	if a.status == 0 {
		a.err = errors.New("the recording has no answer")
	}
	if content.Size > int64(len(a.body)) {
		return a, fmt.Sprintf("the recording has %d of the body's %d bytes", len(a.body), content.Size)
	}
	if a.header.Get("Content-Type") == "" && content.MimeType != "" {
		a.header.Set("Content-Type", content.MimeType)
	}
	return a, ""
}

// finder finds which operation a recorded request is of.
type finder struct {
	operations []*contract.Operation
	paths      []*regexp.Regexp // of the operations; a variable is a group with its name
	given      bool             // the services' addresses are known, and no others are theirs
}

var pathVariable = regexp.MustCompile(`\\\{([a-z_]+)\\\}`)

// newFinder knows the operations by the addresses that the target gives. Without any
// it knows them by the end of their paths, with anything before.
func newFinder(opts Options) finder {
	f := finder{operations: opts.Table.Operations(), given: len(opts.Target.Services) > 0}
	for _, op := range f.operations {
		address, from := opts.Target.Address(op), "^"
		if !f.given {
			address, from = below(op), "^https?://[^/?#]+(?:/.*)?"
		}
		address, _, _ = strings.Cut(address, "?")
		path := pathVariable.ReplaceAllString(regexp.QuoteMeta(address), "(?P<$1>[^/]+)")
		f.paths = append(f.paths, regexp.MustCompile(from+path+"$"))
	}
	return f
}

// find the operation and the request; ok is false for one of no operation.
func (f finder) find(e *archiveEntry) (r sample.Request, ok bool) {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return r, false
	}
	query := u.Query()
	u.RawQuery, u.ForceQuery, u.Fragment = "", false, ""
	for i, op := range f.operations {
		found := f.paths[i].FindStringSubmatch(u.String())
		if found == nil || op.Method != e.Request.Method || f.paths[i].String() == "^$" {
			continue
		}
		r = sample.Request{Operation: op, Path: map[string]string{}}
		for n, name := range f.paths[i].SubexpNames()[1:] {
			r.Path[name] = found[n+1]
		}
		if op.ReadsQuery() {
			r.Query = map[string]string{}
			for name := range query {
				r.Query[name] = query.Get(name)
			}
		}
		return r, true
	}
	return r, false
}
