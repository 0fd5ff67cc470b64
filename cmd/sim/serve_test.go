package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/atomicfile"
)

// post to a process, as JSON; header pairs name and value.
func (p *process) post(path, body string, header ...string) (status int, answer string) {
	p.t.Helper()
	req, err := http.NewRequest("POST", "http://"+p.address()+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return p.do(req, header)
}

const (
	approvePath = "/api/v1/backend/address/approve/"
	approveBody = `{"api_key":"my secret key","iin":"901123300258"}`
)

// TestState: what the sandboxes were when a process ended they are in the next.
func TestState(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sim.json")
	args := []string{"--addr", "127.0.0.1:0", "--state", file, "--clock", "frozen@2024-03-01T09:00:00+05:00"}
	first := launch(t, nil, args...)
	_, pending := first.post(approvePath, approveBody)
	status, made := first.post("/_sim/sandboxes", `{"id":"team-a","owner":"Team A","seed":5,"expires":"90m","scenario":"proceedings-unavailable"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, made)
	}
	if code := first.end(); code != exitGood {
		t.Fatalf("exit code %d: %s", code, first.stderr)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file, with tokens in it, is %v (%v)", info.Mode(), err)
	}

	second := launch(t, nil, args...)
	if _, again := second.post(approvePath, approveBody); again != pending || !strings.Contains(again, "PENDING") {
		t.Errorf("the session goes on as %s, was %s", again, pending)
	}
	for _, want := range []string{`"owner": "Team A"`, `"seed": 5,`, `"expires": "1h30m0s"`} {
		if _, info := second.get("/_sim/sandboxes/team-a"); !strings.Contains(info, want) {
			t.Errorf("no %s in %s", want, info)
		}
	}
	if status, _ := second.post("/s/team-a/api/v1/backend/info/kz/exec_proc_info/", approveBody); status != http.StatusServiceUnavailable {
		t.Errorf("the scenario of team-a is not in force: %d", status)
	}
	second.end()

	third := launch(t, nil, append(args, "--control-token", "a-token-of-a-test")...)
	token := regexp.MustCompile(`"token": "([^"]+)"`).FindStringSubmatch(made)[1]
	if status, body := third.get("/s/team-a/_sim/clock", "Authorization", "Bearer "+token); status != http.StatusOK {
		t.Errorf("the team's token opens its sandbox no more: %d %s", status, body)
	}
}

// TestStateThatIsNone: a file that can't be read is an error, and stays as it is.
func TestStateThatIsNone(t *testing.T) {
	for name, content := range map[string]string{
		"a text": "state", "a snapshot of a sandbox": `{"version": 2, "seed": 1}`,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "sim.json")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			p := launch(t, nil, "--addr", "127.0.0.1:0", "--state", file)
			if code := <-p.code; code != exitUsage || !strings.Contains(p.stderr.String(), "--state "+file) {
				t.Errorf("exit code %d: %s", code, p.stderr)
			}
			if left, _ := os.ReadFile(file); string(left) != content {
				t.Errorf("the file is now %s", left)
			}
		})
	}
}

// TestStateThatCannotBeKept is told at the start, before anything is served.
func TestStateThatCannotBeKept(t *testing.T) {
	dir := t.TempDir()
	used := filepath.Join(dir, "used")
	launch(t, nil, "--addr", "127.0.0.1:0", "--state", used).address()
	for file, says := range map[string]string{
		filepath.Join(dir, "no-such-folder", "sim"): "no-such-folder",
		dir:  "is a directory",
		used: "the file is in use: another process holds the lock on " + used + ".lock",
	} {
		p := launch(t, nil, "--addr", "127.0.0.1:0", "--state", file)
		if code := <-p.code; code != exitUsage || !strings.Contains(p.stderr.String(), "--state "+file) || !strings.Contains(p.stderr.String(), says) {
			t.Errorf("exit code %d: %s, want %s", code, p.stderr, says)
		}
	}
}

const timeoutRule = `version: 1
scenario: edited
about: What is edited while it is in force.
rules:
  - {on: kyc.address.approve, do: timeout}
`

