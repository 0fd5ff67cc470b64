package console_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// messages are the forms of the simulator's messages, each with its Russian, as lang.js uses them.
type messages struct {
	exact map[string]string
	forms []messageForm
	used  map[string]bool
	known map[string]string // Russian by message; empty for none

	reasons map[string]bool // forms of the journal's reasons, of which there is another test
}

type messageForm struct {
	english, russian, part string
	pattern                *regexp.Regexp
	start                  string // two words at most, before the first value
	rank                   int    // how early it is tried
}

// messagesFile is written by people; static has it packed.
const messagesFile = "words/messages.ru.json"

var (
	slot       = regexp.MustCompile(`\{(\w+)\}`)
	strict     = regexp.MustCompile(`^\{[A-Z]+\}`)
	firstWords = regexp.MustCompile(`[^ ]+ `)
	nested     = regexp.MustCompile(`\{[A-Z]\w*\}`)
)

func readMessages(t *testing.T) *messages {
	t.Helper()
	m := &messages{exact: map[string]string{}, used: map[string]bool{}, known: map[string]string{}, reasons: map[string]bool{}}
	for _, name := range []string{"static/words/reasons.ru.json", messagesFile} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(content))
		_, _ = dec.Token()
		for dec.More() {
			english, _ := dec.Token()
			var russian string
			if err := dec.Decode(&russian); err != nil {
				t.Fatal(err)
			}
			m.add(t, english.(string), russian)
			m.reasons[english.(string)] = name != messagesFile
		}
	}
	holds := map[string]bool{}
	for _, f := range m.forms {
		holds[f.start] = holds[f.start] || f.start != "" && nested.MatchString(f.english)
	}
	for i, f := range m.forms {
		if holds[f.start] {
			m.forms[i].rank += 4
		}
	}
	slices.SortStableFunc(m.forms, func(a, b messageForm) int { return b.rank - a.rank })
	return m
}

func (m *messages) add(t *testing.T, english, russian string) {
	t.Helper()
	names := map[string]bool{}
	for _, found := range slot.FindAllStringSubmatch(english, -1) {
		if names[found[1]] {
			t.Fatalf("%q has the value %s twice", english, found[1])
		}
		names[found[1]] = true
	}
	for _, found := range slot.FindAllStringSubmatch(russian, -1) {
		if !names[found[1]] {
			t.Errorf("the Russian of %q has another value %s", english, found[1])
		}
	}
	if m.exact[english] = russian; len(names) == 0 {
		return
	}
	f := messageForm{english: english, russian: russian}
	pattern, at := "(?s)^", 0
	take := func(part string) {
		if pattern += regexp.QuoteMeta(part); len(part) > len(f.part) {
			f.part = part
		}
	}
	for _, place := range slot.FindAllStringSubmatchIndex(english, -1) {
		take(english[at:place[0]])
		name := english[place[2]:place[3]]
		pattern += "(?P<" + name + ">" + valueOf(name) + ")"
		at = place[1]
	}
	take(english[at:])
	f.pattern = regexp.MustCompile(pattern + "$")
	f.start = strings.Join(firstWords.FindAllString(english[:slot.FindStringIndex(english)[0]], 2), "")
	switch f.rank = strings.Count(f.start, " "); {
	case f.rank == 0 && strict.MatchString(english):
		f.rank = 3
	case f.rank == 0 && nested.MatchString(english):
		f.rank = 4
	}
	m.forms = append(m.forms, f)
}

// values that may not be anything.
var values = map[string]string{"n": `\d[\d.]*`, "within": `\d[\w.µ]*`, "word": `[\w.$-]+`, "names": `[^ ]+(?:, [^ ]+)*`, "path": `(?:\w+[.[(][^ ]*|hour|minute|weekday|now)`, "quoted": `".*?"`, "this": `[^ ]+(?: [^ ]+)?`, "that": `[^ ]+(?: [^ ]+)?`, "operation": `[\w-]+\.[\w.*-]+`}

func valueOf(name string) string {
	if pattern, ok := values[name]; ok {
		return pattern
	}
	if name == strings.ToUpper(name) {
		return ".{1,300}"
	}
	return ".*?"
}

// told is a message in Russian; false for one that has no form.
func (m *messages) told(text string) (string, bool) {
	if russian, ok := m.known[text]; ok {
		return russian, russian != ""
	}
	russian, ok := m.tell(text)
	if m.known[text] = ""; ok {
		m.known[text] = russian
	}
	return russian, ok
}

