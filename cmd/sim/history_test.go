//go:build linux

package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// payment is what a client asks: to book a transaction of 10, or, for the transaction 0, how much is paid.
type payment int

// The answers beside the sum that is paid.
const (
	booked    = "booked"
	duplicate = "duplicate"
	unknown   = "unknown" // none, or one that doesn't say what was done
)

// ids of transactions of a history, which its clients share.
const ids = 60

// paidFor is a state: which transactions are booked, and how much is paid.
type paidFor struct {
	booked uint64
	paid   int
}

// payments is the model of one sandbox that does one request at a time. A request without an answer has taken
// place at some time after its call, or, as far as any other one shows, never.
var payments = porcupine.Model{
	Init: func() any { return paidFor{} },
	Step: func(state, input, output any) (bool, any) {
		s, said := state.(paidFor), output.(string)
		trn := input.(payment)
		if trn == 0 {
			return said == unknown || said == fmt.Sprintf("%d.00", s.paid), s
		}
		if s.booked&(1<<trn) != 0 {
			return said == unknown || said == duplicate, s
		}
		return said == unknown || said == booked, paidFor{s.booked | 1<<trn, s.paid + 10}
	},
}

// recorded is a history of one sandbox.
type recorded struct {
	t     *testing.T
	box   string
	began time.Time
	asks  *http.Client

	mu               sync.Mutex
	operations       []porcupine.Operation
	more             sync.Cond // on mu: another one was answered
	answered         int
	unknown, refused int
}

// boxes of a stand: with so many each of three processes has some.
const boxes = 6

// histories of two clients in each of many sandboxes, while something happens.
func (s *stand) histories(happens func()) (all []*recorded) {
	s.t.Helper()
	began, asks := time.Now(), &http.Client{Timeout: 5 * time.Second, Transport: new(http.Transport)}
	defer asks.CloseIdleConnections()
	for n := range boxes {
		h := &recorded{t: s.t, box: fmt.Sprintf("box-%d", n), began: began, asks: asks}
		h.more.L = &h.mu
		s.must("PUT", "/_sim/sandboxes/"+h.box, "{}")
		s.must("PUT", "/_sim/sandboxes/"+h.box+"/scenario", paidLoan)
		s.must("DELETE", "/_sim/sandboxes/"+h.box+"/requests", "") // those of the last history, which are read each time that it comes back
		all = append(all, h)
	}
	s.present = all
	s.now()
	var clients sync.WaitGroup
	var stops atomic.Bool
	for _, h := range all {
		for client := range 2 {
			clients.Go(func() { s.client(h, client, &stops) })
		}
	}
	s.await(10)
	s.now()
	happens()
	s.now()
	s.await(20)
	stops.Store(true)
	clients.Wait()
	return all
}

// client asks until it is stopped.
func (s *stand) client(h *recorded, client int, stops *atomic.Bool) {
	for n := client; !stops.Load(); n += 7 {
		trn := payment(n % (ids + 1))
		if n%3 == 0 {
			trn = 0
		}
		if said := h.ask(client, s.base, trn); said == unknown || said == "" { // many of these would have too many orders
			until(s.t, func() bool {
				status, _, err := s.ask("GET", "/_sim/sandboxes/"+h.box, "")
				return err == nil && status == http.StatusOK
			})
			s.now()
		}
		rest(*s.happened.Load(), 3*seldom) // so that not all is booked before anything happens; while a lease ends nothing does
	}
}

// await so many answers more in each history.
func (s *stand) await(more int) {
	var all sync.WaitGroup
	for _, h := range s.present {
		all.Go(func() { h.await(more) })
	}
	all.Wait()
}

func (h *recorded) await(more int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for want := h.answered + more; h.answered < want && !h.t.Failed(); {
		h.more.Wait()
	}
}

