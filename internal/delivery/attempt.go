package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// The longest answer that is read, the longest file, how many files are in memory at once,
// the longest file that a process gets, and how much of an answer a delivery remembers.
const (
	longestAnswer = 64 << 10
	longestFile   = 32 << 20
	mostFiles     = 2
	keptFile      = 2 << 20
	shownAnswer   = 2 << 10
)

// answered is what an endpoint has answered.
type answered struct {
	status int
	header http.Header
	file   bool
	body   []byte
}

// message is the answer as it may be kept. A file is not searched for keys.
func (a answered) message() journal.Message {
	if a.file {
		return journal.RedactedFile(a.header, a.body)
	}
	return journal.RedactedMessage(a.header, a.body)
}

// attempt sends a delivery once, and returns after what time of the sandbox's clock the answer
// arrives. The attempt has the errors.
func (c *caller) attempt(run *sandbox.Run, d Delivery, plan scenario.Plan) (t try, after time.Duration) {
	op, _ := c.callers.table.Operation(d.Operation) // Open has looked for it
	sent, err := changed(op, d, plan)
	call := callOf(op, sent, run.Clock.Now())
	t = try{Attempt: Attempt{At: call.Now}, plan: plan, call: call, exchange: c.exchange(run, d, call)}
	t.exchange.Rule, t.exchange.Why, t.exchange.Decision = plan.Rule, plan.Why, decidedBy(plan)
	m := met{err: err}
	if err == nil {
		m = c.exchanged(run, sent, &t)
	}
	t.judge(c.callers, d, m)
	if plan.Send == scenario.Twice {
		again := c.again(run, sent, t)
		t.again = &again
	}
	return t, m.after
}

// judge the answer: whether it counts, and what is passed to the process.
func (t *try) judge(o *Callers, d Delivery, m met) {
	t.Status = m.status
	if !m.file {
		shown := journal.Redacted(m.body)
		t.Answer = string(shown[:min(len(shown), shownAnswer)])
	}
	outcome, err := o.judge(d, m.answered, m.err)
	if t.exchange.Outcome = outcome; err != nil {
		t.Error = string(journal.Redacted([]byte(err.Error()))) // it may name the URL
		return
	}
	t.Outcome, t.heard = outcome, contract.Heard{Outcome: outcome}
	if m.file {
		t.heard.File = m.body
	} else {
		t.heard.Body = m.body
	}
}

// exchanged makes the call, applies the faults to the answer, and records the exchange.
// The body of a long file is left out: the journal has a part of it.
func (c *caller) exchanged(run *sandbox.Run, sent Delivery, t *try) met {
	req, err := c.request(run.Ends, sent)
	if err != nil {
		return met{err: err}
	}
	t.call.Header = req.Header
	x := t.exchange
	x.URL = journal.RedactedURL(req.URL.RequestURI())
	x.Request = journal.RedactedMessage(c.addresses[sent.Operation].withoutSecrets(req.Header), sent.Body)
	under := *x // what is in the journal doesn't change any more
	run.Log.Open(&under)
	m, free := met{}, func() {}
	if sends(t.plan.Faults) {
		m.answered, free, m.err = c.send(c.addresses[sent.Operation], req)
	}
	defer free()
	x.Took = c.callers.machine.Now().Sub(x.Started)
	t.Took = float64(x.Took.Microseconds()) / 1000
	if m.err == nil && len(t.plan.Faults) > 0 {
		m = c.meet(run, t, m.answered)
	}
	x.Status, x.Arrived = m.status, m.err == nil
	if m.status != 0 {
		x.Response = m.message()
	}
	x.Findings = c.callers.remark(t.call, Answer{m.status, m.header, m.body, m.err})
	if len(m.body) > keptFile {
		m.body = nil
	}
	return m
}

func (c *caller) request(ctx context.Context, d Delivery) (*http.Request, error) {
	op, _ := c.callers.table.Operation(d.Operation)
	to := c.addresses[d.Operation]
	req, err := http.NewRequestWithContext(ctx, op.Method, to.with(d.Query), bytes.NewReader(d.Body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, to.header)
	if d.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if to.authorization != "" {
		req.Header.Set("Authorization", to.authorization)
	}
	req.Header.Set("User-Agent", "kzsim")
	req.Header.Set("Sim-Sandbox", c.sandbox.ID())
	req.Header.Set("Sim-Delivery", d.ID)
	return req, nil
}

// send a request and read the answer. Call free when its body is not needed any more.
func (c *caller) send(to address, req *http.Request) (got answered, free func(), err error) {
	free = func() {}
	resp, err := c.ask(to, req)
	if err != nil {
		return answered{}, free, c.callers.reason(err)
	}
	defer resp.Body.Close()
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	got = answered{status: resp.StatusCode, header: resp.Header, file: isFile(media)}
	most := int64(longestAnswer)
	if got.file {
		most = longestFile
		if free, err = c.callers.takeFile(req.Context()); err != nil {
			return got, free, err
		}
	}
	got.body, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		err = fmt.Errorf("the answer broke off: %w", err)
	case int64(len(got.body)) > most:
		err = fmt.Errorf("the answer is longer than %d bytes", most)
	}
	return got, free, err
}

// takeFile waits until one more file may be in memory.
func (o *Callers) takeFile(ctx context.Context) (free func(), err error) {
	select {
	case o.files <- struct{}{}:
		return func() { <-o.files }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

// isFile reports whether an answer of a media type is one of the files that the ABS gives.
func isFile(media string) bool {
	return media == "application/pdf" || media == "application/octet-stream" || strings.HasPrefix(media, "image/")
}

// reason without the method and address, which the delivery has already.
func (o *Callers) reason(err error) error {
	var of *url.Error
	switch {
	case !errors.As(err, &of):
		return err
	case of.Timeout():
		return noAnswer(o.patience)
	}
	return of.Err
}

func noAnswer(patience time.Duration) error { return fmt.Errorf("no answer within %s", patience) }

// judge the answer of an endpoint: which of the operation's outcomes it is, and why it
// doesn't count. For a push only a success counts, for a question every outcome
// except that of a malformed request.
func (o *Callers) judge(d Delivery, got answered, failed error) (outcome string, err error) {
	if failed != nil {
		return "", failed
	}
	op, _ := o.table.Operation(d.Operation)
	class := o.table.Classify(op, contract.Answer{Status: got.status, Body: got.body, File: got.file})
	is, ok := class.Outcome()
	if ok {
		outcome = is.Name
	}
	switch {
	case len(class.Outcomes) == 0:
		return "", fmt.Errorf("%s has no answer with HTTP %d", op.ID, got.status)
	case ok && (!is.IsError() || d.Process != "" && is.Name != op.Service().Dialect.Malformed.Name):
		return outcome, nil
	case !ok && class.Said.Code != 0 && d.Process != "":
		return outcome, errors.New("the answer is an error that the contract does not have")
	case ok || class.Said.Code != 0:
		return outcome, errors.New("the answer is an error")
	}
	return "", fmt.Errorf("the answer is no %s of %s: %w", class.Outcomes[0].Name, op.ID, class.Problems[0])
}