func (m *messages) tell(text string) (string, bool) {
	if russian, ok := m.exact[text]; ok {
		m.used[text] = true
		return russian, true
	}
	for _, f := range m.forms {
		if !strings.Contains(text, f.part) {
			continue
		}
		found := f.pattern.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		if russian, ok := m.filled(f, found); ok {
			m.used[f.english] = true
			return russian, true
		}
	}
	return text, false
}

func (m *messages) filled(f messageForm, found []string) (string, bool) {
	filled := map[string]string{}
	for i, name := range f.pattern.SubexpNames() {
		if i == 0 {
			continue
		}
		filled[name] = found[i]
		if name[0] < 'A' || name[0] > 'Z' {
			continue
		}
		russian, ok := m.told(found[i])
		if !ok && name == strings.ToUpper(name) {
			return "", false
		}
		if ok {
			filled[name] = russian
		}
	}
	return slot.ReplaceAllStringFunc(f.russian, func(name string) string { return filled[name[1:len(name)-1]] }), true
}

// TestMessagesInRussian: every text that a page may show of a check, a finding, a delivery or a
// refusal of the control API has its Russian.
func TestMessagesInRussian(t *testing.T) {
	m := readMessages(t)
	for _, s := range sources {
		texts := s.texts(t)
		if len(texts) == 0 {
			t.Errorf("%s makes no texts", s.files)
		}
		for _, text := range texts {
			if isText(text) && !slices.Contains(unseen, text) && !slices.Contains(parts, text) && !m.knows(text) {
				t.Errorf("words/messages.ru.json has no form of %q of %s", text, s.files)
			}
		}
	}
	for _, text := range slices.Concat(wholes, goldens(t)) {
		m.check(t, text)
	}
	for _, text := range slices.Sorted(maps.Keys(m.exact)) {
		if !m.used[text] && !m.reasons[text] {
			in, _ := m.told(text)
			t.Errorf("words/messages.ru.json has %q, which no message is %s", text, in)
		}
	}
}

// check that a message is in Russian as a whole.
func (m *messages) check(t *testing.T, text string) {
	t.Helper()
	in, ok := m.told(text)
	left := english.FindAllString(code.ReplaceAllString(notWords.ReplaceAllString(in, " "), " "), -1)
	if !ok || len(left) > 0 {
		t.Errorf("%q\n\tis %q\n\tin which is English: %q", text, in, left)
	}
}

// code is more than one word of a program without quotes.
var code = regexp.MustCompile(`per sandbox|mode (?:speed|frozen)|Bad Gateway|fault [a-z-]+|send [a-z]+|subject (?:approve|reject)|retype [a-z]+|invalid operation|lose the first reply`)

// isText reports whether there are words beside what is known only when a text is made.
func isText(text string) bool { return len(letter.FindAllString(text, -1)) > 4 }

var letter = regexp.MustCompile("[A-Za-z]")

// samples are what may stand in a text for what is known only when it is made.
var samples = []string{"7", "kyc.address.get", `"x"`, "nothing", "case", "row"}

// knows reports whether a text has a form with one sample or another in each of its places.
func (m *messages) knows(text string) bool {
	before, after, more := strings.Cut(text, "{}")
	if !more {
		_, ok := m.told(text)
		return ok
	}
	return slices.ContainsFunc(samples, func(sample string) bool { return m.knows(before + sample + after) })
}

var checked = regexp.MustCompile(`^test\.yaml:\d+:\d+: (?:warning: )?(?:.*?: )?(found .*[^ ])$`)

// goldens are what the tests of the checker want it to say.
func goldens(t *testing.T) (texts []string) {
	t.Helper()
	files, err := filepath.Glob("../scenario/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no tests of the checker", err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == gotoken.STRING {
				text, _ := strconv.Unquote(literal.Value)
				if found := checked.FindStringSubmatch(text); found != nil {
					texts = append(texts, found[1])
				}
			}
			return true
		})
	}
	if len(texts) < 300 {
		t.Fatalf("only %d messages of the checker", len(texts))
	}
	return texts
}

// TestMessagesOnThePage: the page tells every message as the other tests of messages do.
func TestMessagesOnThePage(t *testing.T) {
	b := newTab(t, 1280, 800)
	b.open(serve(t, simulator.Options{}), "default/live")
	b.language("ru")
	all := slices.Concat(wholes, goldens(t))
	texts, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](
		`import('/_sim/console/js/lang.js').then(({ told }) => `+mustJSON(t, all)+`.map((text) => told(text).text))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail(err)
	}
	m := readMessages(t)
	for i, text := range all {
		if want, _ := m.told(text); texts[i] != want {
			t.Errorf("%q\n\tis %q\n\tnot %q", text, texts[i], want)
		}
	}
}
