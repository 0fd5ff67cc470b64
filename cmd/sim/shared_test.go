//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sandboxMade is what the answer says that makes a sandbox.
type sandboxMade struct {
	ID     string
	Base   string `json:"base_url"`
	Direct string `json:"direct_url"`
	Token  string
}

// make a sandbox.
func (p *storePayers) make(spec string) (made sandboxMade) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.must("POST", "/_sim/sandboxes", spec)), &made); err != nil {
		p.t.Fatal(err)
	}
	return made
}

// TestAnyProcess serves everything of any sandbox: services, control API, list.
func TestAnyProcess(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	s := newStand(t, database)
	var ids []string
	for n, c := range s.processes {
		s.to(c)
		here := s.make(`{"clock": {"mode": "frozen", "start": "2026-01-01T00:00:00Z"}}`)
		if want := "http://" + c.address + "/s/" + here.ID; here.Direct != want || here.Base != want {
			t.Errorf("without an id it is made at %s, want %s", here.Direct, want)
		}
		named := s.make(fmt.Sprintf(`{"id": "named-%d", "clock": {"mode": "frozen", "start": "2026-01-01T00:00:00Z"}}`, n))
		ids = append(ids, here.ID, named.ID)
		if status, answer, err := s.ask("POST", "/_sim/sandboxes", fmt.Sprintf(`{"id": "named-%d"}`, n)); status != http.StatusConflict {
			t.Errorf("another one of that id: %d %s %v", status, answer, err)
		}
	}
	for _, id := range ids {
		for asks, c := range s.processes {
			s.to(c)
			s.everything(id, asks, fmt.Sprintf("2026-01-01T0%d:00:00+05:00", asks+6))
		}
	}
	var lists []string
	for _, c := range s.processes {
		s.to(c)
		var all []sandboxMade
		if err := json.Unmarshal([]byte(s.must("GET", "/_sim/sandboxes", "")), &all); err != nil {
			t.Fatal(err)
		}
		list := ""
		for _, sb := range all {
			list += sb.ID + " " + sb.Direct + "\n"
		}
		lists = append(lists, list)
	}
	if lists[0] != lists[1] || lists[0] != lists[2] || strings.Count(lists[0], "\n") != len(ids)+1 {
		t.Errorf("the lists are\n%s", strings.Join(lists, "\n"))
	}
}

// everything that a client asks of a sandbox whose clock advances by an hour each time.
func (s *stand) everything(id string, before int, now string) {
	s.t.Helper()
	sandbox := "/_sim/sandboxes/" + id
	s.must("GET", "/s/"+id+"/abs/get_acc?iinbin=901123300258", "")
	for _, try := range []struct{ method, path, body, says string }{
		{"POST", sandbox + "/clock/advance", `{"by": "1h"}`, now},
		{"POST", sandbox + "/expectations", fmt.Sprintf(`{"on": "abs.get_acc", "count": %d}`, before+1), `"passed": true`},
		{"GET", sandbox + "/requests", "", `"operation": "abs.get_acc"`},
		{"GET", sandbox + "/requests.har", "", `"version": "1.2"`},
		{"GET", sandbox + "/verdict", "", "passed"},
		{"GET", "/s/" + id + "/_sim/clock", "", now},
	} {
		if said := s.must(try.method, try.path, try.body); !strings.Contains(said, try.says) {
			s.t.Errorf("%s %s: %s", try.method, try.path, said)
		}
	}
	resp, err := http.Get(s.base + sandbox + "/events")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line == "\n" {
		s.t.Errorf("events of %s: %q %v", id, line, err)
	}
}

// TestOneConnection has requests to sandboxes of several processes, one after the other: with bodies of each
// kind, and with an answer that is refused before its body is read.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	s := newStand(t, database)
	for n := range boxes {
		s.must("PUT", fmt.Sprintf("/_sim/sandboxes/box-%d", n), "{}")
	}
	conn, err := net.Dial("tcp", s.processes[0].address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	read := bufio.NewReader(conn)
	const body = `{"api_key":"my key","iin":"901123300258"}`
	for n := range 5 * boxes {
		head := fmt.Sprintf("POST /s/box-%d/api/v1/backend/info/kz/exec_proc_info/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n", n%boxes)
		switch n % 3 {
		case 0:
			fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
		case 1:
			fmt.Fprintf(conn, "%sTransfer-Encoding: chunked\r\n\r\n5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", head, body[:5], len(body)-5, body[5:])
		case 2:
			fmt.Fprintf(conn, "%sExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", head, len(body))
			if line, err := read.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
				t.Fatalf("a body that is to be asked for: %q %v", line, err)
			}
			_, _ = read.ReadString('\n')
			fmt.Fprint(conn, body)
		}
		resp, err := http.ReadResponse(read, nil)
		if err != nil {
			t.Fatalf("request %d: %v", n, err)
		}
		answer, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Sim-Sandbox") != fmt.Sprintf("box-%d", n%boxes) {
			t.Fatalf("request %d: %s %s %v", n, resp.Status, answer, err)
		}
	}
}

