package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// gate is a writer whose reader doesn't read until it is opened.
type gate struct {
	open chan struct{}
	at   chan struct{} // closed when a write waits
	text bytes.Buffer
	come bool
}

func (g *gate) Write(p []byte) (int, error) {
	if !g.come {
		g.come = true
		close(g.at)
	}
	<-g.open
	return g.text.Write(p)
}

func tellLines(w io.Writer, lost int) { fmt.Fprintf(w, "%d lost\n", lost) }

// TestAQueueDropsAndCounts: lines beyond the bound are dropped and counted, and the rest is written in order.
func TestAQueueDropsAndCounts(t *testing.T) {
	g := &gate{open: make(chan struct{}), at: make(chan struct{})}
	q := newLineQueue(g, tellLines)
	first := strings.Repeat("a", maxQueued/2-1) + "\n"
	fmt.Fprint(q, first)
	<-g.at
	second := strings.Repeat("b", maxQueued/2-1) + "\n"
	fmt.Fprint(q, second)
	fmt.Fprint(q, "dropped\n")
	fmt.Fprint(q, "dropped\ntoo\n")
	close(g.open)
	q.close()
	if want := first + second + "3 lost\n"; g.text.String() != want {
		t.Errorf("written are %d bytes, ending in %q", g.text.Len(), g.text.String()[max(0, g.text.Len()-20):])
	}
}

// TestAQueueGoesOn after the reader has come back.
func TestAQueueGoesOn(t *testing.T) {
	read, write := io.Pipe()
	q := newLineQueue(write, tellLines)
	fmt.Fprint(q, "one\n")
	fmt.Fprint(q, strings.Repeat("x", maxQueued)+"\n")
	fmt.Fprint(q, "two\n")
	go func() { q.close(); write.Close() }()
	got, err := io.ReadAll(read)
	if want := "one\n1 lost\ntwo\n"; err != nil || string(got) != want {
		t.Errorf("read %q (%v), want %q", got, err, want)
	}
}

// TestAQueueEnds, also if its reader does not read.
func TestAQueueEnds(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	defer read.Close()
	q := newLineQueue(write, tellLines)
	fmt.Fprint(q, "unread\n")
	q.close()
}
