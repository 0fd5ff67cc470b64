package control

import (
	"context"
	"encoding/json"
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

// member of an object.
type member struct {
	name  string
	value any
}

func membersOf[V any](object map[string]V) []member {
	var all []member
	for _, name := range slices.Sorted(maps.Keys(object)) {
		all = append(all, member{name, object[name]})
	}
	return all
}

// writeSnapshot writes it as writeJSON would, a row at a time.
func writeSnapshot(w io.Writer, s sandbox.Snapshot) error {
	all := []member{{"version", s.Version}, {"seed", s.Seed}, {"clock", s.Clock}, {"requests", s.Requests}, {"state", s.State}}
	if len(s.Records) > 0 {
		all = append(all, member{"records", s.Records})
	}
	if len(s.Counters) > 0 {
		all = append(all, member{"counters", s.Counters})
	}
	if len(s.Before) > 0 {
		all = append(all, member{"before", s.Before})
	}
	if err := writeMembers(w, "", all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func writeValue(w io.Writer, margin string, value any) error {
	switch v := value.(type) {
	case store.Rows:
		return writeMembers(w, margin, membersOf(v))
	case map[string]json.RawMessage:
		return writeMembers(w, margin, membersOf(v))
	}
	encoded, err := indented(value, margin)
	if err != nil {
		return err
	}
	_, err = w.Write(encoded)
	return err
}

func writeMembers(w io.Writer, margin string, all []member) error {
	if len(all) == 0 {
		_, err := io.WriteString(w, "{}")
		return err
	}
	before := "{\n"
	for _, m := range all {
		quoted, err := indented(m.name, "")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s  %s: ", before, margin, quoted); err != nil {
			return err
		}
		if err := writeValue(w, margin+"  ", m.value); err != nil {
			return err
		}
		before = ",\n"
	}
	_, err := fmt.Fprintf(w, "\n%s}", margin)
	return err
}
