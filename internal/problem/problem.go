// Package problem is how the simulator itself says that something is wrong, as
// against the services, which have their own ways: RFC 9457.
package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// ContentType of a problem.
const ContentType = "application/problem+json"

// Problem is an error with an HTTP status, and the body that describes it. More
// holds further members, for programs.
type Problem struct {
	Status int
	Detail string
	More   map[string]any
	cause  error
}

// New problem with a detail in a person's words. An error that the format wraps (%w) is
// the problem's cause.
func New(status int, format string, args ...any) Problem {
	err := fmt.Errorf(format, args...)
	return Problem{Status: status, Detail: err.Error(), cause: errors.Unwrap(err)}
}

func (p Problem) Error() string { return p.Detail }

// Unwrap answers the cause.
func (p Problem) Unwrap() error { return p.cause }

// With adds a member for programs.
func (p Problem) With(name string, value any) Problem {
	more := maps.Clone(p.More)
	if more == nil {
		more = map[string]any{}
	}
	more[name] = value
	p.More = more
	return p
}

// Body is the problem as JSON.
func (p Problem) Body() []byte {
	members := map[string]any{}
	maps.Copy(members, p.More)
	members["type"] = "about:blank"
	members["title"] = http.StatusText(p.Status)
	members["status"] = p.Status
	members["detail"] = p.Detail
	body, err := json.Marshal(members)
	if err != nil {
		// Only a member that isn't JSON can be at fault: the rest always is.
		body, _ = json.Marshal(map[string]any{"type": "about:blank", "status": p.Status, "detail": p.Detail})
	}
	return body
}

// Write the problem as an answer.
func (p Problem) Write(w http.ResponseWriter) {
	body := p.Body()
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}
