package report

import (
	_ "embed"
	"html/template"
	"io"
	"time"

	"github.com/kzsim/kzsim/internal/verify"
)

//go:embed page.html.tmpl
var pageSource string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"ledger": ledgerOf, "source": source, "cases": casesOf, "places": placesOf, "plural": plural, "line": settledLine,
	"standing": standing, "counted": counted,
	"card": func(f verify.Finding, class, reason string) card { return card{f, class, reason} },
}).Parse(pageSource))

// card is a finding as the page shows it.
type card struct {
	Finding verify.Finding
	Class   string
	Reason  string // it is accepted for
}

// HTML writes the report as one page that needs nothing else: no script, no font,
// no picture from elsewhere.
func HTML(w io.Writer, r *verify.Report) error {
	return page.Execute(w, map[string]any{
		"Report": r, "Summary": summary(r), "Counts": countOf(r), "Pictures": pictures(r),
		"Recording": recorded(r),
		"Profile":   profileYAML(r.Profile), "Started": r.Started.Format(time.RFC3339),
	})
}
