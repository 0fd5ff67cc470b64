package contract_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/kzsim/kzsim/schemas"
)

// request is one request of an operation: the document's own sample, with edits.
type request struct {
	op    operation
	path  map[string]string
	body  string     // of a POST
	query url.Values // of a GET
}

// samples of the documents, read once.
var samples = sync.OnceValue(func() []schemas.Sample {
	all, err := schemas.Samples()
	if err != nil {
		panic(err)
	}
	return all
})

func fileText(name string) string {
	text, err := schemas.FS.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// placeholders of the documents' samples and the values that stand for them.
var placeholders = strings.NewReplacer(
	"<organization_api_key>", "${key}", "<ORGANIZATION_API_KEY>", "${key}",
	"<subjects_iin>", "${iin}", "<SUBJECTS_IIN>", "${iin}",
	"<subjects_phone>", "${phone}", "<backend_session_id>", "${session}", "<otp_code>", "${code}",
)

// sampleText is the first valid request that a document shows of an operation,
// its placeholders as ${names}.
func sampleText(op operation) string {
	i := slices.IndexFunc(samples(), func(s schemas.Sample) bool {
		return s.Operation == op.ID && s.Kind == "request" && s.Valid
	})
	if i < 0 {
		panic("no sample request of " + op.ID)
	}
	return placeholders.Replace(fileText(samples()[i].File))
}

// sampleRequest is the sample as it stands.
func sampleRequest(op operation) request {
	return requestOf(op, sampleText(op))
}

// requestOf makes a request of a body, or of a query string.
func requestOf(op operation, text string) request {
	r := request{op: op, path: map[string]string{"document_type": "identity_card"}}
	if op.Method == "GET" {
		query, err := url.ParseQuery(text)
		if err != nil {
			panic(err)
		}
		r.query = query
		return r
	}
	r.body = text
	return r
}

// edited is the request with edits, each of the form `POINTER: JSON`:
//
//	/iin: "12"            sets a member, of the body or of the query
//	/0/debt:              removes it
//	: []                  sets the whole body
//	{document_type}: xyz  sets a variable of the path
func (r request) edited(t testing.TB, edits ...string) request {
	t.Helper()
	for _, edit := range edits {
		pointer, value, ok := strings.Cut(edit, ":")
		if !ok {
			t.Fatalf("an edit is POINTER: JSON, not %q", edit)
		}
		value = strings.TrimSpace(value)
		switch {
		case strings.HasPrefix(pointer, "{"):
			r.path = map[string]string{strings.Trim(pointer, "{}"): value}
		case r.query != nil:
			r.query = editedQuery(t, r.query, strings.TrimPrefix(pointer, "/"), value)
		case pointer == "":
			r.body = value
		default:
			r.body = editedBody(t, r.body, pointer, value)
		}
	}
	return r
}

func editedQuery(t testing.TB, query url.Values, name, value string) url.Values {
	t.Helper()
	edited := url.Values{}
	for key, values := range query {
		edited[key] = values
	}
	edited.Del(name)
	if value != "" {
		var text string
		if err := json.Unmarshal([]byte(value), &text); err != nil {
			t.Fatalf("a query's values are strings, not %s", value)
		}
		edited.Set(name, text)
	}
	return edited
}

func editedBody(t testing.TB, body, pointer, value string) string {
	t.Helper()
	keys := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	edited, err := edit(decoded(t, []byte(body)), keys, value)
	if err != nil {
		t.Fatalf("%s in %s: %v", pointer, body, err)
	}
	raw, err := json.Marshal(edited)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// edit replaces what the keys lead to; an empty value removes it.
func edit(node any, keys []string, value string) (any, error) {
	if len(keys) == 0 {
		return json.RawMessage(value), nil
	}
	var err error
	switch node := node.(type) {
	case map[string]any:
		if len(keys) == 1 && value == "" {
			delete(node, keys[0])
			return node, nil
		}
		node[keys[0]], err = edit(node[keys[0]], keys[1:], value)
		return node, err
	case []any:
		i, notNumber := strconv.Atoi(keys[0])
		if notNumber != nil || i >= len(node) {
			return nil, fmt.Errorf("no element %s", keys[0])
		}
		node[i], err = edit(node[i], keys[1:], value)
		return node, err
	}
	return nil, fmt.Errorf("no member %s", keys[0])
}

var variable = regexp.MustCompile(`\$\{[\w ]+\}`)

// filled puts values in the place of ${names}.
func filled(t testing.TB, text string, values map[string]string) string {
	t.Helper()
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := values[strings.Trim(name, "${}")]
		if !ok {
			t.Fatalf("nothing is saved as %s", name)
		}
		return value
	})
}

// target is the request's path and query, filled.
func (r request) target(t testing.TB, values map[string]string) string {
	t.Helper()
	target := r.op.Path
	for name, value := range r.path {
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(value))
	}
	if r.query != nil {
		query := url.Values{}
		for name, all := range r.query {
			query.Set(name, filled(t, all[0], values))
		}
		target += "?" + query.Encode()
	}
	return target
}
