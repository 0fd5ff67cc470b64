package control

import (
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/scenarios"
)

// listScenarios of the library. The name of each is what `scenario` of a new sandbox takes; of
// its cases NAME/CASE.
func (c *Control) listScenarios(*http.Request) (int, any, error) {
	listed, findings := c.made.library()
	if listed == nil {
		return 0, nil, broken(http.StatusUnprocessableEntity, findings)
	}
	return 0, listed, nil
}

func (c *Control) getLibraryScenario(w http.ResponseWriter, r *http.Request) error {
	source, _, err := c.librarySource(r.PathValue("scenario"))
	if err != nil {
		return err
	}
	writeText(w, yamlType, source)
	return nil
}

func (c *Control) librarySource(name string) (source []byte, file string, err error) {
	file = strings.TrimSuffix(name, ".yaml") + ".yaml"
	if fs.ValidPath(file) {
		if source, err = fs.ReadFile(scenarios.FS, file); err == nil {
			return source, file, nil
		}
	}
	return nil, "", problem.New(http.StatusNotFound, "the library has no scenario %q; the nearest is %q",
		name, nearestScenario(name, scenario.Names(scenarios.FS)))
}

// nearestScenario is the first name that begins as the one that was asked for, or
// the one that is spelt most like it.
func nearestScenario(name string, names []string) string {
	if i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, name) }); i >= 0 {
		return names[i]
	}
	return document.Nearest(name, names)
}

// checkInfo is the result of a check of a document.
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
