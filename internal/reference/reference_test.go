package reference_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/reference"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
)

const docs = "../../docs"

func table(t *testing.T) *contract.Table {
	t.Helper()
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func pages(t *testing.T) map[string]string {
	t.Helper()
	all, err := reference.Pages(table(t))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, p := range all {
		byName[p.Name] = string(p.Content)
	}
	return byName
}

func TestPublishedPagesAreFresh(t *testing.T) {
	for name, content := range pages(t) {
		testgolden.Compare(t, filepath.Join(docs, name), content)
	}
}

// TestNothingIsLeftOut: what a page is about stands on it.
func TestNothingIsLeftOut(t *testing.T) {
	all, tbl := pages(t), table(t)
	wants := func(page string, texts ...string) {
		for _, text := range texts {
			if !strings.Contains(all[page], text) {
				t.Errorf("%s says nothing of %q", page, text)
			}
		}
	}
	for _, op := range contract.Describe(tbl) {
		wants("contract.md", "\n### "+op.ID+"\n", op.Method+" "+op.Path, op.Summary)
		for _, o := range op.Outcomes {
			wants("contract.md", "| `"+o.Name+"` |", o.When)
			wants("scenario-reference.md", "`"+o.Name+"`")
		}
	}
	for _, m := range contract.DescribeMachines(tbl) {
		wants("contract.md", m.States...)
	}
	for _, s := range contract.DescribeSwitches(tbl) {
		wants("contract.md", "| `"+s.Key+"` |")
		wants("scenario-reference.md", "| `"+s.Key+"` |")
	}
	for _, r := range tbl.Reserved() {
		wants("reserved-values.md", "| `"+r.Value+"` |", r.About)
	}
	for _, k := range faults.Kinds() {
		wants("faults.md", "\n## "+k.Name+"\n", k.Imitates)
		for _, p := range k.Params {
			wants("faults.md", "| `"+p.Name+"` |")
		}
	}
}

// TestLedgerIsLetterForLetter: passages are quoted as they stand, and those who
// cite an entry find it.
func TestLedgerIsLetterForLetter(t *testing.T) {
	page := pages(t)["ledger.md"]
	entries := ledger.Entries()
	if n := strings.Count(page, "\n### Ledger "); n != len(entries) {
		t.Errorf("the page has %d entries, the ledger %d", n, len(entries))
	}
	for _, e := range entries {
		for _, passage := range []string{e.Quote, e.Beside} {
			if passage != "" && !strings.Contains(page, "text\n"+strings.TrimRight(passage, "\n")+"\n") {
				t.Errorf("ledger %d: the page doesn't quote %q", e.Number, passage)
			}
		}
	}
}

// TestExamplesAreShown: an example that no page shows is dead.
func TestExamplesAreShown(t *testing.T) {
	var shown bytes.Buffer
	for _, content := range pages(t) {
		shown.WriteString(content)
	}
	files, err := filepath.Glob("examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(shown.String(), "```yaml\n"+string(content)+"```") {
			t.Errorf("no page shows %s", file)
		}
	}
}

// TestTranslationsAreUsed: a text that the product does not have any more has no
// translation. One without a translation is an error of Pages.
func TestTranslationsAreUsed(t *testing.T) {
	var words map[string]string
	raw, err := os.ReadFile("russian.yaml")
	if err == nil {
		err = yaml.Unmarshal(raw, &words)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := pages(t)
	plain := strings.NewReplacer(`\*`, "*", `\|`, "|")
	said := plain.Replace(all["faults.ru.md"] + all["reserved-values.ru.md"])
	meant := plain.Replace(all["faults.md"] + all["reserved-values.md"])
	for text, translation := range words {
		if !strings.Contains(said, translation) || !strings.Contains(meant, text) {
			t.Errorf("%q is in no page", text)
		}
	}
}
