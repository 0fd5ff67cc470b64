package journal

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// withheld stands where a secret was.
const withheld = "***"

// Redacted is a body without its api keys, a copy where it has any, however their field is spelled
// and broken JSON included: what doesn't parse may still carry a key. Keys are
// credentials; nothing that outlives the request may hold one.
func Redacted(body []byte) []byte {
	if !mayHoldKey(body) {
		return body
	}
	return withoutKeys(redactedWithin(body))
}

// redactedWithin takes out what a list or mapping in the place of a key holds, but
// for sentences: an answer about the field has such.
func redactedWithin(body []byte) []byte {
	if bytes.IndexByte(body[1:], '{') < 0 && bytes.IndexByte(body[1:], '[') < 0 {
		return body // no list or mapping lies in another, nor behind a name
	}
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

// keyNames are parts of the names of secrets, as plainName has them.
var keyNames = []string{"apikey", "accesskey", "subscriptionkey", "authorization", "password", "clientsecret"}

// isKey reports whether a field holds a secret by its name, however it is spelled:
// api_key, apiKey, x-api-key, api%5Fkey, Ocp-Apim-Subscription-Key.
func isKey(name string) bool {
	if name == "api_key" { // that of the services
		return true
	}
	if !mayNameKey(name) {
		return false
	}
	plain := plainName(name)
	return slices.ContainsFunc(keyNames, func(part string) bool { return strings.Contains(plain, part) })
}

// mayNameKey reports whether a name has a letter of a kind that each of keyNames has, or anything that plainName may
// make one of: an escape, a letter that is K, too.
func mayNameKey(name string) bool {
	for i := range len(name) {
		switch name[i] {
		case 'k', 'K', 'z', 'Z', 'w', 'W', 'c', 'C', '\\', '%', 0xe2:
			return true
		}
	}
	return false
}

var separators = strings.NewReplacer("_", "", "-", "", ".", "", " ", "", "$", "")

func plainName(name string) string {
	if strings.ContainsAny(name, `\%`) {
		name = escapedLetter.ReplaceAllStringFunc(name, func(escape string) string {
			code, _ := strconv.ParseUint(strings.TrimLeft(escape, `\uU%`), 16, 16) // it is hexadecimal
			return string(rune(code))
		})
	}
	return separators.Replace(strings.ToLower(name))
}

// escapedLetter is a letter as JSON or a query may write it.
var escapedLetter = regexp.MustCompile(`\\[uU][0-9a-fA-F]{4}|%[0-9a-fA-F]{2}`)

// RedactedURL is a path and query without the api keys in the query, as far as a
// journal keeps one.
func RedactedURL(url string) string {
	url = url[:min(len(url), maxURL)]
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

// redacted is a header without the credentials in it, those of the simulator's control API among them.
var redacted = packing{
	withoutKeysIn,
	func(name string, values []string) []string {
		if !harmless[name] && isSecretHeader(name) {
			return []string{withheld}
		}
		return withoutKeysIn(values)
	},
}

// withoutKeysIn values, such as a Referer.
func withoutKeysIn(values []string) []string {
	clean := values
	for i, value := range values {
		if mayHoldKey(value) {
			clean = slices.Replace(slices.Clone(clean), i, i+1, string(Redacted([]byte(value))))
		}
	}
	return clean
}

// harmless headers are no secret ones, which is known without a look at their names.
var harmless = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Connection": true, "Content-Length": true,
	"Content-Type": true, "Origin": true, "Prefer": true, "Referer": true, "Sim-Sandbox": true, "User-Agent": true,
}

// isSecretHeader is isKey for headers, of which others are secret, too.
func isSecretHeader(name string) bool {
	plain := plainName(name)
	return isKey(name) || strings.Contains(plain, "token") || strings.Contains(plain, "cookie") || strings.Contains(plain, "secret")
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
