package openapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/openapi"
	"github.com/kzsim/kzsim/schemas"
)

var update = flag.Bool("update", false, "write docs/openapi.yaml anew")

const golden = "../../docs/openapi.yaml"

func table(t *testing.T) *contract.Table {
	t.Helper()
	table, err := contract.New(schemas.FS, kyc.Service(), k2.Service(), abs.Service())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func written(t *testing.T) []byte {
	t.Helper()
	doc, err := openapi.YAML(table(t))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestPublishedDocumentIsTheTables(t *testing.T) {
	got := written(t)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("docs/openapi.yaml is not the table's any more; go test ./internal/openapi -update writes it anew (-file +table):\n%s", diff)
	}
}
var _ = bytes.Equal
var _ = json.Valid
var _ yaml.Node
