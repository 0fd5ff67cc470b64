package contract_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/schemas"
)

func TestParseBody(t *testing.T) {
	nested := strings.Repeat("[", contract.MaxDepth) + strings.Repeat("]", contract.MaxDepth)
	for _, body := range []string{
		`{}`, `[]`, `"text"`, `0`, ` null `, "\r\n\t{ }\n", `{"a":{"b":[1,2]}}`, `{"a":"}]//,"}`, `{"a":"\"[[["}`,
		`{"a":"\ud83d\ude00"}`, `"` + strings.Repeat("[", 1000) + `"`, `"\"` + strings.Repeat("[", 1000) + `"`, nested,
		`{"a":"1e99999999"}`, `"` + strings.Repeat("9", 1000) + `"`, `[` + strings.Repeat("1,", 1000) + `1]`,
		`[{}` + strings.Repeat(`,[],{}`, 1000) + `]`,
	} {
		got, err := contract.ParseBody([]byte(body))
		if err != nil {
			t.Errorf("%.40q: %v", body, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(got)
		wanted, _ := json.Marshal(want)
		if diff := cmp.Diff(string(wanted), string(again)); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", body, diff)
		}
	}
}

func TestParseBodyKeepsNumbersAsTheyWereSent(t *testing.T) {
	got, err := contract.ParseBody([]byte(`[10001.00, 12345678901234567890, 1e400, -0]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []any{json.Number("10001.00"), json.Number("12345678901234567890"), json.Number("1e400"), json.Number("-0")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseBodySaysWhereAndHowToRepair(t *testing.T) {
	const (
		comma     = "no comma before the closing bracket: remove it"
		addComma  = "a comma between two members: add it"
		colon     = "a colon between a name and its value: add it, and check the quotes of the name"
		comment   = "no comments: JSON has none, remove it"
		quotes    = `double quotes ("): put them around names and texts`
		rest      = "the rest of the JSON value"
		oneValue  = "one JSON value"
		something = "valid JSON"
		aValue    = "a number, true, false, null, or a text in double quotes"
		bounds    = "at most 100 characters, and an exponent of 3 digits"
	)
	for _, test := range []struct {
		name, body   string
		line, column int
		repair       string
	}{
		{"a trailing comma (KZ Info)", "{\n  \"api_key\": \"k\",\n  \"iin\": \"1\",\n}", 4, 1, comma},
		{"a trailing comma in a list", `{"a":[1, 2 , ]}`, 1, 14, comma},
		{"a missing comma (Address)", "{\n  \"api_key\": \"k\"\n  \"iin\": \"1\"\n}", 3, 3, addComma},
		{"a missing comma after a number (ABS)", `{"error_code":0 "debt":100000}`, 1, 17, addComma},
		{"a missing comma between rows", `[{"a":1} {"a":2}]`, 1, 10, addComma},
		{"a missing comma between lists", `[[] []]`, 1, 5, addComma},
		{"a comment at the end of a line (K2)", "{\n  \"a\": 1, // ИИН\n  \"b\": 2\n}", 2, 11, comment},
		{"a comment before the first member", `{/* ИИН */ "a": 1}`, 1, 2, comment},
		{"a comment instead of a comma", `{"a": 1 // ИИН`, 1, 9, comment},
		{"a missing quote after a name (K2)", `{"dea_dord:"2021-01-01"}`, 1, 13, colon},
		{"a missing colon", `{"a" "b"}`, 1, 6, colon},
		{"single quotes", `{'a': 1}`, 1, 2, quotes},
		{"typographic quotes", `{“a”: 1}`, 1, 2, quotes},
		{"typographic quotes of a text", `{"a": «b»}`, 1, 7, quotes},
		{"a byte order mark", "\uFEFF{}", 1, 1, "no byte order mark: send UTF-8 without it"},
		{"an ellipsis of rows (K2)", `{ } , { }`, 1, 5, oneValue},
		{"two values", "{}\n{}", 2, 1, oneValue},
		{"a bracket too many", `{"a":1}}`, 1, 8, oneValue},
		{"a zero byte behind", "{}\x00", 1, 3, oneValue},
		{"cut within an object", "{\"a\":\n1", 2, 2, rest},
		{"cut within a text", `"я`, 1, 3, rest},
		{"cut within a word", `nul`, 1, 4, rest},
		{"a column is a character", `{"имя":"Әлия",}`, 1, 15, comma},
		{"a word without quotes", `{"a": да}`, 1, 7, aValue},
		{"an unescaped quote", `{"a":"ТОО "Ромашка""}`, 1, 12, something},
		{"a decimal point without digits", `{"a":1."b"}`, 1, 8, something},
		{"a leading zero", `{"a":01}`, 1, 7, something},
		{"a line break in a text", "{\"a\":\"x\ny\"}", 1, 8, something},
		{"not a number", `{"a":NaN}`, 1, 6, aValue},
		{"a space that is none of JSON's", "\u00a0{}", 1, 1, something},
		{"far from the beginning", "[" + strings.Repeat("1,\n", 5000) + "]", 5001, 1, comma},
		{"broken UTF-8", "{\n\"a\": \"я\xff\"}", 2, 8, "UTF-8 text"},
		{"half a character at the end", "{} \xd0", 1, 4, "UTF-8 text"},
		{"windows-1251", "{\"a\": \"\xc8\xcc\xdf\"}", 1, 8, "UTF-8 text"},
		{"a number of very many digits", `{"a": ` + strings.Repeat("9", 500_000) + "}", 1, 7, bounds},
		{"a number with a huge exponent", `{"a": 1, "b": [true, -1.5e99999999]}`, 1, 22, bounds},
		{"too deep", strings.Repeat("[", 65), 1, 65, "a flatter body"},
		{"too deep, and broken", strings.Repeat(`{"a":[`, 1_000_000), 1, 6*32 + 1, "a flatter body"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := problemOf(t, test.body)
			if line, column := place(t, p); line != test.line || column != test.column {
				t.Errorf("%s: line %d, column %d, want %d and %d", p, line, column, test.line, test.column)
			}
			if p.Expected != test.repair {
				t.Errorf("expected is %q, want %q", p.Expected, test.repair)
			}
			if !utf8.ValidString(p.Found) || strings.ContainsAny(p.Found, "\r\n\x00") || len(p.Found) > 200 {
				t.Errorf("found is %q, which is no short line of text", p.Found)
			}
		})
	}
}

func TestParseBodyNamesTheCharacterAndNotItsFirstByte(t *testing.T) {
	if p := problemOf(t, `{"a": «b»}`); !strings.Contains(p.Found, "'«'") {
		t.Errorf("%s", p)
	}
}

func TestParseBodyOfNothing(t *testing.T) {
	for _, body := range []string{"", " \r\n\t"} {
		p := problemOf(t, body)
		if p.Found != "an empty body" || p.Path != "" || !p.Syntax {
			t.Errorf("%q: %+v", body, p)
		}
	}
}

func problemOf(t *testing.T, body string) contract.Problem {
	t.Helper()
	got, err := contract.ParseBody([]byte(body))
	var p contract.Problem
	if !errors.As(err, &p) || !p.Syntax || got != nil {
		t.Fatalf("%.40q is %v, %v; want a problem of syntax", body, got, err)
	}
	return p
}

var placed = regexp.MustCompile(` at line (\d+), column (\d+)$`)

func place(t *testing.T, p contract.Problem) (line, column int) {
	t.Helper()
	found := placed.FindStringSubmatch(p.Found)
	if found == nil {
		t.Fatalf("%q says no line and column", p.Found)
	}
	line, _ = strconv.Atoi(found[1])
	column, _ = strconv.Atoi(found[2])
	return line, column
}

// FuzzParseBody: whatever comes is either JSON, and then it is understood as
// encoding/json does, or a problem with a place within the body.
func FuzzParseBody(f *testing.F) {
	samples, err := schemas.Samples()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range samples {
		for _, name := range []string{s.File, s.Verbatim} {
			if body, err := schemas.FS.ReadFile(name); err == nil {
				f.Add(body)
			}
		}
	}
	f.Add([]byte("0e0000"))
	for _, body := range requests {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := contract.ParseBody(body)
		if err == nil {
			if !json.Valid(body) || !utf8.Valid(body) {
				t.Fatalf("%q is taken for JSON", body)
			}
			var want any
			standard := json.NewDecoder(bytes.NewReader(body))
			standard.UseNumber()
			if err := standard.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%q is read as %v, by encoding/json as %v, %v", body, got, want, err)
			}
			again, err := contract.Encode(got)
			if err != nil {
				t.Fatal(err)
			}
			if same, err := contract.ParseBody(again); err != nil || !reflect.DeepEqual(got, same) {
				t.Fatalf("%q is encoded as %q, which is %v, %v", body, again, same, err)
			}
			return
		}
		p := problemOf(t, string(body))
		if p.Found == "an empty body" {
			return
		}
		lines := strings.Split(string(body), "\n")
		line, column := place(t, p)
		if line < 1 || line > len(lines) || column < 1 || column > utf8.RuneCountInString(lines[line-1])+1 {
			t.Fatalf("%q: line %d, column %d is no place in it", body, line, column)
		}
		bounded := p.Expected == "a flatter body" || strings.HasPrefix(p.Found, "a number that no field can hold")
		if json.Valid(body) && utf8.Valid(body) && !bounded {
			t.Fatalf("%q is JSON: %v", body, err)
		}
	})
}
