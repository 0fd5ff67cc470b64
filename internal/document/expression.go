package document

import (
	"regexp"
	"strings"
)

// An expression as a value: all that follows `when`, and what begins as
// body.items[0] does, which no other value looks like.
var (
	whenValue  = regexp.MustCompile(`\bwhen:\s+(\S.*)$`)
	indexValue = regexp.MustCompile(`:\s+([A-Za-z_][\w.]*\[.*)$`)
)

// unquotedExpression finds an expression that lacks its quotes: in the line, or in the
// lines before it as far as they are part of the same braces.
func (b broken) unquotedExpression() Findings {
	const reach = 10 // lines
	for i := b.at; i >= max(b.at-reach, 0); i-- {
		line := b.lines[i]
		for _, form := range []*regexp.Regexp{whenValue, indexValue} {
			at := form.FindStringSubmatchIndex(line)
			if at == nil || !lacksQuotes(line[at[2]:], strings.Contains(line[:at[2]], "{")) {
				continue
			}
			return b.wrong(i, at[2], "an expression without quotes",
				"quotes around the expression, such as when: 'body.items[0].amount > 1000': "+
					"without them YAML reads brackets, quotes, and a colon or comma within {…}, as its own")
		}
	}
	return nil
}

// lacksQuotes reports whether YAML takes what a value begins with for something
// else than a text.
func lacksQuotes(value string, inBraces bool) bool {
	if q := value[0]; q == '\'' || q == '"' {
		end := strings.IndexByte(value[1:], q)
		rest := strings.TrimLeft(value[end+2:], " ")
		return end >= 0 && rest != "" && !strings.ContainsAny(rest[:1], ",}]#"+string(q)) && !strings.Contains(value, `\`)
	}
	if !inBraces {
		return strings.Contains(value, ": ") || strings.ContainsAny(value[:1], "[{&*!|>%@`")
	}
	if end := strings.IndexAny(value, ",}"); end >= 0 {
		value = value[:end]
	}
	return strings.ContainsAny(value, "[{") || strings.Contains(value, ": ") || strings.Contains(value, " #") ||
		strings.Count(value, "(") > strings.Count(value, ")")
}
