package journal

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// kept is an exchange as a journal holds it: its texts lie in one piece of memory, and
// the rest has few pointers. The collector goes through all that the journals hold each
// time that it runs. The exchange is made again when it is read.
type kept struct {
	texts           string // of Exchange.texts, then Why, then Subjects
	whys, subjects  int    // how many of the texts are these
	seq             uint64
	at, started     time.Time
	took, held      time.Duration
	status          int
	within, arrived bool
	request, answer part
	findings        []contract.Finding
	changes         []store.Change
	taken           []contract.Taken
}

// part of a message that is no text.
type part struct {
	body []byte
	size int64
}

func keep(e *Exchange) kept {
	const usual = 1 << 10 // bytes
	lines := make([]byte, 0, usual)
	for _, text := range e.texts() {
		lines = appendText(lines, *text)
	}
	for _, list := range [...][]string{e.Why, e.Subjects} {
		for _, text := range list {
			lines = appendText(lines, text)
		}
	}
	return kept{
		texts: string(lines), whys: len(e.Why), subjects: len(e.Subjects),
		seq: e.Seq, at: e.At, started: e.Started, took: e.Took, held: e.Held,
		status: e.Status, within: e.Within, arrived: e.Arrived,
		request: part{e.Request.Body, e.Request.Size}, answer: part{e.Response.Body, e.Response.Size},
		findings: e.Findings, changes: e.Changes, taken: e.Taken,
	}
}

// texts of an exchange that are packed, in their order.
func (e *Exchange) texts() [17]*string {
	return [...]*string{
		&e.ID, &e.Method, &e.URL, &e.Remote, &e.Direction, &e.Target, &e.Delivery, &e.Process,
		&e.Operation, &e.Outcome, &e.Decision, &e.Rule, &e.Fault,
		(*string)(&e.Request.Headers), &e.Request.Digest, (*string)(&e.Response.Headers), &e.Response.Digest,
	}
}

// id of the exchange, which is the first of its texts.
func (k *kept) id() string {
	id, _ := packed(k.texts).next()
	return id
}

// exchange makes it again, as it was.
func (k *kept) exchange() *Exchange {
	e := &Exchange{
		Seq: k.seq, At: k.at, Started: k.started, Took: k.took, Held: k.held,
		Status: k.status, Within: k.within, Arrived: k.arrived,
		Findings: k.findings, Changes: k.changes, Taken: k.taken,
	}
	e.Request.Body, e.Request.Size = k.request.body, k.request.size
	e.Response.Body, e.Response.Size = k.answer.body, k.answer.size
	rest := packed(k.texts)
	for _, text := range e.texts() {
		*text, rest = rest.next()
	}
	e.Why, rest = rest.list(k.whys)
	e.Subjects, _ = rest.list(k.subjects)
	return e
}
