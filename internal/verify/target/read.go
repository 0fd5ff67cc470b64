package target

import (
	"path/filepath"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

var (
	format = schema.New(schemas.Formats)
	form   = document.Form{Want: "version and services"}
)

// Read a target file. Its operations have to be the table's; credentials come
// from the environment through getenv. What is wrong with the file is document.Findings.
func Read(file string, content []byte, table *contract.Table, getenv func(string) string) (Target, error) {
	doc, findings := document.Read(file, content, form)
	if findings != nil {
		return Target{}, findings
	}
	findings, err := format.Judge(doc, schemas.TargetFile)
	if err != nil {
		return Target{}, err
	}
	if findings != nil {
		return Target{}, findings
	}
	var raw fileFormat
	if err := doc.Root.Decode(&raw); err != nil {
		return Target{}, err
	}
	r := reader{doc: doc, table: table, getenv: getenv, folder: filepath.Dir(file)}
	t := r.target(raw)
	if r.findings != nil {
		return Target{}, r.findings.InOrder()
	}
	return t.withDefaults(), nil
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
