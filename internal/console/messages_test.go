package console_test

import (
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

	"github.com/kzsim/kzsim/internal/console"
	"github.com/kzsim/kzsim/internal/simulator"
)

// messages are the forms of the simulator's messages, and which of them the tests have met.
type messages struct {
	exact   map[string]string
	reasons map[string]bool // forms of the journal's reasons, of which there is another test
	used    map[string]bool
}

// messagesFile is written by people; static has it packed.
const messagesFile = "words/messages.ru.json"

var slot = regexp.MustCompile(`\{(\w+)\}`)

func readMessages(t *testing.T) *messages {
	t.Helper()
	m := &messages{exact: map[string]string{}, reasons: map[string]bool{}, used: map[string]bool{}}
	for _, name := range []string{"static/words/reasons.ru.json", messagesFile} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]string
		if err := json.Unmarshal(content, &all); err != nil {
			t.Fatal(err)
		}
		for english, russian := range all {
			names := slot.FindAllString(english, -1)
			slices.Sort(names)
			if len(slices.Compact(slices.Clone(names))) < len(names) {
				t.Errorf("%q has a value twice", english)
			}
			for _, one := range slot.FindAllString(russian, -1) {
				if !slices.Contains(names, one) {
					t.Errorf("the Russian of %q has another value %s", english, one)
				}
			}
			m.exact[english], m.reasons[english] = russian, name != messagesFile
		}
	}
	return m
}

// told is a message in Russian; false for one that has no form.
func (m *messages) told(text string) (string, bool) {
	russian, by := console.Tell(text)
	for _, form := range by {
		m.used[form] = true
	}
	return russian, len(by) > 0
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
		`import('/_sim/console/console.js').then(({ modules }) => `+mustJSON(t, all)+`.map((text) => modules.lang.told(text).text))`, chromedp.EvalAwaitPromise))
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
