package delivery_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/schemas"
)

const (
	citizen  = "901123300258"
	stranger = "791028302728"
)

// TestListIsPushed: what the endpoint gets is the list, whole, whenever it has
// changed and only then.
func TestListIsPushed(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	if got := b.states(); got != nil {
		t.Errorf("before anything has happened: %v", got)
	}
	b.exclude(citizen)
	if diff := cmp.Diff([]string{"del-000001 delivered after 1"}, b.states()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	r, body := <-b.got, <-b.bodies
	got := []string{r.Method, r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Sim-Sandbox"), r.Header.Get("Sim-Delivery")}
	if diff := cmp.Diff([]string{"POST", "/list", "application/json", "bank", "del-000001"}, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	expectRows(t, body, citizen+" 1")

	b.exclude(citizen) // again: the list is the same
	b.exclude(stranger)
	b.deliveries()
	expectRows(t, <-b.bodies, stranger+" 1", citizen+" 1")
	b.include(citizen)
	b.deliveries()
	expectRows(t, <-b.bodies, stranger+" 1", citizen+" 0")
	if diff := cmp.Diff([]string{"del-000001 delivered after 1", "del-000002 delivered after 1", "del-000003 delivered after 1"}, b.states()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// expectRows checks a list: it fits the contract, and has these people in this
// order, each with whether the exclusion is active.
func expectRows(t *testing.T, body string, want ...string) {
	t.Helper()
	fitting := contract.NewSchemas(schemas.FS)
	if problems := fitting.CheckValue("abs/post_all_loan_exclude_to_eko.request.json", []byte(body)); len(problems) > 0 {
		t.Errorf("%v in %s", problems, body)
	}
	var list struct {
		Items []struct {
			IIN      string `json:"iin"`
			IsActive string `json:"is_active"`
		}
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	var got []string
	for _, item := range list.Items {
		got = append(got, item.IIN+" "+item.IsActive)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestTries: an endpoint that doesn't take it is asked again at these times of the
// sandbox's clock, and then no more.
func TestTries(t *testing.T) {
	b := newBank(t, answering(500, "oops"), nil)
	b.exclude(citizen)
	var got []string
	for _, by := range []string{"0s", "999ms", "1ms", "5s", "30s", "2m", "9m59s", "1s", "24h"} {
		b.advance(by)
		d := b.deliveries()[0]
		last := d.Attempts[len(d.Attempts)-1]
		got = append(got, fmt.Sprintf("%s: %s %d at %s", by, d.State, len(d.Attempts), last.At.Format("15:04:05")))
	}
	want := []string{
		"0s: waiting 1 at 09:00:00", "999ms: waiting 1 at 09:00:00", "1ms: waiting 2 at 09:00:01", "5s: waiting 3 at 09:00:06",
		"30s: waiting 4 at 09:00:36", "2m: waiting 5 at 09:02:36", "9m59s: waiting 5 at 09:02:36", "1s: given-up 6 at 09:12:36",
		"24h: given-up 6 at 09:12:36",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestAdvanceTriesOnTheWay: one long advance is the same as many short ones.
func TestAdvanceTriesOnTheWay(t *testing.T) {
	var asked atomic.Int32
	b := newBank(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 4 {
			answering(503, "")(w, r)
			return
		}
		answering(200, taken)(w, r)
	}, nil)
	b.exclude(citizen)
	b.advance("1h")
	d := b.deliveries()[0]
	var at []string
	for _, a := range d.Attempts {
		at = append(at, a.At.Format("15:04:05")+" "+a.Error)
	}
	none := exclusions + " has no answer with HTTP 503"
	want := []string{"09:00:00 " + none, "09:00:01 " + none, "09:00:06 " + none, "09:00:36 "}
	if diff := cmp.Diff(want, at); diff != "" || d.State != delivery.Delivered {
		t.Errorf("%s (-want +got):\n%s", d.State, diff)
	}
}

// TestWhatDoesNotCount: each answer that isn't a success says why.
func TestWhatDoesNotCount(t *testing.T) {
	cases := []struct {
		name   string
		answer http.HandlerFunc
		says   string
	}{
		{"another status", answering(201, taken), exclusions + " has no answer with HTTP 201"},
		{"an error in the body", answering(200, `{"error_code":17,"error_text":"нет"}`), "the answer is an error"},
		{"the error of the operation", answering(200, `{"error_code":400,"error_text":"нет"}`), "the answer is an error"},
		{"an error without its text", answering(200, `{"error_code":17}`), "the answer is an error"},
		{"not JSON", answering(200, `OK`), "the answer is no accepted of " + exclusions + ": "},
		{"an empty body", answering(200, ``), "the answer is no accepted of " + exclusions + ": "},
		{"a code that is a string", answering(200, `{"error_code":"0","error_text":""}`), "/error_code"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "has no answer with HTTP 302"},
		{"an endless body", answering(200, strings.Repeat(" ", 70_000)+taken), "longer than 65536 bytes"},
		{"a connection that breaks", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBank(t, c.answer, nil)
			b.exclude(citizen)
			d := b.deliveries()[0]
			if d.State != delivery.Waiting || !strings.Contains(d.Attempts[0].Error, c.says) {
				t.Errorf("%s: %q, want %q", d.State, d.Attempts[0].Error, c.says)
			}
		})
	}
}

// TestNobodyListens: an endpoint that isn't there yet gets the list when it is.
func TestNobodyListens(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.endpoint.Close()
	b.exclude(citizen)
	if d := b.deliveries()[0]; d.Attempts[0].Status != 0 || !strings.Contains(d.Attempts[0].Error, "refused") {
		t.Errorf("%+v", d.Attempts)
	}
}

// TestNoAnswer: an endpoint that says nothing is not waited for without end.
func TestNoAnswer(t *testing.T) {
	b := newBank(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(o *simulator.Options) { o.Patience = time.Millisecond })
	b.exclude(citizen)
	if d := b.deliveries()[0]; d.State != delivery.Waiting || d.Attempts[0].Error != "no answer within 1ms" {
		t.Errorf("%s: %+v", d.State, d.Attempts)
	}
}

// TestOvertaken: a list that waits is not sent any more when there is a newer one.
func TestOvertaken(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	b := newBank(t, func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			answering(503, "")(w, r)
			return
		}
		answering(200, taken)(w, r)
	}, nil)
	b.exclude(citizen)
	b.deliveries()
	down.Store(false)
	b.exclude(stranger)
	b.deliveries()
	b.advance("1h")
	if diff := cmp.Diff([]string{"del-000001 overtaken after 1", "del-000002 delivered after 1"}, b.states()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestResetBeginsAnew: nothing has been sent, and there is nothing to send.
func TestResetBeginsAnew(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.exclude(citizen)
	b.deliveries()
	b.do(200, "POST", "/_sim/sandboxes/bank/reset", "")
	if got := b.states(); got != nil {
		t.Errorf("after the reset: %v", got)
	}
	b.exclude(stranger)
	b.deliveries()
	<-b.bodies
	expectRows(t, <-b.bodies, stranger+" 1")
	if diff := cmp.Diff([]string{"del-000001 delivered after 1"}, b.states()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestAdvanceAfterReset: a caller that has just met a reset is waited for.
func TestAdvanceAfterReset(t *testing.T) {
	b := newBank(t, answering(503, ""), nil)
	for range 20 {
		b.do(200, "POST", "/_sim/sandboxes/bank/reset", "")
		b.exclude(citizen)
		b.advance("1s")
		if diff := cmp.Diff([]string{"del-000001 waiting after 2"}, b.states()); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		for range 2 {
			<-b.got
			<-b.bodies
		}
	}
}

// TestGivenList: what a scenario gives is pushed, too.
func TestGivenList(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.do(200, "PUT", "/_sim/sandboxes/bank/scenario", `{"version":1,"scenario":"listed","about":"Two are on the list.",
		"given":{"k2":{"exclusions":[{"iin":"`+citizen+`","dbz_num":"KD1"},{"iin":"`+stranger+`","dbz_num":"KD2"}]}}}`)
	b.deliveries()
	expectRows(t, <-b.bodies, stranger+" 1", citizen+" 1")
}

// TestDeletedSandbox: what is on its way is broken off.
func TestDeletedSandbox(t *testing.T) {
	left := make(chan struct{})
	b := newBank(t, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(left)
	}, func(o *simulator.Options) { o.Patience = time.Hour })
	b.exclude(citizen)
	<-b.got
	b.do(204, "DELETE", "/_sim/sandboxes/bank", "")
	<-left
}

func TestWrongTargets(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	for body, says := range map[string]string{
		`{"deliver":{"abs.post_all_loan_exclude":"http://127.0.0.1:1/"}}`: `did you mean \"` + exclusions + `\"?`,
		`{"deliver":{"` + exclusions + `":"127.0.0.1:9000"}}`:             `no http or https URL`,
		`{"deliver":{"` + exclusions + `":"ftp://127.0.0.1/"}}`:           `no http or https URL`,
	} {
		if answer := b.do(400, "POST", "/_sim/sandboxes", body); !strings.Contains(answer, says) {
			t.Errorf("%s: %s", body, answer)
		}
	}
	for _, query := range []string{"soon", "-1s", "24h"} {
		if answer := b.do(400, "GET", "/_sim/sandboxes/bank/deliveries?within="+query, ""); !strings.Contains(answer, "within is a duration") {
			t.Errorf("within=%s: %s", query, answer)
		}
	}
}

// TestMasked: on a machine that others reach the list is shown without the people.
func TestMasked(t *testing.T) {
	b := newBank(t, answering(200, taken), func(o *simulator.Options) { o.MaskPersonalData = true })
	b.exclude(citizen)
	answer := b.do(200, "GET", "/_sim/sandboxes/bank/deliveries?within=1m", "")
	if strings.Contains(answer, citizen) || !strings.Contains(answer, `"delivered"`) {
		t.Error(answer)
	}
	expectRows(t, <-b.bodies, citizen+" 1") // the client gets them
}

// TestEventsTell: who follows a sandbox hears of every list and of every try.
func TestEventsTell(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.exclude(citizen)
	b.deliveries()
	sb, err := b.sim.Pool.Get("bank")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	events, _, _ := sb.Journal.Events(0, math.MaxInt)
	for _, e := range events {
		if e.Note != nil && e.Note.Kind == "delivery" {
			told = append(told, string(e.Note.Data.(delivery.Told).State))
		}
	}
	if diff := cmp.Diff([]string{"waiting", "delivered"}, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestManyAtOnce: however the changes come, the last list that is delivered is the
// whole of it.
func TestManyAtOnce(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	var clients sync.WaitGroup
	for i := range 20 {
		clients.Go(func() { b.exclude(fmt.Sprintf("90112330%04d", i)) })
	}
	clients.Wait()
	all := b.deliveries()
	last := all[len(all)-1]
	if last.State != delivery.Delivered || strings.Count(string(last.Body), `"iin"`) != 20 {
		t.Errorf("%s: %s", last.State, last.Body)
	}
	if at, _ := time.Parse(time.RFC3339, nine); !last.At.Equal(at) {
		t.Errorf("made at %s", last.At)
	}
}

// TestTheNewestAreKept: a sandbox that sends without end doesn't fill the memory.
func TestTheNewestAreKept(t *testing.T) {
	t.Parallel() // beside those that wait
	b := newBank(t, answering(200, taken), nil)
	b.drain()
	b.exclude(citizen)
	b.deliveries()
	for range 160 {
		b.include(citizen)
		b.deliveries()
		b.exclude(citizen)
		b.deliveries()
	}
	all := b.deliveries()
	if first, last := all[0].ID, all[len(all)-1].ID; len(all) != 301 || first != "del-000021" || last != "del-000321" {
		t.Errorf("%d from %s to %s", len(all), first, last)
	}
}

// TestLongDeliveriesAreBounded: of long ones fewer are kept, the newest always.
func TestLongDeliveriesAreBounded(t *testing.T) {
	s := store.New(delivery.Records()...)
	for range 12 {
		_ = s.Update(func(tx *store.Tx) error { delivery.Post(tx, "op", make([]byte, 3<<20)); return nil })
		_ = s.Update(func(tx *store.Tx) error { delivery.Post(tx, "other", nil); return nil })
	}
	if size := s.Size(); size < 6<<20 || size > 9<<20 {
		t.Errorf("they take %d bytes", size)
	}
	_ = s.Update(func(tx *store.Tx) error { delivery.Post(tx, "op", make([]byte, 20<<20)); return nil })
	if size := s.Size(); size < 20<<20 || size > 21<<20 {
		t.Errorf("one that is longer than all may be takes %d bytes", size)
	}
}
