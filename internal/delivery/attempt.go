package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// The longest answer that is read, the longest file, the longest that the process gets, in
// bytes, and how much of an answer is remembered.
const (
	longestAnswer = 64 << 10
	longestFile   = 32 << 20
	keptFile      = 2 << 20
	shownAnswer   = 2 << 10
)

// answered is what an endpoint has answered.
type answered struct {
	status int
	file   bool
	body   []byte // not of a file
	scan   []byte // of a file that isn't too long to be kept
}

// attempt sends a delivery once. Whatever goes wrong is told in the attempt.
func (c *courier) attempt(run *sandbox.Run, d Delivery) (Attempt, contract.Heard) {
	tried := Attempt{At: run.Clock.Now()}
	began := c.office.machine.Now()
	got, err := c.send(run.Ends, d)
	tried.Took = float64(c.office.machine.Now().Sub(began).Microseconds()) / 1000
	tried.Status, tried.Answer = got.status, string(got.body[:min(len(got.body), shownAnswer)])
	if err == nil {
		tried.Outcome, err = c.office.judge(d, got)
	}
	if err != nil {
		tried.Error = string(journal.Redacted([]byte(err.Error()))) // it may name the URL
		return tried, contract.Heard{}
	}
	return tried, contract.Heard{Outcome: tried.Outcome, Body: got.body, File: got.scan}
}

func (c *courier) send(ctx context.Context, d Delivery) (answered, error) {
	op, _ := c.office.table.Operation(d.Operation) // Open has looked for it
	to := c.addresses[d.Operation]
	req, err := http.NewRequestWithContext(ctx, op.Method, to.with(d.Query), bytes.NewReader(d.Body))
	if err != nil {
		return answered{}, err
	}
	if d.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if to.authorization != "" {
		req.Header.Set("Authorization", to.authorization)
	}
	req.Header.Set("User-Agent", "kzsim")
	req.Header.Set("Sim-Sandbox", c.sandbox.ID())
	req.Header.Set("Sim-Delivery", d.ID)
	resp, err := c.office.client.Do(req)
	if err != nil {
		return answered{}, reason(err)
	}
	defer resp.Body.Close()
	return read(resp)
}

// read an answer. A file is read to its end, however much of it is kept.
func read(resp *http.Response) (answered, error) {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	got := answered{status: resp.StatusCode, file: isFile(media)}
	if got.file {
		var kept bytes.Buffer
		_, err := io.Copy(&kept, io.LimitReader(resp.Body, keptFile+1))
		rest, restErr := io.Copy(io.Discard, io.LimitReader(resp.Body, longestFile-keptFile))
		if kept.Len() <= keptFile {
			got.scan = kept.Bytes()
		}
		return got, tooLong(errors.Join(err, restErr), int64(kept.Len())+rest, longestFile)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestAnswer+1))
	got.body = body
	return got, tooLong(err, int64(len(body)), longestAnswer)
}

func tooLong(err error, size, most int64) error {
	switch {
	case err != nil:
		return fmt.Errorf("the answer broke off: %w", err)
	case size > most:
		return fmt.Errorf("the answer is longer than %d bytes", most)
	}
	return nil
}

// isFile reports whether an answer of a media type is one of the files that the ABS gives.
func isFile(media string) bool {
	return media == "application/pdf" || media == "application/octet-stream" || strings.HasPrefix(media, "image/")
}

// reason without the method and address, which the delivery tells itself.
func reason(err error) error {
	var of *url.Error
	switch {
	case !errors.As(err, &of):
		return err
	case of.Timeout():
		return fmt.Errorf("no answer within %s", patience)
	}
	return of.Err
}

// judge what an endpoint has answered. The error says why it doesn't count: a push is
// taken by a success alone, a question is answered by any outcome but that of a malformed
// request.
func (o *Office) judge(d Delivery, got answered) (outcome string, err error) {
	op, _ := o.table.Operation(d.Operation)
	class := o.table.Classify(op, contract.Answer{Status: got.status, Body: got.body, File: got.file})
	is, ok := class.Outcome()
	switch {
	case len(class.Outcomes) == 0:
		return "", fmt.Errorf("%s has no answer with HTTP %d", op.ID, got.status)
	case ok && (!is.IsError() || d.Process != "" && is.Name != op.Service().Dialect.Malformed.Name):
		return is.Name, nil
	case ok || class.Said.Code != 0:
		return "", errors.New("the answer is an error")
	}
	return "", fmt.Errorf("the answer is no %s of %s: %w", class.Outcomes[0].Name, op.ID, class.Problems[0])
}
