package control

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
)

// longestSearch bounds what is searched for, and mostSearched what one search reads of bodies,
// in bytes: the newest requests first, and the older ones not at all.
const (
	longestSearch = 200
	mostSearched  = 32 << 20
)

// search of a journal for the exchanges that have every word, in any case, in what is shown of
// them: the fields of a list, the time, the findings, as the console shows them too, the text of
// both bodies. Masked data is not found, since a hit would reveal it.
type search struct {
	control *Control
	words   []string
	read    int // of bodies, in bytes
}

// newSearch is nil where nothing is searched for.
func (c *Control) newSearch(text string) (*search, error) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return nil, nil
	}
	if len(text) > longestSearch {
		return nil, problem.New(http.StatusBadRequest, "q has %d bytes, at most %d are searched for", len(text), longestSearch)
	}
	return &search{control: c, words: words}, nil
}

// isOver reports whether no more is read.
func (s *search) isOver() bool { return s != nil && s.read >= mostSearched }

func (s *search) finds(e *journal.Exchange) bool {
	if s == nil {
		return true
	}
	info := s.control.summary(e)
	left := without(s.words, []byte(strings.ToLower(outline(info))))
	if len(left) > 0 && s.control.opts.Shown != nil {
		left = without(left, []byte(strings.ToLower(s.control.asShown(info, left))))
	}
	if len(left) == 0 {
		return true
	}
	s.read += len(e.Request.Body) + len(e.Response.Body)
	e = s.control.shown(e)
	for _, m := range []journal.Message{e.Request, e.Response} {
		if len(left) > 0 && m.IsText() {
			left = without(left, bytes.ToLower(m.Body))
		}
	}
	return len(left) == 0
}

// asShown is what the console shows of an exchange in words of its own, and its messages in
// Russian if a word of the search is.
func (c *Control) asShown(e exchangeInfo, words []string) string {
	shown := c.opts.Shown("live.by." + e.DecidedBy)
	if e.Direction != "" {
		shown = append(shown, c.opts.Shown("live.out")...)
	}
	if len(e.Findings) > 0 {
		shown = append(shown, c.opts.Shown("live.findings")...)
	}
	if slices.ContainsFunc(words, cyrillic) {
		shown = append(shown, c.opts.Shown(e.Rule)...)
		for _, f := range e.Findings {
			shown = append(shown, c.opts.Shown(f.Text)...)
		}
	}
	return strings.Join(shown, " ")
}

func cyrillic(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// without the words that a text holds.
func without(words []string, text []byte) (left []string) {
	for _, word := range words {
		if !bytes.Contains(text, []byte(word)) {
			left = append(left, word)
		}
	}
	return left
}

// shownZone is that of the times in the console.
var shownZone = time.FixedZone("", 5*60*60)

// outline of an exchange in one text.
func outline(e exchangeInfo) string {
	var b strings.Builder
	for _, part := range []string{
		e.ID, e.Direction, e.Target, e.Delivery, e.Process, e.Method, e.URL, e.Operation, e.Outcome, e.DecidedBy, e.Rule, e.Fault,
		e.At.In(shownZone).Format("2006-01-02 15:04:05.000"),
	} {
		b.WriteString(part)
		b.WriteByte(' ')
	}
	fmt.Fprint(&b, e.Status, " ", strings.Join(e.Subjects, " "))
	for _, f := range e.Findings {
		b.WriteString(" " + f.Path + " " + f.Text)
	}
	return b.String()
}
