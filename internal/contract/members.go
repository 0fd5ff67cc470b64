package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// mostRepeated bounds how many repeated members of a text are reported.
const mostRepeated = 10

// RepeatedMembers are the JSON pointers of the members that stand more than once in
// their object: the first ten. The text is JSON, and decoded is what it says. Only where
// that has fewer values than the text is there anything to look for.
func RepeatedMembers(raw []byte, decoded any) []string {
	total, _, ok := countValues(raw)
	if !ok || total == valuesOf(decoded) {
		return nil
	}
	w := repeats{dec: json.NewDecoder(bytes.NewReader(raw))}
	_ = w.value() // it is JSON
	return w.found
}

// valuesOf a decoded text, itself and all below it.
func valuesOf(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			n += valuesOf(member)
		}
	case []any:
		for _, element := range v {
			n += valuesOf(element)
		}
	}
	return n
}

type repeats struct {
	dec   *json.Decoder
	at    []step // to the value that is read
	found []string
}

// step of a JSON pointer: a member's name, or an index; -1 for a member.
type step struct {
	member string
	index  int
}

func (w *repeats) value() error {
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return w.object()
	case json.Delim('['):
		for i := 0; w.dec.More(); i++ {
			if err := w.below(step{index: i}); err != nil {
				return err
			}
		}
		_, err = w.dec.Token()
	}
	return err
}

func (w *repeats) below(s step) error {
	w.at = append(w.at, s)
	err := w.value()
	w.at = w.at[:len(w.at)-1]
	return err
}

func (w *repeats) object() error {
	met := map[string]int{}
	for w.dec.More() {
		name, err := w.dec.Token()
		if err != nil {
			return err
		}
		key, _ := name.(string)
		if met[key]++; met[key] == 2 && len(w.found) < mostRepeated {
			w.found = append(w.found, w.pointer()+"/"+document.EscapePointer(key))
		}
		if err := w.below(step{key, -1}); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

// pointer of the value that is read.
func (w *repeats) pointer() string {
	var b strings.Builder
	for _, s := range w.at {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(document.EscapePointer(s.member))
		}
	}
	return b.String()
}

// QueryProblems are what is wrong with a query: pairs that can't be decoded, which
// net/url leaves out, and names that stand more than once. No value is reported.
func QueryProblems(raw string) []string {
	var problems []string
	met := map[string]int{}
	number := 0
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		number++
		escaped, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(escaped)
		if err != nil {
			problems = append(problems, fmt.Sprintf("pair %d of the query has a name that can't be decoded, and is left out", number))
			continue
		}
		_, err = url.QueryUnescape(value)
		switch {
		case strings.Contains(pair, ";"):
			problems = append(problems, fmt.Sprintf("pair %d of the query has a semicolon, which doesn't separate pairs, and is left out: write %%3B or &", number))
		case err != nil:
			problems = append(problems, fmt.Sprintf("the value of %q in the query can't be decoded, and is left out", name))
		default:
			if met[name]++; met[name] == 2 {
				problems = append(problems, fmt.Sprintf("%q stands more than once in the query; the first counts", name))
			}
		}
	}
	return problems[:min(len(problems), mostRepeated)]
}
