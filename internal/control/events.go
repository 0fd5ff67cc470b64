package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// heartbeat is how often a stream without events sends a comment, so that proxies
// don't close the connection.
const heartbeat = 15 * time.Second

// answered is the kind of the event that 1414 was answered for a person, by a request.
// An answer that a person gives as the clock moves makes no such event.
const answered = "answer"

// lost is the kind of the event that reports events which are not kept any more.
const lost = "lost"

// follow streams what happens in a sandbox as server-sent events. It begins with
// what comes next, or after the event that Last-Event-ID or ?after= names. The
// stream ends with the sandbox.
func (c *Control) follow(w http.ResponseWriter, r *http.Request, sb *sandbox.Sandbox) error {
	after, err := resumeAt(r, sb.Journal)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", eventsType)
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	stream := http.NewResponseController(w)
	waiter := c.opts.Pool.Clock().Waiter()
	defer waiter.Close()
	ctx, cancel := c.untilStop(r.Context())
	defer cancel()
	// The first line opens the stream for those who wait for one.
	line := []byte(": follows " + sb.ID() + "\nretry: 1000\n\n")
	for {
		if _, err := w.Write(line); err != nil || stream.Flush() != nil {
			return nil // the client has closed the connection
		}
		sb.Touch(c.opts.Pool.Now())
		changed := sb.Journal.Changed()
		if line, after = c.linesAfter(sb.Journal, after); len(line) > 0 {
			continue
		}
		if sb.Journal.Closed() || waiter.Until(ctx, c.opts.Pool.Now().Add(heartbeat), changed) != nil {
			return nil
		}
		if line, after = c.linesAfter(sb.Journal, after); len(line) == 0 {
			line = []byte(": alive\n\n")
		}
	}
}

// resumeAt is the event after which a stream begins.
func resumeAt(r *http.Request, j *journal.Journal) (uint64, error) {
	given := r.Header.Get("Last-Event-ID")
	if given == "" {
		given = r.URL.Query().Get("after")
	}
	if given == "" {
		return j.LastEvent(), nil
	}
	after, err := strconv.ParseUint(given, 10, 64)
	if err != nil {
		return 0, problem.New(http.StatusBadRequest, "the last event is a number, not %q", given)
	}
	return after, nil
}

// eventsAtOnce are written to a stream together: a client that reads slowly keeps their lines in
// memory meanwhile.
const eventsAtOnce = 16

// linesAfter are the next events after one, as they are sent, and the last of them.
func (c *Control) linesAfter(j *journal.Journal, after uint64) ([]byte, uint64) {
	events, missing, last := j.Events(after, eventsAtOnce)
	var b bytes.Buffer
	if missing > 0 {
		writeEvent(&b, 0, lost, map[string]uint64{"count": missing})
	}
	for _, event := range events {
		switch {
		case event.Exchange != nil:
			writeEvent(&b, event.ID, journal.Request, c.summary(event.Exchange))
		case c.opts.Mask:
			note := event.Note.Masked()
			writeEvent(&b, event.ID, note.Kind, note.Data)
		default:
			writeEvent(&b, event.ID, event.Note.Kind, event.Note.Data)
		}
	}
	return b.Bytes(), last
}

// writeEvent without an id leaves the last one in force for a resume.
func writeEvent(b *bytes.Buffer, id uint64, kind string, data any) {
	encoded, err := contract.Encode(data)
	if err != nil {
		encoded, _ = json.Marshal(map[string]string{"error": err.Error()}) // texts always encode
	}
	if id > 0 {
		fmt.Fprintf(b, "id: %d\n", id)
	}
	// JSON has no line breaks of its own here, and kinds are our words.
	fmt.Fprintf(b, "event: %s\ndata: %s\n\n", kind, encoded)
}
