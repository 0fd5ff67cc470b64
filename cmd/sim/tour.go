package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// tour sends its requests to a running simulator and prints them with their
// answers. It makes a sandbox for that, which expires by itself, so it changes no other.
func tour(ctx context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("tour", flag.ContinueOnError)
	at := flags.String("url", "http://127.0.0.1:8080", "address of the simulator, or of one of its sandboxes (…/s/ID)")
	token := ""
	flags.Var(secret{&token}, "control-token", "token of the control API, or of that sandbox; not needed on loopback")
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	base, err := simulatorAt(*at)
	if err != nil {
		return ended(env, "tour", wrongUse(err))
	}
	g := &guide{out: env.stdout, root: base, base: base, token: token, known: map[string]string{}}
	return ended(env, "tour", g.walk(ctx))
}

// simulatorAt is the address of a simulator as a person types it: a port, a host and a
// port, or a URL.
func simulatorAt(text string) (string, error) {
	if !strings.Contains(text, "://") {
		addr := ""
		if err := address(&addr).Set(text); err != nil {
			return "", fmt.Errorf("--url: %w", err)
		}
		return "http://" + reachable(addr), nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return "", fmt.Errorf("--url %q: expected an address such as http://127.0.0.1:8080", text)
	}
	return strings.TrimRight(text, "/"), nil
}

// guide walks the steps in one sandbox.
type guide struct {
	out   io.Writer
	root  string // of the simulator
	base  string // of the sandbox
	token string
	known map[string]string // values of earlier answers, by member
}

func (g *guide) walk(ctx context.Context) error {
	if !strings.Contains(g.root, "/s/") {
		if err := g.enter(ctx); err != nil {
			return err
		}
	}
	for i, s := range tourSteps {
		if err := g.show(ctx, i+1, s); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	fmt.Fprintf(g.out, "These requests in the console: %s/_sim/\n", g.base)
	return nil
}

// enter a sandbox that is made for the tour. It is deleted an hour after its last
// request, so that the console can show what was sent.
func (g *guide) enter(ctx context.Context) error {
	a, err := g.ask(ctx, http.MethodPost, g.root+"/_sim/sandboxes", `{"owner": "sim tour", "expires": "1h"}`)
	if err != nil {
		return err
	}
	switch {
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		return fmt.Errorf("%s refuses to make a sandbox: %s\nGive the control token, which the simulator prints at its start: "+
			"--control-token, or SIM_CONTROL_TOKEN. A sandbox's own token is for --url %s/s/ID", g.root, a.reason(), g.root)
	case a.status != http.StatusCreated || !g.learn(a.body, "id"):
		return fmt.Errorf("%s makes no sandbox: %d %s\n--url is the address in the first line of sim serve", g.root, a.status, a.reason())
	}
	g.base = g.root + "/s/" + g.known["id"]
	return nil
}

// show one step: what it is about, the request, the answer.
func (g *guide) show(ctx context.Context, n int, s tourStep) error {
	path, body := g.filled(s.path), g.filled(s.body)
	if s.about != "" {
		fmt.Fprintf(g.out, "%d. %s\n", n, s.about)
	}
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	fmt.Fprintf(g.out, "   %s %s %s\n", method, path, body)
	a, err := g.ask(ctx, method, g.base+path, body, s.header...)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.out, "   %d %s\n   %s\n\n", a.status, a.outcome, cut(a.body, 300))
	if a.status == http.StatusUnauthorized {
		return fmt.Errorf("%s: %s; --control-token gives the sandbox's token", path, a.reason())
	}
	if s.want != a.outcome || s.want == "" && a.status >= http.StatusBadRequest {
		return fmt.Errorf("%s: expected the outcome %q, got %q with status %d: is %s a simulator, and in its initial state?",
			path, s.want, a.outcome, a.status, g.root)
	}
	for _, member := range s.learn {
		if !g.learn(a.body, member) {
			return fmt.Errorf("%s: the answer has no %q", path, member)
		}
	}
	return nil
}

// filled is a text with the values of earlier answers in place of {member}.
func (g *guide) filled(text string) string {
	for member, value := range g.known {
		text = strings.ReplaceAll(text, "{"+member+"}", value)
	}
	return text
}

// learn the first value of a member, at any depth.
func (g *guide) learn(body []byte, member string) bool {
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		return false
	}
	value, found := memberOf(doc, member)
	if found {
		g.known[member] = value
	}
	return found
}

func memberOf(doc any, member string) (string, bool) {
	switch doc := doc.(type) {
	case map[string]any:
		if text, is := doc[member].(string); is {
			return text, true
		}
		for _, child := range doc {
			if text, found := memberOf(child, member); found {
				return text, true
			}
		}
	case []any:
		for _, child := range doc {
			if text, found := memberOf(child, member); found {
				return text, true
			}
		}
	}
	return "", false
}

// tourAnswer to a request.
type tourAnswer struct {
	status  int
	outcome string
	body    []byte
}

// reason of an error of the control API.
func (a tourAnswer) reason() string {
	var problem struct{ Title, Detail string }
	if err := json.Unmarshal(a.body, &problem); err != nil || problem.Title == "" {
		return cut(a.body, 100)
	}
	return strings.TrimSuffix(problem.Title+": "+problem.Detail, ": ")
}

// tourPatience with one answer, and the bytes of it that are read.
const (
	tourPatience = 10 * time.Second
	tourBytes    = 1 << 20
)

// ask one request; header pairs name and value.
func (g *guide) ask(ctx context.Context, method, address, body string, header ...string) (tourAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, tourPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return tourAnswer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if g.token != "" && strings.Contains(address, "/_sim/") {
		req.Header.Set("Authorization", "Bearer "+g.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return tourAnswer{}, fmt.Errorf("no answer from %s: %w\nStart a simulator by sim serve, or name another one by --url", g.root, err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, tourBytes))
	return tourAnswer{resp.StatusCode, resp.Header.Get("Sim-Outcome"), bytes.TrimSpace(content)}, err
}

// cut a text to one line of at most so many characters.
func cut(text []byte, most int) string {
	runes := []rune(strings.Join(strings.Fields(string(text)), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}
