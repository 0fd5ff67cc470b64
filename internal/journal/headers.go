package journal

import (
	"encoding/binary"
	"net/http"
)

// headers are the lines of a message's header, packed into one piece of memory: a journal
// holds those of thousands of messages. Each name and each value has its length before it.
type headers string

// packHeader keeps what a header says for each name.
func packHeader(h http.Header, said func(name string, values []string) []string) headers {
	const usual = 512 // bytes
	lines := make([]byte, 0, usual)
	for name, values := range h {
		for _, value := range said(name, values) {
			lines = appendText(appendText(lines, name), value)
		}
	}
	return headers(lines)
}

func asSent(_ string, values []string) []string { return values }

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// unpack them: the header as it was.
func (packed headers) unpack() http.Header {
	h := http.Header{}
	for packed != "" {
		var name, value string
		name, packed = packed.next()
		value, packed = packed.next()
		h[name] = append(h[name], value)
	}
	return h
}

// next text, and what comes after it.
func (packed headers) next() (text string, rest headers) {
	length, begin := binary.Uvarint([]byte(packed[:min(len(packed), binary.MaxVarintLen32)]))
	end := begin + int(length)
	return string(packed[begin:end]), packed[end:]
}
