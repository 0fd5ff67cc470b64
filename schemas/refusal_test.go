package schemas_test

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// unsampled are answers of which no document shows a sample.
var unsampled = map[string]string{
	"kyc/edocument_request.response.json": `{"backend_session_id": "f1b5887b-5f91-417a-bf04-bb45fe28cc4e"}`,
	"kyc/edocument_approve.response.json": `{"document_type": "identity_card", "result_json": {"common": {"docNumber": "012345678"}},
		"face_photo": "/9j/", "qrcode": "iVBO", "barcode": null, "document_image": null, "document_pdf": "JVBE",
		"failure_reason": null, "extra": {"date_of_birth": "1990-11-23"}, "gender": "male"}`,
	"kyc/error.json":        `{"detail": "Token Expired"}`,
	"kyc/field_errors.json": `{"iin": ["This field is required."]}`,
	"abs/error.json":        `{"error_code": 404, "error_text": "Клиент не найден"}`,
}

// change is an edit of a body that fits its schema.
type change struct {
	schema string
	at     string // JSON pointer of the value to replace
	value  string // its JSON; empty takes the value away
}

// base is a fresh body that fits the schema: the first of the documents', if
// they show one.
func base(t *testing.T, schema string) any {
	t.Helper()
	if body, ok := unsampled[schema]; ok {
		return decode(t, []byte(body))
	}
	for _, sample := range samples(t) {
		if sample.Schema == schema && sample.Valid {
			return value(t, sample)
		}
	}
	t.Fatalf("no body for %s", schema)
	return nil
}

func (c change) body(t *testing.T) any {
	t.Helper()
	keys := strings.Split(c.at, "/")[1:]
	return c.edit(t, base(t, c.schema), keys)
}

func (c change) edit(t *testing.T, node any, keys []string) any {
	t.Helper()
	if len(keys) == 0 {
		return decode(t, []byte(c.value))
	}
	switch node := node.(type) {
	case map[string]any:
		if len(keys) == 1 && c.value == "" {
			delete(node, keys[0])
		} else {
			node[keys[0]] = c.edit(t, node[keys[0]], keys[1:])
		}
	case []any:
		index, err := strconv.Atoi(keys[0])
		if err != nil || index >= len(node) {
			t.Fatalf("no %s in %s", c.at, c.schema)
		}
		node[index] = c.edit(t, node[index], keys[1:])
	default:
		t.Fatalf("no %s in %s", c.at, c.schema)
	}
	return node
}

// places are the instance paths of what is wrong, the body itself as "body".
func places(err error) string {
	found := map[string]bool{}
	var collect func(v *jsonschema.ValidationError)
	collect = func(v *jsonschema.ValidationError) {
		for _, cause := range v.Causes {
			collect(cause)
		}
		if len(v.Causes) == 0 {
			found["body"+v.InstanceLocation] = true
		}
	}
	var violation *jsonschema.ValidationError
	if errors.As(err, &violation) {
		collect(violation)
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), " ")
}

func TestWrongBodiesAreRefused(t *testing.T) {
	schema := compiled(t)
	for _, c := range refusals {
		t.Run(c.schema+c.at+"="+c.value, func(t *testing.T) {
			if fits := schema[c.schema].Validate(base(t, c.schema)); fits != nil {
				t.Fatalf("wrong before the change: %v", fits)
			}
			err := schema[c.schema].Validate(c.body(t))
			if diff := cmp.Diff(c.wrong, places(err)); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVariantsAreTaken(t *testing.T) {
	schema := compiled(t)
	for _, c := range variants {
		t.Run(c.schema+c.at+"="+c.value, func(t *testing.T) {
			if err := schema[c.schema].Validate(c.body(t)); err != nil {
				t.Errorf("%#v", err)
			}
		})
	}
}
