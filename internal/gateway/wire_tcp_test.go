package gateway_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/faults"
)

// whole is the answer of demo.put without a fault.
const whole = `{"status":"STORED","text":"a text that is long enough to be cut"}`

// seen is what a client met.
type seen struct {
	Status int
	Fault  string // Sim-Fault
	Type   string // Content-Type
	Length int64  // as announced
	Body   string
	Err    string // the kind of error that the client reports
}

// The exit codes of curl that faults are known by.
const (
	curlGood    = 0
	curlPartial = 18
	curlTimeout = 28
	curlEmpty   = 52
	curlReceive = 56 // among others: connection reset by peer
)

var wireCases = []struct {
	name   string
	faults map[string]any
	want   seen
	curl   int
	stored bool
}{
	{"nothing", nil, seen{200, "", "application/json", int64(len(whole)), whole, ""}, curlGood, true},
	{"delay", map[string]any{"delay": "10s"}, seen{200, "delay", "application/json", int64(len(whole)), whole, ""}, curlGood, true},
	{"hang", map[string]any{"hang": nil}, seen{Err: "time-out"}, curlTimeout, false},
	{"hang for a time", map[string]any{"hang": "10s"}, seen{Err: "empty reply"}, curlEmpty, false},
	{"reset", map[string]any{"reset": nil}, seen{Err: "reset"}, curlReceive, false},
	{"late reset", map[string]any{"reset": nil, "delay": "10s"}, seen{Err: "reset"}, curlReceive, false},
	{"close", map[string]any{"close": nil}, seen{Err: "empty reply"}, curlEmpty, false},
	{"truncate", map[string]any{"truncate": "20"}, seen{200, "truncate", "application/json", int64(len(whole)), whole[:20], "short body"}, curlPartial, true},
	{"truncate before the body", map[string]any{"truncate": "0"}, seen{200, "truncate", "application/json", int64(len(whole)), "", "short body"}, curlPartial, true},
	{"truncate and stall", map[string]any{"truncate": "20", "hang": nil},
		seen{200, "hang, truncate", "application/json", int64(len(whole)), whole[:20], "time-out"}, curlTimeout, true},
	{"dribble", map[string]any{"dribble": "10s"}, seen{200, "dribble", "application/json", int64(len(whole)), whole, ""}, curlGood, true},
	{"dribble, cut", map[string]any{"dribble": "10s", "truncate": "20"},
		seen{200, "dribble, truncate", "application/json", int64(len(whole)), whole[:20], "short body"}, curlPartial, true},
	{"garbage", map[string]any{"garbage": "json"}, seen{200, "garbage", "application/json", 0, "", ""}, curlGood, true},
	{"status 503", map[string]any{"status": "503"}, seen{503, "status", "", 0, "", ""}, curlGood, false},
	{"lost reply", map[string]any{"lost-reply": nil}, seen{Err: "empty reply"}, curlEmpty, true},
	{"lost reply by a reset", map[string]any{"lost-reply": "reset"}, seen{Err: "reset"}, curlReceive, true},
	{"lost reply by silence", map[string]any{"lost-reply": "hang"}, seen{Err: "time-out"}, curlTimeout, true},
	{"stale read", map[string]any{"stale-read": nil}, seen{200, "stale-read", "application/json", int64(len(whole)), whole, ""}, curlGood, false},
	{"drift", map[string]any{"drift": map[string]any{"drop": "text"}},
		seen{200, "drift", "application/json", 19, `{"status":"STORED"}`, ""}, curlGood, true},
}

// Each fault, as Go's client and as curl see it over a socket, with and without
// TLS. The sandbox's clock runs a million times as fast as the machine's.
func TestFaultsOverTCP(t *testing.T) {
	_, err := exec.LookPath("curl")
	curl := err == nil
	if !curl {
		t.Log("curl is not installed: only Go's client looks at the faults")
	}
	for _, secure := range []bool{false, true} {
		for _, c := range wireCases {
			t.Run(fmt.Sprintf("%s tls=%v", c.name, secure), func(t *testing.T) {
				t.Parallel()
				wait := patient
				if c.want.Err == "time-out" {
					wait = impatient
				}
				url, d, body := wireServer(t, secure, c.faults)
				got := goClient(url, body, wait)
				if c.name == "garbage" {
					if json.Valid([]byte(got.Body)) {
						t.Errorf("the body is good JSON: %s", got.Body)
					}
					got.Body, got.Length = "", 0
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("Go's client (-want +got):\n%s", diff)
				}
				if stored := len(d.stored()) > 0; stored != c.stored {
					t.Errorf("the service has stored it: %v, want %v", stored, c.stored)
				}
				if curl {
					url, _, body := wireServer(t, secure, c.faults)
					if code := curlExit(t, url, body, wait); code != c.curl {
						t.Errorf("curl exits with %d, want %d", code, c.curl)
					}
				}
			})
		}
	}
}

// wireServer serves a demo whose every request meets faults, and a body for it.
func wireServer(t *testing.T, secure bool, params map[string]any) (url string, d *demo, body string) {
	d = newDemo(t, fast)
	var list []faults.Fault
	for _, kind := range faults.Names() {
		if value, ok := params[kind]; ok {
			list = append(list, fault(t, kind, value))
		}
	}
	d.live(list...)
	server := httptest.NewUnstartedServer(d.gateway)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = d.pool.Delete("default") }) // ends what hangs
	return server.URL, d, `{"iin":"901123300258","text":"a text that is long enough to be cut"}`
}

// A client has to give up before it can be said to have waited in vain; all others
// have time, whatever else the machine does.
const (
	impatient = 400 * time.Millisecond
	patient   = 20 * time.Second
)

func goClient(url, body string, wait time.Duration) seen {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "POST", url+"/demo/put", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return seen{Err: kindOfError(err)}
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	return seen{
		answer.StatusCode, answer.Header.Get("Sim-Fault"), answer.Header.Get("Content-Type"),
		answer.ContentLength, string(content), kindOfError(err),
	}
}

func kindOfError(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "time-out"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "short body"
	case errors.Is(err, io.EOF):
		return "empty reply"
	}
	return err.Error()
}

func curlExit(t *testing.T, url, body string, wait time.Duration) int {
	t.Helper()
	cmd := exec.Command("curl", "--silent", "--show-error", "--insecure", "--http1.1", "--max-time", fmt.Sprint(wait.Seconds()),
		"--header", "Content-Type: application/json", "--data-binary", "@-", "--output", "/dev/null", url+"/demo/put")
	cmd.Stdin = strings.NewReader(body)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	t.Logf("curl: %s", strings.TrimSpace(said.String()))
	return cmd.ProcessState.ExitCode()
}
