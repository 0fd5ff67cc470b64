package control

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

func (c *Control) coverage(w http.ResponseWriter, r *http.Request, sb *sandbox.Sandbox) error {
	return c.writeCoverage(w, r, sb.Coverage(), sb.ID())
}

func (c *Control) allCoverage(w http.ResponseWriter, r *http.Request) error {
	return c.writeCoverage(w, r, c.opts.Pool.Coverage(), "all sandboxes")
}

// writeCoverage as ?format=json, md or junit. ?min= is the percentage of outcomes
// that has to be met; whether they are is in the report, not in the status.
func (c *Control) writeCoverage(w http.ResponseWriter, r *http.Request, tally *coverage.Tally, title string) error {
	min, err := minOf(r.URL.Query().Get("min"))
	if err != nil {
		return err
	}
	report := tally.Report(title, c.opts.Table, min)
	switch format := r.URL.Query().Get("format"); format {
	case "", "json":
		writeJSON(w, http.StatusOK, report)
	case "md":
		writeText(w, markdownType, []byte(report.Markdown()))
	case "junit":
		var text bytes.Buffer
		if err := report.JUnit(&text); err != nil {
			return err
		}
		writeText(w, xmlType, text.Bytes())
	default:
		return problem.New(http.StatusBadRequest, "format is json, md or junit, not %q", format)
	}
	return nil
}

func minOf(s string) (*float64, error) {
	if s == "" {
		return nil, nil
	}
	min, err := strconv.ParseFloat(s, 64)
	if err != nil || !(min >= 0 && min <= 100) {
		return nil, problem.New(http.StatusBadRequest, "min is a percentage from 0 to 100, not %q", s)
	}
	return &min, nil
}

func writeText(w http.ResponseWriter, media string, text []byte) {
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(text) // a closed connection is no error
}

func (c *Control) getScope(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, sb.Coverage().Scope(), nil
}

func (c *Control) putScope(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return c.declare(r, sb.Coverage())
}

func (c *Control) getAllScope(*http.Request) (int, any, error) {
	return 0, c.opts.Pool.Coverage().Scope(), nil
}

func (c *Control) putAllScope(r *http.Request) (int, any, error) {
	return c.declare(r, c.opts.Pool.Coverage())
}

func (c *Control) declare(r *http.Request, tally *coverage.Tally) (int, any, error) {
	scope := []coverage.Exclusion{}
	if err := read(r, &scope); err != nil {
		return 0, nil, err
	}
	for i, x := range scope {
		if err := x.Check(c.opts.Table); err != nil {
			pointer := "/" + strconv.Itoa(i)
			return 0, nil, problem.New(http.StatusBadRequest, "the body: %s: %v", pointer, err).With("pointer", pointer)
		}
	}
	tally.SetScope(scope)
	return 0, scope, nil
}
