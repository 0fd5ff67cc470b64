package journal

import (
	"net/http"
	"regexp"
)

// apiKey matches the member of a body that holds a credential, broken JSON
// included: what doesn't parse may still carry a key.
var apiKey = regexp.MustCompile(`("api_key"\s*:\s*")(?:[^"\\]|\\.)*`)

// Redacted is a body without its api key. Keys are credentials; nothing that
// outlives the request may hold one.
func Redacted(body []byte) []byte {
	return apiKey.ReplaceAll(body, []byte(`${1}***`))
}

// secretHeaders hold credentials, of the simulator's control API among them.
var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Sim-Token"}

// RedactedHeader is a copy of a header without its credentials.
func RedactedHeader(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range secretHeaders {
		if h.Get(name) != "" {
			h.Set(name, "***")
		}
	}
	return h
}
