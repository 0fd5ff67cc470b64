package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// The kinds of cases, as they can be chosen.
const (
	WellFormed = "well-formed" // the document's samples and the target's own values
	ByName     = "by-name"     // every outcome, asked of the simulator by its name
	Reserved   = "reserved"    // every reserved value of the simulator
	Malformed  = "malformed"   // requests that are not of the operation's shape
	Flow       = "flow"        // several requests that belong together
	Recorded   = "recorded"    // an entry of a recording; no kind that can be chosen
)

// CaseKinds in the order in which they are run.
func CaseKinds() []string { return []string{WellFormed, ByName, Reserved, Malformed, Flow} }

// testCase is one request and what it calls for.
type testCase struct {
	kind, name string
	call       call
	expect     expectation
	skip       string // why it can't be sent
}

// deriver makes an operation's cases of the table, the document's samples and
// what the target file says.
type deriver struct {
	table     *contract.Table
	schemas   *schema.Set
	target    target.Target
	values    map[string]string // fields that every request fills in
	simulator bool              // the operation is the simulator's
}

func (d deriver) cases(op *contract.Operation) ([]testCase, error) {
	requests, err := sample.Requests(op)
	if err != nil {
		return nil, err
	}
	for i := range requests {
		requests[i] = requests[i].Fill(d.values)
	}
	all := d.wellFormed(op, requests)
	if d.simulator {
		all = append(all, d.byName(op, requests[0])...)
		all = append(all, d.reserved(op, requests[0])...)
	}
	broken, err := malformed(op, d.schemas.Of(op.Request), withReferences(d.schemas, requests[0], d.target.References[op.ID]))
	all = append(all, broken...)
	for i := range all {
		if missing := all[i].call.request.Placeholders(); len(missing) > 0 && all[i].skip == "" {
			all[i].skip = "the target file has no " + strings.Join(missing, ", ")
		}
	}
	return all, err
}

// wellFormed requests may be answered with any outcome: what is true there is the
// target's own business.
func (d deriver) wellFormed(op *contract.Operation, requests []sample.Request) []testCase {
	var all []testCase
	add := func(name string, r sample.Request, e expectation) {
		all = append(all, testCase{kind: WellFormed, name: name, call: call{request: r}, expect: e})
	}
	references, absent, known := d.target.References[op.ID], d.target.Absent[op.ID], expectation{known: d.known(op)}
	if needs[op.ID] == needSession && len(references) == 0 {
		known.unknown = "the request names a session that was made up"
	}
	if len(references) > 0 {
		add("the target's own values", withReferences(d.schemas, requests[0], references), known)
	}
	if len(references) == 0 || d.simulator {
		for i, r := range requests {
			name := "the document's sample"
			if len(requests) > 1 {
				name += fmt.Sprintf(" %d", i+1)
			}
			if len(references) > 0 {
				known.known = "" // of the document's sample nothing is known
			}
			add(name, r, known)
		}
	}
	for _, value := range d.variants(op) {
		r := requests[0].With(references).Fill(map[string]string{op.Variants.Variable: value})
		add(op.Variants.Variable+" "+value, r, expectation{known: d.known(op)})
	}
	if len(absent) > 0 {
		add("values that are unknown there", withReferences(d.schemas, requests[0], references).With(absent), expectation{assumed: true, unknown: "the target file says that it isn't there"})
	}
	return all
}

// withReferences is a request for what the target knows. The sample of an ABS query names
// a loan in every way that there is; of the ways that the references don't take nothing
// is left, since they would name another loan.
func withReferences(set *schema.Set, r sample.Request, references map[string]any) sample.Request {
	if op := r.Operation; len(references) > 0 && op.Service().Name == "abs" && op.ReadsQuery() {
		kept := set.Of(op.Request).Required(slices.Collect(maps.Keys(references)))
		for name := range r.Query {
			if _, given := references[name]; !given && !slices.Contains(kept, name) {
				r = r.Without(name)
			}
		}
	}
	return r.With(references)
}

// variants of the path that are asked for beside the first: of the simulator all,
// of any other those that its subject has, since each costs a message.
func (d deriver) variants(op *contract.Operation) []string {
	if op.Variants.Variable == "" {
		return nil
	}
	if d.simulator {
		return op.Variants.Values[1:]
	}
	var known []string
	for _, s := range d.target.Subjects[:min(1, len(d.target.Subjects))] {
		for _, value := range s.Documents {
			if value != op.Variants.Values[0] && slices.Contains(op.Variants.Values, value) {
				known = append(known, value)
			}
		}
	}
	return known
}

func (d deriver) byName(op *contract.Operation, r sample.Request) []testCase {
	var all []testCase
	for i := range op.Outcomes {
		o := &op.Outcomes[i]
		all = append(all, testCase{
			kind: ByName, name: "by name: " + o.Name, call: call{request: r, prefer: o.Name},
			expect: expectation{outcome: o, malformed: o.Name == op.Service().Dialect.Malformed.Name},
		})
	}
	return all
}

func (d deriver) reserved(op *contract.Operation, r sample.Request) []testCase {
	var all []testCase
	for _, value := range d.table.Reserved() {
		if !slices.Contains(value.On, op.ID) {
			continue
		}
		o, _ := op.Outcome(value.Outcome)
		all = append(all, testCase{
			kind: Reserved, name: fmt.Sprintf("reserved: %s %s", value.Field, value.Value),
			call:   call{request: r.With(map[string]any{value.Field: value.Value})},
			expect: expectation{outcome: o},
		})
	}
	return all
}
