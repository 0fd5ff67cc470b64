package document

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// lookalikes are Cyrillic letters, each before the Latin letter that looks the same; almostAlike
// those that look nearly so.
const (
	lookalikes  = "аaеeоoрpсcуyхxіiјjѕsАAВBЕEКKМMНHОOРPСCТTУYХXІI"
	almostAlike = "вbкkмmнhтt"
)

var (
	inLatin       = replacer(lookalikes)
	roughlyLatin  = replacer(lookalikes + almostAlike)
	anotherHyphen = regexp.MustCompile(`\w([\x{2010}-\x{2015}\x{2212}])\w`) // than the keyboard's
)

func replacer(pairs string) *strings.Replacer {
	return strings.NewReplacer(strings.Split(pairs, "")...)
}

// Typed says about a text which typing mistake it may have; empty for none.
func Typed(text string) string {
	if odd := oddLetter(text); odd != "" {
		return ", in which " + odd
	}
	if odd := oddWord(text); odd != "" {
		return ", in which " + odd + " is Cyrillic and other letters are Latin"
	}
	if m := anotherHyphen.FindStringSubmatch(text); m != nil {
		return ", in which " + m[1] + " is not the hyphen of the keyboard"
	}
	return ""
}

// oddLetter names a letter of a text that is of another alphabet than the others of its word: it was
// typed in the wrong keyboard layout. It is empty if there is none.
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

// oddWord is one of Cyrillic letters alone that look like Latin ones, in a text with Latin
// letters; empty if there is none.
func oddWord(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
		return ""
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin := roughlyLatin.Replace(word)
		if latin != word && !strings.ContainsFunc(latin, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			return word
		}
	}
	return ""
}
