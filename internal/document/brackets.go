package document

import "strings"

// brackets goes through a text as a reader of YAML does and notes which brackets and
// quotes are open. It knows quotes, comments, texts in blocks (|, >) and plain texts,
// in which brackets mean nothing outside of other brackets.
type brackets struct {
	b     broken
	open  []mark
	quote *mark
	block int      // lines that are indented more are a text; -1 for none
	comma Findings // where the first comma is missing
}

// mark is where a bracket or quote was opened.
type mark struct {
	char     byte
	line, at int
	value    bool // of a bracket: a colon has come since it was opened or since a comma
}

var closing = map[byte]byte{'{': '}', '[': ']'}

// unclosed finds a bracket or quote that isn't closed, or is closed by another.
func (b broken) unclosed() Findings {
	s := brackets{b: b, block: -1}
	for i, line := range b.lines {
		if i > b.at && s.quote == nil && len(s.open) == 0 {
			break // what opens later is not what the library stumbled over
		}
		if s.block >= 0 && (strings.TrimSpace(line) == "" || indent(line) > s.block) {
			continue
		}
		s.block = -1
		if findings := s.line(i, line); findings != nil {
			return findings
		}
	}
	switch {
	case s.quote != nil:
		q := string(s.quote.char)
		return b.wrong(s.quote.line, s.quote.at, "the quote "+q+", which is not closed", "another "+q+" at the end of the text")
	case len(s.open) > 0:
		m := s.open[0]
		return b.wrong(m.line, m.at, Quote(string(m.char))+" that is not closed", Quote(string(closing[m.char]))+" after its last value")
	case b.saysAny("did not find expected ',' or"):
		return s.comma
	}
	return nil
}

// colon is the second one of an entry within brackets if no comma came before its key.
func (s *brackets) colon(number, at int, line string) {
	if len(s.open) == 0 {
		return
	}
	entry := &s.open[len(s.open)-1]
	if entry.value && s.comma == nil {
		key := 1 + strings.LastIndexAny(line[:at], " \t,;{}[]")
		s.comma = s.b.wrong(number, key, Quote(line[key:at+1])+" without a comma before it",
			"a comma between two entries: "+Quote(", "+line[key:at+1]))
	}
	entry.value = true
}

// line goes through one line. fresh is whether a value may begin at a place.
func (s *brackets) line(number int, line string) Findings {
	fresh, column := true, 0 // column: where the key or item begins that a text in a block belongs to
	for at := 0; at < len(line); at++ {
		c := line[at]
		next := byte(' ')
		if at+1 < len(line) {
			next = line[at+1]
		}
		switch {
		case s.quote != nil:
			if s.quote.char == c && c == '\'' && next == c || s.quote.char == '"' && c == '\\' {
				at++
			} else if c == s.quote.char {
				s.quote = nil
				if findings := s.after(number, at+1, line); findings != nil {
					return findings
				}
			}
			fresh = false
		case c == ' ' || c == '\t' || c == '\r':
		case c == '#' && (at == 0 || line[at-1] == ' '):
			return nil
		case fresh && (c == '"' || c == '\''):
			s.quote = &mark{char: c, line: number, at: at}
		case fresh && closing[c] != 0:
			s.open = append(s.open, mark{char: c, line: number, at: at})
		case len(s.open) > 0 && (c == '}' || c == ']'):
			last := s.open[len(s.open)-1]
			if closing[last.char] != c {
				return s.b.wrong(number, at, Quote(string(c)), Quote(string(closing[last.char]))+", since "+Quote(string(last.char))+" is open")
			}
			s.open, fresh = s.open[:len(s.open)-1], false
		case len(s.open) > 0 && c == ',':
			fresh, s.open[len(s.open)-1].value = true, false
		case next == ' ' && (c == ':' || c == '-' && fresh):
			if fresh = true; c == '-' {
				column = at + 2
			} else {
				s.colon(number, at, line)
			}
		case fresh && len(s.open) == 0 && (c == '|' || c == '>'):
			s.block = max(column, indent(line))
			return nil
		default:
			fresh = false
		}
	}
	return nil
}

// after a closing quote only the end of the value may follow.
func (s *brackets) after(number, at int, line string) Findings {
	rest := strings.TrimLeft(line[at:], " \t\r")
	if rest == "" || strings.ContainsAny(rest[:1], ",:]}") || rest[0] == '#' && len(rest) < len(line[at:]) {
		return nil
	}
	if rest[0] == '#' {
		return s.b.wrong(number, at, Quote("#")+" right after a value", "a space before the # of a comment, or quotes around all of a text with #")
	}
	q := line[at-1 : at]
	return s.b.wrong(number, at-1, "text after the closing quote "+q,
		"the quote at the end of the value; within '…' write '' for ', within \"…\" write \\\" for \"")
}
