package journal_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/journal"
)

// FuzzBodies: whatever a client sends, a masked body that was JSON is JSON, and
// what was taken out once isn't there to be taken out again.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		`{"api_key": "secret", "iin": "901123300258"}`, `{"iin":`, `[[{"a":1},"b"]]`, `{"phone": "+77015550001`, `{'api_key': 1}`,
		`{"address": [1, {"x": "\u0041"}]}`, "\xff\x00", `{"fullname":"\"}`, `{"api_key":\"`, `"KZ86125KZT5004100100"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		masked := journal.Masked(&journal.Exchange{Request: journal.NewMessage(nil, body)}).Request.Body
		if json.Valid(body) && journal.NewMessage(nil, body).IsText() && !json.Valid(masked) {
			t.Errorf("%q became %q", body, masked)
		}
		redacted := journal.Redacted(body)
		if again := journal.Redacted(redacted); !bytes.Equal(redacted, again) {
			t.Errorf("%q became %q, then %q", body, redacted, again)
		}
	})
}
