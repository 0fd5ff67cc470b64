package main

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

// The bounds of a lineQueue.
const (
	maxQueued = 1 << 20 // bytes that wait to be written
	flushTime = 2 * time.Second
)

// lineQueue writes to standard error for a process that has to go on whether or not
// that is read. A write never waits: what finds the queue full is dropped and counted,
// and their number is reported when the queue has room again. It is safe for concurrent use.
type lineQueue struct {
	to   io.Writer
	tell func(w io.Writer, lost int) // reports that so many lines were lost

	mu      sync.Mutex
	waiting [][]byte
	bytes   int
	lost    int // lines since the last that was queued
	closed  bool
	more    sync.Cond     // there is something to write, or the end has come
	done    chan struct{} // closed when all is written
}

func newLineQueue(to io.Writer, tell func(w io.Writer, lost int)) *lineQueue {
	q := &lineQueue{to: to, tell: tell, done: make(chan struct{})}
	q.more.L = &q.mu
	go q.run()
	return q
}

// Write implements io.Writer. It always reports success.
func (q *lineQueue) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.bytes+len(p) > maxQueued {
		q.lost += bytes.Count(p, []byte("\n"))
		return len(p), nil
	}
	q.tellLost()
	q.queue(bytes.Clone(p))
	return len(p), nil
}

func (q *lineQueue) queue(p []byte) {
	q.waiting, q.bytes = append(q.waiting, p), q.bytes+len(p)
	q.more.Signal()
}

// tellLost queues how many lines were lost before this place, if any were.
func (q *lineQueue) tellLost() {
	if q.lost == 0 {
		return
	}
	var text bytes.Buffer
	q.tell(&text, q.lost)
	q.lost = 0
	q.queue(text.Bytes())
}

// run writes what is queued until the end. An error means that the reader has left,
// so it can't be reported.
func (q *lineQueue) run() {
	defer close(q.done)
	for {
		p, ok := q.next()
		if !ok {
			return
		}
		_, _ = q.to.Write(p)
		q.mu.Lock()
		q.bytes -= len(p) // what is being written counts as waiting
		q.mu.Unlock()
	}
}

func (q *lineQueue) next() (p []byte, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.lost > 0 && q.bytes == 0 {
			q.tellLost()
			continue
		}
		if q.closed {
			return nil, false
		}
		q.more.Wait()
	}
	p, q.waiting = q.waiting[0], q.waiting[1:]
	return p, true
}

// close waits until all that was queued is written, at most for flushTime.
func (q *lineQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.more.Signal()
	q.mu.Unlock()
	limit, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	select {
	case <-q.done:
	case <-limit.Done():
	}
}
