package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// always makes the same request of every attempt.
func always(request any) func(int) any { return func(int) any { return request } }

// ask a service until there is an answer or the policy gives up.
func (c *Collector) ask(ctx context.Context, url string, request func(attempt int) any, answer any) error {
	for attempt := 1; ; attempt++ {
		met, text := c.once(ctx, url, request(attempt), answer)
		if met == nil {
			return nil
		}
		wait, again := c.Policy.Retry(attempt, *met)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !again && met.Err != nil:
			return fmt.Errorf("after %d attempts: %w", attempt, met.Err)
		case !again:
			return Refusal{met.Status, text}
		}
		if err := c.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// mostAnswer bounds what is read of an answer, in bytes.
const mostAnswer = 8 << 20

// once sends a request. Trouble is nil if the answer could be read.
func (c *Collector) once(ctx context.Context, url string, request, answer any) (met *Trouble, text string) {
	body, err := json.Marshal(request)
	if err != nil {
		return &Trouble{Err: err}, ""
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return &Trouble{Err: err}, ""
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := c.HTTP.Do(r)
	if err != nil {
		return &Trouble{Err: err}, ""
	}
	defer response.Body.Close()
	got, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	met = &Trouble{Status: response.StatusCode, RetryAfter: seconds(response.Header.Get("Retry-After"))}
	if response.StatusCode != http.StatusOK {
		return met, detail(got)
	}
	if err == nil {
		err = json.Unmarshal(got, answer)
	}
	if met.Err = err; err == nil {
		return nil, ""
	}
	return met, ""
}

// detail of an error of KYC; the body itself if it is another.
func detail(body []byte) string {
	var said struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(body, &said) != nil || said.Detail == "" {
		return string(body)
	}
	return said.Detail
}

// seconds of a Retry-After; 0 for its other form, a date.
func seconds(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}
