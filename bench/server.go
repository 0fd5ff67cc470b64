package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// server is a process that answers.
type server struct {
	cmd     *exec.Cmd
	address string
}

var announced = regexp.MustCompile(`http://(\S+:\d+)`)

// start a program that prints its address on its first line of stderr.
func start(cmd *exec.Cmd) (*server, error) {
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	said := bufio.NewReader(stderr)
	line, _ := said.ReadString('\n')
	go io.Copy(io.Discard, said)
	found := announced.FindStringSubmatch(line)
	if found == nil {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("%s said %q and no address", cmd.Path, line)
	}
	return &server{cmd, found[1]}, nil
}

// startSimulator as it is by default, with room for the demands.
func startSimulator(binary string, flags ...string) (*server, error) {
	room := strconv.Itoa(1 << 30)
	return start(exec.Command(binary, append([]string{"serve", "--config=", "--addr=127.0.0.1:0", "--max-state=" + room, "--state-memory=" + room}, flags...)...))
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// ask once, and answer the body of what has to be a success.
func (s *server) ask(c call) ([]byte, error) {
	r, err := http.NewRequest(c.method, "http://"+s.address+c.path, strings.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", c.method, c.path, resp.Status, body)
	}
	return body, err
}

// clockTick of /proc, in a second.
const clockTick = 100

// cpu that the process has taken, in seconds.
func (s *server) cpu() (float64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return float64(user+system) / clockTick, nil
}

// resident memory of the process, in bytes.
func (s *server) resident() (int64, error) {
	return figure(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid), "VmRSS:")
}

func figure(file, name string) (int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no %s", file, name)
}

// allocations that the process has made.
func (s *server) allocations() (float64, error) {
	metrics, err := s.ask(call{method: "GET", path: "/_sim/metrics"})
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(metrics)) {
		if text, ok := strings.CutPrefix(line, "go_memstats_mallocs_total "); ok {
			return strconv.ParseFloat(strings.TrimSpace(text), 64)
		}
	}
	return 0, fmt.Errorf("the metrics have no go_memstats_mallocs_total")
}

// coldStart is how long it takes from the start of the simulator to its first answer.
func (p plan) coldStart() (time.Duration, error) {
	var took []time.Duration
	for range p.runs {
		before := time.Now()
		s, err := startSimulator(p.sim)
		if err != nil {
			return 0, err
		}
		_, err = s.ask(operations(0)[2].request(0))
		took = append(took, time.Since(before))
		if s.stop(); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// ceilingCommand makes this program the ceiling: it reads the answer from stdin.
const ceilingCommand = "ceiling"

func startCeiling(answer []byte) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, ceilingCommand)
	cmd.Stdin = bytes.NewReader(answer)
	return start(cmd)
}

func serveCeiling() {
	answer, _ := io.ReadAll(os.Stdin)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "http://%s\n", l.Addr())
	handler := http.NewServeMux()
	handler.Handle("/", ceiling(answer))
	handler.HandleFunc("/_sim/metrics", func(w http.ResponseWriter, _ *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintf(w, "go_memstats_mallocs_total %d\n", m.Mallocs)
	})
	panic(http.Serve(l, handler))
}

// ceiling reads a request and answers always the same.
func ceiling(answer []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(answer)
	})
}
