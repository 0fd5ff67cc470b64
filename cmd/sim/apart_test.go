package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// getAt an address of a process.
func getAt(t *testing.T, address, path string) (status int, body string) {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return asks(t, http.MethodGet, "http://127.0.0.1:"+port+path, "", nil)
}

// asks something with headers.
func asks(t *testing.T, method, address, body string, header http.Header) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}

// control is the address of the control API's own listener.
func (p *process) control() string {
	p.t.Helper()
	at, ok := p.stderr.wait(`console on http://(\S+:\d+)/_sim/`)
	if !ok {
		p.t.Fatalf("it says no address of the control API: %s", p.stderr)
	}
	return at
}

// TestControlApart: with a listener of its own the control API is there and nowhere
// else; the services are on both.
func TestControlApart(t *testing.T) {
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0")
	services, control := p.address(), p.control()
	for path, says := range map[string]string{
		"/_sim/": "kzsim", "/_sim/health/ready": `"status": "ok"`, "/_sim/sandboxes": `"base_url": "http://127.0.0.1:`,
		"/s/default/_sim": `"id": "default"`, "/s/default/_sim/clock": `"mode": "real"`,
	} {
		if status, body := getAt(t, control, path); status != 200 || !strings.Contains(body, says) {
			t.Errorf("%s on the control API's address: %d %s", path, status, body)
		}
		if status, body := getAt(t, services, path); status != 404 || !strings.Contains(body, "--control-addr") {
			t.Errorf("%s on the services' address: %d %s", path, status, body)
		}
	}
	for _, at := range []string{services, control} {
		if status, body := getAt(t, at, aClient); status != 200 {
			t.Errorf("a service on %s: %d %s", at, status, body)
		}
	}
	if code := p.end(); code != exitGood {
		t.Errorf("exit code %d: %s", code, p.stderr)
	}
	for _, at := range []string{services, control} {
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Fatalf("the port is still taken: %v", err)
		}
		l.Close()
	}
}

// TestTokenApart: whether a token is needed goes by where the control API is.
func TestTokenApart(t *testing.T) {
	within := launch(t, nil, "--addr", "0.0.0.0:0", "--control-addr", "127.0.0.1:0")
	if status, body := getAt(t, within.control(), "/_sim/sandboxes"); status != 200 || strings.Contains(within.stderr.String(), "token") {
		t.Errorf("on loopback: %d %s, %s", status, body, within.stderr)
	}
	beyond := launch(t, nil, "--addr", "127.0.0.1:0", "--control-addr", "0.0.0.0:0")
	if _, told := beyond.stderr.wait(`needs a token: ([0-9a-f]{32})`); !told {
		t.Errorf("no token is told: %s", beyond.stderr)
	}
	if status, body := getAt(t, beyond.control(), "/_sim/sandboxes"); status != 401 {
		t.Errorf("elsewhere: %d %s", status, body)
	}
}

// TestHealthcheckApart asks where the control API is.
func TestHealthcheckApart(t *testing.T) {
	sim := launch(t, nil, "--addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0")
	env := map[string]string{"SIM_ADDR": sim.address()}
	if code := <-launch(t, env, "healthcheck").code; code != exitFindings {
		t.Errorf("by the services' address: exit code %d", code)
	}
	env["SIM_CONTROL_ADDR"] = sim.control()
	if p := launch(t, env, "healthcheck"); <-p.code != exitGood {
		t.Errorf("by the control API's: %s", p.stderr)
	}
}

// TestControlAddressTaken is told as any other is.
func TestControlAddressTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--control-addr", taken.Addr().String())
	if code := <-p.code; code != exitListen || !strings.Contains(p.stderr.String(), "cannot listen on "+taken.Addr().String()) {
		t.Errorf("exit code %d: %s", code, p.stderr)
	}
}
