package journal

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
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
	if !keyHint.Match(body) {
		return bytes.Clone(body)
	}
	return apiKey.ReplaceAllFunc(redactedWithin(body), func(found []byte) []byte {
		parts := apiKey.FindSubmatch(found)
		before, value := parts[1], parts[2]
		opening := ""
		switch {
		case string(value) == "null":
			return found
		case value[0] == '"' || value[0] == '\'':
			opening = string(value[:1])
		}
		return fmt.Appendf(nil, "%s%s%s", before, opening, withheld)
	})
}

// keyHint matches what is worth reading closely: a name with "key" in it, or with
// letters that are spelled as escapes.
var keyHint = regexp.MustCompile(`(?i)key|\\u`)

// apiKey matches the name of the field with what stands before it, and the value
// as far as it goes: a text without its closing quote, or a word.
var apiKey = regexp.MustCompile(`(?is)((?:^|[\s{,"'&?])` + spelled("api_key") + `(?:["']\s*[:=]?|\s*[:=])\s*)` +
	`("(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*|[^\s,}\]&"'\[{:=][^\s,}\]&"'\[{]*)`)

// spelled is a pattern for a name, each letter as itself or as JSON's escape.
func spelled(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		upper := []rune(strings.ToUpper(string(c)))[0]
		fmt.Fprintf(&b, `(?:%c|\\u%04x|\\u%04x)`, c, c, upper)
	}
	return b.String()
}

// redactedWithin takes out what a list or mapping in the place of a key holds, but
// for sentences: an answer about the field has such.
func redactedWithin(body []byte) []byte {
	return rewrite(body, func(names []string, scalar []byte) []byte {
		isWithin := slices.ContainsFunc(names[:len(names)-1], isKey)
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

// RedactedURL is a path and query without the api keys in the query.
func RedactedURL(url string) string {
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
