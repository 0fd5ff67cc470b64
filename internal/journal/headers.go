package journal

import (
	"encoding/binary"
	"net/http"
	"slices"
)

// Headers are the lines of a message's header, packed into one piece of memory: a journal
// holds those of thousands of messages. Each name and each value has its length before it. In place of a name that
// most messages have stand a 0 and the name's place among usualNames.
type Headers []byte

// usualNames of headers. They keep their places: archives have Headers, too.
var usualNames = [...]string{
	"Content-Length", "Content-Security-Policy", "Content-Type", "Date", "Sim-Outcome", "Sim-Request", "Sim-Sandbox", "X-Content-Type-Options",
	"Accept", "Accept-Encoding", "Connection", "User-Agent",
}

// placesOfLength are the places of the names of a length, in bytes, which tells most of them apart.
var placesOfLength = func() (places [32][]byte) {
	for place, name := range usualNames {
		places[len(name)] = append(places[len(name)], byte(place))
	}
	return places
}()

// placeOf a name among usualNames.
func placeOf(name string) (place byte, usual bool) {
	if len(name) < len(placesOfLength) {
		for _, place := range placesOfLength[len(name)] {
			if usualNames[place] == name {
				return place, true
			}
		}
	}
	return 0, false
}

// packing is what a message's header is packed by.
type packing struct {
	clean func(values []string) []string              // what is kept of a usual one
	other func(name string, values []string) []string // and of another one
}

// header keeps what a header says for each name, in the room. The same header is the same text.
func (by packing) header(room []byte, h http.Header) Headers {
	var usual [len(usualNames)][]string
	var few [8]string
	others := few[:0]
	for name, values := range h {
		if place, is := placeOf(name); is {
			usual[place] = values
		} else if name != "" { // which can't be sent
			others = append(others, name)
		}
	}
	lines := room[:0]
	for place := range usual {
		if len(usual[place]) > 0 {
			for _, value := range by.clean(usual[place]) {
				lines = appendText(append(lines, 0, byte(place)), value)
			}
		}
	}
	slices.Sort(others)
	for _, name := range others {
		for _, value := range by.other(name, h[name]) {
			lines = appendText(appendText(lines, name), value)
		}
	}
	return lines
}

// sent is a header as it was sent.
var sent = packing{
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
		name, rest = rest.name()
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

// name of a header that is next, and what comes after it.
func (p packed) name() (name string, rest packed) {
	const length = 2 // of a 0 and a place
	if len(p) < length || p[0] != 0 {
		return p.next()
	}
	if int(p[1]) >= len(usualNames) {
		return "", ""
	}
	return usualNames[p[1]], p[length:]
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
