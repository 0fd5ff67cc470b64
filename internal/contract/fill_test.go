package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
)

// everyKind has a field of each kind that the operations' types have.
type everyKind struct {
	Text     string                     `json:"text"`
	Plain    string                     // without a tag
	Sum      money.Amount               `json:"sum"`
	SumOr    *money.Amount              `json:"sum_or"`
	ID       contract.Text              `json:"id"`
	IDOr     *contract.Text             `json:"id_or"`
	Number   json.Number                `json:"number,omitempty"`
	Small    int8                       `json:"small"`
	Large    int64                      `json:"large"`
	Flag     bool                       `json:"flag"`
	FlagOr   *bool                      `json:"flag_or"`
	Inner    within                     `json:"inner"`
	InnerOr  *within                    `json:"inner_or"`
	Rows     []within                   `json:"rows"`
	Raw      json.RawMessage            `json:"raw"`
	Fields   map[string]json.RawMessage `json:"fields"`
	Any      any                        `json:"any"`
	At       time.Time                  `json:"at"`
	Quoted   int                        `json:"quoted,string"`
	Not      string                     `json:"-"`
	internal string
}

type within struct {
	Text string `json:"text"`
	Sum  money.Amount
}

// simple has only fields that need no encoding/json.
type simple struct {
	Text  string         `json:"text"`
	Sum   money.Amount   `json:"sum"`
	ID    *contract.Text `json:"id"`
	Large int64          `json:"large"`
	Inner *within        `json:"inner"`
}

// filled compares what Fill makes of a value with what encoding/json makes of its JSON.
func filled[T any](t *testing.T, value any, before T) {
	t.Helper()
	got, want := before, before
	err := contract.Fill(value, &got)
	raw, encodeErr := contract.Encode(value)
	if encodeErr != nil {
		t.Fatal(encodeErr)
	}
	wantErr := json.Unmarshal(raw, &want)
	if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
		t.Fatalf("%s: error %v, want %v", raw, err, wantErr)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(everyKind{})); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", raw, diff)
	}
}

var fillValues = []string{
	`{}`, `[]`, `null`, `1`, `"x"`, `{"text": "a", "Plain": "b", "sum": 12.5, "sum_or": "7.00", "id": 5, "id_or": "x"}`,
	`{"text": null, "sum": null, "sum_or": null, "id_or": null, "number": null, "small": null, "flag": null, "inner": null, "rows": null}`,
	`{"id": null}`, `{"text": 1}`, `{"sum": true}`, `{"sum": 0.001}`, `{"sum": 1e2}`, `{"sum": "x"}`, `{"sum": 007}`, `{"sum": -0}`, `{"sum": 999999999999999}`,
	`{"number": 5}`, `{"number": "5"}`, `{"number": "x"}`, `{"small": 127, "large": -9007199254740993}`, `{"small": 128}`, `{"large": 1.0}`, `{"large": 1e3}`,
	`{"flag": true, "flag_or": false}`, `{"flag": "true"}`, `{"inner": {"text": "x", "Sum": 5}, "inner_or": {"sum": 5}}`, `{"inner": {"TEXT": "x"}}`,
	`{"rows": [{"text": "x"}, null, {"Sum": 1}]}`, `{"rows": {}}`, `{"raw": {"a": [1, 2.50, "<"]}, "fields": {"b": 1.0, "c": null}, "any": [1, {"d": 1e2}]}`,
	`{"at": "2024-03-01T09:00:00Z"}`, `{"quoted": "5"}`, `{"-": "x", "internal": "y", "Not": "z"}`, `{"TEXT": "a", "text": "b"}`, `{"PLAIN": "a"}`, `{"texT": "a"}`,
	`{"ſum": 1}`, `{"text": "\ud800"}`, `{"other": [{"text": 1}]}`, `{"other": 1, "text": "a"}`, `{"other": 1, "TEXT": "a"}`,
}

func TestFill(t *testing.T) {
	seven, text := money.Amount(7), contract.Text("seven")
	for _, raw := range fillValues {
		value, err := contract.ParseBody([]byte(raw))
		if err != nil {
			continue
		}
		filled(t, value, everyKind{})
		filled(t, value, simple{})
		filled(t, value, simple{Text: "before", Sum: 7, ID: &text, Inner: &within{Text: "before"}})
		filled(t, value, everyKind{Text: "before", SumOr: &seven})
		filled(t, value, []within(nil))
		filled(t, value, contract.Text(""))
	}
	filled(t, map[string]any{"text": "broken \xff", "id": "\xff"}, simple{})
	filled(t, map[string]any{"id": "\xff", "text\xff": 1}, simple{})
}

func FuzzFill(f *testing.F) {
	for _, raw := range fillValues {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		value, err := contract.ParseBody(raw)
		if err != nil {
			return
		}
		filled(t, value, everyKind{})
		filled(t, value, simple{})
	})
}
