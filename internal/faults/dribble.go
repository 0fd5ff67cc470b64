package faults

import "time"

// dribbleKind imitates a link that hardly carries anything, or a server that
// flushes a few bytes at a time. Bytes keep coming, so a time-out for reading
// that starts anew with each byte never ends the wait: a client needs a deadline
// for the answer as a whole. It also finds readers that take the first read of a
// socket for the whole body.
var dribbleKind = Kind{
	Name:  "dribble",
	About: "The answer comes whole, a few bytes at a time.",
	Imitates: "A link that hardly carries anything. A time-out that starts anew with each byte never ends the wait: " +
		"a client needs a deadline for the whole.",
	Word: true,
	Params: []Param{
		{Name: "over", Type: "duration", About: "How long the whole body takes, on the sandbox's clock. Excludes every.", schema: durationSchema()},
		{Name: "every", Type: "duration", About: "The pause before each chunk, on the sandbox's clock. Excludes over.", Default: "100ms", schema: durationSchema()},
		{Name: "chunk", Type: "bytes", About: "How many bytes come at a time; with over a tenth of the body.", Default: "16",
			schema: integerSchema(1, mostChunk)},
	},
	Examples: []string{"5s", "{over: 5s}", "{chunk: 1, every: 50ms}"},
	lone:     "over", work: workSend, parse: parseDribble,
}

const (
	usualChunk = 16
	usualPause = 100 * time.Millisecond
	mostChunk  = 1 << 20
)

type dribble struct{ pace Pace }

func parseDribble(a *arguments) Fault {
	a.alone("over", "every")
	if a.has("over") {
		return dribble{Pace{Over: a.positive("over", 0), Chunk: a.integer("chunk", 1, mostChunk, 0)}}
	}
	return dribble{Pace{Every: a.positive("every", usualPause), Chunk: a.integer("chunk", 1, mostChunk, usualChunk)}}
}

func (dribble) Kind() string { return "dribble" }

func (f dribble) apply(_ Input, w *Wire) { w.Pace = &f.pace }
