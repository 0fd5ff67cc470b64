package control

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// scenarioInfo is the scenario in force.
type scenarioInfo struct {
	Name     string            `json:"name"` // of a case with its file's: file/case
	About    string            `json:"about,omitempty"`
	File     string            `json:"file"`
	Source   string            `json:"source"`
	Start    time.Time         `json:"start"` // when it was loaded, in the sandbox's time
	Rules    []ruleInfo        `json:"rules"`
	Must     []string          `json:"must"` // in words
	Findings document.Findings `json:"findings,omitempty"`
}

// ruleInfo is a rule, and how many requests it has decided.
type ruleInfo struct {
	Name    string `json:"name,omitempty"`
	On      string `json:"on"`
	Line    int    `json:"line"`
	Decided int    `json:"decided"`
}

func describeScenario(run *sandbox.Run) (info scenarioInfo) {
	var in *scenario.Settings
	var decided []int
	run.Look(func(settings *scenario.Settings, counters *store.Counters) {
		in, decided = settings, settings.Decided(counters)
	})
	s := in.Scenario
	info = scenarioInfo{
		Name: s.Name, About: s.About, File: s.File, Source: string(s.Source), Start: in.Start,
		Rules: []ruleInfo{}, Must: []string{},
	}
	for i, rule := range s.Rules {
		info.Rules = append(info.Rules, ruleInfo{Name: rule.Name, On: rule.On, Line: rule.Line, Decided: decided[i]})
	}
	for _, e := range s.Must {
		info.Must = append(info.Must, e.String())
	}
	return info
}

func (c *Control) getScenario(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	info := describeScenario(sb.Run())
	if info.Name == "" {
		return 0, nil, problem.New(http.StatusNotFound, "no scenario is in force in %s", sb.ID())
	}
	return 0, info, nil
}

// putScenario rebuilds the sandbox from what is given, unless ?keep=state.
func (c *Control) putScenario(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	source, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	keep, err := keepsState(r)
	if err != nil {
		return 0, nil, err
	}
	s, findings, err := c.parse(documentName, source, r.URL.Query().Get("case"), r.URL.Query()["set"])
	if err != nil {
		return 0, nil, err
	}
	info, err := c.load(sb, s, keep)
	info.Findings = findings
	return 0, info, err
}

// parse a document, or one of its cases.
func (c *Control) parse(name string, source []byte, of string, set []string) (*scenario.Scenario, document.Findings, error) {
	opts := c.parsing()
	opts.Set = map[string]string{}
	for _, one := range set {
		name, value, ok := strings.Cut(one, ":")
		if !ok {
			return nil, nil, problem.New(http.StatusBadRequest, "set=%s: expected a name and its value, such as set=n:10", one)
		}
		opts.Set[name] = value
	}
	s, findings := scenario.Parse(name, source, opts)
	if s == nil {
		return nil, nil, broken(http.StatusUnprocessableEntity, findings)
	}
	one, err := s.One(of)
	if err != nil {
		return nil, nil, problem.New(http.StatusUnprocessableEntity, "%w", err)
	}
	return one, findings, nil
}

// Load puts a scenario in force as a PUT of it does: for callers that have read it from
// another source.
func (c *Control) Load(sb *sandbox.Sandbox, s *scenario.Scenario, keepState bool) error {
	_, err := c.load(sb, s, keepState)
	return err
}

// load puts a scenario in force, nil for none, and writes an event. A reset begins from it,
// or, if the state is kept and is a snapshot's, from that snapshot.
func (c *Control) load(sb *sandbox.Sandbox, s *scenario.Scenario, keepState bool) (info scenarioInfo, err error) {
	run := sb.Run()
	if keepState {
		err = sb.Change(func(in *scenario.Settings) (*scenario.Settings, error) { return in.WithScenario(s), nil },
			func(changed *sandbox.Run) { run = changed; tell(changed) })
	} else if run, err = sb.Load(s); err == nil {
		tell(run)
	}
	if err != nil {
		return info, scenarioProblem(err)
	}
	return describeScenario(run), nil
}

// scenarioProblem is the refusal of a scenario that can't be put in force: one of
// its fixtures can't be made true.
func scenarioProblem(err error) error {
	var given scenario.GivenError
	if errors.As(err, &given) {
		return broken(http.StatusUnprocessableEntity, document.Findings{given.Finding()})
	}
	return err
}

// change what is in force, and write an event.
func change(sb *sandbox.Sandbox, to func(*scenario.Settings) (*scenario.Settings, error)) error {
	return sb.Change(to, tell)
}

// inForce is the data of the event of a change.
type inForce struct {
	Name   string  `json:"name,omitempty"`
	About  string  `json:"about,omitempty"`
	Faults int     `json:"faults"`
	Chaos  float64 `json:"chaos"`
}

// tell writes an event with what is in force now.
func tell(run *sandbox.Run) {
	in := run.Settings()
	run.Log.Note(journal.Scenario, inForce{
		Name: in.Scenario.Name, About: in.Scenario.About, Faults: len(in.Faults), Chaos: in.Chaos.Level(run.Clock.Now()),
	})
}

func keepsState(r *http.Request) (bool, error) {
	switch keep := r.URL.Query().Get("keep"); keep {
	case "":
		return false, nil
	case "state":
		return true, nil
	default:
		return false, problem.New(http.StatusBadRequest, "keep is state, or is left out; not %q", keep)
	}
}

func (c *Control) deleteScenario(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	keep, err := keepsState(r)
	if err != nil {
		return 0, nil, err
	}
	_, err = c.load(sb, nil, keep)
	return 0, nil, err
}

// starting is the scenario that a new sandbox asks for: a name of the library, of
// a case NAME/CASE, or a document as JSON or as a text of several lines.
func (c *Control) starting(spec json.RawMessage) (*scenario.Scenario, error) {
	if len(spec) == 0 || string(spec) == "null" {
		return nil, nil
	}
	var text string
	if err := json.Unmarshal(spec, &text); err != nil {
		if text = string(spec); text[0] != '{' {
			return nil, problem.New(http.StatusBadRequest, "the body: /scenario: expected a name of the library, or a document as an object or a text, found %s", text).
				With("pointer", "/scenario")
		}
	}
	file, source, of := documentName, []byte(text), ""
	if !strings.ContainsAny(text, "\n{") {
		var name string
		var err error
		name, of, _ = strings.Cut(text, "/")
		if source, file, err = c.librarySource(name); err != nil {
			return nil, err
		}
	}
	s, _, err := c.parse(file, source, of, nil)
	return s, err
}
