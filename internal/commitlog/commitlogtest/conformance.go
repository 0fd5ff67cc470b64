package commitlogtest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// Conforms answers in what a storage isn't what commitlog.Storage says, or nil. Open answers an
// empty one for nil, and otherwise closes the one that it is given and opens it again.
func Conforms(open func(commitlog.Storage) (commitlog.Storage, error)) error {
	c := &conformance{open: open}
	c.reopen()
	c.holds()
	c.must(c.append("a", "", "c"))
	c.must(c.storage.Sync())
	c.reopen()
	c.holds("a", "", "c")
	c.discard()
	c.must(c.append("d"))
	c.replace()
	c.must(c.append("f"))
	c.holds("abcd", "e", "f")
	c.reopen()
	c.holds("abcd", "e", "f")
	c.large()
	c.stops()
	if c.storage != nil {
		c.must(c.storage.Close())
	}
	return c.found
}

// conformance collects what is wrong: the first thing.
type conformance struct {
	open    func(commitlog.Storage) (commitlog.Storage, error)
	storage commitlog.Storage
	found   error
}

func (c *conformance) must(err error) {
	if c.found == nil {
		c.found = err
	}
}

func (c *conformance) reopen() {
	if c.found == nil {
		c.storage, c.found = c.open(c.storage)
	}
}

func (c *conformance) append(texts ...string) error {
	if c.found != nil {
		return nil
	}
	var records [][]byte
	for _, text := range texts {
		records = append(records, []byte(text))
	}
	return c.storage.Append(records)
}

func (c *conformance) holds(want ...string) {
	if c.found != nil {
		return
	}
	var got []string
	c.must(c.storage.Load(func(record []byte) error {
		got = append(got, string(record))
		return nil
	}))
	if !slices.Equal(got, want) {
		c.must(fmt.Errorf("it holds %.100q, want %.100q", got, want))
	}
}

// discard a rewriting.
func (c *conformance) discard() {
	if c.found != nil {
		return
	}
	discarded, err := c.storage.Rewrite()
	if err != nil {
		c.must(err)
		return
	}
	c.must(discarded.Add([]byte("no")))
	discarded.Discard()
}

// replace what is there while appending goes on.
func (c *conformance) replace() {
	if c.found != nil {
		return
	}
	rewriting, err := c.storage.Rewrite()
	if err != nil {
		c.must(err)
		return
	}
	c.must(rewriting.Add([]byte("abcd")))
	c.must(c.append("e"))
	c.holds("a", "", "c", "d", "e")
	c.must(rewriting.Commit())
	c.holds("abcd", "e")
}

// large records, and many, come back whole and in order.
func (c *conformance) large() {
	want := []string{"abcd", "e", "f"}
	for n := range 100 {
		record := make([]byte, n*n*40)
		for i := range record {
			record[i] = byte(i * n)
		}
		want = append(want, string(record))
	}
	c.must(c.append(want[3:]...))
	c.holds(want...)
	c.reopen()
	c.holds(want...)
}

// stops: Load ends with the first error.
func (c *conformance) stops() {
	if c.found != nil {
		return
	}
	stop := errors.New("stop")
	if err := c.storage.Load(func([]byte) error { return stop }); !errors.Is(err, stop) {
		c.must(fmt.Errorf("Load ends with %w, want the error of the first record", err))
	}
}
