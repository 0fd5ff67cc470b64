package journal

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// withheld stands where a secret was.
const withheld = "***"

// Redacted is a copy of a body without its api keys, however their field is spelled
// and broken JSON included: what doesn't parse may still carry a key. Keys are
// credentials; nothing that outlives the request may hold one.
func Redacted(body []byte) []byte {
	if !mayHoldKey(body) {
		return bytes.Clone(body)
	}
	return withoutKeys(redactedWithin(body))
}

// redactedWithin takes out what a list or mapping in the place of a key holds, but
// for sentences: an answer about the field has such.
func redactedWithin(body []byte) []byte {
	return rewrite(body, isKey, func(names []string, scalar []byte) []byte {
		isWithin := slices.ContainsFunc(names[:len(names)-1], func(name string) bool { return name != "" })
		if !isWithin || bytes.ContainsAny(scalar, " \t") {
			return scalar
		}
		return quoted(scalar, withheld)
	})
}

// quoted puts a text in the place of a scalar: as a string, without the closing
// quote if the scalar was a string that lacks it.
func quoted(scalar []byte, text string) []byte {
	if len(scalar) > 0 && scalar[0] == '"' && (len(scalar) == 1 || scalar[len(scalar)-1] != '"') {
		return []byte(`"` + text)
	}
	return []byte(`"` + text + `"`)
}

// isKey reports whether a field is an api key by its name, however it is spelled.
func isKey(name string) bool { return plainName(name) == "apikey" }

var separators = strings.NewReplacer("_", "", "-", "", ".", "", " ", "", "$", "")

func plainName(name string) string { return separators.Replace(strings.ToLower(name)) }

// RedactedURL is a path and query without the api keys in the query, as far as a
// journal keeps one.
func RedactedURL(url string) string {
	url = url[:min(len(url), MaxURL)]
	path, query, ok := strings.Cut(url, "?")
	if !ok {
		return url
	}
	return path + "?" + rewriteQuery(query, func(name, value string) string {
		if isKey(name) {
			return withheld
		}
		return value
	})
}

// rewriteQuery lets replace put something else in the place of a query's values;
// names and values are as they are written.
func rewriteQuery(query string, replace func(name, value string) string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			pairs[i] = name + "=" + replace(name, value)
		}
	}
	return strings.Join(pairs, "&")
}

// RedactedHeader is a copy of a header without the credentials in it, those of the
// simulator's control API among them.
func RedactedHeader(h http.Header) http.Header {
	h = h.Clone()
	for name := range h {
		if isSecretHeader(name) {
			h[name] = []string{withheld}
		}
	}
	return h
}

var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie"}

func isSecretHeader(name string) bool {
	plain := plainName(name)
	return slices.Contains(secretHeaders, name) || strings.Contains(plain, "apikey") || strings.Contains(plain, "token")
}

// RedactedTexts are explanations without the api keys that a request had: they may
// show its values. The texts themselves stay as they are.
func RedactedTexts(texts, keys []string) []string {
	if len(keys) == 0 {
		return texts
	}
	clean := make([]string, len(texts))
	for i, text := range texts {
		for _, key := range keys {
			text = strings.ReplaceAll(text, strconv.Quote(key), `"`+withheld+`"`)
			if len(key) >= shortestSecret {
				text = strings.ReplaceAll(text, key, withheld)
			}
		}
		clean[i] = string(Redacted([]byte(text)))
	}
	return clean
}

// shortestSecret is the shortest key that is looked for without its quotes: a
// shorter one may be a word.
const shortestSecret = 4
