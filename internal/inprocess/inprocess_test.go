package inprocess_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/inprocess"
)

// TestAnswers: what a handler writes is the answer; one that aborts, or that would have let
// its client wait too long, has none.
func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"an answer", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(202)
			_, _ = io.WriteString(w, r.RequestURI+" "+r.Host+" "+string(body))
		}, "202 /a?b=c bank asked"},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, "200 "},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic(http.ErrAbortHandler)
		}, "the connection was closed"},
		{"as late as it may be", wait(time.Second), "200 "},
		{"too late", wait(time.Second + 1), "no answer in time"},
		{"too late in two parts", wait(600*time.Millisecond, 600*time.Millisecond), "no answer in time"},
		{"never", wait(1<<63 - 1), "no answer in time"},
	} {
		ctx := inprocess.WithPatience(t.Context(), time.Second)
		r, err := http.NewRequestWithContext(ctx, "POST", "http://bank/a?b=c", strings.NewReader("asked"))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if resp, err := inprocess.Transport(test.handler).RoundTrip(r); err != nil {
			got = err.Error()
		} else {
			body, _ := io.ReadAll(resp.Body)
			got = fmt.Sprint(resp.StatusCode, " ", string(body))
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func wait(waits ...time.Duration) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		for _, d := range waits {
			if !inprocess.PatienceOf(r.Context()).Spend(d) {
				panic(http.ErrAbortHandler)
			}
		}
	}
}
