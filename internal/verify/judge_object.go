package verify

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// manyMembers of one object that are missing or unknown say that it is another object:
// that is one cause. Two are a field with another name.
const manyMembers = 3

// foldObjects adds a finding for each object that is another one, and answers the misfits
// that are left.
func (ex *examination) foldObjects(misfits []schema.Misfit, o *contract.Outcome) []schema.Misfit {
	members := map[string][]schema.Misfit{} // by the object
	for _, m := range misfits {
		if isAboutPresence(m) {
			members[path.Dir(m.Path)] = append(members[path.Dir(m.Path)], m)
		}
	}
	maps.DeleteFunc(members, func(_ string, all []schema.Misfit) bool { return len(all) < manyMembers })
	for _, at := range slices.Sorted(maps.Keys(members)) {
		ex.addOtherObject(at, members[at], o)
	}
	return slices.DeleteFunc(misfits, func(m schema.Misfit) bool { return isAboutPresence(m) && members[path.Dir(m.Path)] != nil })
}

func isAboutPresence(m schema.Misfit) bool {
	return kindsOf[m.Keyword] == MissingField || kindsOf[m.Keyword] == UndocumentedField
}

func (ex *examination) addOtherObject(at string, misfits []schema.Misfit, o *contract.Outcome) {
	var missing, unknown []string
	for _, m := range misfits {
		if kindsOf[m.Keyword] == MissingField {
			missing = append(missing, path.Base(m.Path))
		} else {
			unknown = append(unknown, path.Base(m.Path))
		}
	}
	at = strings.TrimSuffix(at, "/")
	f := Finding{
		Kind: MissingField, Path: at, Expected: "the fields " + strings.Join(missing, ", "), Seen: "none of them",
		Quote: ex.quotes.sampleOf(ex.op, o.Name, at), Ledger: o.Ledger, outcome: o.Name, note: o.Confidence == contract.Assumed,
	}
	if len(unknown) > 0 {
		f.Seen = "the fields " + strings.Join(unknown, ", ")
	}
	if len(missing) == 0 {
		f.Kind, f.Expected = UndocumentedField, "no other fields than "+strings.Join(ex.quotes.fieldsAt(misfits[0]), ", ")
	}
	ex.add(f)
}
