package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/journal"
)

// long is an answer with a list that is written an item at a time: all of it would take
// as much memory again as the journal does, for each client that reads slowly.
type long struct {
	whole any    // with the list empty
	list  string // its name
	items iter.Seq[any]
}

// write the answer as writeJSON would write it with all items. A closed connection
// is no error.
func (l long) write(w http.ResponseWriter) error {
	whole, err := indented(l.whole, "")
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(whole, fmt.Appendf(nil, "%q: []", l.list))
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	margin := strings.Repeat(" ", len(line)) + "  "
	w.Header().Set("Content-Type", jsonType)
	separator, end := fmt.Sprintf("%s%q: [\n%s", before, l.list, margin), fmt.Sprintf("%s%q: []%s\n", before, l.list, after)
	items := newIndenter(margin)
	for item := range l.items {
		encoded, err := items.of(item)
		if err != nil {
			panic(http.ErrAbortHandler) // half of the answer is no answer
		}
		if _, err := io.WriteString(w, separator); err != nil {
			return nil
		}
		if _, err := w.Write(encoded); err != nil {
			return nil
		}
		separator, end = ",\n"+margin, fmt.Sprintf("\n%s]%s\n", margin[2:], after)
	}
	_, _ = io.WriteString(w, end)
	return nil
}

func indented(value any, margin string) ([]byte, error) { return newIndenter(margin).of(value) }

// indenter encodes one value after the other into the same memory.
type indenter struct {
	buffer bytes.Buffer
	*json.Encoder
}

func newIndenter(margin string) *indenter {
	i := &indenter{}
	i.Encoder = json.NewEncoder(&i.buffer)
	i.SetEscapeHTML(false)
	i.SetIndent(margin, "  ")
	return i
}

// of a value; the answer is good until the next one.
func (i *indenter) of(value any) ([]byte, error) {
	i.buffer.Reset()
	err := i.Encode(value)
	return bytes.TrimSuffix(i.buffer.Bytes(), []byte("\n")), err
}

// chunk is how many exchanges are taken out of a journal at once.
const chunk = 4

// oneByOne reads exchanges from a journal when they are needed, so that for a client that
// reads slowly few exchanges stay in memory that the journal has dropped.
func oneByOne(from *journal.Log, exchanges []*journal.Exchange, of func(*journal.Exchange) any) iter.Seq[any] {
	ids := make([]string, len(exchanges))
	for i, e := range exchanges {
		ids[i] = e.ID
	}
	return func(yield func(any) bool) {
		for part := range slices.Chunk(ids, chunk) {
			for _, e := range from.Pick(part) {
				if !yield(of(e)) {
					return
				}
			}
		}
	}
}
