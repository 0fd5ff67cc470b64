package journal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
)

func TestRedacted(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"a body", `{"api_key": "secret", "iin": "1"}`, `{"api_key": "***", "iin": "1"}`},
		{"without spaces", `{"api_key":"secret","iin":"1"}`, `{"api_key":"***","iin":"1"}`},
		{"over lines", "{\"api_key\"\n:\r\n\t\"secret\"}", "{\"api_key\"\n:\r\n\t\"***\"}"},
		{"twice", `{"api_key":"secret","a":{"api_key":"secret"}}`, `{"api_key":"***","a":{"api_key":"***"}}`},
		{"an escaped quote", `{"api_key":"sec\"ret secret","iin":"1"}`, `{"api_key":"***","iin":"1"}`},
		{"an escaped backslash at the end", `{"api_key":"secret\\","iin":"1"}`, `{"api_key":"***","iin":"1"}`},
		{"a line break after a backslash", "{\"api_key\":\"sec\\\nsecret\",\"iin\":\"1\"}", `{"api_key":"***","iin":"1"}`},
		{"a text that doesn't end", `{"iin":"1","api_key":"secret`, `{"iin":"1","api_key":"***`},
		{"an escape that doesn't end", `{"api_key":"secret\`, `{"api_key":"***\`},
		{"bytes that are no UTF-8", "{\"api_key\":\"sec\xffret secret\",\"iin\":\"\xff\"}", "{\"api_key\":\"***\",\"iin\":\"\xff\"}"},
		{"a trailing comma", `{"api_key":"secret",}`, `{"api_key":"***",}`},
		{"no colon", `{"api_key" "secret"}`, `{"api_key" "***"}`},
		{"no quote before the colon", `{"api_key: "secret"}`, `{"api_key: "***"}`},
		{"no quotes", `{api_key: secret-1, iin: 1}`, `{api_key: ***, iin: 1}`},
		{"a number", `{"api_key": 1234567890}`, `{"api_key": ***}`},
		{"single quotes", `{'api_key': 'sec"ret secret', 'iin': '1'}`, `{'api_key': '***', 'iin': '1'}`},
		{"other case", `{"API_KEY":"secret","Api_Key":"secret"}`, `{"API_KEY":"***","Api_Key":"***"}`},
		{"an escaped name", `{"api\u005Fkey":"secret"}`, `{"api\u005Fkey":"***"}`},
		{"a form", `api_key=secret-1&iin=1`, `api_key=***&iin=1`},
		{"an empty key", `{"api_key":""}`, `{"api_key":"***"}`},
		{"no key at all", `{"api_key": null, "iin": "1"}`, `{"api_key": null, "iin": "1"}`},
		{"an answer about the field", `{"api_key":["This field is required."]}`, `{"api_key":["This field is required."]}`},
		{"a text about the field", `{"detail":"no api_key","iin":"1"}`, `{"detail":"no api_key","iin":"1"}`},
		{"another field", `{"key":"value","api":"key","keyapi":"value"}`, `{"key":"value","api":"key","keyapi":"value"}`},
		{"other spellings", `{"apiKey":"secret","x_api_key":"secret","X-Api-Keys":"secret","api key":"1"}`,
			`{"apiKey":"***","x_api_key":"***","X-Api-Keys":"***","api key":"1"}`},
		{"other names", `{"Ocp-Apim-Subscription-Key":"secret","X-Authorization":"secret","password":"secret","clientSecret":"secret"}`,
			`{"Ocp-Apim-Subscription-Key":"***","X-Authorization":"***","password":"***","clientSecret":"***"}`},
		{"an escaped form", `a=1&api%5Fkey=secret&%61pi_key=secret`, `a=1&api%5Fkey=***&%61pi_key=***`},
		{"the sign for kelvin", "{\"api_\u212aey\":\"secret\"}", "{\"api_\u212aey\":\"***\"}"},
		{"JSON in a text", `{"extra":"{\"api_key\":\"secret\",\"iin\":\"1\"}"}`, `{"extra":"{\"api_key\":\"***\",\"iin\":\"1\"}"}`},
		{"JSON in a text in a text", `"{\\\"api_key\\\": \\\"secret\\\"}"`, `"{\\\"api_key\\\": \\\"***\\\"}"`},
		{"JSON in a text that ends before the key", `{"extra":"{\"api_key\":\"`, `{"extra":"{\"api_key\":\"***`},
		{"and whose quote is closed", `{"extra":"{\"api_key\":\""}`, `{"extra":"{\"api_key\":\"***"}`},
		{"a list of them", `[{"api_key":["secret-1",{"a":"secret"}]}]`, `[{"api_key":["***",{"a":"***"}]}]`},
		{"a mapping behind the name alone", `"api_key": {"a": "secret"}`, `"api_key": {"a": "***"}`},
		{"a URL with a password", `{"url":"https://user:secret@host/path?a=b:c@d","other":"http://host:80/a@b"}`,
			`{"url":"https://user:***@host/path?a=b:c@d","other":"http://host:80/a@b"}`},
		{"nothing", ``, ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			given := []byte(test.body)
			got := string(journal.Redacted(given))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(got, "secret") {
				t.Error("the key is there still")
			}
			if string(given) != test.body {
				t.Errorf("the body itself was changed: %s", given)
			}
		})
	}
}

func TestHeadersAreRedacted(t *testing.T) {
	given := http.Header{
		"Authorization":             {"Bearer secret"},
		"Proxy-Authorization":       {"", "Basic secret"},
		"Cookie":                    {"sim-token=secret", "b=secret"},
		"Sim-Token":                 {"secret"},
		"X-Api-Key":                 {"secret"},
		"X-Authorization":           {"secret"},
		"Set-Cookie":                {"a=secret"},
		"Ocp-Apim-Subscription-Key": {"secret"},
		"Referer":                   {"https://me:secret@bank.example/a?apiKey=secret&b=1"},
		"Content-Type":              {"application/json"},
		"Accept":                    {"a", "b"},
	}
	before := given.Clone()
	got := journal.RedactedMessage(given, nil).Header()
	want := http.Header{
		"Authorization":             {"***"},
		"Proxy-Authorization":       {"***"},
		"Cookie":                    {"***"},
		"Sim-Token":                 {"***"},
		"X-Api-Key":                 {"***"},
		"X-Authorization":           {"***"},
		"Set-Cookie":                {"***"},
		"Ocp-Apim-Subscription-Key": {"***"},
		"Referer":                   {"https://me:***@bank.example/a?apiKey=***&b=1"},
		"Content-Type":              {"application/json"},
		"Accept":                    {"a", "b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got.Set("Accept", "other")
	if diff := cmp.Diff(before, given); diff != "" {
		t.Errorf("the header itself was changed (-before +after):\n%s", diff)
	}
	if got := journal.RedactedMessage(nil, nil).Header(); len(got) != 0 {
		t.Errorf("of no header there is %v", got)
	}
}
