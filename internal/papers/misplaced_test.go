package papers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
)

// longer is a document's JSON with long names and addresses.
func longer(v any) any {
	switch v := v.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, one := range v {
			all[key] = longer(one)
			if strings.HasSuffix(key, "Name") {
				all[key] = "ҚОЖАХМЕТОВА-БЕКМҰХАМБЕТОВА"
			}
			if key == "address" || key == "ownerAddress" || key == "clinic" {
				all[key] = strings.Repeat("ҒАБИТ МҮСІРЕПОВ АТЫНДАҒЫ АУДАНЫ, ", 4) + "113"
			}
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = longer(v[i])
		}
		return all
	}
	return v
}

func TestNothingIsMisplaced(t *testing.T) {
	people := population.New(1)
	for _, documentType := range population.DocumentTypes() {
		t.Run(documentType, func(t *testing.T) {
			t.Parallel()
			for n := range 20 {
				issued, _ := people.IssueDocument(people.IINOf(fmt.Sprint("layout ", n)), documentType)
				d := papers.Document{Type: documentType, Data: issued.JSON(), Form: issued.Page, Made: issued.Issued, Code: issued.Owner.IIN, Bars: issued.Number}
				if n%4 == 0 {
					d.Data = longer(d.Data).(map[string]any)
				}
				if wrong := papers.Misplaced(d); len(wrong) > 0 {
					t.Fatalf("%s of %s:\n%s", documentType, issued.Owner.IIN, strings.Join(wrong, "\n"))
				}
			}
		})
	}
}
