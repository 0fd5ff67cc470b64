package papers

import (
	"strings"
	"unicode"
)

// longestText is what of one text is drawn, in runes.
const longestText = 400

// clean is a text that the face can draw: white space is a space, any other sign
// that the face does not have is a question mark.
func clean(f *face, text string) string {
	return strings.Map(func(r rune) rune {
		switch _, known := f.glyphs[r]; {
		case known:
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return '?'
	}, clip(text, longestText))
}

// clip answers the first n runes of s without reading further, so that the cost
// of a paper does not grow with its input.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// wrap breaks a text at spaces into lines that are at most so wide; a longer word
// is broken behind a hyphen, or else where the line ends. A space that does not break is part of a word.
func wrap(s style, width float64, text string) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		if word == "" {
			continue
		}
		if line != "" {
			if longer := line + " " + word; s.width(longer) <= width {
				line = longer
				continue
			}
			lines = append(lines, line)
		}
		for s.width(word) > width {
			head := fitting(s, width, word)
			if hyphen := strings.LastIndexByte(head, '-'); hyphen > 0 {
				head = head[:hyphen+1]
			}
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fitting is the beginning of a word that is at most so wide, at least one rune.
func fitting(s style, width float64, word string) string {
	end, total := 0, 0.0
	for i, r := range word {
		total += s.face.glyphs[r].advance * s.em()
		if i > 0 && total > width {
			break
		}
		end = i + len(string(r))
	}
	return word[:end]
}

// paragraph is a text that was fitted into a width.
type paragraph struct {
	style style
	lines []string
}

func newParagraph(s style, width float64, text string) paragraph {
	return paragraph{s, wrap(s, width, clean(s.face, text))}
}

func (q paragraph) height() float64 { return float64(len(q.lines)) * q.style.line() }

// alignment of the lines in their width.
type alignment float64

const (
	left   alignment = 0
	centre alignment = 0.5
	right  alignment = 1
)

// set draws a paragraph below y and answers where it ends.
func (p *page) set(b box, q paragraph, a alignment) float64 {
	y := b.y
	for _, line := range q.lines {
		x := b.x + (b.w-q.style.width(line))*float64(a)
		p.write(x, y+q.style.em()*0.95, q.style, line)
		y += q.style.line()
	}
	return y
}

// smallest is the least part of its size to which a text is made smaller.
const smallest = 0.2

// shrink asks for smaller and smaller sizes, from 1 down, whether one fits. It ends with
// the first that does, or before the smallest.
func shrink(fits func(size float64) bool) {
	for size := 1.0; size > smallest && !fits(size); size *= 0.96 {
	}
}

// fit draws a text into a box: wrapped, then made smaller until it fits.
func (p *page) fit(b box, s style, a alignment, text string) {
	var q paragraph
	shrink(func(size float64) bool {
		q = newParagraph(s.scaled(size), b.w, text)
		return q.height() <= b.h
	})
	p.set(box{b.x, b.y + max(0, b.h-q.height())/2, b.w, b.h}, q, a)
}
