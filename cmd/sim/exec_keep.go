package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/kzsim/kzsim/internal/atomicfile"
	"github.com/kzsim/kzsim/internal/junit"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// keep what the run has left in the folder of --out: each file whole or not there.
// Sandboxes that the command has made have folders of their own.
func (r *rehearsal) keep(result *execResult) error {
	dir := r.cfg.out
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, sb := range r.sim.Pool.List() {
		if sb.ID() != sandbox.DefaultID && sb.Requests() == 0 {
			continue
		}
		if err := r.keepSandbox(dir, sb); err != nil {
			return fmt.Errorf("sandbox %s: %w", sb.ID(), err)
		}
	}
	result.kept = dir
	report, err := json.MarshalIndent(result.coverage, "", "  ")
	if err != nil {
		return err
	}
	var cases bytes.Buffer
	if err := junit.Write(&cases, result.suite(r.cfg)); err != nil {
		return err
	}
	return writeAll(dir, map[string][]byte{
		"coverage.json": append(report, '\n'), "coverage.md": []byte(result.coverage.Markdown()), "junit.xml": cases.Bytes(),
	})
}

// keepSandbox keeps what there is to know of a sandbox.
func (r *rehearsal) keepSandbox(dir string, sb *sandbox.Sandbox) error {
	if sb.ID() != sandbox.DefaultID {
		dir = filepath.Join(dir, "sandboxes", sb.ID())
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	below := "/_sim/sandboxes/" + sb.ID()
	journal, err := r.journal(below)
	if err != nil {
		return err
	}
	har, err := r.ask(below + "/requests.har" + everything)
	if err != nil {
		return err
	}
	snapshot, err := r.sim.SnapshotOf(sb)
	if err != nil {
		return err
	}
	return writeAll(dir, map[string][]byte{"journal.json": journal, "requests.har": har, "snapshot.json": snapshot})
}

// everything that a journal holds, instead of the latest of it.
const everything = "?limit=1000000"

// journal of a sandbox: every exchange whole, the oldest first.
func (r *rehearsal) journal(below string) ([]byte, error) {
	listed, err := r.ask(below + "/requests" + everything)
	if err != nil {
		return nil, err
	}
	var list struct {
		Requests []struct{ ID string }
		Dropped  uint64
	}
	if err := json.Unmarshal(listed, &list); err != nil {
		return nil, err
	}
	whole := struct {
		Requests []json.RawMessage `json:"requests"`
		Dropped  uint64            `json:"dropped"` // for want of room
	}{make([]json.RawMessage, len(list.Requests)), list.Dropped}
	for i, e := range list.Requests {
		if whole.Requests[len(list.Requests)-1-i], err = r.ask(below + "/requests/" + e.ID); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(whole, "", "  ")
}

// ask the control API, in the process: it serves nobody else any more.
func (r *rehearsal) ask(path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://localhost"+path, nil)
	if err != nil {
		return nil, err
	}
	req.RequestURI = path
	answer := &memory{header: http.Header{}, status: http.StatusOK}
	r.sim.Handler().ServeHTTP(answer, req)
	if answer.status != http.StatusOK {
		return nil, fmt.Errorf("%s: %d %s", path, answer.status, answer.body.String())
	}
	return answer.body.Bytes(), nil
}

// memory is an http.ResponseWriter that keeps the answer.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(p []byte) (int, error) { return m.body.Write(p) }

func writeAll(dir string, files map[string][]byte) error {
	for name, content := range files {
		if err := atomicfile.Write(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// suite is the result as CI systems show tests. What doesn't fail the run isn't a
// failure here.
func (r *execResult) suite(cfg *execConfig) junit.Suite {
	s := junit.Suite{Name: "sim exec"}
	add := func(name string, failure string) {
		c := junit.Case{Name: name, Class: "sim exec"}
		if failure != "" {
			c.Failure = junit.Failed(failure)
		}
		s.Cases = append(s.Cases, c)
	}
	add("the command", r.commandFailure(cfg))
	add("requests that fitted nothing", r.unmatched.failure(cfg.failsBy(byUnmatched)))
	add("findings", r.findings.failure(cfg.failsBy(byFindings)))
	if r.sandboxIsGone() && cfg.failsBy(byVerdict) {
		add("must", "the sandbox of "+r.scenario+" is gone")
	}
	for _, report := range r.verdict.Must {
		failure := ""
		if !report.Passed && cfg.failsBy(byVerdict) {
			failure = explain(report)
		}
		add("must: "+report.Expected, failure)
	}
	if cfg.minCoverage > 0 {
		add(fmt.Sprintf("at least %g %% of the outcomes", cfg.minCoverage), r.coverageFailure(cfg))
	}
	return s
}
