package scenario

import (
	"fmt"
	"strings"
	"unicode"
)

// lookalikes are Cyrillic letters, each before the Latin letter that looks the same.
const lookalikes = "аaеeоoрpсcуyхxіiјjѕsАAВBЕEКKМMНHОOРPСCТTУYХXІI"

var inLatin = func() *strings.Replacer {
	var pairs []string
	for _, letter := range lookalikes {
		pairs = append(pairs, string(letter))
	}
	return strings.NewReplacer(pairs...)
}()

// oddLetter names a letter that is of another alphabet than the others of its word:
// the keyboard was in the wrong layout for it. It is empty if there is none.
func oddLetter(text string) string {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin, cyrillic := 0, 0
		for _, r := range word {
			if unicode.Is(unicode.Cyrillic, r) {
				cyrillic++
			} else if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
		if latin == 0 || cyrillic == 0 {
			continue
		}
		odd, alphabet, others := unicode.Cyrillic, "Cyrillic", "Latin"
		if latin < cyrillic {
			odd, alphabet, others = unicode.Latin, "Latin", "Cyrillic"
		}
		for i, r := range []rune(word) {
			if unicode.Is(odd, r) {
				return fmt.Sprintf("letter %d of %s, %c, is %s and the others are %s", i+1, word, r, alphabet, others)
			}
		}
	}
	return ""
}

// typed says about a text in quotes what its typing has to do with a mistake.
func typed(found string) string {
	if !strings.HasPrefix(found, `"`) {
		return ""
	}
	if strings.ContainsAny(found, "“”„«»‘’") {
		return `, with the quotes of printed text: a scenario has " or '`
	}
	if odd := oddLetter(found); odd != "" {
		return ", in which " + odd
	}
	return ""
}
