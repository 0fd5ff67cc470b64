package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// The longest answer that is read, in bytes, and how much of it is remembered.
const (
	longestAnswer = 64 << 10
	shownAnswer   = 2 << 10
)

// attempt sends a delivery once. Whatever goes wrong is told in the attempt.
func (c *courier) attempt(run *sandbox.Run, r route, d Delivery) Attempt {
	tried := Attempt{At: run.Clock.Now()}
	began := c.office.machine.Now()
	status, answer, err := c.send(run.Ends, r, d)
	tried.Took = float64(c.office.machine.Now().Sub(began).Microseconds()) / 1000
	tried.Status, tried.Answer = status, string(answer[:min(len(answer), shownAnswer)])
	if err == nil {
		err = judge(r.operation, c.office.table, status, answer)
	}
	if err != nil {
		tried.Error = string(journal.Redacted([]byte(err.Error()))) // it may name the URL
	}
	return tried
}

func (c *courier) send(ctx context.Context, r route, d Delivery) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(d.Body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "kzsim")
	req.Header.Set("Sim-Sandbox", c.sandbox.ID())
	req.Header.Set("Sim-Delivery", d.ID)
	resp, err := c.office.client.Do(req)
	if err != nil {
		return 0, nil, reason(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, longestAnswer+1))
	switch {
	case err != nil:
		return resp.StatusCode, answer, fmt.Errorf("the answer broke off: %w", err)
	case len(answer) > longestAnswer:
		return resp.StatusCode, answer, fmt.Errorf("the answer is longer than %d bytes", longestAnswer)
	}
	return resp.StatusCode, answer, nil
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

// judge what an endpoint has answered: nil for a success of the operation.
func judge(op *contract.Operation, table *contract.Table, status int, answer []byte) error {
	class := table.Classify(op, contract.Answer{Status: status, Body: answer})
	outcome, ok := class.Outcome()
	switch {
	case len(class.Outcomes) == 0:
		return fmt.Errorf("%s has no answer with HTTP %d", op.ID, status)
	case ok && !outcome.IsError():
		return nil
	case ok || class.Said.Code != 0:
		return errors.New("the answer is an error")
	}
	return fmt.Errorf("the answer is no %s of %s: %w", class.Outcomes[0].Name, op.ID, class.Problems[0])
}
