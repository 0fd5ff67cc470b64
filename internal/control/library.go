package control

import (
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/scenario"
)

// libraryInfo is a scenario of the library. Its name is what `scenario` of a new
// sandbox takes; of its cases NAME/CASE.
type libraryInfo struct {
	Name  string   `json:"name"`
	About string   `json:"about,omitempty"`
	File  string   `json:"file"`
	Cases []string `json:"cases,omitempty"`
}

func (c *Control) listScenarios(*http.Request) (int, any, error) {
	infos := []libraryInfo{}
	files, err := fs.Glob(c.opts.Library, "*.yaml")
	if err != nil {
		return 0, nil, err
	}
	for _, file := range files {
		s, findings := scenario.ParseFile(c.opts.Library, file, c.parsing())
		if s == nil {
			return 0, nil, broken(findings)
		}
		info := libraryInfo{Name: nameOf(file), About: s.About, File: file}
		for _, one := range s.Cases {
			_, name, _ := strings.Cut(one.Name, "/")
			info.Cases = append(info.Cases, name)
		}
		infos = append(infos, info)
	}
	return 0, infos, nil
}

func nameOf(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }

func (c *Control) getLibraryScenario(w http.ResponseWriter, r *http.Request) error {
	source, _, err := c.librarySource(mux.Vars(r)["scenario"])
	if err != nil {
		return err
	}
	writeText(w, yamlType, source)
	return nil
}

func (c *Control) librarySource(name string) (source []byte, file string, err error) {
	file = strings.TrimSuffix(name, ".yaml") + ".yaml"
	if fs.ValidPath(file) {
		if source, err = fs.ReadFile(c.opts.Library, file); err == nil {
			return source, file, nil
		}
	}
	var names []string
	files, _ := fs.Glob(c.opts.Library, "*.yaml") // the pattern is a good one
	for _, f := range files {
		names = append(names, nameOf(f))
	}
	return nil, "", problem.New(http.StatusNotFound, "the library has no scenario %q; the nearest is %q",
		name, nearestScenario(name, names))
}

// nearestScenario is the first name that begins as the one that was asked for, or
// the one that is spelt most like it.
func nearestScenario(name string, names []string) string {
	if i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, name) }); i >= 0 {
		return names[i]
	}
	return document.Nearest(name, names)
}

// checkInfo is what a check of a document says.
type checkInfo struct {
	Valid    bool              `json:"valid"` // it has warnings at most
	Name     string            `json:"name,omitempty"`
	About    string            `json:"about,omitempty"`
	Cases    []string          `json:"cases,omitempty"` // by their whole names: file/case
	Findings document.Findings `json:"findings"`
}

func (c *Control) checkScenario(r *http.Request) (int, any, error) {
	source, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	s, findings := scenario.Parse(documentName, source, c.parsing())
	info := checkInfo{Valid: s != nil, Findings: findings}
	if findings == nil {
		info.Findings = document.Findings{}
	}
	if s != nil {
		info.Name, info.About = s.Name, s.About
		for _, one := range s.Cases {
			info.Cases = append(info.Cases, one.Name)
		}
	}
	return 0, info, nil
}

// documentName is what findings call a document that came without a name.
const documentName = "scenario.yaml"
