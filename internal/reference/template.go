package reference

import (
	"bytes"
	"embed"
	"maps"
	"text/template"
)

// pageTexts are the pages without their data. What stands there is Markdown; data goes through
// one of the functions.
//
//go:embed *.md.tmpl
var pageTexts embed.FS

// fill in the text of a page, with functions beside those that all pages have.
func fill(name string, data any, more template.FuncMap) ([]byte, error) {
	functions := template.FuncMap{"prose": prose, "codes": codes, "fence": fence}
	maps.Copy(functions, more)
	t, err := template.New(name+".tmpl").Funcs(functions).ParseFS(pageTexts, name+".tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}
