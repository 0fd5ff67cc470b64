package scenario

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/file"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// said is a message of the expression library, and what it is in plain words: {a} and {b}
// stand for its types, {it} and {n} for names, operators and numbers.
type said struct {
	message         *regexp.Regexp
	found, expected string
}

var allSaid = []said{
	{regexp.MustCompile(`^invalid operation: (?P<it>\S+) \(mismatched types (?P<a>\S.*) and (?P<b>\S.*)\)$`), "{it} between {a} and {b}", "values of one type on both sides"},
	{regexp.MustCompile(`^invalid operation: (?P<it>\S+) \(mismatched type (?P<a>.*)\)$`), "{it} before {a}", "a value of another type behind it"},
	{regexp.MustCompile(`^cannot use (?P<a>.*) as type (?P<b>.*) in (?:array|map key)$`), "{a} where {b} is needed", "values of one type"},
	{regexp.MustCompile(`^cannot use (?P<a>.*) as argument \(type .*\) to call (?P<it>\w+) ?$`), "{a} in the brackets of {it}", "a value of another type there"},
	{regexp.MustCompile(`^invalid argument for (?P<it>\w+) \(type (?P<a>.*)\)$`), "{a} in the brackets of {it}", "a value of another type there"},
	{regexp.MustCompile(`^builtin (?P<it>\w+) takes only array \(got (?P<a>.*)\)$`), "{a} in the brackets of {it}", "a list there: it is searched"},
	{regexp.MustCompile(`^predicate should return boolean \(got (?P<a>.*)\)$`), "a search whose condition is {a}", "a condition that is true or false, such as .amount > 1000"},
	{regexp.MustCompile(`^invalid number of arguments \(expected (?P<n>\d+), got (?P<it>\d+)\)$`), "{it} values in the brackets of a function", "as many as it takes, {n}"},
	{regexp.MustCompile(`^not enough arguments to call (?P<it>\w+)$`), "too few values in the brackets of {it}", "all that the function needs"},
	{regexp.MustCompile(`^too many arguments to call (?P<it>\w+)$`), "too many values in the brackets of {it}", "as many as the function takes"},
	{regexp.MustCompile(`^type (?P<a>\S.*) has no (?:method|field) (?P<it>\w+)$`), "{it} behind {a}", "a name that it has"},
	{regexp.MustCompile(`^Operator \((?P<it>\S+)\) and coalesce expressions \(\?\?\) cannot be mixed`), "?? and {it} without brackets", "brackets around one of them, such as (a ?? 0) {it} b"},
	{regexp.MustCompile(`^(?P<a>\S.*) is not callable$`), "brackets behind {a}", "brackets behind the name of a function only"},
}

// typesInWords are the expression library's names of types, of which the first that a type
// begins with counts.
var typesInWords = []struct{ name, words string }{
	{"func(", "a function without brackets behind its name"}, {"map[", "a mapping"}, {"[]", "a list"}, {"time.Time", "an instant"},
	{"time.Month", "a month"}, {"time.Weekday", "a day of the week"}, {"time.Duration", "a duration"}, {"string", "a text"}, {"bool", "true or false"},
	{"interface", "a value of another type"}, {"int", "a number"}, {"uint", "a number"}, {"float", "a number"}, {"nil", "nothing"},
}

func typeInWords(name string) string {
	for _, t := range typesInWords {
		if strings.HasPrefix(name, t.name) {
			return t.words
		}
	}
	return "a value of another type"
}

// inPlainWords tells a message of the expression library; false for one that isn't known.
func inPlainWords(message string) (found, expected string, known bool) {
	for _, s := range allSaid {
		m := s.message.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		var values []string
		for i, name := range s.message.SubexpNames()[1:] {
			value := m[i+1]
			if name == "a" || name == "b" {
				value = typeInWords(value)
			}
			values = append(values, "{"+name+"}", value)
		}
		in := strings.NewReplacer(values...)
		return in.Replace(s.found), in.Replace(s.expected), true
	}
	return "", "", false
}

// today is how an expression has the day.
const today = "now.Format('2006-01-02')"

