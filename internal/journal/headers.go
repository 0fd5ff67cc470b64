package journal

import (
	"encoding/binary"
	"net/http"
	"slices"
)

// Headers are the lines of a message's header, packed into one piece of memory: a journal
// holds those of thousands of messages. Each name and each value has its length before it.
type Headers []byte

// packing is what a message's header is packed by.
type packing struct {
	usual []string                                    // names that most headers have no others than, sorted
	clean func(values []string) []string              // what is kept of a usual one
	other func(name string, values []string) []string // and of another one
}

// header keeps what a header says for each name, in the room. The same header is the same text.
func (by packing) header(room []byte, h http.Header) Headers {
	lines, left := room[:0], len(h)
	for _, name := range by.usual { // they need not be sorted
		if values, is := h[name]; is {
			lines = appendLines(lines, name, by.clean(values))
			left--
		}
	}
	if left == 0 {
		return lines
	}
	lines = lines[:0]
	var few [16]string
	names := few[:0]
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines = appendLines(lines, name, by.other(name, h[name]))
	}
	return lines
}

func appendLines(to []byte, name string, values []string) []byte {
	for _, value := range values {
		to = appendText(appendText(to, name), value)
	}
	return to
}

// sent is a header as it was sent.
var sent = packing{
	[]string{
		"Content-Length", "Content-Security-Policy", "Content-Type", "Date", "Sim-Outcome", "Sim-Request", "Sim-Sandbox",
		"X-Content-Type-Options",
	},
	func(values []string) []string { return values },
	func(_ string, values []string) []string { return values },
}

func appendText[Text string | ~[]byte](to []byte, text Text) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// unpack them: the header as it was.
func (lines Headers) unpack() http.Header {
	h := http.Header{}
	for rest := packed(lines); rest != ""; {
		var name, value string
		name, rest = rest.next()
		value, rest = rest.next()
		h[name] = append(h[name], value)
	}
	return h
}

// packed texts: each has its length before it.
type packed string

// next text, and what comes after it. Of what is damaged, as it may come from an archive, both are empty.
func (p packed) next() (text string, rest packed) {
	length, begin := binary.Uvarint([]byte(p[:min(len(p), binary.MaxVarintLen32)]))
	if begin <= 0 || length > uint64(len(p)-begin) {
		return "", ""
	}
	end := begin + int(length)
	return string(p[begin:end]), p[end:]
}

// bytes of the next text, a copy; nil for none.
func (p packed) bytes() ([]byte, packed) {
	text, rest := p.next()
	if text == "" {
		return nil, rest
	}
	return []byte(text), rest
}

// number that is next, and what comes after it.
func (p packed) number() (int64, packed) {
	n, length := binary.Varint([]byte(p[:min(len(p), binary.MaxVarintLen64)]))
	return n, p[max(0, length):]
}

// list of so many texts, and what comes after it; nil for none.
func (p packed) list(length int) (texts []string, rest packed) {
	for n := 0; n < length && p != ""; n++ {
		var text string
		text, p = p.next()
		texts = append(texts, text)
	}
	return texts, p
}
