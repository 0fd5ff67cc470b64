package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Person answers what a subject is asked. Where the target is the simulator the
// suite asks its control API instead.
type Person interface {
	// Approve gets the subject to approve the request for the address, whose
	// message has gone to the phone. It returns at once; the suite asks the
	// service whether it has happened.
	Approve(ctx context.Context, iin, phone string) error
	// Code answers the OTP in the message that has gone to the phone.
	Code(ctx context.Context, phone string) (string, error)
}

// errNoPerson is why a step with a message isn't taken.
var errNoPerson = errors.New("no person is there to answer the message")

// noPerson answers nothing.
type noPerson struct{}

// Approve implements Person.
func (noPerson) Approve(context.Context, string, string) error { return errNoPerson }

// Code implements Person.
func (noPerson) Code(context.Context, string) (string, error) { return "", errNoPerson }

// person who answers a service's messages.
func (r *run) person(service string) Person {
	switch {
	case r.client.simulator[service]:
		return simulated{client: r.client, service: service}
	case r.opts.Person != nil:
		return r.opts.Person
	}
	return noPerson{}
}

// simulated is the person in a simulator, by its control API.
type simulated struct {
	client  *client
	service string
}

// Approve implements Person.
func (p simulated) Approve(ctx context.Context, iin, _ string) error {
	return p.control(ctx, http.MethodPost, "/subjects/"+url.PathEscape(iin)+"/answer", map[string]string{"with": "approve"}, nil)
}

// Code implements Person: the code of the last message on the phone.
func (p simulated) Code(ctx context.Context, phone string) (string, error) {
	var seen struct {
		Messages []struct{ Code string }
	}
	if err := p.control(ctx, http.MethodGet, "/phones/"+url.PathEscape(phone), nil, &seen); err != nil {
		return "", err
	}
	if len(seen.Messages) == 0 {
		return "", errors.New("no message came")
	}
	return seen.Messages[len(seen.Messages)-1].Code, nil
}

// control asks the sandbox's control API.
func (p simulated) control(ctx context.Context, method, path string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, p.client.target.Timeout)
	defer cancel()
	req, err := p.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	resp, err := p.client.wire[p.service].RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		return fmt.Errorf("the simulator's control API answered %d: %s", resp.StatusCode, short(string(answer)))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (p simulated) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	base := p.client.target.ControlURL
	if base == "" {
		u, err := url.Parse(p.client.target.Services[p.service].URL)
		if err != nil {
			return nil, err
		}
		base = u.Scheme + "://" + u.Host
	}
	address := strings.TrimSuffix(base, "/") + "/_sim/sandboxes/" + p.client.sandbox + path
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(payload))
	if err == nil && p.client.target.ControlToken != "" {
		req.Header.Set("Authorization", "Bearer "+p.client.target.ControlToken)
	}
	return req, err
}
