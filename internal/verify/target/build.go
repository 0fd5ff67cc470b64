package target

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// reader makes a Target of a file whose shape is right, and notes what is wrong
// with its values.
type reader struct {
	doc      *document.Document
	table    *contract.Table
	getenv   func(string) string
	folder   string // that relative names are relative to
	findings document.Findings
}

func (r *reader) target(f fileFormat) Target {
	t := Target{
		Name: f.Target, Services: map[string]Service{}, ControlURL: f.ControlURL, Allow: f.Allow,
		Rate: f.Limits.Rate, Timeout: f.Limits.Timeout.Duration, Wait: f.Human.Wait.Duration, Poll: f.Human.Poll.Duration,
		Accepted: f.Accepted, References: r.fields("references"), Absent: r.fields("absent"),
		ControlToken: r.secret("/control_token", f.ControlToken),
	}
	for _, s := range f.Subjects {
		t.Subjects = append(t.Subjects, Subject(s))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		s := f.Services[name]
		at := "/services/" + name
		service := Service{
			URL: s.URL, Operations: s.Operations, APIKey: r.secret(at+"/api_key", s.APIKey), Headers: map[string]string{},
			TLS: TLSFiles{r.file(s.TLS.CA), r.file(s.TLS.Cert), r.file(s.TLS.Key)}, Proxy: s.Proxy,
		}
		for header, value := range s.Headers {
			service.Headers[header] = r.secret(at+"/headers/"+document.EscapePointer(header), &value)
		}
		for id := range s.Operations {
			r.checkOwner(at+"/operations/"+document.EscapePointer(id), id, name)
		}
		t.Services[name] = service
	}
	r.checkPatterns(t)
	r.checkSubjects(t)
	return t
}

// secret reads an environment variable. One that isn't set is a problem: the
// target would answer as to a stranger.
func (r *reader) secret(pointer string, s *secret) string {
	if s == nil {
		return ""
	}
	value := r.getenv(s.Env)
	if value == "" {
		r.add(pointer+"/env", "the variable "+s.Env+", which is not set", "one that holds the credential", "")
	}
	return s.Prefix + value
}

func (r *reader) file(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.folder, name)
}

// fields of requests, by operation. They are read off the tree, where a number
// keeps its text.
func (r *reader) fields(section string) map[string]map[string]any {
	_, n, found := r.doc.Find("/" + section)
	if !found {
		return nil
	}
	all := map[string]map[string]any{}
	for id, fields := range document.Members(n) {
		at := "/" + section + "/" + document.EscapePointer(id.Value)
		r.checkOperation(at, id.Value)
		r.checkMembers(at, id.Value, fields)
		all[id.Value], _ = document.Value(fields).(map[string]any)
	}
	return all
}

func (r *reader) ids() []string {
	var all []string
	for _, op := range r.table.Operations() {
		all = append(all, op.ID)
	}
	return all
}

func (r *reader) checkOperation(pointer, id string) {
	if _, ok := r.table.Operation(id); !ok {
		r.addKey(pointer, fmt.Sprintf("the operation %q", id), "an operation of the contract", document.Nearest(id, r.ids()))
	}
}

// checkMembers finds names that no request of the operation has: they would say nothing.
func (r *reader) checkMembers(pointer, id string, fields *yaml.Node) {
	op, ok := r.table.Operation(id)
	if !ok {
		return
	}
	known := op.Members()
	for name := range document.Members(fields) {
		if !slices.Contains(known, name.Value) {
			r.addKey(pointer+"/"+document.EscapePointer(name.Value), strconv.Quote(name.Value),
				"a field of the request: "+strings.Join(known, ", "), document.Meant(name.Value, known))
		}
	}
	for name, value := range document.Members(fields) {
		if text, ok := document.Value(value).(string); ok && !r.isDated(op, name.Value, text) {
			isDated := func(text string) bool { return r.isDated(op, name.Value, text) }
			r.add(pointer+"/"+document.EscapePointer(name.Value), strconv.Quote(text),
				"a date of the calendar, such as 2014-02-08", document.Respelt(text, isDated))
		}
	}
}

// isDated reports whether a text may stand in a field of a request as far as its form as a date goes.
// What else its schema says is not held against it: a value may be absent for being wrong.
func (r *reader) isDated(op *contract.Operation, field, text string) bool {
	var body any = map[string]any{field: text}
	if op.Batch {
		body = []any{body}
		if op.Rows != "" {
			body = map[string]any{strings.TrimPrefix(op.Rows, "/"): body}
		}
	}
	return op.Request == "" || !slices.ContainsFunc(r.table.Schemas.Check(op.Request, body), func(p contract.Problem) bool {
		return p.Keyword == "format" && strings.HasSuffix(p.Path, "/"+field)
	})
}

func (r *reader) checkOwner(pointer, id, service string) {
	r.checkOperation(pointer, id)
	if op, ok := r.table.Operation(id); ok && op.Service().Name != service {
		r.addKey(pointer, fmt.Sprintf("the operation %q", id), "an operation of "+service, "")
	}
}

// checkPatterns finds patterns that no operation fits: they would allow or accept
// nothing, without a word.
func (r *reader) checkPatterns(t Target) {
	for i, p := range t.Allow {
		r.checkPattern(fmt.Sprintf("/allow/%d", i), p)
	}
	for i, a := range t.Accepted {
		r.checkPattern(fmt.Sprintf("/accepted/%d/operation", i), a.Operation)
	}
}

// checkSubjects finds people and documents that a service refuses as malformed.
func (r *reader) checkSubjects(t Target) {
	var types []string
	if op, ok := r.table.Operation("kyc.edocument.request"); ok {
		types = op.Variants.Values
	}
	for i, s := range t.Subjects {
		if at := fmt.Sprintf("/subjects/%d/", i); !twelveDigits.MatchString(s.IIN) {
			r.add(at+"iin", strconv.Quote(s.IIN), "a number of 12 digits, with the zeros at its beginning", "")
		}
		for j, one := range s.Documents {
			if !slices.Contains(types, one) {
				r.add(fmt.Sprintf("/subjects/%d/documents/%d", i, j), strconv.Quote(one), "a type of document of kyc.edocument.request", document.Meant(one, types))
			}
		}
	}
}

var twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)

func (r *reader) checkPattern(pointer, pattern string) {
	if slices.ContainsFunc(r.ids(), func(id string) bool { return Matches(pattern, id) }) {
		return
	}
	nearest := document.Nearest(strings.TrimSuffix(pattern, "*"), r.ids())
	r.add(pointer, fmt.Sprintf("%q, which no operation fits", pattern), "an operation's id, or a pattern such as abs.*", nearest)
}

// add a finding at the value that a pointer leads to.
func (r *reader) add(pointer, found, expected, nearest string) {
	_, value, _ := r.doc.Find(pointer)
	r.findings = append(r.findings, document.Finding{
		Position: r.doc.At(value), Path: r.doc.Path(pointer),
		Found: found, Expected: expected, Nearest: nearest, Severity: document.Error,
	})
}

// addKey is add at the key instead of the value.
func (r *reader) addKey(pointer, found, expected, nearest string) {
	key, _, _ := r.doc.Find(pointer)
	r.add(pointer, found, expected, nearest)
	r.findings[len(r.findings)-1].Position = r.doc.At(key)
}