// TestTokensOfAnyProcess: the token of a sandbox opens what is its own at each process; and the control API is where it
// should be, also of what is passed.
func TestTokensOfAnyProcess(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	const token = "the-control-token-of-all"
	p := newStorePayers(t, database, shortLease)
	p.flags = append(p.flags, "--control-token", token, "--control-addr", "127.0.0.1:0")
	all := []*child{startChild(t, p.flags...), startChild(t, p.flags...)}
	var control []string
	for _, c := range all {
		address, _ := c.said.wait(`console on http://(\S+:\d+)/_sim/`)
		control = append(control, address)
	}
	until(t, func() bool {
		_, answer := asks(t, "GET", "http://"+control[1]+"/_sim/health", "", nil)
		return strings.Contains(answer, `"here": 16`)
	})
	for n := range 4 {
		id, base := fmt.Sprintf("ours-%d", n), "http://"+control[n%2]
		var made sandboxMade
		status, answer := asks(t, "PUT", base+"/_sim/sandboxes/"+id, "{}", http.Header{"Authorization": {"Bearer " + token}})
		if err := json.Unmarshal([]byte(answer), &made); err != nil || status != http.StatusCreated {
			t.Fatalf("%s: %d %s %v", id, status, answer, err)
		}
		own := http.Header{"Authorization": {"Bearer " + made.Token}, "Content-Type": {"application/x-www-form-urlencoded"}}
		for i := range all {
			services, base := "http://"+all[i].address, "http://"+control[i]
			for _, try := range []struct {
				method, address, body string
				status                int
				says                  string
			}{
				{"GET", base + "/_sim/sandboxes/" + id + "/clock", "", 200, "mode"},
				{"GET", base + "/_sim/sandboxes", "", 401, "control token"},
				{"GET", base + "/_sim/contract", "", 200, "operations"},
				{"POST", base + "/_sim/console/session", url.Values{"token": {made.Token}}.Encode(), 200, id},
				{"POST", base + "/_sim/console/session", url.Values{"token": {"another-token-of-that-length"}}.Encode(), 401, "opens nothing"},
				{"GET", services + "/s/" + id + "/_sim/clock", "", 404, "--control-addr"},
				{"GET", services + "/s/" + id + "/abs/get_acc?iinbin=901123300258", "", 200, "ibans"},
			} {
				if status, answer := asks(t, try.method, try.address, try.body, own); status != try.status || !strings.Contains(answer, try.says) {
					t.Errorf("%s of %s at process %d: %d %s", try.method, try.address, i, status, answer)
				}
			}
		}
	}
}

// TestAsItCame: the journal has of a request what its client has sent, by whichever process it came. A client that
// sends a mark of its own gets nothing by it.
func TestAsItCame(t *testing.T) {
	t.Parallel()
	database := emptyDatabase(t)
	s := newStand(t, database)
	s.must("PUT", "/_sim/sandboxes/odd", "{}")
	const odd = "POST /s/odd/api/v1/backend/info/kz/exec_proc_info/?a=%41%2f+b&a HTTP/1.1\r\nhost: LOCALHOST:1\r\nx-odd: a\r\nX-Odd:  b \r\n" +
		"x-EMPTY:\r\nTE: trailers\r\nConnection: close, x-odd\r\nContent-Type: application/json\r\nTrailer: X-Sum\r\nPragma: no-cache\r\n" +
		"Sim-Passed: 00000000-0000-0000-0000-000000000000 phsc 192.0.2.1:80\r\nSim-Passed: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"29\r\n{\"api_key\":\"my key\",\"iin\":\"901123300258\"}\r\n0\r\nX-Sum: 1\r\n\r\n"
	var kept []string
	for _, c := range s.processes {
		conn := c.wire(t, false)
		fmt.Fprint(conn, odd)
		if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200 OK") {
			t.Errorf("%s %v", answer, err)
		}
		_ = conn.Close()
		s.to(c)
		var list struct{ Requests []struct{ ID string } }
		listed := s.must("GET", "/_sim/sandboxes/odd/requests?limit=1", "")
		if err := json.Unmarshal([]byte(listed), &list); err != nil || len(list.Requests) != 1 {
			t.Fatalf("%s: %v", listed, err)
		}
		var one struct{ URL, Request json.RawMessage }
		if err := json.Unmarshal([]byte(s.must("GET", "/_sim/sandboxes/odd/requests/"+list.Requests[0].ID, "")), &one); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, string(one.URL)+string(one.Request))
	}
	if !strings.Contains(kept[0], "00000000-0000-0000-0000-000000000000 phsc") || !strings.Contains(kept[0], `a=%41%2f+b&a`) {
		t.Errorf("the journal has %s", kept[0])
	}
	for _, other := range kept[1:] {
		if diff := cmp.Diff(kept[0], other); diff != "" {
			t.Errorf("through another process (-first +it):\n%s", diff)
		}
	}
}
