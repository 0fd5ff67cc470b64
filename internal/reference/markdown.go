package reference

import "strings"

// fence is a code block. A text that holds a fence itself gets a longer one.
func fence(language, text string) string {
	mark := "```"
	for strings.Contains(text, mark) {
		mark += "`"
	}
	return mark + language + "\n" + strings.TrimRight(text, "\n") + "\n" + mark
}

// tableOf has a row for each of some values.
func tableOf[T any](head []string, all []T, row func(T) []string) string {
	rows := make([][]string, len(all))
	for i, one := range all {
		rows[i] = row(one)
	}
	return table(head, rows)
}

// table of cells that are prose. A column in which nothing stands is left out.
func table(head []string, rows [][]string) string {
	var kept []int
	for i := range head {
		for _, row := range rows {
			if row[i] != "" {
				kept = append(kept, i)
				break
			}
		}
	}
	line := func(cells []string) string {
		text := "|"
		for _, i := range kept {
			text += " " + cell(cells[i]) + " |"
		}
		return text
	}
	lines := []string{line(head), "|" + strings.Repeat("---|", len(kept))}
	for _, row := range rows {
		lines = append(lines, line(row))
	}
	return strings.Join(lines, "\n")
}

func cell(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.ReplaceAll(prose(text), "|", `\|`)
}

// prose escapes what Markdown would take for its own outside of code spans. In a text
// `…` marks what is said letter for letter and **…** what is stressed.
func prose(text string) string {
	var b strings.Builder
	inCode := ""
	for i := 0; i < len(text); {
		if n := run(text[i:], '`'); n > 0 {
			switch mark := text[i : i+n]; inCode {
			case "":
				inCode = mark
			case mark:
				inCode = ""
			}
			b.WriteString(text[i : i+n])
			i += n
			continue
		}
		stars := run(text[i:], '*')
		if inCode == "" && (text[i] == '<' || stars == 1) {
			b.WriteByte('\\')
		}
		n := max(stars, 1)
		b.WriteString(text[i : i+n])
		i += n
	}
	return b.String()
}

func run(text string, of byte) int {
	n := 0
	for n < len(text) && text[n] == of {
		n++
	}
	return n
}

// code is a code span of any text; empty for an empty one.
func code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "`"):
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

func codes(words []string) string {
	var all []string
	for _, word := range words {
		all = append(all, code(word))
	}
	return strings.Join(all, ", ")
}

// anchor is what a heading is linked by on GitHub and the like.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	return b.String()
}

func link(text, target string) string { return "[" + text + "](" + target + ")" }
