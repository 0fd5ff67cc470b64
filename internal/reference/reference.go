// Package reference renders the reference pages of the documentation from what
// the product is made of: the table, the ledger, the registry of faults and the
// schema of scenarios. The texts of the pages are in *.md.tmpl beside the code. A test
// compares what is rendered with what is in docs.
package reference

import (
	"fmt"
	"io/fs"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/schemas"
)

// Page is one generated page.
type Page struct {
	Name    string // of the file in docs
	Content []byte // Markdown
}

// source is what pages are rendered from.
type source struct {
	table   *contract.Table
	schemas fs.FS
}

// Pages renders all pages from a table of the embedded schemas. The error is of a
// schema that can't be read.
func Pages(table *contract.Table) ([]Page, error) {
	s := source{table, schemas.FS}
	var pages []Page
	for _, one := range []struct {
		name   string
		render func(source) ([]byte, error)
	}{
		{"contract.md", contractPage},
		{"ledger.md", ledgerPage},
		{"reserved-values.md", reservedPage},
		{"faults.md", faultsPage},
		{"reserved-values.ru.md", reservedInRussian},
		{"faults.ru.md", faultsInRussian},
		{"scenario-reference.md", scenarioPage},
	} {
		content, err := one.render(s)
		if err != nil {
			return nil, fmt.Errorf("reference: %s: %w", one.name, err)
		}
		pages = append(pages, Page{one.name, content})
	}
	return pages, nil
}
