package control

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// A large answer takes much memory until its client has read it. So few are written at
// once, each within a time.
const (
	largeAtOnce = 2
	largeWithin = time.Minute
)

// inTurn lets an answer wait until few others are written, and breaks it off where the
// client reads too slowly.
func (c *Control) inTurn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case c.large <- struct{}{}:
			defer func() { <-c.large }()
		case <-r.Context().Done():
			return
		}
		within, cancel := context.WithTimeout(r.Context(), largeWithin)
		defer cancel()
		next.ServeHTTP(&timedWriter{w, within}, r)
	})
}

// timedWriter ends an answer that is not written in time.
type timedWriter struct {
	http.ResponseWriter
	within context.Context
}

// Unwrap lets an http.ResponseController reach the connection.
func (t *timedWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Write implements io.Writer.
func (t *timedWriter) Write(p []byte) (written int, err error) {
	for part := range slices.Chunk(p, 64<<10) {
		if t.within.Err() != nil {
			panic(http.ErrAbortHandler) // half of the answer is no answer
		}
		n, err := t.ResponseWriter.Write(part)
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// writeSnapshot writes it as writeJSON would, a row at a time.
func writeSnapshot(w io.Writer, s sandbox.Snapshot) error {
	values := map[string]any{"version": s.Version, "seed": s.Seed, "clock": s.Clock, "requests": s.Requests, "state": s.State}
	names := []string{"version", "seed", "clock", "requests", "state"}
	for _, part := range []struct {
		name  string
		value any
		size  int
	}{{"records", s.Records, len(s.Records)}, {"counters", s.Counters, len(s.Counters)}, {"before", s.Before, len(s.Before)}} {
		if part.size > 0 {
			names, values[part.name] = append(names, part.name), part.value
		}
	}
	err := writeObject(w, "", names, func(name, margin string) error {
		if rows, ok := values[name].(store.Rows); ok {
			return writeRows(w, margin, rows)
		}
		return writeValue(w, margin, values[name])
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

func writeRows(w io.Writer, margin string, rows store.Rows) error {
	return writeObject(w, margin, slices.Sorted(maps.Keys(rows)), func(collection, margin string) error {
		of := rows[collection]
		return writeObject(w, margin, slices.Sorted(maps.Keys(of)), func(key, margin string) error {
			return writeValue(w, margin, of[key])
		})
	})
}

func writeObject(w io.Writer, margin string, names []string, member func(name, margin string) error) error {
	if len(names) == 0 {
		_, err := io.WriteString(w, "{}")
		return err
	}
	before := "{\n"
	for _, name := range names {
		quoted, err := indented(name, "")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s  %s: ", before, margin, quoted); err != nil {
			return err
		}
		if err := member(name, margin+"  "); err != nil {
			return err
		}
		before = ",\n"
	}
	_, err := fmt.Fprintf(w, "\n%s}", margin)
	return err
}

func writeValue(w io.Writer, margin string, value any) error {
	encoded, err := indented(value, margin)
	if err != nil {
		return err
	}
	_, err = w.Write(encoded)
	return err
}
