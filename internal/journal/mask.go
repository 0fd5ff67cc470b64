package journal

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// Masked is an exchange as it may be shown to all users of a shared machine:
// a copy in which a person can't be recognised, and which still can be distinguished from
// others and followed.
//
// An IIN keeps its first six digits (the birth date), so does every longer number,
// since accounts and contracts carry their owner's; an IBAN keeps its first four
// characters, a phone its first four and last two. Of names, addresses and free
// texts the first letter stays, of electronic documents, photos and files nothing.
// Amounts, dates, references, codes and sessions stay as they are.
func Masked(e *Exchange) *Exchange {
	m := MaskedSummary(e)
	m.Request, m.Response = e.Request.masked(), e.Response.masked()
	m.Why = maskedAll(e.Why)
	m.Changes = make([]store.Change, len(e.Changes))
	for i, c := range e.Changes {
		m.Changes[i] = store.Change{
			Collection: c.Collection, Key: MaskedText(c.Key), Before: MaskedValue(c.Before), After: MaskedValue(c.After),
		}
	}
	m.Taken = make([]contract.Taken, len(e.Taken))
	for i, t := range e.Taken {
		t.Key = MaskedText(t.Key)
		m.Taken[i] = t
	}
	return m
}

// MaskedSummary is Masked for what a list of exchanges shows: without the bodies and
// headers, the reasons and what was changed, which take most of the time.
func MaskedSummary(e *Exchange) *Exchange {
	m := *e
	m.URL = maskedURL(e.URL)
	m.Remote = ""
	m.Request, m.Response = Message{}, Message{}
	m.Subjects = maskedAll(e.Subjects)
	m.Why, m.Changes, m.Taken = nil, nil, nil
	m.Findings = slices.Clone(e.Findings)
	for i := range m.Findings {
		m.Findings[i].Path, m.Findings[i].Text = MaskedText(m.Findings[i].Path), MaskedText(m.Findings[i].Text)
	}
	return &m
}

// Masked is a note as it may be shown there.
func (n Note) Masked() Note { return Note{Kind: n.Kind, Data: MaskedValue(n.Data)} }

func (m Message) masked() Message {
	masked := Message{Size: m.Size, Digest: m.Digest}
	all := packing{maskedAll, func(_ string, values []string) []string { return maskedAll(values) }}
	masked.Headers = all.header(nil, m.Header())
	if m.IsText() {
		masked.Body = maskedJSON(m.Body)
	}
	return masked
}

// MaskedValue is a value that JSON can hold, masked as a body is.
func MaskedValue(v any) any {
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return json.RawMessage(maskedJSON(raw))
}

// MaskedText is a text without the numbers that lead to a person.
func MaskedText(text string) string {
	return personal.ReplaceAllStringFunc(text, func(found string) string {
		switch {
		case strings.Contains(found, "-"): // a session's id
			return found
		case strings.HasPrefix(strings.ToUpper(found), "KZ"):
			return hidden(found, 4, 0)
		case len(strings.TrimPrefix(found, "+")) == phoneDigits:
			return hidden(found, 4, 2)
		}
		return hidden(found, 6, 0)
	})
}

// personal finds ids that are to be left alone, then IBANs, long numbers, phones.
var personal = regexp.MustCompile(`(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}` +
	`|KZ[0-9]{2}[0-9A-Z]{12,16}|[0-9]{12,}|\+?[78]7[0-9]{9}`)

const phoneDigits = 11

// hidden keeps so many characters of a text's beginning and of its end.
func hidden(text string, first, last int) string {
	runes := []rune(text)
	if len(runes) <= first+last {
		return strings.Repeat("*", len(runes))
	}
	return string(runes[:first]) + strings.Repeat("*", len(runes)-first-last) + string(runes[len(runes)-last:])
}

func maskedAll(texts []string) []string {
	masked := make([]string, len(texts))
	for i, text := range texts {
		masked[i] = MaskedText(text)
	}
	return masked
}

func maskedURL(address string) string {
	path, query, ok := strings.Cut(address, "?")
	if !ok {
		return MaskedText(path)
	}
	return MaskedText(path) + "?" + rewriteQuery(query, func(name, value string) string {
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		if masked := MaskedText(maskedMember(name, plain)); masked != plain {
			return url.QueryEscape(masked)
		}
		return value
	})
}

func maskedJSON(text []byte) []byte {
	return rewrite(text, tellsOfPerson, func(names []string, scalar []byte) []byte {
		s := textOf(scalar)
		if isLiteral(string(scalar)) {
			return scalar
		}
		masked := s
		for _, name := range names {
			if name != "" {
				masked = maskedMember(name, masked)
			}
		}
		if strings.HasPrefix(masked, "{") || strings.HasPrefix(masked, "[") { // a body in a text
			masked = string(maskedJSON([]byte(masked)))
		}
		if masked = MaskedText(masked); masked == s {
			return scalar
		}
		encoded, _ := json.Marshal(masked) // a string always encodes
		return quoted(scalar, string(encoded[1:len(encoded)-1]))
	})
}

// textOf a scalar: what a string says, also if its end is missing, or a word.
func textOf(scalar []byte) string {
	var s string
	for _, end := range []string{"", `"`} {
		if json.Unmarshal(append(slices.Clip(scalar), end...), &s) == nil {
			return s
		}
	}
	return strings.TrimPrefix(string(scalar), `"`)
}

// isLiteral reports whether a word says nothing of a person.
func isLiteral(word string) bool { return word == "null" || word == "true" || word == "false" }

// maskedMember is the value of a member, or of what lies in it, masked if the
// member's name says that it is about a person.
func maskedMember(name, value string) string {
	plain := plainName(name)
	is := func(part string) bool { return strings.Contains(plain, part) }
	switch {
	case value == "":
		return ""
	case slices.Contains(secretMembers, plain):
		return withheld
	case is("phone"):
		return hidden(value, 4, 2)
	case is("iban") && len(value) > 4: // for_iban is a flag
		return hidden(value, 4, 0)
	case is("iin"):
		return hidden(value, 6, 0)
	case slices.ContainsFunc(namingMembers, is), slices.Contains(placeMembers, plain):
		r, _ := utf8.DecodeRuneInString(value)
		return string(r) + withheld
	}
	return value
}

// tellsOfPerson reports whether the name of a member means that its value may be masked.
func tellsOfPerson(name string) bool {
	plain := plainName(name)
	is := func(part string) bool { return strings.Contains(plain, part) }
	return slices.Contains(secretMembers, plain) || slices.ContainsFunc(numberMembers, is) ||
		slices.ContainsFunc(namingMembers, is) || slices.Contains(placeMembers, plain)
}

var (
	// numberMembers are parts of the names of what holds the numbers of a person.
	numberMembers = []string{"phone", "iban", "iin"}
	// secretMembers are electronic documents and pictures.
	secretMembers = []string{
		"resultjson", "extra", "gender", "facephoto", "qrcode", "barcode", "documentimage", "documentpdf",
	}
	// namingMembers are parts of the names of what holds names and free texts.
	namingMembers = []string{"name", "title", "fio", "purpose", "headerpaper", "footertext", "login"}
	placeMembers  = []string{
		"address", "region", "city", "street", "building", "flat", "account", "head", "createdby", "updatedby",
		"cliid", "extaccid", "extacccode", "transitaccid",
	}
)
