package console

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Shown are the texts by which the pages show a text of the control API: a message of the
// simulator in Russian, or a name of the pages' own words (live.by.prefer) in each language. The
// journal is searched for them. The English of a message is not among them.
func Shown(text string) (all []string) {
	for _, language := range pageWords() {
		switch own := language[text].(type) {
		case string:
			all = append(all, own)
		case map[string]any: // by the number
			for _, one := range own {
				all = append(all, fmt.Sprint(one))
			}
		}
	}
	if russian, by := inRussian().tell(text); len(by) > 0 {
		all = append(all, russian)
	}
	return all
}

// pageWords are the pages' own words by their names, for each language.
var pageWords = sync.OnceValue(func() (all []map[string]any) {
	for _, name := range []string{"en", "ru"} {
		var words map[string]any
		_ = json.Unmarshal(embedded("words/"+name+".json"), &words) // a part of the program; a test reads it
		all = append(all, words)
	}
	return all
})

var inRussian = sync.OnceValue(readMessages)

// mostKnown bounds the messages that are remembered.
const mostKnown = 5000

// messages are the forms of the simulator's messages with their Russian. lang.js tells them in the
// same way; a test compares the two.
type messages struct {
	exact map[string]string
	forms []*form

	mu    sync.Mutex
	known map[string]told
}

// told is a message in Russian, and the forms that it took, by their English; none for a message
// that has no form.
type told struct {
	text string
	by   []string
}

// form of a message. {name} stands for a value, {Name} for one that may be a message itself, {NAME}
// for one that has to be.
type form struct {
	english, russian string
	part             string // the longest between the values
	rank             int    // how early it is tried
	pattern          func() *regexp.Regexp
}

var (
	slot       = regexp.MustCompile(`\{(\w+)\}`)
	strict     = regexp.MustCompile(`^\{[A-Z]+\}`)
	firstWords = regexp.MustCompile(`[^ ]+ `)
	nested     = regexp.MustCompile(`\{[A-Z]\w*\}`)
)

// values that may not be anything, by their names.
var values = map[string]string{
	"n": `\d[\d.]*`, "within": `\d[\w.µ]*`, "word": `[\w.$-]+`, "names": `[^ ]+(?:, [^ ]+)*`,
	"path": `(?:\w+[.[(][^ ]*|hour|minute|weekday|now)`, "quoted": `".*?"`, "this": `[^ ]+(?: [^ ]+)?`,
	"that": `[^ ]+(?: [^ ]+)?`, "operation": `[\w-]+\.[\w.*-]+`,
}

// readMessages of the embedded files, in their order.
func readMessages() *messages {
	m := &messages{exact: map[string]string{}, known: map[string]told{}}
	holds := map[string]bool{}
	starts := map[*form]string{}
	for _, name := range []string{"words/reasons.ru.json", "words/messages.ru.json"} {
		dec := json.NewDecoder(bytes.NewReader(embedded(name)))
		_, _ = dec.Token() // the brace
		for dec.More() {
			var russian string
			english, _ := dec.Token()
			text, ok := english.(string)
			if !ok || dec.Decode(&russian) != nil {
				break // a test reads all of them
			}
			if m.exact[text] = russian; !slot.MatchString(text) {
				continue
			}
			f, start := newForm(text, russian)
			holds[start] = holds[start] || start != "" && nested.MatchString(text)
			m.forms, starts[f] = append(m.forms, f), start
		}
	}
	for _, f := range m.forms {
		if holds[starts[f]] {
			f.rank += 4
		}
	}
	slices.SortStableFunc(m.forms, func(a, b *form) int { return b.rank - a.rank })
	return m
}

// newForm, and the words with which it starts, at most two, before the first value.
func newForm(english, russian string) (f *form, start string) {
	f = &form{english: english, russian: russian}
	start = strings.Join(firstWords.FindAllString(english[:slot.FindStringIndex(english)[0]], 2), "")
	switch f.rank = strings.Count(start, " "); {
	case f.rank == 0 && strict.MatchString(english):
		f.rank = 3
	case f.rank == 0 && nested.MatchString(english):
		f.rank = 4
	}
	pattern, at := "(?s)^", 0
	for _, place := range append(slot.FindAllStringSubmatchIndex(english, -1), nil) {
		part := english[at:]
		if place != nil {
			part = english[at:place[0]]
		}
		if pattern += regexp.QuoteMeta(part); len(part) > len(f.part) {
			f.part = part
		}
		if place != nil {
			name := english[place[2]:place[3]]
			pattern, at = pattern+"(?P<"+name+">"+valueOf(name)+")", place[1]
		}
	}
	// Most forms are never tried, and a pattern takes much memory.
	f.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern + "$") })
	return f, start
}

func valueOf(name string) string {
	if pattern, ok := values[name]; ok {
		return pattern
	}
	if mustBeMessage(name) {
		return ".{1,300}"
	}
	return ".*?"
}

func mustBeMessage(name string) bool { return name == strings.ToUpper(name) }

// tell a message in Russian. By are the forms that it took; none for a message that has no form,
// which stays as it is.
func (m *messages) tell(text string) (russian string, by []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.told(text)
	return t.text, t.by
}

func (m *messages) told(text string) told {
	if t, ok := m.known[text]; ok {
		return t
	}
	t := m.work(text)
	if len(m.known) >= mostKnown {
		clear(m.known)
	}
	m.known[text] = t
	return t
}

func (m *messages) work(text string) told {
	if russian, ok := m.exact[text]; ok {
		return told{russian, []string{text}}
	}
	for _, f := range m.forms {
		if !strings.Contains(text, f.part) {
			continue
		}
		if found := f.pattern().FindStringSubmatch(text); found != nil {
			if t, ok := m.filled(f, found); ok {
				return t
			}
		}
	}
	return told{text: text}
}

// filled is a form with the values that were found; false if one that has to be a message is none.
func (m *messages) filled(f *form, found []string) (told, bool) {
	by := []string{f.english}
	values := map[string]string{}
	for i, name := range f.pattern().SubexpNames() {
		if i == 0 {
			continue
		}
		values[name] = found[i]
		if name[0] < 'A' || name[0] > 'Z' {
			continue
		}
		inner := m.told(found[i])
		if len(inner.by) == 0 && mustBeMessage(name) {
			return told{}, false
		}
		values[name], by = inner.text, append(by, inner.by...)
	}
	text := slot.ReplaceAllStringFunc(f.russian, func(name string) string { return values[name[1:len(name)-1]] })
	return told{text, by}, true
}

// embedded is a file of the pages; empty if it is not there.
func embedded(name string) []byte {
	if content, err := static.ReadFile("static/" + name); err == nil {
		return content
	}
	content, _ := static.ReadFile("static/" + name + packedExt)
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	unpacked, _ := io.ReadAll(r)
	return unpacked
}
