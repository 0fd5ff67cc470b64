package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/problem"
)

func decode(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return members
}

func TestBody(t *testing.T) {
	for _, test := range []struct {
		name    string
		problem problem.Problem
		want    map[string]any
	}{
		{"plain", problem.New(http.StatusNotFound, "no sandbox %q", "a"), map[string]any{
			"type": "about:blank", "title": "Not Found", "status": 404.0, "detail": `no sandbox "a"`,
		}},
		{"with members", problem.New(http.StatusConflict, "100%%").With("findings", []int{1}).With("near", "b"), map[string]any{
			"type": "about:blank", "title": "Conflict", "status": 409.0, "detail": "100%", "findings": []any{1.0}, "near": "b",
		}},
		{"a member twice", problem.New(409, "x").With("near", "a").With("near", "b"), map[string]any{
			"type": "about:blank", "title": "Conflict", "status": 409.0, "detail": "x", "near": "b",
		}},
		{"a member that is the problem's own", problem.New(409, "x").With("status", 200).With("detail", ""), map[string]any{
			"type": "about:blank", "title": "Conflict", "status": 409.0, "detail": "x",
		}},
		{"a member that is no JSON", problem.New(409, "x").With("near", func() {}), map[string]any{
			"type": "about:blank", "status": 409.0, "detail": "x",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, decode(t, test.problem.Body())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithLeavesTheProblemAlone(t *testing.T) {
	first := problem.New(409, "x").With("a", 1)
	second := first.With("b", 2)
	first.With("c", 3)
	if diff := cmp.Diff(map[string]any{"a": 1}, first.More); diff != "" {
		t.Errorf("the first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"a": 1, "b": 2}, second.More); diff != "" {
		t.Errorf("the second (-want +got):\n%s", diff)
	}
}

func TestWrite(t *testing.T) {
	w := httptest.NewRecorder()
	p := problem.New(http.StatusTooManyRequests, "wait")
	p.Write(w)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
	if diff := cmp.Diff(decode(t, p.Body()), decode(t, w.Body.Bytes())); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestAProblemIsAnError(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", problem.New(400, "the body: %v", "broken"))
	var p problem.Problem
	if !errors.As(err, &p) || p.Status != 400 || err.Error() != "wrapped: the body: broken" {
		t.Errorf("%v", err)
	}
}

func TestAProblemKeepsItsCause(t *testing.T) {
	cause := errors.New("broken")
	p := problem.New(400, "the body: %w", cause).With("pointer", "/a")
	if !errors.Is(p, cause) || p.Detail != "the body: broken" {
		t.Errorf("%v, caused by %v", p, p.Unwrap())
	}
}