// ask something of a process, and record it.
func (h *recorded) ask(client int, base string, trn payment) (said string) {
	call := int64(time.Since(h.began))
	said = h.request(base, trn)
	h.add(porcupine.Operation{ClientId: client, Input: trn, Call: call, Output: said, Return: int64(time.Since(h.began))})
	return said
}

// add an operation. One that was refused before anything was done is none.
func (h *recorded) add(o porcupine.Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.more.Broadcast()
	switch o.Output {
	case "":
		h.refused++
		return
	case unknown:
		h.unknown++
		if o.Input == payment(0) {
			return // it has changed nothing
		}
		o.Return = math.MaxInt64
	default:
		h.answered++
	}
	h.operations = append(h.operations, o)
}

var paidAmount = regexp.MustCompile(`"paid_amount":"([^"]*)"`)

// answer to a request, which is sent again until there is one: a busy process may miss its lease.
func (h *recorded) answer(base string, trn payment) (said string) {
	until(h.t, func() bool {
		said = h.request(base, trn)
		return said != unknown && said != ""
	})
	return said
}

// request something. The answer is empty if nothing was done.
func (h *recorded) request(base string, trn payment) string {
	path, body := "k2extreq_by_dbz", `{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}`
	if trn != 0 {
		path, body = "k2extreq_pay_from_eko", fmt.Sprintf(`{"items":[{"request_id":1,"trn_id":%d,"refer":"PTPJ000000000001","amount":10}]}`, trn)
	}
	resp, err := h.asks.Post(base+"/s/"+h.box+"/restapi/services/run/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		return unknown
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	answer := string(read)
	switch {
	case err != nil:
		return unknown
	case resp.StatusCode == http.StatusServiceUnavailable && strings.Contains(answer, "nothing was done"):
		return ""
	case resp.StatusCode == http.StatusServiceUnavailable:
		return unknown
	case trn != 0 && resp.Header.Get("Sim-Outcome") == "duplicate-trn-id":
		return duplicate
	case trn != 0 && resp.Header.Get("Sim-Outcome") == "accepted":
		return booked
	case trn == 0 && paidAmount.MatchString(answer):
		return paidAmount.FindStringSubmatch(answer)[1]
	}
	h.t.Errorf("%d: %d %s", trn, resp.StatusCode, answer)
	return unknown
}

// TestThePaymentsModel finds what is wrong in made-up histories.
func TestThePaymentsModel(t *testing.T) {
	const right, wrong = porcupine.Ok, porcupine.Illegal
	at := func(trn payment, call, end int64, said string) porcupine.Operation {
		return porcupine.Operation{Input: trn, Call: call, Return: end, Output: said}
	}
	for _, test := range []struct {
		name    string
		want    porcupine.CheckResult
		history []porcupine.Operation
	}{
		{"a payment is read", right, []porcupine.Operation{at(1, 1, 2, booked), at(0, 3, 4, "10.00")}},
		{"a payment is lost", wrong, []porcupine.Operation{at(1, 1, 2, booked), at(0, 3, 4, "0.00")}},
		{"a payment is booked twice", wrong, []porcupine.Operation{at(1, 1, 2, booked), at(1, 3, 4, booked)}},
		{"one without an answer is booked later", right, []porcupine.Operation{
			at(1, 1, math.MaxInt64, unknown), at(0, 2, 3, "0.00"), at(1, 4, 5, duplicate), at(0, 6, 7, "10.00")}},
		{"one without an answer is booked and lost", wrong, []porcupine.Operation{
			at(1, 1, math.MaxInt64, unknown), at(0, 2, 3, "10.00"), at(0, 4, 5, "0.00")}},
		{"a read of an older state", wrong, []porcupine.Operation{
			at(1, 1, 2, booked), at(2, 3, 4, booked), at(0, 5, 6, "10.00")}},
	} {
		if got := porcupine.CheckOperations(payments, test.history); got != (test.want == right) {
			t.Errorf("%s: an order is found: %v", test.name, got)
		}
	}
}
