package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/openapi"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/schemas"
)

const golden = "../../docs/openapi.yaml"

func tableOf(t *testing.T, services ...*contract.Service) *contract.Table {
	t.Helper()
	table, err := contract.New(schemas.FS, services...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func whole(t *testing.T) *contract.Table {
	return tableOf(t, kyc.Service(), k2.Service(), abs.Service())
}

func written(t *testing.T, table *contract.Table) []byte {
	t.Helper()
	doc, err := openapi.YAML(table, openapi.V31)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestPublishedDocumentIsTheTables(t *testing.T) {
	testgolden.Compare(t, golden, written(t, whole(t)))
}

var versionLine = regexp.MustCompile(`(?m)^  version: (.*)$`)

func versionIn(t *testing.T, doc []byte) string {
	t.Helper()
	m := versionLine.FindSubmatch(doc)
	if m == nil {
		t.Fatal("no version")
	}
	return string(m[1])
}

// A document that was edited by hand, or written anew without its version, has
// the version of another one.
func TestPublishedVersionIsOfThisDocument(t *testing.T) {
	doc, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	unversioned := versionLine.ReplaceAll(doc, []byte(`  version: ""`))
	if got, want := versionIn(t, doc), openapi.Version(unversioned); got != want {
		t.Errorf("docs/openapi.yaml has the version %s, its content has %s", got, want)
	}
}

func TestVersionChangesWithTheTable(t *testing.T) {
	seen := map[string]string{versionIn(t, written(t, tableOf(t, abs.Service()))): "the table as it is"}
	for name, change := range map[string]func(*contract.Service){
		"an outcome's text":       func(s *contract.Service) { s.Operations[0].Outcomes[1].Text += "!" },
		"an outcome's confidence": func(s *contract.Service) { s.Operations[0].Outcomes[1].Confidence = contract.Observed },
		"an operation less":       func(s *contract.Service) { s.Operations = s.Operations[1:] },
		"a summary":               func(s *contract.Service) { s.Operations[0].Summary = "Another." },
	} {
		s := abs.Service()
		s.Reserved = nil // they may name the operation that goes
		change(s)
		version := versionIn(t, written(t, tableOf(t, s)))
		if !strings.HasPrefix(version, openapi.Edition+"+") {
			t.Errorf("%s: the version is %s", name, version)
		}
		if other, met := seen[version]; met {
			t.Errorf("%s has the version of %s", name, other)
		}
		seen[version] = name
	}
}

func TestJSONAndYAMLAreOneDocument(t *testing.T) {
	table := whole(t)
	raw, err := openapi.Document(table, openapi.V31)
	if err != nil {
		t.Fatal(err)
	}
	var fromJSON, fromYAML any
	if err := json.Unmarshal(raw, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(written(t, table), &fromYAML); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	var normal any
	if err := json.Unmarshal(again, &normal); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromJSON, normal); diff != "" {
		t.Error(diff)
	}
}

func TestSameTableSameBytes(t *testing.T) {
	if !bytes.Equal(written(t, whole(t)), written(t, whole(t))) {
		t.Error("two documents of one table differ")
	}
}

type document struct {
	Paths map[string]map[string]struct {
		OperationID string `yaml:"operationId"`
		RequestBody struct {
			Content map[string]media
		} `yaml:"requestBody"`
		Parameters []struct {
			Name, In string
			Required bool
			Example  any
		}
		Responses map[string]struct{ Content map[string]media }
	}
	Components struct{ Schemas map[string]yaml.Node }
}

type media struct {
	Schema   yaml.Node
	Examples map[string]struct{ Value yaml.Node }
}

func parsed(t *testing.T) document {
	t.Helper()
	var doc document
	if err := yaml.Unmarshal(written(t, whole(t)), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestEveryOutcomeIsAnExample(t *testing.T) {
	doc := parsed(t)
	for _, op := range whole(t).Operations() {
		item, ok := doc.Paths[op.Path][strings.ToLower(op.Method)]
		if !ok || item.OperationID != op.ID {
			t.Errorf("%s %s is %q, want %s", op.Method, op.Path, item.OperationID, op.ID)
			continue
		}
		if !op.ReadsQuery() && len(item.RequestBody.Content["application/json"].Examples) == 0 {
			t.Errorf("%s: no example of a request", op.ID)
		}
		if op.ReadsQuery() && len(item.Parameters) == 0 {
			t.Errorf("%s: no parameters", op.ID)
		}
		for _, o := range op.Outcomes {
			response, ok := item.Responses[statusText(o.Status)]
			if !ok {
				t.Errorf("%s: no response %d", op.ID, o.Status)
			}
			if _, ok := response.Content["application/json"].Examples[o.Name]; !ok && o.Schema != "" {
				t.Errorf("%s: outcome %s is no example", op.ID, o.Name)
			}
		}
	}
}

func statusText(status int) string {
	raw, _ := json.Marshal(status)
	return string(raw)
}

func TestFilesHaveEveryTypeThatASwitchChooses(t *testing.T) {
	content := parsed(t).Paths["/abs/get_pdf"]["get"].Responses["200"].Content
	for _, media := range []string{"application/pdf", "image/tiff"} {
		if _, ok := content[media]; !ok {
			t.Errorf("a scan is never %s", media)
		}
	}
}

func TestReferencesLeadSomewhere(t *testing.T) {
	doc := written(t, whole(t))
	components := parsed(t).Components.Schemas
	refs := regexp.MustCompile(`\$ref: '?([^'\n]+)`).FindAllSubmatch(doc, -1)
	if len(refs) < 50 {
		t.Errorf("only %d references", len(refs))
	}
	for _, ref := range refs {
		name, ok := strings.CutPrefix(string(ref[1]), "#/components/schemas/")
		if _, there := components[name]; !ok || !there {
			t.Errorf("%s leads nowhere", ref[1])
		}
	}
}
