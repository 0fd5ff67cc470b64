package main

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart is the time from the start of the built binary to its first
// answer. By hand, on a machine that does nothing else:
//
//	go test ./cmd/sim -run '^$' -bench Start -benchtime 20x
func BenchmarkStart(b *testing.B) {
	sim := shipped(b)
	var took []time.Duration
	for b.Loop() {
		before := b.Elapsed()
		cmd := exec.Command(sim, "--addr", "127.0.0.1:0", "--config=")
		firstAnswer(b, cmd)
		took = append(took, b.Elapsed()-before)
		b.StopTimer()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-most")
}

var announced = regexp.MustCompile(`http://\S+:\d+`)

// firstAnswer starts a simulator and waits until a service has answered.
func firstAnswer(b *testing.B, cmd *exec.Cmd) {
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	line, err := said.ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	go io.Copy(io.Discard, said)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(announced.FindString(line)+"/api/v1/backend/info/kz/exec_proc_info/", "application/json",
		strings.NewReader(`{"api_key":"my key","iin":"901123300258"}`))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s (%v)", resp.Status, err)
	}
}
