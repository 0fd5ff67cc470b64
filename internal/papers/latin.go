package papers

import (
	"strings"
	"unicode"
)

// spelling gives the Latin letters for one lower-case letter or sign. Kazakh
// letters lose their marks, as they do in the machine-readable zone of a passport.
var spelling = map[rune]string{
	'а': "a", 'ә': "a", 'б': "b", 'в': "v", 'г': "g", 'ғ': "g", 'д': "d", 'е': "e", 'ё': "yo",
	'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k", 'қ': "k", 'л': "l", 'м': "m", 'н': "n",
	'ң': "n", 'о': "o", 'ө': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ұ': "u",
	'ү': "u", 'ф': "f", 'х': "kh", 'һ': "h", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch",
	'ъ': "", 'ы': "y", 'і': "i", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",

	'ä': "a", 'ğ': "g", 'ı': "i", 'ñ': "n", 'ö': "o", 'ş': "s", 'ū': "u", 'ü': "u",

	'«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '‘': "'", '’': "'", '–': "-", '—': "-",
	'…': "...", '№': "No.", '₸': "KZT", '\u00a0': " ", '\t': " ", '\n': " ", '\r': " ",
}

// Latin spells Russian and Kazakh text in printable ASCII («Жетісу» is "Zhetisu"),
// the only characters that the built-in faces of PDFs and pictures both have. A
// line break or tab becomes a space, any other character a question mark.
func Latin(s string) string {
	var out strings.Builder
	var before rune
	text := []rune(s)
	for i, r := range text {
		var after rune
		if i+1 < len(text) {
			after = text[i+1]
		}
		out.WriteString(spell(before, r, after))
		before = r
	}
	return out.String()
}

// spell answers the letters for r; the runes beside it decide between "Zh" in
// «Жетісу» and "ZH" in «ЖЕТІСУ».
func spell(before, r, after rune) string {
	if r >= ' ' && r <= '~' {
		return string(r)
	}
	lower := unicode.ToLower(r)
	letters, known := spelling[lower]
	switch {
	case !known:
		return "?"
	case r == lower:
		return letters
	case len(letters) < 2, unicode.IsUpper(after), unicode.IsUpper(before) && !unicode.IsLower(after):
		return strings.ToUpper(letters)
	default:
		return strings.ToUpper(letters[:1]) + letters[1:]
	}
}