// TestWatch: a scenario that is edited is in force at once, with the state as it
// was; a broken one leaves the old in force and says why.
func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, used := filepath.Join(dir, "edited.yaml"), filepath.Join(dir, "used.yaml")
	edit := func(name, text string) {
		t.Helper()
		// In one step, as editors do: nobody reads half a file.
		if err := atomicfile.Write(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit(file, timeoutRule)
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--scenario", file, "--watch")
	answers := func(want string) {
		t.Helper()
		if _, answer := p.post(approvePath, approveBody); !strings.Contains(answer, want) {
			t.Errorf("answered %s, want %s", answer, want)
		}
	}
	says := func(pattern string) {
		t.Helper()
		if _, ok := p.stderr.wait(pattern); !ok {
			t.Fatalf("no %s in %s", pattern, p.stderr)
		}
	}
	answers("TIMEOUT")
	p.post("/restapi/services/run/k2loan_from_eko", `[{"request_id":1,"contract_number":"KD1","dbz_contract_number":"KD1","dbz_dt":"2014-02-08","iinbin":"901123300258","debt":2000000,"cur":"KZT"}]`)

	edit(file, strings.Replace(timeoutRule, "timeout", "timeoot", 1))
	says(`has changed, the old one stays in force: the scenario is broken:\n(\S+edited.yaml:5:35: .*timeout)`)
	answers("TIMEOUT")

	edit(file, strings.Replace(timeoutRule, "rules:", "use: [used.yaml]\nrules:", 1))
	says(`(used.yaml)`)
	edit(used, strings.Replace(timeoutRule, "do: timeout", "do: invalid", 1))
	says(`(edited.yaml has changed and is in force)`)
	edit(file, "version: 1\nscenario: edited\nabout: Now it is the used one's.\nuse: [used.yaml]\n")
	says(`((?s)changed and is in force.*changed and is in force)`)
	answers("INVALID")
	if _, state := p.get("/_sim/sandboxes/default/state"); !strings.Contains(state, `"loans": 1,`) {
		t.Errorf("the loan is gone: %s", state)
	}
	p.end()
}

func TestScenarioFlagsTogether(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--watch"}, "--watch needs a --scenario"},
		{[]string{"--no-default", "--scenario", "payment-lost-reply"}, "--no-default leaves it out"},
		{[]string{"--chaos", "2"}, "chaos"},
		{[]string{"--set", "n=10"}, "--set needs a --scenario"},
		{[]string{"--scenario", "generated-batch", "--set", "n"}, `"n": expected a name and a value, such as n=10`},
		{[]string{"--scenario", "generated-batch", "--set", "m=10"}, `found no "m" to set, expected one of the vars: n`},
		{[]string{"--scenario", "payment"}, "did you mean"},
	} {
		p := launch(t, nil, append([]string{"--addr", "127.0.0.1:0"}, c.args...)...)
		if code := <-p.code; code != exitUsage || !strings.Contains(p.stderr.String(), c.want) {
			t.Errorf("%v: exit code %d: %s", c.args, code, p.stderr)
		}
	}
}

// TestVarsOfAScenario are set by a flag, and stay so when the sandbox is reset.
func TestVarsOfAScenario(t *testing.T) {
	file := filepath.Join(t.TempDir(), "vars.yaml")
	source := "version: 1\nscenario: vars\nvars: {n: 1, status: 503}\n" +
		"rules: [{on: kyc.info.exec_proc, times: \"${n}\", do: {fault: {status: \"${status}\"}}}]\n"
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--scenario", file, "--set", "n=2,status=500")
	for range 2 {
		for _, want := range []int{500, 500, 200} {
			if status, _ := p.post("/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"k","iin":"901123300258"}`); status != want {
				t.Errorf("answered %d, want %d", status, want)
			}
		}
		p.post("/_sim/sandboxes/default/reset", "")
	}
	p.end()
}

// TestSeedAndClockOfAScenario: what is given for a run outweighs the scenario.
func TestSeedAndClockOfAScenario(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"the scenario's": {nil, []string{`"seed": 7,`, `"mode": "frozen"`, `2024-03-01T09:00:00+05:00`}},
		"a zone":         {[]string{"--zone", "UTC"}, []string{`"zone": "UTC"`, `"mode": "frozen"`, `2024-03-01T04:00:00Z`}},
		"given ones":     {[]string{"--seed", "8", "--clock", "60x@2025-01-01T00:00:00Z"}, []string{`"seed": 8,`, `"mode": "speed"`, `"speed": 60`, `2025-01-01T`, `"zone": "Asia/Almaty"`}},
	} {
		t.Run(name, func(t *testing.T) {
			p := launch(t, nil, append([]string{"--addr", "127.0.0.1:0", "--scenario", "payment-lost-reply"}, c.args...)...)
			_, info := p.get("/_sim/sandboxes/default")
			for _, want := range c.want {
				if !strings.Contains(info, want) {
					t.Errorf("no %s in %s", want, info)
				}
			}
		})
	}
}

// TestChaosFlag: at one, no request gets what it asked for, and each says why.
func TestChaosFlag(t *testing.T) {
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--chaos", "1")
	if _, body := p.get("/_sim/sandboxes/default/chaos"); !strings.Contains(body, `"share": 1`) {
		t.Errorf("%s", body)
	}
}

