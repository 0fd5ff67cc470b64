package target

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/fit"
	"github.com/kzsim/kzsim/schemas"
)

// Read a target file. Its operations have to be the table's; credentials come
// from the environment through getenv. The error is a fit.Problem or fit.Problems.
func Read(file string, content []byte, table *contract.Table, getenv func(string) string) (Target, error) {
	s, err := readSource(file, content)
	if err != nil {
		return Target{}, err
	}
	r := reader{source: s, table: table, getenv: getenv, folder: filepath.Dir(file)}
	if err := r.checkSchema(); err != nil {
		return Target{}, err
	}
	var raw fileFormat
	if err := s.root.Decode(&raw); err != nil {
		return Target{}, brokenYAML(file, err)
	}
	t := r.target(raw)
	if len(r.problems) > 0 {
		return Target{}, r.problems.InOrder()
	}
	return t.withDefaults(), nil
}

// checkSchema judges the shape of the file.
func (r *reader) checkSchema() error {
	misfits, err := format.Check(schemas.TargetFile, fit.Decoded(r.source.root))
	if err != nil {
		return err
	}
	for _, m := range misfits {
		r.problems = append(r.problems, r.misfit(m))
	}
	if len(r.problems) > 0 {
		return r.problems.InOrder()
	}
	return nil
}

var format = fit.New(schemas.Formats)

func (r *reader) misfit(m fit.Misfit) fit.Problem {
	switch m.Keyword {
	case "additionalProperties":
		key := r.source.keys[m.Path]
		known := knownFields(m)
		p := fit.Problem{Position: r.source.at(key), Path: readable(m.Path),
			Found: "an unknown key", Expected: "one of " + strings.Join(known, ", ")}
		p.Nearest = contract.Nearest(key.Value, known)
		return p
	case "required", "dependentRequired":
		parent, name := split(m.Path)
		return r.source.problem(parent, "no "+name, "the key "+name)
	case "pattern":
		if about, ok := schemaAt(m.Pointer)["description"].(string); ok {
			m.Want = strings.ToLower(about[:1]) + strings.TrimSuffix(about[1:], ".")
		}
	}
	return r.source.problem(m.Path, r.seen(m.Path), m.Want)
}

// knownFields are the names that the schema has where a key is unknown to it.
func knownFields(m fit.Misfit) []string {
	properties, _ := schemaAt(m.Pointer)["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

// schemaAt is the part of the format's schema that has a keyword.
func schemaAt(keyword string) map[string]any {
	raw, err := schemas.Formats.ReadFile(schemas.TargetFile)
	var at map[string]any
	if err != nil || json.Unmarshal(raw, &at) != nil {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(keyword, "/"), "/")
	for _, part := range parts[:len(parts)-1] {
		at, _ = at[part].(map[string]any)
	}
	return at
}

func split(pointer string) (parent, name string) {
	i := strings.LastIndexByte(pointer, '/')
	return pointer[:i], pointer[i+1:]
}

// seen is what stands at a place, short.
func (r *reader) seen(pointer string) string {
	n := r.source.values[pointer]
	if n == nil || n.Value == "" {
		return map[bool]string{true: "nothing", false: "a list or an object"}[n == nil || len(n.Content) == 0]
	}
	return fmt.Sprintf("%q", n.Value)
}

// fileFormat is the file as it is written.
type fileFormat struct {
	Target   string
	Services map[string]struct {
		URL        string
		Operations map[string]string
		APIKey     *secret `yaml:"api_key"`
		Headers    map[string]secret
		TLS        struct{ CA, Cert, Key string }
		Proxy      string
	}
	ControlURL   string  `yaml:"control_url"`
	ControlToken *secret `yaml:"control_token"`
	Allow        []string
	Subjects     []struct {
		IIN, Phone string
		Documents  []string
	}
	Limits struct {
		Rate    float64
		Timeout duration
	}
	Human    struct{ Wait, Poll duration }
	Accepted []Acceptance
}

type secret struct{ Env, Prefix string }

// duration is one that the schema has found to be written as one.
type duration struct{ time.Duration }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}
