package journal_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/journal"
)

// TestHeadersAreKept: a header is read as it was sent, whichever names it has.
func TestHeadersAreKept(t *testing.T) {
	for name, h := range map[string]http.Header{
		"none":                {},
		"usual names":         {"Content-Length": {"2"}, "Content-Type": {"application/json"}, "Sim-Sandbox": {"default"}, "User-Agent": {"x"}},
		"other names":         {"X-One": {"1"}, "X-Two": {"2", "2"}},
		"of both":             {"Date": {"Thu, 01 Jan 1970 00:00:00 GMT"}, "Content-Security-Policy": {"sandbox"}, "Etag": {`"a"`}, "Sim-Rule": {"r"}},
		"several values":      {"Accept": {"a", "b"}, "Sim-Finding": {"a", "b", "a"}},
		"an empty value":      {"Accept": {""}, "X": {""}},
		"a name of any case":  {"content-type": {"text/plain"}},
		"as long as usual":    {"Content-Lengtj": {"1"}},
		"longer than a usual": {"X-" + http.CanonicalHeaderKey("a-very-long-name-of-a-header-that-is-not-usual"): {"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(h, journal.NewMessage(h, nil).Header()); diff != "" {
				t.Errorf("(-sent +read):\n%s", diff)
			}
		})
	}
}

// TestHeadersKeepTheirForm: archives have headers as they are packed.
func TestHeadersKeepTheirForm(t *testing.T) {
	h := http.Header{"X-A": {"b"}, "Content-Length": {"2"}, "User-Agent": {"c"}}
	if diff := cmp.Diff("\x00\x00\x012\x00\x0b\x01c\x03X-A\x01b", string(journal.NewMessage(h, nil).Headers)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