// usual are names that an expression doesn't have, and what is meant by them.
var usual = map[string]string{
	"length": "len", "size": "len", "sizeof": "len", "day": "now.Day()", "month": "int(now.Month())", "year": "now.Year()",
	"today": today, "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "like": "contains", "LIKE": "contains", "exists": "any",
	"и": "and", "или": "or", "не": "not", "isEmpty": "len", "toLower": "lower", "toUpper": "upper", "substr": "indexOf", "null": "nil", "None": "nil", "True": "true", "False": "false",
}

// instead says what is written in place of what an expression trips over at a place; empty
// where that isn't known.
func instead(text string, from int, message string) (found, expected string) {
	runes := []rune(text)
	before := string(runes[:min(from, len(runes))])
	switch m := unexpectedToken.FindStringSubmatch(message); {
	case m != nil && m[1] == "=":
		return "", "== to compare two values"
	case m != nil && m[1] == ">" && strings.HasSuffix(before, "<"):
		return quote("<>"), "!= for two values that differ"
	case m != nil && slices.Contains(wordOperators, m[1]):
		return "", "a value before it: it is an operator, as in … " + m[1] + " \"…\""
	case m != nil && m[1] == "{" && strings.HasSuffix(before, "$"):
		return quote("${"), "the expression alone: ${…} is for values within texts"
	case m != nil && m[1] == "between":
		return "", "a comparison for each of the two bounds, with and between them"
	case strings.HasPrefix(message, "unrecognized character: ") && from < len(runes):
		return quote(string(runes[from])), foreignMarks[runes[from]]
	case strings.HasPrefix(message, "bad number syntax: "):
		return strings.TrimPrefix(message, "bad number syntax: "), "a number, with a closing bracket or an operator behind it"
	case message == "unexpected token EOF":
		return "the end of the expression", ""
	case message == "literal not terminated":
		return "a text that is not closed", "a quote at its end, the one that it begins with"
	}
	if m := dashedHeader.FindStringSubmatch(before); m != nil && unknownName.MatchString(message) {
		name := m[2] + leadingWord.FindString(string(runes[from:]))
		return quote(m[1] + "." + name), "brackets and quotes around a name with a hyphen: " + m[1] + "[\"" + name + "\"]"
	}
	return "", ""
}

// wordOperators stand between two texts. In other languages they are functions.
var wordOperators = []string{"contains", "startsWith", "endsWith", "matches"}

// foreignMarks are characters of text processors that people write for those of an expression.
var foreignMarks = func() map[rune]string {
	all := map[rune]string{'≤': "<= for it", '≥': ">= for it", '≠': "!= for it", '–': "a plain hyphen", '−': "a plain hyphen", '\u00a0': "a plain space"}
	for _, quote := range "“”„‟«»‘’`" {
		all[quote] = `straight quotes around a text: " or '`
	}
	return all
}()

var (
	dashedHeader    = regexp.MustCompile(`\b(headers?|body|query)\.((?:\w+-)+)$`)
	leadingWord     = regexp.MustCompile(`^[\w-]+`)
	closingBrackets = map[string]string{"(": ")", "[": "]", "{": "}"}
)

// plainly is what the expression library found and what is expected there, with what was
// most likely meant, and how many characters come before it.
func plainly(text string, at *file.Error, names []string) (from int, found, expected, nearest string) {
	if open, from := expression.Unclosed(text); open != "" && at.Message == "unexpected token EOF" {
		return from, quote(open) + " that is not closed", quote(closingBrackets[open]) + " behind what it holds", ""
	}
	found, expected = at.Message, "an expression over "+strings.Join(names, ", ")
	words := slices.Concat(names, expression.Words())
	if say, want, known := inPlainWords(at.Message); known {
		found, expected = say, want
		if strings.Contains(at.Message, "time.Month") {
			nearest = "int(now.Month())"
		} else if strings.Contains(at.Message, "time.Time and string") || strings.Contains(at.Message, "func(") && strings.Contains(text, "date") {
			nearest = today
		}
	}
	for _, form := range []*regexp.Regexp{unknownName, unexpectedToken} {
		if m := form.FindStringSubmatch(at.Message); m != nil {
			found, nearest = quote(m[1]), usual[m[1]]
			if nearest == "" {
				nearest = document.Meant(m[1], words)
			}
		}
	}
	say, want := instead(text, at.From, at.Message)
	if say != "" {
		found = say
	}
	if want != "" {
		expected, nearest = want, ""
	}
	return at.From, found, expected, nearest
}
