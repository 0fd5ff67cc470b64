package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// result of a run.
type result struct {
	requests    int
	rate        float64 // requests a second
	cpu         float64 // of the server, µs a request
	allocations float64 // of the server, a request
	p50, p99    float64 // ms
}

// load a server with an operation. The requests are numbered from first.
func (p plan) load(s *server, op operation, first int) (result, error) {
	mallocs, err := s.allocations()
	if err != nil {
		return result{}, err
	}
	cpu, err := s.cpu()
	if err != nil {
		return result{}, err
	}
	var number atomic.Int64
	number.Store(int64(first))
	begin := time.Now()
	took, err := p.clients(s.address, func() []byte { return encoded(op.request(int(number.Add(1)-1)), s.address) }, begin.Add(p.each))
	if err != nil {
		return result{}, err
	}
	elapsed := time.Since(begin).Seconds()
	cpuAfter, err := s.cpu()
	if err != nil {
		return result{}, err
	}
	mallocsAfter, err := s.allocations()
	if err != nil {
		return result{}, err
	}
	slices.Sort(took)
	n := float64(len(took))
	at := func(share float64) float64 { return float64(took[int(share*(n-1))].Microseconds()) / 1000 }
	return result{
		requests: len(took), rate: n / elapsed, cpu: (cpuAfter - cpu) / n * 1e6,
		allocations: (mallocsAfter - mallocs) / n, p50: at(.5), p99: at(.99),
	}, nil
}

// clients ask until an instant, each on a connection of its own. The answer is how long
// each request took.
func (p plan) clients(address string, request func() []byte, until time.Time) ([]time.Duration, error) {
	all := make([][]time.Duration, p.connections)
	errs := make([]error, p.connections)
	var asking sync.WaitGroup
	for i := range p.connections {
		asking.Go(func() { all[i], errs[i] = client(address, request, until) })
	}
	asking.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(all...), nil
}

// client knows only as much of HTTP as it needs, so that it takes little of the machine.
func client(address string, request func() []byte, until time.Time) (took []time.Duration, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	answers := bufio.NewReaderSize(conn, 64<<10)
	for now := time.Now(); now.Before(until); {
		if _, err := conn.Write(request()); err != nil {
			return nil, err
		}
		if err := readAnswer(answers); err != nil {
			return nil, err
		}
		then := time.Now()
		took, now = append(took, then.Sub(now)), then
	}
	return took, nil
}

var lengthHeader = []byte("Content-Length: ")

func readAnswer(from *bufio.Reader) error {
	status, err := from.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("answered %q", status)
	}
	length := 0
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= len("\r\n") {
			_, err = from.Discard(length)
			return err
		}
		if text, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(text))); err != nil {
				return err
			}
		}
	}
}

func encoded(c call, host string) []byte {
	b := append(make([]byte, 0, 256+len(c.body)), c.method+" "+c.path+" HTTP/1.1\r\nHost: "+host+"\r\nUser-Agent: bench\r\n"...)
	if c.body != "" {
		b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
		b = append(strconv.AppendInt(b, int64(len(c.body)), 10), "\r\n"...)
	}
	return append(append(b, "\r\n"...), c.body...)
}
