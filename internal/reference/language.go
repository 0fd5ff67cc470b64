package reference

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"
)

// language that a page is in. The texts of the product are in English; of a page in
// another language each has to have a translation.
type language struct {
	suffix  string            // of the names of pages and of their texts
	words   map[string]string // by the English text; nil for English
	unknown []string          // texts without a translation
}

//go:embed russian.yaml
var russianTexts []byte

func english() *language { return &language{suffix: ".md"} }

func russian() *language {
	in := &language{suffix: ".ru.md", words: map[string]string{}}
	if err := yaml.Unmarshal(russianTexts, &in.words); err != nil {
		in.unknown = append(in.unknown, err.Error())
	}
	return in
}

// learn how a text is said in this language; empty if that is not known.
func (in *language) learn(text, said string) {
	if said != "" {
		in.words[text] = said
	}
}

// say a text in this language. What has no translation makes fill fail.
func (in *language) say(text string) string {
	if in.words == nil || text == "" {
		return text
	}
	said, known := in.words[text]
	if !known {
		in.unknown = append(in.unknown, text)
	}
	return said
}

func (in *language) all(texts ...string) []string {
	var said []string
	for _, text := range texts {
		said = append(said, in.say(text))
	}
	return said
}

// fill in the text of a page in this language.
func (in *language) fill(name string, data any, more template.FuncMap) ([]byte, error) {
	content, err := fill(name+in.suffix, data, more)
	if err == nil && len(in.unknown) > 0 {
		err = fmt.Errorf("neither russian.yaml nor a fault's file has the Russian of:\n%s", strings.Join(in.unknown, "\n"))
	}
	return content, err
}
