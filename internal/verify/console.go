package verify

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Console is a Person in front of a terminal. Make one with NewConsole.
type Console struct {
	out   io.Writer
	in    io.Reader
	read  sync.Once
	lines chan string
}

// NewConsole asks on out and reads codes from in, a line each. Nothing is read
// before a code is needed.
func NewConsole(out io.Writer, in io.Reader) *Console {
	return &Console{out: out, in: in, lines: make(chan string)}
}

func (c *Console) readLines() {
	defer close(c.lines)
	for s := bufio.NewScanner(c.in); s.Scan(); {
		c.lines <- strings.TrimSpace(s.Text())
	}
}

// Approve implements Person: it asks, and the person answers on the phone.
func (c *Console) Approve(_ context.Context, iin, phone string) error {
	of := cmp.Or(phone, "the phone of "+iin)
	_, err := fmt.Fprintf(c.out, "\n  answer the message on %s: approve the request for the address\n", international(of))
	return err
}

// Code implements Person.
func (c *Console) Code(ctx context.Context, phone string) (string, error) {
	if _, err := fmt.Fprintf(c.out, "\n  answer the message on %s: type its code and press Enter: ", international(phone)); err != nil {
		return "", err
	}
	c.read.Do(func() { go c.readLines() })
	select {
	case line, open := <-c.lines:
		if !open || line == "" {
			return "", errors.New("no code was typed")
		}
		return line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// international writes 77011234567 as +77011234567.
func international(phone string) string {
	if len(phone) == 11 && strings.Trim(phone, "0123456789") == "" {
		return "+7" + phone[1:]
	}
	return phone
}
