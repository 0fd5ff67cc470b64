package papers

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// mostUnpacked is how many bytes of a file's object streams are looked at.
const mostUnpacked = 16 << 20

var (
	isPacked = regexp.MustCompile(`/Type\s*/ObjStm\b`)
	firstKey = regexp.MustCompile(`/First\s+(\d+)`)
)

// unpack the objects of an object stream (ISO 32000-1, 7.5.7) that is plain or deflated, of
// at most so many bytes. What is no such stream has none. The answer is how many bytes it has.
func unpack(text string, into map[int]string, most int64) int64 {
	head, stream, isStream := strings.Cut(text, "stream")
	if !isStream || !isPacked.MatchString(head) {
		return 0
	}
	stream = strings.TrimPrefix(strings.TrimPrefix(stream, "\r"), "\n")
	content := []byte(stream)
	if strings.Contains(head, "/FlateDecode") {
		inflated, err := zlib.NewReader(strings.NewReader(stream))
		if err != nil {
			return 0
		}
		content, _ = io.ReadAll(io.LimitReader(inflated, most)) // what can be read of it
	}
	if first := numberOf(firstKey, head); first > 0 && first <= len(content) {
		takeApart(content[first:], bytes.Fields(content[:first]), into)
	}
	return int64(len(content))
}

// takeApart the objects of a stream: its places are the number and the offset of each, in
// the order of the offsets.
func takeApart(content []byte, places [][]byte, into map[int]string) {
	end := len(content)
	for i := len(places)/2*2 - 2; i >= 0; i -= 2 {
		number, _ := strconv.Atoi(string(places[i])) // 0 is no object
		from, err := strconv.Atoi(string(places[i+1]))
		if err != nil || from < 0 || from > end {
			return
		}
		if text := dictionary(content[from:end]); text != nil && number > 0 {
			into[number] = string(text)
		}
		end = from
	}
}

func numberOf(key *regexp.Regexp, in string) int {
	found := key.FindStringSubmatch(in)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1]) // 0 where it is too large
	return n
}
