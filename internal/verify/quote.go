package verify

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// quotes finds the words of the documents that a finding is based on: the sample's
// own line, the field's description, the line of a table of errors.
type quotes struct {
	mu      sync.Mutex
	samples []schemas.Sample
	bodies  map[string]any // samples by file, decoded
	schemas *schema.Set
}

func newQuotes(set *schema.Set) (*quotes, error) {
	samples, err := schemas.Samples()
	return &quotes{samples: samples, bodies: map[string]any{}, schemas: set}, err
}

// field is what the operation's document says of a place in its answer: as its
// sample shows it, else as it is described.
func (q *quotes) field(op *contract.Operation, outcome, pointer string, m schema.Misfit) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	if line := q.sampleLine(op, outcome, pointer); line != "" {
		return line
	}
	return q.described(m)
}

// sampleLine is a member as the document's sample answer has it; the outcome's
// own sample if there is one.
func (q *quotes) sampleLine(op *contract.Operation, outcome, pointer string) string {
	line := ""
	for _, s := range q.samples {
		if s.Operation != op.ID || s.Kind != "response" || line != "" && s.Outcome != outcome {
			continue
		}
		if value, ok := lookup(q.body(s.File), pointer); ok {
			line = printed(pointer, value)
		}
		if line != "" && s.Outcome == outcome {
			break
		}
	}
	return line
}

func (q *quotes) body(file string) any {
	if body, ok := q.bodies[file]; ok {
		return body
	}
	var body any
	if text, err := schemas.FS.ReadFile(file); err == nil {
		body, _ = contract.ParseBody(text)
	}
	q.bodies[file] = body
	return body
}

// lookup a pointer in a decoded body. Every row of a sample's list stands for all
// rows of an answer's.
func lookup(at any, pointer string) (any, bool) {
	for part := range document.Steps(pointer) {
		switch node := at.(type) {
		case map[string]any:
			next, ok := node[part]
			if !ok {
				return nil, false
			}
			at = next
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || len(node) == 0 {
				return nil, false
			}
			at = node[min(i, len(node)-1)]
		default:
			return nil, false
		}
	}
	return at, true
}

func printed(pointer string, value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	name := path.Base(pointer)
	if _, isIndex := strconv.Atoi(name); isIndex == nil || pointer == "" {
		return short(string(raw))
	}
	return fmt.Sprintf("%q: %s", name, short(string(raw)))
}

// described is the document's own description of the field that a schema's
// keyword is about. Schemas have it before a colon, in the document's language.
func (q *quotes) described(m schema.Misfit) string {
	about := q.description(m)
	if own, _, ok := strings.Cut(about, ": "); ok {
		return own
	}
	return ""
}

func (q *quotes) description(m schema.Misfit) string {
	at := q.schemas.Around(m)
	if isAboutMember(m.Keyword) {
		properties, _ := at["properties"].(map[string]any)
		at, _ = properties[path.Base(m.Path)].(map[string]any)
	}
	about, _ := at["description"].(string)
	return about
}

func isAboutMember(keyword string) bool {
	return keyword == "required" || keyword == "dependentRequired"
}

// fieldsAt are the names that a schema has where a field is unknown to it.
func (q *quotes) fieldsAt(m schema.Misfit) []string {
	at := q.schemas.Around(m)
	properties, _ := at["properties"].(map[string]any)
	names := slices.Collect(maps.Keys(properties))
	if ref, ok := at["$ref"].(string); ok && strings.HasPrefix(ref, "/") {
		names = append(names, q.schemas.Of(ref[1:]).Fields()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

var cited = regexp.MustCompile(`ledger (\d+)`)

// ledger entries that the description of a field cites.
func (q *quotes) ledger(m schema.Misfit) []int {
	var all []int
	for _, match := range cited.FindAllStringSubmatch(q.description(m), -1) {
		n, _ := strconv.Atoi(match[1])
		all = append(all, n)
	}
	return all
}

// areAssumed reports whether ledger entries, at least one, are all guesses.
func areAssumed(numbers []int) bool {
	for _, n := range numbers {
		if e, ok := ledger.ByNumber(n); !ok || e.Confidence != ledger.Assumed {
			return false
		}
	}
	return len(numbers) > 0
}

// errorLine is a line of a document's table of errors, or the sample's error.
func errorLine(o *contract.Outcome) string {
	switch {
	case o.Code != 0:
		return fmt.Sprintf(`"error_code": %d, "error_text": %q`, o.Code, o.Text)
	case o.Text != "":
		return fmt.Sprintf("%d %s", o.Status, o.Text)
	}
	return ""
}

// sampleOf is a member as the document's sample answer has it; empty if it has
// none.
func (q *quotes) sampleOf(op *contract.Operation, outcome, pointer string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.sampleLine(op, outcome, pointer)
}
