package scenario

import (
	"io/fs"
	"path"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// Listed is what a list of scenarios says of one of them.
type Listed struct {
	Name  string   `json:"name"` // of its file, without the ending
	About string   `json:"about,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	File  string   `json:"file"`
	Cases []string `json:"cases,omitempty"` // their names without the file's
}

// List the scenarios of a folder, in the order of their names; folders below are left out.
// There is no list if one of the scenarios is broken: the findings say in what.
func List(folder fs.FS, opts Options) ([]Listed, document.Findings) {
	all := []Listed{}
	for _, file := range filesOf(folder) {
		s, findings := ParseFile(folder, file, opts)
		if s == nil {
			return nil, findings
		}
		one := Listed{Name: nameOf(file), About: s.About, Tags: s.Tags, File: file}
		for _, c := range s.Cases {
			_, name, _ := strings.Cut(c.Name, "/")
			one.Cases = append(one.Cases, name)
		}
		all = append(all, one)
	}
	return all, nil
}

// Names of the scenarios of a folder, in their order.
func Names(folder fs.FS) []string {
	var names []string
	for _, file := range filesOf(folder) {
		names = append(names, nameOf(file))
	}
	return names
}

// filesOf is the scenarios of a folder, in the order of their names.
func filesOf(folder fs.FS) []string {
	files, _ := fs.Glob(folder, "*.yaml") // the pattern is well-formed
	return files
}

func nameOf(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }
