package document

import (
	"cmp"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestValue is how long a value is, in bytes, of which another spelling is looked for.
const longestValue = 64

// Respelt is a value as a document writes it, of a text that is written as people write it
// elsewhere: 1 000,50 or 5 min, 01.03.2024, 30 %, yes. It is the first spelling that fits;
// empty if there is none.
func Respelt(text string, fits func(text string) bool) string {
	if len(text) > longestValue {
		return ""
	}
	plain := strings.TrimRight(strings.TrimSpace(text), ".,;:")
	for _, spelling := range []func(string) []string{truths, instants, numbers, durations, quotas, sizes, shares, statuses, clocks, names} {
		for _, one := range spelling(plain) {
			if one != text && fits(one) {
				return one
			}
		}
	}
	if plain != text && fits(plain) {
		return plain
	}
	return ""
}

// truths in the words of YAML 1.1 and of people.
func truths(text string) []string {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "y", "да":
		return []string{"true"}
	case "false", "no", "off", "n", "нет":
		return []string{"false"}
	}
	return nil
}

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T]+(.*))?$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[ T]+(.*))?$`)
	timeOfDay = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?$`)
)

// instants are a day, or a day with its time and offset. Kazakhstan's is the offset of a time
// that has none.
func instants(text string) []string {
	year, month, day, rest := "", "", "", ""
	if m := dayFirst.FindStringSubmatch(text); m != nil {
		year, month, day, rest = m[3], m[2], m[1], m[4]
	} else if m := yearFirst.FindStringSubmatch(text); m != nil {
		year, month, day, rest = m[1], m[2], m[3], m[4]
	} else {
		return nil
	}
	two := func(digits string) string { return strings.Repeat("0", max(2-len(digits), 0)) + digits }
	date := year + "-" + two(month) + "-" + two(day)
	if rest == "" {
		return []string{date, date + "T00:00:00+05:00"}
	}
	m := timeOfDay.FindStringSubmatch(rest)
	if m == nil {
		return nil
	}
	if m[4] == "" {
		m[4] = "+05:00"
	}
	return []string{date + "T" + two(m[1]) + ":" + m[2] + ":" + two(m[3]) + m[4]}
}

var (
	grouped  = regexp.MustCompile(`(\d)[ '_\x{a0}\x{202f}](\d{3})\b`)
	decimals = regexp.MustCompile(`^([+-]?\d+),(\d+)$`)
)

// numbers without spaces between thousands, and with a point.
func numbers(text string) []string {
	ungrouped := text
	for grouped.MatchString(ungrouped) {
		ungrouped = grouped.ReplaceAllString(ungrouped, "$1$2")
	}
	pointed := decimals.ReplaceAllString(ungrouped, "$1.$2")
	if pointed == text {
		return nil
	}
	return []string{pointed}
}

var (
	lengths = regexp.MustCompile(`^(?:\d+(?:[.,]\d+)? *[\pL]+[ .,]*)+$`)
	length  = regexp.MustCompile(`(\d+(?:[.,]\d+)?) *([\pL]+)`)
	units   = unitWords(map[string]string{
		"ms": "ms msec millis мс", "s": "s sec secs second seconds с сек секунд секунда секунду секунды",
		"m": "m min mins minute minutes м мин минут минута минуту минуты", "h": "h hr hrs hour hours ч час часа часов сағ сағат",
		"d": "d day days д дн день дня дней күн",
	})
	// unended matches a length whose last number has no unit, such as 1h30.
	unended = regexp.MustCompile(`\d *(\pL+)[ .]*\d+$`)
	smaller = map[string]string{"d": "h", "h": "m", "m": "s"}
)

// unitWords are the units of durations by the words for them.
func unitWords(all map[string]string) map[string]string {
	of := map[string]string{}
	for unit, words := range all {
		for word := range strings.FieldsSeq(words) {
			of[word] = unit
		}
	}
	return of
}

// durations with the units of the language; days in hours, too.
func durations(text string) []string {
	if m := unended.FindStringSubmatch(text); m != nil {
		text += smaller[units[strings.ToLower(m[1])]]
	}
	if !lengths.MatchString(text) {
		return nil
	}
	var short, inHours strings.Builder
	for _, m := range length.FindAllStringSubmatch(text, -1) {
		number, unit := strings.ReplaceAll(m[1], ",", "."), units[strings.ToLower(m[2])]
		if unit == "" {
			return nil
		}
		short.WriteString(number + unit)
		if days, err := strconv.Atoi(number); err == nil && unit == "d" {
			number, unit = strconv.Itoa(days*24), "h"
		}
		inHours.WriteString(number + unit)
	}
	return []string{short.String(), inHours.String()}
}

var quotaParts = regexp.MustCompile(`^(\d+) *(?:/|per|a|in|за|в) *(\d*) *(\pL+)$`)

// quotas of so many in a time, such as 2/1m.
func quotas(text string) []string {
	m := quotaParts.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	return []string{m[1] + "/" + cmp.Or(m[2], "1") + units[strings.ToLower(m[3])]}
}

var (
	sizeParts = regexp.MustCompile(`^(\d+) *([kKmMкКмМ])i?[bBбБ]$`)
	sizeUnits = map[string]struct {
		unit  string
		bytes int
	}{"k": {"KiB", 1 << 10}, "к": {"KiB", 1 << 10}, "m": {"MiB", 1 << 20}, "м": {"MiB", 1 << 20}}
)

// sizes with the units of the language, and in bytes.
func sizes(text string) []string {
	m := sizeParts.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	of := sizeUnits[strings.ToLower(m[2])]
	all := []string{m[1] + of.unit}
	if n, err := strconv.Atoi(m[1]); err == nil && n < 1<<20 {
		all = append(all, strconv.Itoa(n*of.bytes))
	}
	return all
}

// shares in percent and as fractions, and what is left of one without its sign. A whole
// number from 2 to 100 may be meant in percent.
func shares(text string) []string {
	number, percent := strings.CutSuffix(strings.ReplaceAll(text, " ", ""), "%")
	number = decimals.ReplaceAllString(number, "$1.$2")
	share, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil:
		return nil
	case percent:
		return []string{number + "%", strconv.FormatFloat(share/100, 'g', 6, 64), number}
	case share > 1 && share <= 100 && share == math.Trunc(share):
		return []string{strconv.FormatFloat(share/100, 'g', 6, 64)}
	}
	return []string{strconv.FormatFloat(share*100, 'g', 6, 64) + "%"}
}

var statusFirst = regexp.MustCompile(`^(?:HTTP[ /.\d]* )?([1-5]\d\d) [\pL ]+$`)

// statuses without the words that HTTP has for them.
func statuses(text string) []string {
	if m := statusFirst.FindStringSubmatch(text); m != nil {
		return []string{m[1]}
	}
	return nil
}

// clocks with the unit of their speed, and with the word for how their time passes before their
// instant. One that has no such word stands still.
func clocks(text string) []string {
	mode, start, dated := strings.Cut(text, "@")
	if !dated {
		mode, start = "frozen", text
	}
	var all []string
	for _, at := range instants(start) {
		all = append(all, mode+"@"+at)
	}
	if IsNumber(text) {
		all = append(all, text+"x")
	}
	return all
}

// names in kebab-case.
func names(text string) []string {
	if first, _ := utf8.DecodeRuneInString(text); !unicode.IsLetter(first) {
		return nil
	}
	hyphens := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "-")
	return []string{hyphens, strings.ToLower(hyphens)}
}
