package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/har"
	"github.com/kzsim/kzsim/internal/openapi/sample"
)

// readArchive reads the entries of an HTTP Archive, in the order in which they began.
func readArchive(content []byte) ([]har.Entry, error) {
	var a struct {
		Log *struct{ Entries []har.Entry }
	}
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), &a); err != nil {
		return nil, fmt.Errorf("found no HTTP Archive, expected JSON with log.entries: %w", err)
	}
	if a.Log == nil {
		return nil, errors.New("found no log, expected an HTTP Archive (HAR 1.2) with log.entries")
	}
	slices.SortStableFunc(a.Log.Entries, func(x, y har.Entry) int { return x.Started.Compare(y.Started) })
	return a.Log.Entries, nil
}

// recordedAnswer of an entry; skip is why it can't be judged.
func recordedAnswer(e *har.Entry) (a answer, skip string) {
	content := e.Response.Content
	a = answer{status: e.Response.Status, header: har.Header(e.Response.Headers), body: []byte(content.Text)}
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
func (f finder) find(e *har.Entry) (r sample.Request, ok bool) {
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
