package document_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/document"
)

type inner struct {
	Count  uint            `json:"count"`
	Offset int             `json:"offset"`
	Share  *float64        `json:"share,omitempty"`
	Raw    json.RawMessage `json:"raw"`
	Hidden string          `json:"-"`
}

type decoded struct {
	Name  string           `json:"name"`
	On    bool             `json:"on"`
	At    time.Time        `json:"at"`
	List  []inner          `json:"list"`
	Words map[string]inner `json:"words"`
	Any   any              `json:"any"`
	inner
}

func TestDecode(t *testing.T) {
	for source, want := range map[string]string{
		` {"name": "a\"b", "on": true, "at": "2024-01-01T00:00:00Z", "list": [{"count": 1}, {}], "words": {"x.y": {"share": 1e2}}, "any": [{"b": {}}], "raw": [1, "]"]} `: "",
		`{"name": null, "list": null, "share": null, "at": null}`: "",

		`{"nmae": "a"}`:                      `f:1:2: found "nmae", expected one of any, at, count, list, name, offset, on, raw, share, words; did you mean "name"? | `,
		`{"Name": "a"}`:                      `f:1:2: found "Name", expected one of any, at, count, list, name, offset, on, raw, share, words; did you mean "name"? | `,
		`{"Hidden": "a"}`:                    `f:1:2: found "Hidden", expected one of any, at, count, list, name, offset, on, raw, share, words | `,
		`{"name": 5}`:                        `f:1:10: name: found 5, expected a text | /name`,
		`{"name": ["a"]}`:                    `f:1:10: name: found a list, expected a text | /name`,
		`{"on": "true"}`:                     `f:1:8: on: found "true", expected true or false | /on`,
		`{"at": "noon"}`:                     `f:1:8: at: found "noon", expected an instant such as 2024-03-01T09:00:00+05:00 | /at`,
		`{"at": {}}`:                         `f:1:8: at: found an object, expected an instant such as 2024-03-01T09:00:00+05:00 | /at`,
		`{"list": {}}`:                       `f:1:10: list: found an object, expected a list | /list`,
		`{"words": []}`:                      `f:1:11: words: found a list, expected an object | /words`,
		`{"share": "1"}`:                     `f:1:11: share: found "1", expected a number | /share`,
		`{"offset": 1.5}`:                    `f:1:12: offset: found 1.5, expected a whole number | /offset`,
		`{"any": [{"a": {"b": 1, "b": 2}}]}`: `f:1:25: any[0].a.b: found "b" a second time, expected it once | /any/0/a/b`,
		`{"raw": [{"b": 1, "\u0062": 2}]}`:   `f:1:19: raw[0].b: found "b" a second time, expected it once | /raw/0/b`,
		"{\n\t\"list\": [{}, {\"count\": -1}],\n\t\"words\": {\"ы/y\": {\"cuont\": 1}, \"z\": {\"count\": true}}\n}": `f:2:25: list[1].count: found -1, expected a whole number from 0 | ` +
			`f:3:20: words.ы/y: found "cuont", expected one of count, offset, raw, share; did you mean "count"? | ` +
			`f:3:48: words.z.count: found true, expected a whole number from 0 | /list/1/count`,

		``:                    `f:1:1: found the end of the body, expected the rest of the JSON value | `,
		"{\n\"name\": \"a\",": `f:2:13: found the end of the body, expected the rest of the JSON value | `,
		`{"name": a}`:         `f:1:10: found invalid character 'a' looking for beginning of value, expected a number, true, false, null, or a text in double quotes | `,
		`{"share": 0,5}`:      `f:1:13: found invalid character '5' looking for beginning of object key string, expected a point in place of the comma in a number | `,
		`{"on": True}`:        `f:1:8: found invalid character 'T' looking for beginning of value, expected a number, true, false, null, or a text in double quotes | `,
		`{“name”: 1}`:         `f:1:2: found invalid character '“' looking for beginning of object key string, expected double quotes ("): put them around names and texts | `,
		`{name: 1}`:           `f:1:2: found invalid character 'n' looking for beginning of object key string, expected double quotes ("): put them around names and texts | `,
		`{"name": "a",}`:      `f:1:14: found invalid character '}' looking for beginning of object key string, expected no comma before the closing bracket: remove it | `,
		`{} {}`:               `f:1:4: found invalid character '{' after top-level value, expected valid JSON | `,
		`[1]`:                 `f:1:1: found a list, expected an object | `,

		`{"any": ` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`: `f:1:1008: found nesting beyond 1000 levels, expected a flatter document | `,
	} {
		var into decoded
		findings, pointer := document.Decode("f", []byte(source), &into)
		got := ""
		for _, f := range findings {
			got += f.String() + " | "
		}
		if diff := cmp.Diff(want, got+pointer); diff != "" {
			t.Errorf("%.100s (-want +got):\n%s", source, diff)
		}
	}
}

func TestDecodeReadsWhatFits(t *testing.T) {
	var into decoded
	findings, _ := document.Decode("f", []byte(`{"name": "a", "list": [{"count": 2}], "raw": {"b": 1}, "share": 0.5}`), &into)
	share := 0.5
	want := decoded{Name: "a", List: []inner{{Count: 2}}, inner: inner{Raw: json.RawMessage(`{"b": 1}`), Share: &share}}
	if diff := cmp.Diff(want, into, cmp.AllowUnexported(decoded{})); diff != "" || findings != nil {
		t.Errorf("%v (-want +got):\n%s", findings, diff)
	}
}

func TestDecodeStopsAfterSomeFindings(t *testing.T) {
	findings, _ := document.Decode("f", []byte("["+strings.Repeat(`{"x": 1}, `, 1000)+"{}]"), &[]inner{})
	if len(findings) != 20 {
		t.Errorf("%d findings", len(findings))
	}
}
