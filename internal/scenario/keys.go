package scenario

import "github.com/kzsim/kzsim/internal/contract"

// Key of a mapping of the language, as the reference explains it. Is and About are
// Markdown.
type Key struct {
	Name, Is, About string
	Default         string // what holds without it; empty if nothing is to be said
	Required        bool
}

// Keys of the mappings that the reference explains, by name: document, clock, rule,
// step, must, try, expect, case.
func Keys(table *contract.Table) map[string][]Key {
	all := map[string][]Key{}
	for _, part := range grammarOf(table).parts {
		for _, f := range part.fields {
			all[part.name] = append(all[part.name], Key{f.name, f.kind.is(), f.about, f.without, f.required != ""})
		}
	}
	return all
}