// TestHTTPS: a client that keeps its https address and trusts the authority is
// served, under the real host name.
func TestHTTPS(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--tls", "--tls-addr", "127.0.0.1:0", "--tls-dir", dir, "--tls-hosts", "k2.bank.example")
	secure, ok := p.stderr.wait(`https://(\S+:\d+), too, as kyc.biometric.kz, localhost, 127.0.0.1, ::1, k2.bank.example; clients have to trust`)
	if !ok {
		t.Fatalf("no https: %s", p.stderr)
	}
	_, authority := p.get("/_sim/ca.pem")
	if kept, err := os.ReadFile(filepath.Join(dir, "ca.pem")); err != nil || string(kept) != authority {
		t.Errorf("the folder's authority is another (%v)", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(authority)) {
		t.Fatalf("not a certificate: %s", authority)
	}
	for host, good := range map[string]bool{"kyc.biometric.kz": true, "k2.bank.example": true, "localhost": true, "example.com": false} {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: host}, DisableKeepAlives: true,
		}}
		resp, err := client.Post("https://"+secure+"/api/v1/backend/info/kz/exec_proc_info/", "application/json", strings.NewReader(approveBody))
		if (err == nil) != good {
			t.Errorf("%s: %v", host, err)
		}
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %s", host, resp.Status)
			}
		}
	}
	if code := p.end(); code != exitGood {
		t.Errorf("exit code %d: %s", code, p.stderr)
	}
}

// TestAuthorityElsewhere: the certificate needs no token, and isn't there without
// TLS.
func TestAuthorityElsewhere(t *testing.T) {
	with := launch(t, nil, "--addr", "0.0.0.0:0", "--tls", "--tls-addr", "127.0.0.1:0", "--tls-dir", t.TempDir())
	if status, _ := with.get("/_sim/ca.pem"); status != http.StatusOK {
		t.Errorf("without a token: %d", status)
	}
	without := launch(t, nil, "--addr", "127.0.0.1:0")
	if status, _ := without.get("/_sim/ca.pem"); status != http.StatusNotFound {
		t.Errorf("without TLS: %d", status)
	}
}

func TestTLSThatCannotBe(t *testing.T) {
	taken := launch(t, nil, "--addr", "127.0.0.1:0")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--tls-hosts", "https://k2.bank.example"}, exitUsage, "is no host for a certificate"},
		{[]string{"--tls-addr", taken.address()}, exitListen, "cannot listen on " + taken.address()},
	} {
		p := launch(t, nil, append([]string{"--addr", "127.0.0.1:0", "--tls", "--tls-dir", t.TempDir()}, c.args...)...)
		if code := <-p.code; code != c.code || !strings.Contains(p.stderr.String(), c.want) {
			t.Errorf("%v: exit code %d: %s", c.args, code, p.stderr)
		}
	}
}

// TestLogs: at any level the log tells what happened and never of whom. As JSON
// every line of standard error is a record.
func TestLogs(t *testing.T) {
	for form, record := range map[string]string{
		"text": `level=INFO msg=request id=req-000001 sandbox=default method=POST operation=kyc.address.approve outcome=pending`,
		"json": `"msg":"request","id":"req-000001","sandbox":"default","method":"POST","operation":"kyc.address.approve","outcome":"pending"`,
	} {
		t.Run(form, func(t *testing.T) {
			p := launch(t, nil, "--addr", "127.0.0.1:0", "--log", form, "--log-level", "debug")
			p.post(approvePath, approveBody)
			p.post(approvePath, `{"api_key":"my secret key","iin":901123300258,"phone":"77011234567"`)
			p.get("/abs/get_cli?iinbin=901123300258&name=Ivanov")
			p.get("/no/such/901123300258?name=Ivanov")
			p.post("/api/v1/backend/e-document/online-access/request/901123300258/", `{"iin":"901123300258","phone":"77011234567"}`)
			p.end()
			log := p.stderr.String()
			if !strings.Contains(log, record) {
				t.Errorf("no %s in\n%s", record, log)
			}
			for _, private := range []string{"901123300258", "77011234567", "Ivanov", "secret"} {
				if strings.Contains(log, private) {
					t.Errorf("the log tells %s:\n%s", private, log)
				}
			}
			if form == "text" {
				return
			}
			for line := range bytes.Lines([]byte(log)) {
				if !json.Valid(line) {
					t.Errorf("not a record: %s", line)
				}
			}
		})
	}
}

// TestQuietByDefault: a good run says where it listens and nothing else.
func TestQuietByDefault(t *testing.T) {
	p := launch(t, nil, "--addr", "127.0.0.1:0")
	p.post(approvePath, approveBody)
	p.end()
	if said := p.stderr.String(); !regexp.MustCompile(`^sim: KYC, K2 and ABS on http://127.0.0.1:\d+, console on http://127.0.0.1:\d+/_sim/\n$`).MatchString(said) {
		t.Errorf("it says %q", said)
	}
}
