package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// subjectFields name the same thing: a person or an organisation.
var subjectFields = []string{"iin", "iinbin"}

// requestShape is what a request's body or query may be.
func (p *checker) requestShape(op *contract.Operation) schema.Shape { return p.shapes.Of(op.Request) }

// requestFields that operations have, wherever they carry them.
func (p *checker) requestFields(ops []*contract.Operation) []string {
	var names []string
	for _, op := range ops {
		of, known := p.fieldsOf[op]
		if !known {
			of = appendFields(pathVariables(op), p.requestShape(op), fieldDepth)
			p.fieldsOf[op] = of
		}
		names = append(names, of...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fieldDepth is how deep requests hold fields: at the top, or in the rows of an
// array.
const fieldDepth = 4

func appendFields(names []string, s schema.Shape, depth int) []string {
	if depth == 0 || !s.Known() {
		return names
	}
	for _, name := range s.Fields() {
		field, _ := s.Field(name)
		names = appendFields(append(names, name), field, depth-1)
	}
	return appendFields(names, s.Item(0), depth-1)
}

// pathVariables of an operation: the names between braces.
func pathVariables(op *contract.Operation) []string {
	var names []string
	for part := range strings.SplitSeq(op.Path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// lengthOfIIN is how many digits the number of a person or an organisation has.
const lengthOfIIN = 12

// canBeAsked finds a value of a field that no request of the operations can have.
func (p *checker) canBeAsked(at node, field, text string, ops []*contract.Operation) {
	if strings.Contains(text, "${") {
		p.refuse(at, quote(text), noValues)
		return
	}
	if slices.Contains(subjectFields, field) && strings.Trim(text, "0123456789") == "" && len(text) != lengthOfIIN {
		p.refuse(at, fmt.Sprintf("%s, which has %d digits", quote(text), len(text)), fmt.Sprintf("a number of %d digits", lengthOfIIN))
		return
	}
	var known []string
	for _, op := range ops {
		if op.Variants.Variable == "" || op.Variants.Variable != field {
			return // of some it may be any
		}
		known = append(known, op.Variants.Values...)
	}
	if !slices.Contains(known, text) {
		p.refuseWord(at, text, "one of "+strings.Join(known, ", "), known)
	}
}

// isAmong reports whether a name is one of the fields, or names a person where one
// of them does.
func isAmong(known []string, name string) bool {
	if slices.Contains(subjectFields, name) {
		return slices.ContainsFunc(subjectFields, func(s string) bool { return slices.Contains(known, s) })
	}
	return slices.Contains(known, name)
}

// hasSubject reports whether one of the operations' requests names a person.
func (p *checker) hasSubject(ops []*contract.Operation) bool {
	return isAmong(p.requestFields(ops), subjectFields[0])
}

// withSubjects are fields with all names of a person, if they have one.
func withSubjects(names []string) []string {
	if isAmong(names, subjectFields[0]) {
		names = slices.Concat(names, subjectFields)
	}
	return names
}
